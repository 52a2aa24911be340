import {
  createScanner,
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parse,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { SlipstreamError } from '../shared/errors.ts';
import { said } from '../shared/words/said.ts';
import { tell } from '../shared/words/told.ts';
import { type ItemPath, itemNames } from './item-path.ts';
import { lineNumber } from './text-edit.ts';

// The library reads; its `modify` leaves a member's comment behind, and comment-json writes the whole file anew.
const empty = '{}\n';

/** Numbers of the scanner's `SyntaxKind`, a const enum, which single files cannot import. */
const tokens = { comma: 5, lineBreak: 14, end: 17 } as const;

/** Reads JSON with comments and trailing commas; an empty text is an empty object. Throws `client_file_invalid`. */
export function readJsonc(text: string): unknown {
  return getNodeValue(rootOf(orEmpty(text)));
}

/** As `readJsonc`, for a program that ignores a file with comments or trailing commas. Throws `client_file_invalid`, which names it. */
export function readPlainJson(text: string, reader: string): unknown {
  const value = readJsonc(text);
  const errors: ParseError[] = [];
  parse(orEmpty(text), errors, { disallowComments: true });
  const [error] = errors;
  if (error === undefined) return value;
  throw new SlipstreamError(
    'client_file_invalid',
    said('failures.client.comments', { reader, line: String(lineNumber(text, error.offset)) }),
  );
}

/** Sets one value and makes the objects on the way to it. Comments, order and spacing stay. Throws `client_file_invalid`. */
export function setJsoncValue(text: string, path: ItemPath, value: unknown): string {
  const given = orEmpty(text);
  const root = rootOf(given);
  let parent = root;
  for (const [index, name] of path.entries()) {
    const found = childAt(parent, name);
    const rest = path.slice(index + 1);
    const isHolder = found?.type === (typeof rest[0] === 'object' ? 'array' : 'object');
    if (found === undefined || (!isHolder && rest.length > 0)) {
      const names = rest.flatMap((part) => (typeof part === 'string' ? [part] : []));
      // An element that is not there has no name to be made with.
      if (typeof name !== 'string' || names.length < rest.length) return text;
      const inner = names.reduceRight((member: unknown, key) => ({ [key]: member }), value);
      return found === undefined ? insertMember(given, parent, name, inner) : replace(given, found, inner);
    }
    parent = found;
  }
  return JSON.stringify(getNodeValue(parent)) === JSON.stringify(value) ? given : replace(given, parent, value);
}

/** Gives a value the spelling that it has in another text. Throws `client_file_invalid`. */
export function restoreJsoncValue(text: string, path: ItemPath, source: string): string {
  const original = nodeAt(source, path);
  if (original === undefined) return text;
  const node = nodeAt(text, path);
  if (node === undefined) return setJsoncValue(text, path, getNodeValue(original));
  const spelling = source.slice(original.offset, original.offset + original.length);
  return `${text.slice(0, node.offset)}${spelling}${text.slice(node.offset + node.length)}`;
}

/** Takes an object or a list away that holds nothing, comments included. Throws `client_file_invalid`. */
export function removeEmptyJsonc(text: string, path: ItemPath): string {
  const node = nodeAt(text, path);
  const isBlank = node !== undefined && text.slice(node.offset + 1, node.offset + node.length - 1).trim() === '';
  return isBlank ? removeJsoncValue(text, path) : text;
}

/** Adds a value at the end of an array. */
export function addToJsoncArray(text: string, path: ItemPath, value: unknown): string {
  const array = nodeAt(text, path);
  if (array?.type !== 'array') return text;
  const isPlain = typeof value !== 'object' && array.children?.length === 0;
  if (isPlain) return replaceWith(text, array, `[${JSON.stringify(value)}]`);
  return insertChild(text, array, (indent) => render(text, value, indent));
}

/** Takes a member, or an element of a list, away with its lines and the comment behind it; other lines stay. Throws `client_file_invalid`. */
export function removeJsoncValue(text: string, path: ItemPath): string {
  const node = nodeAt(text, path);
  const child = node?.parent?.type === 'property' ? node.parent : node;
  const siblings = child?.parent?.children;
  if (child === undefined || siblings === undefined) return text;
  const index = siblings.indexOf(child);
  const end = child.offset + child.length;
  const ownComma = commaAfter(text, end);
  const previous = siblings[index - 1];
  // Without a comma of its own it was the last, and the one before it becomes that.
  const otherComma =
    ownComma === null && previous !== undefined ? commaAfter(text, previous.offset + previous.length) : null;
  if (ownComma !== null && text.slice(end, ownComma).includes('\n')) {
    // Somebody has put lines between the two.
    const [before, after] = [extent(text, child.offset, end), extent(text, ownComma - 1, ownComma)];
    return `${text.slice(0, before[0])}${text.slice(before[1], after[0])}${text.slice(after[1])}`;
  }
  const [start, stop] = extent(text, child.offset, ownComma ?? end);
  if (otherComma === null) return `${text.slice(0, start)}${text.slice(stop)}`;
  // Blanks between the comma and a member on the same line go with both.
  const between = text.slice(otherComma, start);
  return `${text.slice(0, otherComma - 1)}${between.trim() === '' && !between.includes('\n') ? '' : between}${text.slice(stop)}`;
}

/** The node at a path, undefined where there is none. */
function nodeAt(text: string, path: ItemPath): Node | undefined {
  return path.reduce<Node | undefined>((node, part) => node && childAt(node, part), rootOf(orEmpty(text)));
}

function childAt(node: Node, part: ItemPath[number]): Node | undefined {
  if (typeof part === 'string') return findNodeAtLocation(node, [part]);
  const elements: unknown = getNodeValue(node);
  return Array.isArray(elements) ? node.children?.[itemNames(elements).indexOf(part.item)] : undefined;
}

/** Where the comma after a value ends; null: there is none. */
function commaAfter(text: string, from: number): number | null {
  const scanner = createScanner(text, true);
  scanner.setPosition(from);
  return Number(scanner.scan()) === tokens.comma ? scanner.getTokenOffset() + 1 : null;
}

/** What goes with a member: its whole lines where nothing else stands on them, else the blanks behind it. */
function extent(text: string, from: number, to: number): [start: number, stop: number] {
  const lineStart = text.lastIndexOf('\n', from - 1) + 1;
  const rest = /^[ \t]*(?:\/\/[^\r\n]*|\/\*(?:(?!\*\/)[^\r\n])*\*\/[ \t]*)?(?:\r?\n|$)/.exec(text.slice(to));
  if (text.slice(lineStart, from).trim() === '' && rest !== null) return [lineStart, to + rest[0].length];
  const blanks = /^[ \t]*/.exec(text.slice(to))?.[0].length ?? 0;
  return [from, /[}\]]/.test(text[to + blanks] ?? '') ? to : to + blanks];
}

function orEmpty(text: string): string {
  return text.trim() === '' ? empty : text;
}

function rootOf(text: string): Node {
  const errors: ParseError[] = [];
  const root = readTree(text, errors);
  const [error] = errors;
  if (error !== undefined || root?.type !== 'object') {
    const where =
      error === undefined
        ? tell('failures.client.noObject')
        : tell('failures.client.line', {
            line: String(lineNumber(text, error.offset)),
            why: printParseErrorCode(error.error),
          });
    throw new SlipstreamError(
      'client_file_invalid',
      said('failures.client.invalid.where', { language: 'JSON', where }),
    );
  }
  return root;
}

function readTree(text: string, errors: ParseError[]): Node | undefined {
  try {
    return parseTree(text, errors, { allowTrailingComma: true });
  } catch {
    // Too deep to be read.
    return undefined;
  }
}

function replace(text: string, node: Node, value: unknown): string {
  return replaceWith(text, node, render(text, value, indentation(text, node.offset)));
}

function replaceWith(text: string, { offset, length }: Node, spelling: string): string {
  return `${text.slice(0, offset)}${spelling}${text.slice(offset + length)}`;
}

/** Adds a member as the last of an object. */
function insertMember(text: string, object: Node, name: string, value: unknown): string {
  return insertChild(text, object, (indent) => `${JSON.stringify(name)}: ${render(text, value, indent)}`);
}

/** Adds what is spelled as the last of an object or a list, after the comments that belong to the one before it. */
function insertChild(text: string, object: Node, spelled: (indent: string) => string): string {
  const eol = eolOf(text);
  const close = object.offset + object.length - 1;
  const last = object.children?.at(-1);
  const outer = indentation(text, object.offset);
  const indent = last === undefined ? `${outer}${unitOf(text)}` : indentation(text, last.offset);
  const member = spelled(indent);
  if (last === undefined) {
    const kept = text.slice(0, close).trimEnd();
    return `${kept}${eol}${indent}${member}${eol}${outer}${text.slice(close)}`;
  }
  const lastEnd = last.offset + last.length;
  const { commaEnd, breakStart } = scanAfter(text, lastEnd, close);
  const comma = commaEnd === null ? ',' : '';
  if (breakStart === null) {
    const at = commaEnd ?? lastEnd;
    return `${text.slice(0, at)}${comma} ${member}${text.slice(at)}`;
  }
  const between = text.slice(lastEnd, breakStart);
  return `${text.slice(0, lastEnd)}${comma}${between}${eol}${indent}${member}${text.slice(breakStart)}`;
}

/** Where the comma after a value ends, and where the line it stands on ends, comments included; null: there is none. */
function scanAfter(text: string, from: number, close: number) {
  const scanner = createScanner(text, false);
  scanner.setPosition(from);
  let commaEnd: number | null = null;
  for (let kind = Number(scanner.scan()); kind !== tokens.end; kind = Number(scanner.scan())) {
    const at = scanner.getTokenOffset();
    if (at >= close) break;
    if (kind === tokens.comma) commaEnd = at + scanner.getTokenLength();
    // A comma may also stand on a line of its own, further down.
    if (kind === tokens.lineBreak && (commaEnd !== null || !commaFollows(text, at, close))) {
      return { commaEnd, breakStart: at };
    }
  }
  return { commaEnd, breakStart: null };
}

function commaFollows(text: string, from: number, close: number): boolean {
  const at = commaAfter(text, from);
  return at !== null && at <= close;
}

function render(text: string, value: unknown, indent: string): string {
  return JSON.stringify(value, null, unitOf(text)).replaceAll('\n', `${eolOf(text)}${indent}`);
}

function eolOf(text: string): string {
  return /\r\n|\n/.exec(text)?.[0] ?? '\n';
}

/** One step of the indentation that the file has. */
function unitOf(text: string): string {
  return /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
}

function indentation(text: string, offset: number): string {
  const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}
