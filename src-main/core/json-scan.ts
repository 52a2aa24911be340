import { exactDigits } from './json-exact.ts';
import { backslash, closeBrace, closeBracket, colon, comma, openBrace, openBracket, quote } from './json-marks.ts';

/** A look over JSON text before anything is built of it. Linear, without recursion; the text need not be valid. */

/** Over so many characters a loop is faster than a search, and after every quote that a search finds and that ends nothing. */
const shortString = 48;

const [zero, nine] = [0x30, 0x39];
const [point, exponent, largeExponent] = [0x2e, 0x65, 0x45];

/**
 * Looks for the end of a string from a place inside it that no escape reaches over: the index after its closing quote, or, where
 * it goes on to `until` or further, the complement (`~`) of such a place to look on from.
 */
function stringEnd(text: Buffer, from: number, until: number): number {
  let at = from;
  while (at < until) {
    const limit = Math.min(until, at + shortString);
    while (at < limit) {
      const byte = text[at];
      if (byte === quote) return at + 1;
      at += byte === backslash ? 2 : 1;
    }
    if (at >= until) break;
    const end = text.indexOf(quote, at);
    if (end === -1) return text.length;
    let slashes = 0;
    // What lies before `at` has been looked at; an escape does not reach over it.
    while (end - 1 - slashes >= at && text[end - 1 - slashes] === backslash) slashes += 1;
    if (slashes % 2 === 0) return end + 1;
    at = end + 1;
  }
  return ~at;
}

/** Index after the string that begins at `start`; the text's length where it does not end. */
export function skipString(text: Buffer, start: number): number {
  const end = stringEnd(text, start + 1, text.length);
  return end < 0 ? text.length : end;
}

/** Index after the list or object that begins at `start`; the text's length where it does not end. */
export function skipContainer(text: Buffer, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const byte = text[at];
    if (byte === quote) {
      at = skipString(text, at);
      continue;
    }
    at += 1;
    if (byte === openBrace || byte === openBracket) depth += 1;
    else if ((byte === closeBrace || byte === closeBracket) && depth === 1) return at;
    else if (byte === closeBrace || byte === closeBracket) depth -= 1;
  }
  return at;
}

/** Index of the comma or bracket that ends the value beginning at `start`. */
export function skipValue(text: Buffer, start: number): number {
  let at = start;
  while (at < text.length) {
    const byte = text[at];
    if (byte === comma || byte === closeBrace || byte === closeBracket) return at;
    if (byte === quote) at = skipString(text, at);
    else if (byte === openBrace || byte === openBracket) at = skipContainer(text, at);
    else at += 1;
  }
  return at;
}

export interface JsonLimits {
  readonly depth: number;
  readonly values: number;
  /** Of any one object. */
  readonly members: number;
  /** Of the longest name, its quotes included. */
  readonly nameBytes: number;
  /** Outside of strings: brackets, numbers, white space. */
  readonly bareBytes: number;
}

/** How much a text holds, at the most where it is no valid JSON; counted no further than the limits. */
export interface JsonScan extends JsonLimits {
  /** Names of members, repeated ones each. */
  readonly names: number;
  /** Names that are written with an escape. */
  readonly escapedNames: number;
  /** It may hold a number that JavaScript's own have no room for: one of many digits, or with an exponent. */
  readonly hasLongNumber: boolean;
  /** Start → end of what JSON.parse is not given in one piece: long strings, long lists and objects, and those with escaped names. */
  readonly pieces: ReadonlyMap<number, number>;
}

/** Work goes on for so many bytes between two rests. */
const strideBytes = 512 * 1024;

/** An object or list whose end is not reached. */
interface Open {
  readonly start: number;
  readonly isObject: boolean;
  members: number;
  isPiece: boolean;
}

/** Looks over a text; rests now and then. Values longer than `longBytes` are pieces. */
export function* scanJson(text: Buffer, limits: JsonLimits, longBytes: number): Generator<void, JsonScan> {
  const pieces = new Map<number, number>();
  const open: Open[] = [];
  let [deepest, values, members, names, escapedNames] = [0, 1, 0, 0, 0];
  let [at, restAt, nameStart, nameEnd, nameBytes, bareBytes] = [0, strideBytes, 0, 0, 0, 0];
  let [digits, hasLongNumber] = [0, false];
  while (at < text.length) {
    if (at >= restAt) {
      restAt = at + strideBytes;
      if (bareBytes > limits.bareBytes) break;
      yield;
    }
    const byte = text[at];
    if (byte === quote) {
      nameStart = at;
      let end = stringEnd(text, at + 1, restAt);
      while (end < 0 && ~end < text.length) {
        yield;
        restAt = ~end + strideBytes;
        end = stringEnd(text, ~end, restAt);
      }
      if (end < 0) end = text.length;
      if (end - at > longBytes) pieces.set(at, end);
      at = end;
      nameEnd = end;
      continue;
    }
    bareBytes += 1;
    if (byte !== undefined && byte >= zero && byte <= nine) {
      digits += 1;
      if (digits === exactDigits) hasLongNumber = true;
    } else if (digits > 0 && byte !== point) {
      if (byte === exponent || byte === largeExponent) hasLongNumber = true;
      digits = 0;
    }
    const inside = open.at(-1);
    if (byte === openBrace || byte === openBracket) {
      open.push({ start: at, isObject: byte === openBrace, members: 1, isPiece: false });
      values += 1;
      deepest = Math.max(deepest, open.length);
      if (deepest > limits.depth) break;
    } else if ((byte === closeBrace || byte === closeBracket) && inside !== undefined) {
      open.pop();
      if (inside.isObject && inside.members > members) members = inside.members;
      if (!inside.isPiece && at + 1 - inside.start <= longBytes) {
        at += 1;
        continue;
      }
      pieces.set(inside.start, at + 1);
      const around = open.at(-1);
      if (around !== undefined) around.isPiece = true;
    } else if (byte === comma) {
      values += 1;
      if (inside !== undefined) inside.members += 1;
      if (inside?.isObject && inside.members > members) members = inside.members;
      if (values > limits.values || members > limits.members) break;
    } else if (byte === colon && inside?.isObject) {
      names += 1;
      nameBytes = Math.max(nameBytes, nameEnd - nameStart);
      if (nameBytes > limits.nameBytes) break;
      if (hasEscape(text, nameStart)) {
        escapedNames += 1;
        inside.isPiece = true;
      }
    }
    at += 1;
  }
  return { depth: deepest, values, members, nameBytes, bareBytes, names, escapedNames, hasLongNumber, pieces };
}

/** Whether the string that begins at `start` holds an escape. */
function hasEscape(text: Buffer, start: number): boolean {
  let at = start + 1;
  while (at < text.length && text[at] !== quote && text[at] !== backslash) at += 1;
  return text[at] === backslash;
}

/** A member of an object, by its place in the text. */
export interface JsonMember {
  readonly key: string;
  /** From the key's quote to before the comma or the closing brace. */
  readonly start: number;
  readonly end: number;
  readonly valueStart: number;
}

/** Of texts that were looked through. */
const knownMembers = new WeakMap<Buffer, readonly JsonMember[]>();

/** Remembers where the members of a text are that nobody changes. */
export function noteMembers(text: Buffer, members: readonly JsonMember[]): void {
  knownMembers.set(text, members);
}

/** The members of the object that a text is, in order. The text must be valid JSON, and stay as it is. */
export function membersOf(text: Buffer): readonly JsonMember[] {
  const known = knownMembers.get(text);
  if (known !== undefined) return known;
  const members = findMembers(text);
  noteMembers(text, members);
  return members;
}

function findMembers(text: Buffer): readonly JsonMember[] {
  const members: JsonMember[] = [];
  let at = nextMember(text, text.indexOf(openBrace) + 1);
  while (text[at] === quote) {
    const keyEnd = skipString(text, at);
    const valueStart = text.indexOf(colon, keyEnd) + 1;
    const end = skipValue(text, valueStart);
    members.push({ key: nameOf(text.toString('utf8', at + 1, keyEnd - 1)), start: at, end, valueStart });
    if (text[end] !== comma) break;
    at = nextMember(text, end + 1);
  }
  return members;
}

/** A name as it is written between its quotes. */
function nameOf(written: string): string {
  return written.includes('\\') ? JSON.parse(`"${written}"`) : written;
}

/** Index of the next quote or closing brace. */
function nextMember(text: Buffer, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== quote && text[at] !== closeBrace) at += 1;
  return at;
}

/** What gives a text its form, less its values. */
export type JsonToken =
  | { readonly kind: 'open'; readonly isObject: boolean }
  | { readonly kind: 'close' | 'comma' }
  | { readonly kind: 'name'; readonly start: number; readonly end: number };

/** The tokens of valid JSON, in order, with a null now and then for a rest. */
export function* tokensOf(text: Buffer): Generator<JsonToken | null, void> {
  let [at, restAt, nameStart, nameEnd] = [0, strideBytes, 0, 0];
  while (at < text.length) {
    if (at >= restAt) {
      restAt = at + strideBytes;
      yield null;
    }
    const byte = text[at];
    if (byte === quote) {
      nameStart = at;
      at = skipString(text, at);
      nameEnd = at;
      continue;
    }
    if (byte === colon) yield { kind: 'name', start: nameStart, end: nameEnd };
    else if (byte === comma) yield { kind: 'comma' };
    else if (byte === openBrace || byte === openBracket) yield { kind: 'open', isObject: byte === openBrace };
    else if (byte === closeBrace || byte === closeBracket) yield { kind: 'close' };
    at += 1;
  }
}
