import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;

/** Where an error says more than its code and need not be said in another language, and why. */
const onlyEnglish: readonly (readonly [place: RegExp, why: string])[] = [
  [
    /^src-main\/core\/(server|dialects)\//,
    'answers a client in its dialect, before there is a turn that a screen shows',
  ],
  [/^src-main\/node\/(commands\/|command-line|options|bridge-client)/, 'is printed by a command'],
  [
    /^src-main\/node\/(instance|data-dir|ready-file|settings|headless-face)\.ts$/,
    'ends the start, before there is a page',
  ],
  [/^src-main\/core\/upstream\/http\.ts$/, "carries the system's own words into a text that is told"],
  [/^src-main\/core\/turn\/(error-for-client|account-choice)\.ts$/, 'says another error again'],
  [/^src-main\/core\/turn\/refusal\.ts$/, "hands upstream's own words on"],
  [/^src-main\/simulator\//, 'plays upstream'],
];

interface Saying {
  readonly line: number;
  readonly member: string;
}

type Node = { readonly type: string; readonly start: number } & Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

/** Every error of the table that is made with a message of its own, which only English speakers could read. */
function untold(path: string, source: string): Saying[] {
  const { program } = parseSync(path, source);
  const found: Saying[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const each of value) visit(each);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    if (
      isNode(value) &&
      value.type === 'NewExpression' &&
      isNode(value.callee) &&
      value.callee.name === 'SlipstreamError'
    ) {
      const [, extras] = value.arguments as readonly unknown[];
      const members = isNode(extras) && Array.isArray(extras.properties) ? extras.properties : [];
      for (const member of members)
        if (isNode(member) && isNode(member.key) && member.key.name === 'message')
          found.push({ line: source.slice(0, value.start).split('\n').length, member: 'message' });
    }
    for (const each of Object.values(value)) visit(each);
  };
  visit(program);
  return found;
}

describe('errors that a screen shows', () => {
  const paths = globSync('src-main/**/*.ts', { cwd: root }).toSorted();
  const all = paths.flatMap((path) =>
    untold(path, readFileSync(join(root, path), 'utf8')).map((saying) => ({ path, ...saying })),
  );

  it('carry what they say as a text of the catalogue, but where it is written why not', () => {
    const found = all.filter(({ path }) => !onlyEnglish.some(([place]) => place.test(path)));
    expect(found.map(({ path, line }) => `${path}:${line}`)).toEqual([]);
  });

  it('have no exception that nothing needs', () => {
    const unneeded = onlyEnglish.filter(
      ([place]) => !all.some(({ path }) => place.test(path)) && !place.test('src-main/simulator/'),
    );
    expect(unneeded.map(([, why]) => why)).toEqual([]);
  });

  it.each([
    ["new SlipstreamError('internal', { message: 'It broke.' })", 1],
    ["new SlipstreamError('internal', { message, cause })", 1],
    ["new SlipstreamError('internal', { ...said('lab.strayed'), cause })", 0],
    ["new SlipstreamError('internal', said('lab.strayed'))", 0],
    ["new SlipstreamError('internal')", 0],
  ])('are found in %s', (source, count) => {
    expect(untold('a.ts', source)).toHaveLength(count);
  });
});
