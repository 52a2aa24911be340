import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;

/** Where a failure is said by others: the figures that the choices are for. */
const toldBeside = ['src-renderer/hooks/use-trace-choices.ts'];

type Node = { readonly type: string } & Readonly<Record<string, unknown>>;
type Placed = { readonly node: Node; readonly parent: Node | null };

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;
const isNamed = (node: unknown, name: string): boolean =>
  isNode(node) && node.type === 'Identifier' && node.name === name;

function nodesIn(node: Node, parent: Node | null = null): Placed[] {
  const inner = Object.values(node).flat().filter(isNode);
  return [{ node, parent }, ...inner.flatMap((child) => nodesIn(child, node))];
}

/** How many questions of a file have a failure that nobody reads; one that is handed on whole is another's to read. */
function silentQuestions(path: string, source: string): number {
  const all = nodesIn(parseSync(path, source).program as unknown as Node);
  const isRead = ({ node, parent }: Placed): boolean => {
    if (parent?.type === 'MemberExpression') return isNamed(parent.property, 'failed');
    if (parent?.type !== 'VariableDeclarator') return parent?.type === 'ReturnStatement';
    const { id } = parent;
    if (!isNode(id)) return false;
    if (id.type === 'ObjectPattern') return nodesIn(id).some(({ node: name }) => isNamed(name, 'failed'));
    const uses = all.filter((each) => isNamed(each.node, String(id.name)) && each.node !== id && each.node !== node);
    return uses.some(
      ({ node: use, parent: around }) =>
        around?.type !== 'MemberExpression' || around.object !== use || isNamed(around.property, 'failed'),
    );
  };
  return all
    .filter(({ node }) => node.type === 'CallExpression' && isNamed(node.callee, 'useAnswer'))
    .filter((call) => !isRead(call)).length;
}

it('every question of the page to the program has somebody who says why it has no answer', () => {
  const paths = globSync('src-renderer/**/*.{ts,tsx}', { cwd: root });
  const asking = paths
    .map((path) => [path.replaceAll('\\', '/'), readFileSync(join(root, path), 'utf8')] as const)
    .filter(([, source]) => /\bconst .*useAnswer\(|\breturn useAnswer\(/.test(source));
  expect(asking.length).toBeGreaterThan(15);
  const silent = asking.filter(([path, source]) => silentQuestions(path, source) > 0);
  expect(silent.map(([path]) => path)).toEqual(toldBeside);
});

it.each([
  ["const turns = useAnswer('a', null).answered?.value; show(turns);", 1],
  ["const { answered } = useAnswer('a', null);", 1],
  ["const asked = useAnswer('a', null); show(asked.answered);", 1],
  ["const show = () => { return useAnswer('a', null).answered; };", 1],
  ["const { answered, failed } = useAnswer('a', null);", 0],
  ["const asked = useAnswer('a', null); show(asked.failed ?? asked.answered);", 0],
  ["const asked = useAnswer('a', null); show([asked]);", 0],
])('a silent question is found: %s', (source, count) => expect(silentQuestions('a.ts', source)).toBe(count));
