import { cutAt } from '../shared/cut-text.ts';
import type { Json, JsonObject } from './json.ts';
import { noteSource, sourcePieces } from './json-source.ts';

/** Long values as JSON texts, piece by piece: exactly what JSON.stringify makes of them. */

const pieceChars = 64 * 1024;
/** What is written between two rests. */
const sliceBytes = 128 * 1024;

/** About how long a value is, counted no further than one piece. */
function roughChars(value: Json | undefined, left: number): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 8;
  let chars = 2;
  if (Array.isArray(value)) {
    for (const each of value) {
      chars += 1 + roughChars(each, left - chars);
      if (chars > left) break;
    }
    return chars;
  }
  for (const [key, each] of Object.entries(value)) {
    chars += key.length + 4 + roughChars(each, left - chars);
    if (chars > left) break;
  }
  return chars;
}

/** The pieces of a value's text. */
export function* jsonPieces(value: Json): Generator<string, void> {
  if (typeof value === 'string' && value.length > pieceChars) {
    yield '"';
    for (let from = 0; from < value.length; ) {
      const to = cutAt(value, from + pieceChars);
      yield JSON.stringify(value.slice(from, to)).slice(1, -1);
      from = to;
    }
    yield '"';
    return;
  }
  if (typeof value !== 'object' || value === null || roughChars(value, pieceChars) <= pieceChars) {
    yield JSON.stringify(value);
    return;
  }
  if (Array.isArray(value)) {
    yield '[';
    for (const [index, each] of value.entries()) {
      if (index > 0) yield ',';
      yield* jsonPieces(each ?? null);
    }
    yield ']';
    return;
  }
  yield '{';
  let isFirst = true;
  for (const [key, each] of Object.entries(value)) {
    if (each === undefined) continue;
    yield `${isFirst ? '' : ','}${JSON.stringify(key)}:`;
    isFirst = false;
    yield* jsonPieces(each);
  }
  yield '}';
}

/** A value's text, of which whatever stayed as it was read is written as it came. */
export function jsonText(value: Json): readonly (Buffer | string)[] {
  const source = sourcePieces(value);
  if (source !== null) return source;
  if (!Array.isArray(value)) return [JSON.stringify(value)];
  const parts: (Buffer | string)[] = [];
  let plain: Json[] = [];
  const flush = () => {
    if (plain.length > 0) parts.push(parts.length === 0 ? '' : ',', JSON.stringify(plain).slice(1, -1));
    plain = [];
  };
  for (const item of value) {
    const text = sourcePieces(item);
    if (text === null) plain.push(item);
    else {
      flush();
      parts.push(parts.length === 0 ? '' : ',', ...text);
    }
  }
  flush();
  return ['[', ...parts, ']'];
}

/** The text of an object, with rests; each item of its lists is known by its text from then on. `aboutBytes`: its length, about. */
export function* writeInSlices(object: JsonObject, aboutBytes: number): Generator<void, Buffer> {
  const items: { readonly item: Json; readonly start: number; readonly end: number }[] = [];
  let room = Buffer.allocUnsafe(aboutBytes);
  let [at, sinceRest] = [0, 0];
  const add = (text: string) => {
    const bytes = Buffer.byteLength(text);
    if (at + bytes > room.length) room = Buffer.concat([room.subarray(0, at)], (at + bytes) * 2);
    at += room.write(text, at);
    sinceRest += bytes + 64;
  };
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) continue;
    add(`${at === 0 ? '{' : ','}${JSON.stringify(key)}:`);
    if (Array.isArray(value)) add('[');
    for (const [index, item] of Array.isArray(value) ? value.entries() : [[0, value] as const]) {
      if (index > 0) add(',');
      const start = at;
      for (const piece of jsonPieces(item)) {
        add(piece);
        if (sinceRest < sliceBytes) continue;
        sinceRest = 0;
        yield;
      }
      items.push({ item, start, end: at });
    }
    if (Array.isArray(value)) add(']');
  }
  add(at === 0 ? '{}' : '}');
  const text = room.subarray(0, at);
  for (const { item, start, end } of items) noteSource(item, text.subarray(start, end));
  return text;
}
