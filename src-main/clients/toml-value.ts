import type { AST } from 'toml-eslint-parser';

/** A table has no prototype, so that no key of a file can mean anything but itself. */
type Table = Record<string, unknown>;

/** The values of a TOML file that was read, as tables without a prototype, lists, texts, numbers, dates and yes or no. */
export function tomlFileValue(program: AST.TOMLProgram): unknown {
  const [top] = program.body;
  const root = newTable();
  for (const node of top.body) {
    // A header makes its table even where nothing stands below it.
    const table = node.type === 'TOMLTable' ? tableOf(root, node.resolvedKey) : root;
    for (const member of node.type === 'TOMLTable' ? node.body : [node]) setMember(table, member);
  }
  return root;
}

function newTable(): Table {
  return Object.create(null);
}

/** The table at a path, made with those on the way to it; a number in the path is a place in a list of tables. */
function tableOf(root: Table, path: readonly (string | number)[]): Table {
  let table: Table | unknown[] = root;
  for (const [index, name] of path.entries()) {
    const isList = typeof path[index + 1] === 'number';
    const holder = table as Record<string | number, Table | unknown[]>;
    holder[name] ??= isList ? [] : newTable();
    table = holder[name];
  }
  return table as Table;
}

function setMember(table: Table, { key, value }: AST.TOMLKeyValue): void {
  const names = key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value));
  const last = names.pop();
  if (last !== undefined) tableOf(table, names)[last] = contentOf(value);
}

function contentOf(node: AST.TOMLContentNode): unknown {
  if (node.type === 'TOMLArray') return node.elements.map(contentOf);
  if (node.type !== 'TOMLInlineTable') return node.value;
  const table = newTable();
  for (const member of node.body) setMember(table, member);
  return table;
}
