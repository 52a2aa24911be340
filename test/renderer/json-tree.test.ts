import { describe, expect, it } from 'vitest';
import { childrenOf, nodeAt, nodeText, pathText, placesOf, rootOf } from '../../src-renderer/lib/json-text.ts';
import { JsonTree, previewOf } from '../../src-renderer/lib/json-tree.ts';

/** The tree with everything unfolded, as lines: depth, name, text. */
function lines(text: string, limit = 100): string[] {
  const tree = new JsonTree(text);
  const open = new Set<number>();
  for (let more = true; more; ) {
    const closed = tree.rows(open).filter(({ canOpen, isOpen }) => canOpen && !isOpen);
    for (const { id } of closed.slice(0, limit)) open.add(id);
    more = closed.length > 0 && open.size < limit;
  }
  return tree.rows(open).map(({ depth, name, node, isOpen }) => {
    const said = isOpen ? node.kind : nodeText(text, node);
    return `${'.'.repeat(depth)}${name ?? ''}=${said}${node.isWhole ? '' : '…'}`;
  });
}

describe('the tree of a JSON text', () => {
  it.each([
    [
      'members and items',
      '{"a":[1,{"b":null}],"c":"x"}',
      ['=object', '.a=array', '..0=1', '..1=object', '...b=null', '.c=x'],
    ],
    ['white space', ' {\n "a" : true ,\t"b": -1.5e3 } ', ['=object', '.a=true', '.b=-1.5e3']],
    ['nothing', '{"a":{},"b":[]}', ['=object', '.a={}', '.b=[]']],
    [
      'names twice, numbers beyond any type',
      '{"a":1,"a":12345678901234567890.0}',
      ['=object', '.a=1', '.a=12345678901234567890.0'],
    ],
    [
      'names of prototypes',
      '{"__proto__":{"x":1},"constructor":2}',
      ['=object', '.__proto__=object', '..x=1', '.constructor=2'],
    ],
    ['escapes', '{"a\\"b":"\\u00e4\\n\\\\"}', ['=object', '.a"b=ä\n\\']],
    ['brackets in texts', '{"a":"}]{[\\""}', ['=object', '.a=}]{["']],
    ['an end that is missing in a text', '{"a":1,"b":"xy', ['=object…', '.a=1', '.b=xy…']],
    ['an end that is missing in a name', '{"a":1,"b', ['=object…', '.a=1', '.="b…']],
    ['an end that is missing in lists', '{"a":[1,[2,', ['=object…', '.a=array…', '..0=1', '..1=array…', '...0=2']],
    ['what is no value', '{"a":nul,"b":1}', ['=object', '.a=nul…']],
    ['no comma', '[1 2]', ['=array', '.0=1']],
  ])('has %s', (_name, text, expected) => expect(lines(text)).toEqual(expected));

  it.each(['', '7', '"text"', 'not json', '{"a":1} trailing', 'data: {"a":1}\n\n'])('is not one of %j', (text) => {
    expect(rootOf(text)).toBeNull();
    expect(new JsonTree(text).rows(new Set([0]))).toEqual([]);
  });

  it('takes any depth, without looking into more than is unfolded', () => {
    const depth = 100_000;
    const tree = new JsonTree('['.repeat(depth) + ']'.repeat(depth));
    expect(tree.rows(new Set([0, 1, 2])).map((row) => row.depth)).toEqual([0, 1, 2, 3]);
    expect(tree.root?.end).toBe(2 * depth);
  });

  it('shows no more of a list than anybody reads, and says so', () => {
    const tree = new JsonTree(`[${'1,'.repeat(30_000)}1]`);
    const rows = tree.rows(new Set([0]));
    expect(rows).toHaveLength(20_002);
    expect(rows.at(-1)).toMatchObject({ isRest: true, depth: 1 });
  });

  it('reads a body of 5 MB in no time that is felt', () => {
    const item = JSON.stringify({ role: 'user', content: 'so and "so" on \\ '.repeat(40) });
    const text = `{"input":[${Array(6_500).fill(item).join(',')}],"last":1}`;
    expect(text.length).toBeGreaterThan(5_000_000);
    const started = performance.now();
    const tree = new JsonTree(text);
    const [root, input] = tree.rows(new Set([0]));
    expect(tree.rows(new Set([root?.id ?? -1, input?.id ?? -1]))).toHaveLength(6_503);
    // 40 ms where the machine is idle.
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('finds the way to any place of the text', () => {
    const text = '{"a":[1,{"odd name":"needle"}],"needle":2}';
    const tree = new JsonTree(text);
    const found = tree.places('NEEDLE', 10).map((at) => tree.pathTo(at));
    expect(found.map((path) => pathText(path?.steps ?? []))).toEqual(['a[1]["odd name"]', 'needle']);
    expect(found[0]?.open).toEqual([0, 5, 8]);
    // Of the line itself, too, whatever it holds.
    for (const { id, node } of tree.rows(new Set([0, 5, 8]))) expect(tree.pathTo(id)?.node).toEqual(node);
    expect(tree.pathTo(text.length)).toBeNull();
  });

  it('finds a phrase as it was typed and as JSON writes it, up to a limit', () => {
    expect(placesOf('{"a":"x\\ny","b":"x"}', 'x\ny', 9)).toEqual([6]);
    expect(placesOf('a.a.a', '.', 1)).toEqual([1]);
    expect(placesOf('İİx', 'x', 9)).toEqual([2]);
  });

  it('shows the beginning of a value on one line', () => {
    const long = JSON.stringify({ a: 'line\n'.repeat(200) });
    const { node } = childrenOf(long, nodeAt(long, 0)).children[0] ?? { node: nodeAt('', 0) };
    expect(previewOf(long, node)).toMatch(/^(line )+.{0,5}…$/);
    expect(previewOf(long, node).length).toBeLessThan(170);
  });
});
