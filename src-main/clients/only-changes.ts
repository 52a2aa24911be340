import { isDeepStrictEqual } from 'node:util';
import { SlipstreamError } from '../shared/errors.ts';
import { said } from '../shared/words/said.ts';
import { itemNames } from './item-path.ts';

/** Names of members, the outermost first. */
export type ConfigPath = readonly string[];

/** No configuration is nested so deep; the stack would end a little later. */
const maxDepth = 200;

/** What an edit is to do to the values of a file; a null value takes it away. */
export type ConfigChange = readonly [path: ConfigPath, value: unknown];

/** The changes that setting an object, or a single value, at a path comes to. */
export function changesOf(path: ConfigPath, value: unknown): ConfigChange[] {
  return [...leavesOf(value, path)].map(([key, leaf]) => [JSON.parse(key), leaf]);
}

/** Makes sure that an edit did what it was to do and nothing else. Throws `client_file_invalid`. */
export function checkOnlyChanges(before: unknown, after: unknown, changes: readonly ConfigChange[]): void {
  const expected = leavesOf(before);
  for (const [path, value] of changes) {
    const key = JSON.stringify(path);
    const inside = `${key.slice(0, -1)},`;
    for (const leaf of [...expected.keys()]) if (leaf === key || leaf.startsWith(inside)) expected.delete(leaf);
    if (value !== null) expected.set(key, Array.isArray(value) ? plainOf(value) : value);
  }
  if (!isDeepStrictEqual(leavesOf(after), expected)) {
    throw new SlipstreamError('client_file_invalid', said('failures.client.form'));
  }
}

/**
 * Every value that holds no others, by its path as JSON; an empty table says nothing and is left out. Throws
 * `client_file_invalid` where they are nested too deep.
 */
function leavesOf(value: unknown, path: ConfigPath = []): Map<string, unknown> {
  if (Array.isArray(value)) return new Map([[JSON.stringify(path), plainOf(value, path.length)]]);
  return membersOf(value, path, leavesOf);
}

/** As `leavesOf`, but each element of a list stands for itself, under its name. */
export function leavesAndItemsOf(value: unknown, path: ConfigPath = []): Map<string, unknown> {
  if (!Array.isArray(value)) return membersOf(value, path, leavesAndItemsOf);
  const names = itemNames(value);
  return new Map(
    value.map((element, index) => [JSON.stringify([...path, { item: names[index] }]), plainOf(element, path.length)]),
  );
}

/** What is in a list, in objects of one kind: some readers make them without a prototype. */
function plainOf(value: unknown, depth = 0): unknown {
  checkDepth(depth);
  if (Array.isArray(value)) return value.map((element) => plainOf(element, depth + 1));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plainOf(member, depth + 1)]));
}

function checkDepth(depth: number): void {
  if (depth <= maxDepth) return;
  throw new SlipstreamError('client_file_invalid', said('failures.client.deep'));
}

function membersOf(value: unknown, path: ConfigPath, inner: typeof leavesOf): Map<string, unknown> {
  checkDepth(path.length);
  if (typeof value !== 'object' || value === null || value instanceof Date) {
    return new Map([[JSON.stringify(path), value]]);
  }
  return new Map(Object.entries(value).flatMap(([name, member]) => [...inner(member, [...path, name])]));
}
