import { isExactNumber, type Json } from './json.ts';
import { parseExactly } from './json-exact.ts';
import { backslash, closeBrace, closeBracket, colon, comma, openBrace, openBracket, quote } from './json-marks.ts';
import { type JsonMember, type JsonScan, noteMembers, skipContainer, skipString, skipValue } from './json-scan.ts';
import { noteSource } from './json-source.ts';

/**
 * JSON texts as values, piece by piece: a long text holds nobody up, and names with escapes, which JSON.parse of V8 takes for
 * others that begin alike once it has seen those, are read as they are written.
 */

const letterU = 0x75;

/** Of a string that is read at once, and of what is read between two rests. */
const pieceBytes = 128 * 1024;
/** Longer numbers are no numbers. */
const maxNumberChars = 4 * 1024;

/** The value of a text that was looked over; rests now and then. Throws a SyntaxError for what is no JSON. */
export function* readJson(text: Buffer, { pieces, hasLongNumber }: JsonScan): Generator<void, Json> {
  const parse = hasLongNumber ? parseExactly : (part: string): Json => JSON.parse(part);
  return pieces.size === 0 ? parse(text.toString('utf8')) : yield* new Reader(text, pieces, parse).whole();
}

/** Member names of a value and of what it holds: fewer than its text has where the text repeats some. */
export function countNames(value: Json, scan: Pick<JsonScan, 'hasLongNumber'>): number {
  if (typeof value !== 'object' || value === null || (scan.hasLongNumber && isExactNumber(value))) return 0;
  let count = 0;
  for (const each of Object.values(value))
    if (typeof each === 'object' && each !== null) count += countNames(each, scan);
  return Array.isArray(value) ? count : count + Object.keys(value).length;
}

class Reader {
  readonly #text: Buffer;
  readonly #pieces: JsonScan['pieces'];
  readonly #parse: (part: string) => Json;
  #at = 0;
  #sinceRest = 0;

  constructor(text: Buffer, pieces: JsonScan['pieces'], parse: (part: string) => Json) {
    this.#text = text;
    this.#pieces = pieces;
    this.#parse = parse;
  }

  *whole(): Generator<void, Json> {
    const value = yield* this.#value();
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#fail();
    return value;
  }

  *#value(): Generator<void, Json> {
    this.#skipSpace();
    const start = this.#at;
    const end = this.#pieces.get(start);
    const first = this.#text[start];
    if (end === undefined) return yield* this.#short(first);
    if (first === quote) {
      this.#at = end;
      return yield* this.#longString(start, end);
    }
    if (first === openBrace) return yield* this.#object();
    const list = yield* this.#list();
    noteSource(list, this.#text.subarray(start, this.#at));
    return list;
  }

  /** What JSON.parse can read at once. */
  *#short(first: number | undefined): Generator<void, Json> {
    const start = this.#at;
    if (first === quote) this.#at = skipString(this.#text, start);
    else if (first === openBrace || first === openBracket) this.#at = skipContainer(this.#text, start);
    else {
      this.#at = skipValue(this.#text, start);
      if (this.#at - start > maxNumberChars) this.#fail();
    }
    yield* this.#rest(this.#at - start);
    const value = this.#parse(this.#text.toString('utf8', start, this.#at));
    if (typeof value === 'object' && value !== null) noteSource(value, this.#text.subarray(start, this.#at));
    return value;
  }

  *#list(): Generator<void, Json> {
    const items: Json[] = [];
    this.#at += 1;
    this.#skipSpace();
    if (this.#text[this.#at] === closeBracket) {
      this.#at += 1;
      return items;
    }
    for (;;) {
      items.push(yield* this.#value());
      if (this.#endsWith(closeBracket)) return items;
    }
  }

  *#object(): Generator<void, Json> {
    const object: Record<string, Json> = {};
    const members: JsonMember[] = [];
    const from = this.#at;
    this.#at += 1;
    this.#skipSpace();
    if (this.#text[this.#at] === closeBrace) {
      this.#at += 1;
      return object;
    }
    for (;;) {
      this.#skipSpace();
      const start = this.#at - from;
      const key = this.#name();
      const valueStart = this.#at - from;
      const value = yield* this.#value();
      if (key === '__proto__')
        Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
      else object[key] = value;
      this.#skipSpace();
      members.push({ key, start, valueStart, end: this.#at - from });
      if (!this.#endsWith(closeBrace)) continue;
      this.#noteObject(object, from, members);
      return object;
    }
  }

  #noteObject(object: Json, from: number, members: readonly JsonMember[]): void {
    const isWhole = from === 0 && this.#at === this.#text.length;
    const text = isWhole ? this.#text : this.#text.subarray(from, this.#at);
    noteSource(object, text);
    noteMembers(text, members);
  }

  #name(): string {
    const start = this.#at;
    if (this.#text[start] !== quote) this.#fail();
    this.#at = skipString(this.#text, start);
    const name: string = JSON.parse(this.#text.toString('utf8', start, this.#at));
    this.#skipSpace();
    if (this.#text[this.#at] !== colon) this.#fail();
    this.#at += 1;
    return name;
  }

  /** Steps over what follows a value: a comma, or the end of what holds it. */
  #endsWith(close: number): boolean {
    this.#skipSpace();
    const byte = this.#text[this.#at];
    this.#at += 1;
    if (byte !== comma && byte !== close) this.#fail();
    return byte === close;
  }

  *#longString(start: number, end: number): Generator<void, string> {
    const text = this.#text;
    const last = end - 1;
    // Without escapes it is what is written, and need not be put together from its pieces.
    const isPlain = !text.subarray(start + 1, last).includes(backslash);
    const parts: string[] = [];
    for (let from = start + 1; from < last; ) {
      const to = cutBefore(text, from, Math.min(from + pieceBytes, last), last);
      const part: string = JSON.parse(`"${text.toString('utf8', from, to)}"`);
      if (!isPlain) parts.push(part);
      yield* this.#rest(to - from);
      from = to;
    }
    if (text[last] !== quote) this.#fail();
    return isPlain ? text.toString('utf8', start + 1, last) : parts.join('');
  }

  *#rest(bytes: number): Generator<void, void> {
    // A value costs something, however short it is.
    this.#sinceRest += bytes + 64;
    if (this.#sinceRest < pieceBytes) return;
    this.#sinceRest = 0;
    yield;
  }

  #skipSpace(): void {
    for (;;) {
      const byte = this.#text[this.#at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.#at += 1;
    }
  }

  #fail(): never {
    throw new SyntaxError(`Unexpected text at byte ${this.#at}`);
  }
}

/** The last place up to `wanted` where a string can be cut: not within a character, not within an escape. */
function cutBefore(text: Buffer, from: number, wanted: number, last: number): number {
  if (wanted === last) return last;
  let at = wanted;
  while (at > from + 1 && ((text[at] ?? 0) & 0xc0) === 0x80) at -= 1;
  const escapeStart = startOfEscape(text, from, at);
  return escapeStart > from ? escapeStart : at;
}

/** Where the escape begins that reaches over `at`; `at` where none does. */
function startOfEscape(text: Buffer, from: number, at: number): number {
  const isEscaping = (index: number) => {
    let run = 0;
    while (index - run >= from && text[index - run] === backslash) run += 1;
    return run % 2 === 1;
  };
  if (isEscaping(at - 1)) return at - 1;
  for (let back = 1; back <= 4; back += 1) {
    if (text[at - back] === letterU && isEscaping(at - back - 1)) return at - back - 1;
  }
  return at;
}
