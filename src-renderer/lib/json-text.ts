import { foldCase } from '../../src-main/shared/fold-case.ts';

/**
 * JSON as it is written, read piece by piece: a list or object is looked into when it is unfolded, so that a text of any size
 * and depth costs no more than what is seen of it. Numbers, repeated names and a missing end are shown as they are.
 */

export interface JsonNode {
  readonly kind: 'object' | 'array' | 'string' | 'number' | 'word' | 'broken';
  /** Where it begins in the text, and where what comes after it does. */
  readonly start: number;
  readonly end: number;
  /** Its end is there. */
  readonly isWhole: boolean;
}

interface JsonChild {
  /** Name of a member; null in a list. */
  readonly name: string | null;
  readonly index: number;
  /** Where its name begins, or itself where it has none. */
  readonly from: number;
  readonly node: JsonNode;
}

export interface JsonChildren {
  readonly children: readonly JsonChild[];
  /** It has more than these. */
  readonly isCut: boolean;
}

/** Of one list or object: more than anybody reads. */
const maxChildren = 20_000;
const words = /(?:true|false|null)(?![\w$])/y;
const numbers = /-?\d[\d.eE+-]*/y;
const spaces = /[ \t\r\n]*/y;
const bare = /[^,\]}\s]*/y;

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

const skipSpaces = (text: string, at: number): number => matchEnd(spaces, text, at);

/** Index after the closing quote of the string that begins at `start`; -1 where it does not end. */
function stringEnd(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (quote - 1 - slashes > start && text[quote - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return quote + 1;
  }
  return -1;
}

/** Index after the bracket that closes the one at `start`; -1 where there is none. Without recursion: depth is free. */
function containerEnd(text: string, start: number): number {
  const marks = /["[\]{}]/g;
  marks.lastIndex = start;
  let depth = 0;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    if (mark[0] === '"') {
      const end = stringEnd(text, mark.index);
      if (end === -1) return -1;
      marks.lastIndex = end;
      continue;
    }
    depth += mark[0] === '[' || mark[0] === '{' ? 1 : -1;
    if (depth === 0) return mark.index + 1;
  }
  return -1;
}

/** The value that begins at or after an index; broken where none does. */
export function nodeAt(text: string, from: number): JsonNode {
  const start = skipSpaces(text, from);
  const first = text[start];
  const made = (kind: JsonNode['kind'], end: number): JsonNode =>
    end === -1 ? { kind, start, end: text.length, isWhole: false } : { kind, start, end, isWhole: true };
  if (first === '{') return made('object', containerEnd(text, start));
  if (first === '[') return made('array', containerEnd(text, start));
  if (first === '"') return made('string', stringEnd(text, start));
  const word = matchEnd(words, text, start);
  if (word > start) return made('word', word);
  const number = matchEnd(numbers, text, start);
  if (number > start) return made('number', number);
  return { kind: 'broken', start, end: Math.max(start, matchEnd(bare, text, start)), isWhole: false };
}

/** The whole text as one value; null where it is none. What follows a value counts as broken. */
export function rootOf(text: string): JsonNode | null {
  const node = nodeAt(text, 0);
  if (node.kind !== 'object' && node.kind !== 'array') return null;
  return node.isWhole && skipSpaces(text, node.end) < text.length ? null : node;
}

/** What a list or object holds, as far as it can be read. */
export function childrenOf(text: string, node: JsonNode): JsonChildren {
  const children: JsonChild[] = [];
  if (node.kind !== 'object' && node.kind !== 'array') return { children, isCut: false };
  const limit = node.isWhole ? node.end - 1 : node.end;
  let at = skipSpaces(text, node.start + 1);
  while (at < limit) {
    if (children.length >= maxChildren) return { children, isCut: true };
    let name: string | null = null;
    const from = at;
    if (node.kind === 'object') {
      const end = text[at] === '"' ? stringEnd(text, at) : -1;
      if (end === -1) {
        const node: JsonNode = { kind: 'broken', start: at, end: limit, isWhole: false };
        children.push({ name: null, index: children.length, from: at, node });
        break;
      }
      name = decoded(text.slice(at, end));
      at = skipSpaces(text, end);
      if (text[at] === ':') at = skipSpaces(text, at + 1);
    }
    const child = nodeAt(text, at);
    children.push({ name, index: children.length, from, node: child });
    if (child.kind === 'broken' || !child.isWhole) break;
    at = skipSpaces(text, child.end);
    if (text[at] !== ',') break;
    at = skipSpaces(text, at + 1);
  }
  return { children, isCut: false };
}

/** A string's text from its JSON; what is no valid JSON stays as it is written. */
function decoded(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : json;
  } catch {
    return json.replace(/^"/, '').replace(/\\n/g, '\n').replace(/\\"/g, '"').replace(/\\t/g, '\t');
  }
}

/** A node's text: of a string what it says, of anything else its JSON. */
export function nodeText(text: string, node: JsonNode): string {
  const source = text.slice(node.start, node.end);
  return node.kind === 'string' ? decoded(source) : source;
}

/** The value of a member of an object; the last of that name, as JSON.parse has it. */
export function memberOf(text: string, node: JsonNode, name: string): JsonNode | null {
  return childrenOf(text, node).children.findLast((child) => child.name === name)?.node ?? null;
}

/** A path to a value as code writes it: `input[3].content[0].text`, `["odd name"]`. */
export function pathText(steps: readonly (string | number)[]): string {
  return steps
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (/^[A-Za-z_$][\w$]*$/.test(step)) return index === 0 ? step : `.${step}`;
      return `[${JSON.stringify(step)}]`;
    })
    .join('');
}

/** A value parsed, where it is whole and not longer than a reader can use; undefined otherwise. */
export function parsedNode(text: string, node: JsonNode, maxChars: number): unknown {
  if (!node.isWhole || node.end - node.start > maxChars) return undefined;
  try {
    return JSON.parse(text.slice(node.start, node.end));
  } catch {
    return undefined;
  }
}

/** Where a phrase stands in a folded text, as it was typed or as JSON writes it; at most `limit` places. */
export function placesOf(folded: string, phrase: string, limit: number): readonly number[] {
  const typed = foldCase(phrase);
  const written = JSON.stringify(typed).slice(1, -1);
  const places = new Set<number>();
  for (const wanted of new Set([typed, written])) {
    if (wanted === '') continue;
    for (
      let at = folded.indexOf(wanted);
      at !== -1 && places.size < limit;
      at = folded.indexOf(wanted, at + wanted.length)
    )
      places.add(at);
  }
  return [...places].toSorted((a, b) => a - b);
}
