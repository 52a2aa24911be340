import { isDeepStrictEqual } from 'node:util';
import { isAlias, isCollection, isMap, isPair, isScalar, isSeq, type Node, type YAMLMap, type YAMLSeq } from 'yaml';
import { type ItemPath, valueAt } from './item-path.ts';
import { lineStart, splice } from './text-edit.ts';
import { readYaml, type YamlFile, type YamlPlace, yamlPlace } from './yaml-document.ts';

// The library reads, and says where everything is; written by it the whole file would get its own spacing and quotes.

/** What is written as an element of a list: a map of texts, and of lists of texts. */
export type YamlItem = Readonly<Record<string, string | readonly string[]>>;

/** Characters that JSON leaves as they are, and YAML does not let stand. */
const unprintable = /[\u007f-\u009f\ufeff\ufffe\uffff]/g;
/** Before an element of a list, on its line. */
const dash = /^[ \t]*-[ \t]+$/;

/** Sets one value of a map. Comments, order and spelling of all else stay; so does a text that it cannot be set in. Throws `client_file_invalid`. */
export function setYamlValue(text: string, path: ItemPath, value: unknown): string {
  const file = readYaml(text);
  const place = yamlPlace(file, path);
  if (place === null) return insertMember(file, path, value);
  const { node } = place;
  if (isDeepStrictEqual(valueAt(file.value, path), value) || !isInLine(node)) return text;
  return spellAt(text, node, flow(value));
}

/** Adds maps at the end of a list, which is made where it is missing. Throws `client_file_invalid`. */
export function addToYamlList(text: string, path: ItemPath, items: readonly YamlItem[]): string {
  const file = readYaml(text);
  const place = yamlPlace(file, path);
  if (place === null) return insertMember(file, path, items);
  const { node, parent, index } = place;
  if (isSeq(node)) return addToList(file, node, items);
  const pair = parent.items[index];
  if (!isScalar(node) || node.value !== null || !isPair(pair) || !isScalar(pair.key) || !node.range) return text;
  // A key that says nothing yet: "models:", perhaps with a comment.
  const [start, end] = node.range;
  const indent = ' '.repeat(columnOf(text, pair.key.range?.[0] ?? 0) + 2);
  const bare = readYaml(splice(text, [start, end], ''));
  return insertLines(bare, start, itemLines(items, indent));
}

/** Takes a member or an element away, with its lines and the comment on them. Throws `client_file_invalid`. */
export function removeYamlValue(text: string, path: ItemPath): string {
  const file = readYaml(text);
  const place = yamlPlace(file, path);
  if (place === null) return text;
  const { parent, index } = place;
  if (parent.flow === true) return removeInLine(text, parent, index);
  const lines = linesOf(text, place);
  if (lines === null) return text;
  const removed = splice(text, lines, '');
  const list = isSeq(parent) && parent.items.length === 1 ? keyEnd(file, path.slice(0, -1)) : null;
  // A list without elements is spelled so.
  return list === null ? removed : splice(removed, [list, list], ' []');
}

/** Gives a value the spelling that it has in another text. Throws `client_file_invalid`. */
export function restoreYamlValue(text: string, path: ItemPath, source: string): string {
  const original = readYaml(source);
  const from = yamlPlace(original, path);
  if (from === null) return text;
  const to = yamlPlace(readYaml(text), path);
  if (to === null) return setYamlValue(text, path, valueAt(original.value, path));
  if (isInLine(from.node) && isInLine(to.node)) return spellAt(text, to.node, source.slice(...spanOf(from.node)));
  if (isInLine(to.node) && to.parent.flow === true) return spellAt(text, to.node, flow(valueAt(original.value, path)));
  const [lines, old] = [linesOf(text, to), linesOf(source, from)];
  return lines === null || old === null ? text : splice(text, lines, source.slice(...old));
}

/** Takes a map or a list away that holds nothing. Throws `client_file_invalid`. */
export function removeEmptyYaml(text: string, path: ItemPath): string {
  const node = yamlPlace(readYaml(text), path)?.node;
  return isCollection(node) && node.items.length === 0 ? removeYamlValue(text, path) : text;
}

/** A value on one line, as JSON, which is YAML. */
function flow(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    unprintable,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A member as lines: a list of maps gets lines for each of them. */
export function memberLines(name: string, value: unknown, indent: string): string[] {
  const isList = Array.isArray(value) && value.some((item) => typeof item === 'object');
  const key = /^[A-Za-z][\w-]*$/.test(name) ? name : flow(name);
  if (!isList) return [`${indent}${key}: ${flow(value)}`];
  return [`${indent}${key}:`, ...itemLines(value, `${indent}  `)];
}

function itemLines(items: readonly YamlItem[], indent: string): string[] {
  return items.flatMap((item) =>
    Object.entries(item).flatMap(([name, value], index) =>
      memberLines(name, value, index === 0 ? `${indent}- ` : `${indent}  `),
    ),
  );
}

function insertMember(file: YamlFile, path: ItemPath, value: unknown): string {
  const { text, eol, root } = file;
  const name = path.at(-1);
  const above = path.slice(0, -1);
  if (typeof name !== 'string') return text;
  if (root === null && above.length === 0) {
    const ended = text === '' || text.endsWith('\n') ? text : `${text}${eol}`;
    return `${ended}${memberLines(name, value, '').join(eol)}${eol}`;
  }
  const parent = above.length === 0 ? root : yamlPlace(file, above)?.node;
  if (!isMap(parent)) return text;
  if (parent.flow === true) return addInLine(text, parent, `${flow(name)}: ${flow(value)}`);
  const last = parent.items.at(-1);
  if (last === undefined || !isScalar(last.key) || !last.key.range) return text;
  const indent = ' '.repeat(columnOf(text, last.key.range[0]));
  return insertLines(file, contentEnd(last), memberLines(name, value, indent));
}

function addToList(file: YamlFile, list: YAMLSeq, items: readonly YamlItem[]): string {
  if (list.flow === true) return addInLine(file.text, list, items.map(flow).join(', '));
  const indent = ' '.repeat(columnOf(file.text, list.range?.[0] ?? 0));
  return insertLines(file, contentEnd(list.items.at(-1)), itemLines(items, indent));
}

/** Adds to a map or a list between braces or brackets. */
function addInLine(text: string, holder: YAMLMap | YAMLSeq, added: string): string {
  const last = holder.items.at(-1);
  const at = last === undefined ? (holder.range?.[0] ?? 0) + 1 : contentEnd(last);
  return splice(text, [at, at], last === undefined ? added : `, ${added}`);
}

function removeInLine(text: string, holder: YAMLMap | YAMLSeq, index: number): string {
  const start = contentStart(holder.items[index]);
  const next = holder.items[index + 1];
  if (next !== undefined) return splice(text, [start, contentStart(next)], '');
  const previous = holder.items[index - 1];
  return splice(text, [previous === undefined ? start : contentEnd(previous), contentEnd(holder.items[index])], '');
}

/** The lines of a member or an element; null where something else stands on them. */
function linesOf(text: string, { parent, index }: YamlPlace): [start: number, end: number] | null {
  const item: unknown = parent.items[index];
  const start = contentStart(item);
  const line = lineStart(text, start);
  const before = text.slice(line, start);
  if (parent.flow === true || !(isSeq(parent) ? dash.test(before) : before.trim() === '')) return null;
  return [line, lineEnd(text, contentEnd(item))];
}

/** Just after the colon of the key that a list hangs on; null where it hangs on none. */
function keyEnd(file: YamlFile, path: ItemPath): number | null {
  const place = yamlPlace(file, path);
  const pair: unknown = place?.parent.items[place.index];
  if (!isPair(pair)) return null;
  const end = contentEnd(pair.key);
  const colon = /^[ \t]*:/.exec(file.text.slice(end, end + 100));
  return colon === null ? null : end + colon[0].length;
}

/** Whether it is spelled without lines of its own: a text, an alias, or what stands between brackets. */
function isInLine(node: unknown): node is Node {
  if (isScalar(node)) return node.type !== 'BLOCK_LITERAL' && node.type !== 'BLOCK_FOLDED';
  return isAlias(node) || (isCollection(node) && node.flow === true);
}

function spanOf({ range }: Node): [start: number, end: number] {
  return [range?.[0] ?? 0, range?.[1] ?? 0];
}

function spellAt(text: string, node: Node, spelling: string): string {
  const [start, end] = spanOf(node);
  // What says nothing begins right behind its colon, perhaps right before a comment.
  const before = text[start - 1] === ':' ? ' ' : '';
  const after = start === end && /\S/.test(text[end] ?? '') ? ' ' : '';
  return splice(text, [start, end], `${before}${spelling}${after}`);
}

function contentStart(item: unknown): number {
  const node = isPair(item) ? item.key : item;
  return isCollection(node) || isScalar(node) || isAlias(node) ? spanOf(node)[0] : 0;
}

/** Where what it says ends; behind the last line break for a text of many lines. */
function contentEnd(item: unknown): number {
  if (isPair(item)) return item.value === null ? contentEnd(item.key) : contentEnd(item.value);
  const isOpen = isCollection(item) && item.flow !== true && item.items.length > 0;
  if (isOpen) return contentEnd(item.items.at(-1));
  return isCollection(item) || isScalar(item) || isAlias(item) ? spanOf(item)[1] : 0;
}

/** Adds whole lines after the one that ends what is said at `end`. */
function insertLines({ text, eol }: YamlFile, end: number, lines: readonly string[]): string {
  const at = lineEnd(text, end);
  const isEnded = at === 0 || text[at - 1] === '\n';
  const added = isEnded ? lines.map((line) => `${line}${eol}`) : lines.map((line) => `${eol}${line}`);
  return splice(text, [at, at], added.join(''));
}

function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/** Just after the line break that ends what is said before `end`, or the end of the text. */
function lineEnd(text: string, end: number): number {
  if (end > 0 && text[end - 1] === '\n') return end;
  const at = text.indexOf('\n', end);
  return at === -1 ? text.length : at + 1;
}
