import { tomlLiteral } from '../shared/client-snippets.ts';
import type { ConfigPath } from './only-changes.ts';
import { lineStart, splice } from './text-edit.ts';
import {
  isInside,
  isSamePath,
  readToml,
  type TomlDocument,
  type TomlEntry,
  type TomlScalar,
  tomlKey,
  tomlValue,
} from './toml-document.ts';

/** Sets one value. What is there keeps its place, its spelling and its comments. Throws `client_file_invalid`. */
export function setTomlValue(text: string, path: ConfigPath, value: TomlScalar): string {
  return tomlValue(readToml(text), path) === value ? text : setLiteral(text, path, tomlLiteral(value));
}

/** Gives a value the spelling that it has in another text, whatever its type. Throws `client_file_invalid`. */
export function restoreTomlValue(text: string, path: ConfigPath, source: string): string {
  const entry = entryAt(readToml(source), path);
  return entry === undefined ? text : setLiteral(text, path, source.slice(...entry.node.value.range));
}

/** Sets members of a table, which is made where it is missing. Throws `client_file_invalid`. */
export function setTomlTable(text: string, path: ConfigPath, members: Readonly<Record<string, TomlScalar>>): string {
  const document = readToml(text);
  if (tomlValue(document, path) === undefined) return insertTable(document, path, members);
  return Object.entries(members).reduce((done, [name, value]) => setTomlValue(done, [...path, name], value), text);
}

/** Takes a value away, with its line and the comment on it. Throws `client_file_invalid`. */
export function removeTomlValue(text: string, path: ConfigPath): string {
  const document = readToml(text);
  const entry = entryAt(document, path);
  if (entry === undefined) return text;
  const [start, end] = entry.node.range;
  if (entry.inline === null) return splice(text, [lineStart(text, start), lineEnd(text, end)], '');
  const { body } = entry.inline;
  const index = body.indexOf(entry.node);
  const next = body[index + 1];
  if (next !== undefined) return splice(text, [start, next.range[0]], '');
  const previous = body[index - 1];
  return splice(text, [previous === undefined ? start : previous.range[1], end], '');
}

/** Takes a table away that holds nothing, with its header; comments in it stay. Throws `client_file_invalid`. */
export function removeEmptyTomlTable(text: string, path: ConfigPath): string {
  const document = readToml(text);
  if (entryAt(document, path) !== undefined) return removeTomlValue(text, path);
  const header = document.sections.find((one) => isSamePath(one.path, path) && one.body.length === 0)?.header;
  if (!header) return text;
  const before = text.slice(0, lineStart(text, header.range[0]));
  const after = text.slice(lineEnd(text, header.key.range[1]));
  // The blank line that set it off goes with it, unless it now sets off something else.
  const isGap = after === '' || /^\r?\n/.test(after);
  return `${isGap ? before.replace(/(\n)\r?\n$/, '$1') : before}${after}`;
}

function setLiteral(text: string, path: ConfigPath, literal: string): string {
  const document = readToml(text);
  const entry = entryAt(document, path);
  return entry === undefined ? insert(document, path, literal) : splice(text, entry.node.value.range, literal);
}

function entryAt(document: TomlDocument, path: ConfigPath): TomlEntry | undefined {
  return document.entries.find((entry) => isSamePath(entry.path, path));
}

/** Adds a value to the table it belongs to, in the form that the table has. */
function insert(document: TomlDocument, path: ConfigPath, literal: string): string {
  const parent = path.slice(0, -1);
  const own = path.slice(-1);
  const table = entryAt(document, parent);
  if (table?.node.value.type === 'TOMLInlineTable') {
    return insertInline(document.text, table, `${tomlKey(own)} = ${literal}`);
  }
  const section = document.sections.find((one) => isSamePath(one.path, parent));
  const last = section?.body.at(-1);
  const line = (start: number, key: ConfigPath) => `${indentation(document.text, start)}${tomlKey(key)} = ${literal}`;
  if (last !== undefined) return insertLines(document, last.range[1], [line(last.range[0], own)]);
  if (section?.header) return insertLines(document, section.header.key.range[1], [line(section.header.range[0], own)]);
  const sibling = document.entries.findLast(
    (entry) => isInside(entry.path, parent) && entry.container.length < parent.length,
  );
  if (sibling !== undefined) return insertBeside(document, sibling, [[path, literal]]);
  if (parent.length > 0) return appendSection(document, parent, [line(document.text.length, own)]);
  // Before all headers, since what follows a header belongs to it.
  const separator = document.text === '' ? '' : document.eol;
  return `${line(document.text.length, own)}${document.eol}${separator}${document.text}`;
}

function insertTable(document: TomlDocument, path: ConfigPath, members: Readonly<Record<string, TomlScalar>>): string {
  const parent = path.slice(0, -1);
  const pairs = Object.entries(members).map(([name, value]) => `${tomlKey([name])} = ${tomlLiteral(value)}`);
  const inlineTable = `{ ${pairs.join(', ')} }`;
  const table = entryAt(document, parent);
  if (table?.node.value.type === 'TOMLInlineTable') {
    return insertInline(document.text, table, `${tomlKey(path.slice(-1))} = ${inlineTable}`);
  }
  // The parent exists by dotted keys alone: `model_providers.other.name = "x"`.
  const sibling = document.entries.findLast(
    (entry) => isInside(entry.path, parent) && entry.container.length < parent.length,
  );
  if (sibling?.inline) return insertBeside(document, sibling, [[path, inlineTable]]);
  if (sibling !== undefined) {
    const lines = Object.entries(members).map(([name, value]) => [[...path, name], tomlLiteral(value)] as const);
    return insertBeside(document, sibling, lines);
  }
  return appendSection(document, path, pairs);
}

/** Adds a member to an inline table. */
function insertInline(text: string, { node }: TomlEntry, member: string): string {
  if (node.value.type !== 'TOMLInlineTable') return text;
  const last = node.value.body.at(-1);
  if (last === undefined) return splice(text, node.value.range, `{ ${member} }`);
  return splice(text, [last.range[1], last.range[1]], `, ${member}`);
}

/** Adds keys next to one whose table has no header of its own. */
function insertBeside(
  document: TomlDocument,
  sibling: TomlEntry,
  added: readonly (readonly [path: ConfigPath, literal: string])[],
): string {
  const { container, inline, node } = sibling;
  const members = added.map(([path, literal]) => `${tomlKey(path.slice(container.length))} = ${literal}`);
  if (inline !== null) return splice(document.text, [node.range[1], node.range[1]], `, ${members.join(', ')}`);
  const indent = indentation(document.text, node.range[0]);
  return insertLines(
    document,
    node.range[1],
    members.map((member) => `${indent}${member}`),
  );
}

function appendSection({ text, eol }: TomlDocument, path: ConfigPath, lines: readonly string[]): string {
  const ended = text === '' || text.endsWith('\n') ? text : `${text}${eol}`;
  const gap = ended === '' || /\n\r?\n$/.test(ended) ? '' : eol;
  return `${ended}${gap}${[`[${tomlKey(path)}]`, ...lines].map((line) => `${line}${eol}`).join('')}`;
}

/** Adds whole lines after the one that holds `offset`. */
function insertLines({ text, eol }: TomlDocument, offset: number, lines: readonly string[]): string {
  const at = lineEnd(text, offset);
  const isEnded = text.slice(0, at).endsWith('\n');
  const added = isEnded ? lines.map((line) => `${line}${eol}`) : lines.map((line) => `${eol}${line}`);
  return splice(text, [at, at], added.join(''));
}

/** Just after the line break, or the end of the text. */
function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at === -1 ? text.length : at + 1;
}

function indentation(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))?.[0] ?? '';
}
