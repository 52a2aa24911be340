import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { problemsOf } from '../../src-main/app/problems.ts';
import type { AccountFacts } from '../../src-main/core/accounts/account-view.ts';
import type { Autostart, Host } from '../../src-main/core/ports.ts';
import type { SlipstreamError } from '../../src-main/shared/errors.ts';
import type { Told } from '../../src-main/shared/words/told-text.ts';

const root = new URL('../..', import.meta.url).pathname;

/** Where an error says more than its code and need not be said in another language, and why. */
const onlyEnglish: readonly (readonly [place: RegExp, why: string])[] = [
  [
    /^src-main\/core\/(server|dialects)\//,
    'answers a client in its dialect, before there is a turn that a screen shows',
  ],
  [/^src-main\/node\/(commands\/|command-line|options|bridge-client|standard-output)/, 'is printed by a command'],
  [
    /^src-main\/node\/(instance|find-instance|instance-lock|data-dir|demo-place|ready-file|settings|headless-face)\.ts$/,
    'ends the start, before there is a page',
  ],
  [/^src-main\/core\/upstream\/http\.ts$/, "carries the system's own words into a text that is told"],
  [/^src-main\/core\/turn\/(error-for-client|model-refusal|account-choice)\.ts$/, 'says another error again'],
  [/^src-main\/core\/turn\/refusal\.ts$/, "hands upstream's own words on"],
  [/^src-main\/simulator\//, 'plays upstream'],
];

interface Saying {
  readonly line: number;
  readonly member: string;
}

type Node = { readonly type: string; readonly start: number } & Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

/** Sentences of one language that go into a told text: as a parameter of it, or as the words of others. */
function sentencesTold(path: string, source: string): string[] {
  if (!/\b(?:tell|said|othersWords|saidInEnglish)\b/.test(source)) return [];
  const { program } = parseSync(path, source);
  const found: string[] = [];
  const literals = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const each of value) literals(each);
      return;
    }
    if (!isNode(value)) return;
    const text = value.type === 'Literal' ? value.value : value.type === 'TemplateElement' ? value.value : null;
    const words = typeof text === 'object' && text !== null && 'raw' in text ? text.raw : text;
    if (typeof words === 'string' && /[a-z]{2,} [a-z]{2,}/i.test(words)) found.push(words);
    for (const each of Object.values(value)) if (typeof each === 'object') literals(each);
  };
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const each of value) visit(each);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    if (isNode(value) && value.type === 'CallExpression' && isNode(value.callee) && Array.isArray(value.arguments)) {
      const { name } = value.callee;
      if (name === 'tell' || name === 'said') literals(value.arguments.slice(1));
      if (name === 'othersWords' || name === 'saidInEnglish') literals(value.arguments);
    }
    for (const each of Object.values(value)) visit(each);
  };
  visit(program);
  return [...new Set(found)];
}

/** Every error of the table that is made with a message of its own, which only English speakers could read. */
function untold(path: string, source: string): Saying[] {
  if (!source.includes('SlipstreamError')) return [];
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

  it('have no sentence of one language among the parameters of what is told', () => {
    const found = paths.flatMap((path) =>
      sentencesTold(path, readFileSync(join(root, path), 'utf8')).map((words) => `${path}: ${words}`),
    );
    expect(found).toEqual([]);
  });

  it('of attempts are texts of the catalogue as well, which a screen knows again', () => {
    const found = paths
      .filter((path) => /core\/(turn|upstream)\//.test(path))
      .flatMap((path) => {
        const source = readFileSync(join(root, path), 'utf8');
        return [...source.matchAll(/\bmessage: (['`])(?<text>(?:(?!\1).){0,200})\1/g)]
          .filter((match) => /[a-z]{2,} [a-z]{2,}/i.test(match.groups?.text ?? ''))
          .map((match) => `${path}: ${match.groups?.text}`);
      });
    expect(found).toEqual([]);
  });

  it.each([
    ["tell('failures.left', { path, why: 'it is gone' })", ['it is gone']],
    ["said('failures.left', { path, why: `it is too large` })", ['it is too large']],
    ["othersWords('The disk is full.')", ['The disk is full.']],
    ["tell('failures.left', { path, why: tell('failures.left.newer') })", []],
    ['othersWords(error.message)', []],
  ])('are sentences in %s: %j', (source, sentences) => {
    expect(sentencesTold('a.ts', source)).toEqual(sentences);
  });

  it('are told as codes alone, which the compiler holds: so are problems, notices and what is wrong with accounts', () => {
    expectTypeOf<string>().not.toExtend<Told>();
    expectTypeOf<SlipstreamError['told']>().toEqualTypeOf<Told>();
    expectTypeOf<Parameters<Host['notify']>[0]>().toEqualTypeOf<Told>();
    expectTypeOf<Parameters<Host['notify']>[1]>().toEqualTypeOf<Told>();
    expectTypeOf<ReturnType<Host['settings']['problems']>>().toEqualTypeOf<readonly Told[]>();
    expectTypeOf<ReturnType<Host['troubles']['list']>>().toEqualTypeOf<readonly Told[]>();
    expectTypeOf<Parameters<typeof problemsOf>[1]>().toEqualTypeOf<Told | null>();
    expectTypeOf<AccountFacts['trouble']>().toEqualTypeOf<Told | null>();
    expectTypeOf<Autostart['unsupported']>().toEqualTypeOf<Told | null>();
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
