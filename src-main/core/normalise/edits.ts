import type { Json } from '../json.ts';

/** Edits of a JSON object's own members: a value sets the member, undefined removes it. */
export type Edits = ReadonlyMap<string, Json | undefined>;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const opening = new Set([0x7b, 0x5b]);
const closing = new Set([0x7d, 0x5d]);

/** Index after the string that begins at `start`. */
function skipString(text: Buffer, start: number): number {
  let end = text.indexOf(quote, start + 1);
  while (end !== -1) {
    let slashes = 0;
    while (text[end - 1 - slashes] === backslash) slashes += 1;
    if (slashes % 2 === 0) return end + 1;
    end = text.indexOf(quote, end + 1);
  }
  return text.length;
}

/** Index of the comma or bracket that ends the value beginning at `start`. */
function skipValue(text: Buffer, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const byte = text[at] ?? 0;
    if (byte === quote) {
      at = skipString(text, at);
      continue;
    }
    if (depth === 0 && (byte === comma || closing.has(byte))) return at;
    if (opening.has(byte)) depth += 1;
    else if (closing.has(byte)) depth -= 1;
    at += 1;
  }
  return at;
}

interface Member {
  readonly key: string;
  /** From the key's quote to before the comma or the closing brace. */
  readonly start: number;
  readonly end: number;
}

/** The object's own members, in order, by position. `text` must be valid JSON of an object. */
function scanMembers(text: Buffer): {
  readonly members: readonly Member[];
  readonly bodyStart: number;
  readonly bodyEnd: number;
} {
  const members: Member[] = [];
  const bodyStart = text.indexOf('{') + 1;
  let at = text.indexOf(quote, bodyStart);
  let bodyEnd = text.lastIndexOf('}');
  while (at !== -1 && at < bodyEnd) {
    const keyEnd = skipString(text, at);
    const end = skipValue(text, text.indexOf(':', keyEnd) + 1);
    members.push({ key: JSON.parse(text.toString('utf8', at, keyEnd)), start: at, end });
    if (text[end] !== comma) {
      bodyEnd = end;
      break;
    }
    at = text.indexOf(quote, end + 1);
  }
  return { members, bodyStart, bodyEnd };
}

function memberText(key: string, value: Json): string {
  return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
}

/**
 * Applies edits to the text of a JSON object; members not named keep their very bytes and their order.
 * A new `type` comes first, where upstream looks for it, other new members last. A repeated member is edited as one.
 */
export function applyEdits(text: Buffer, edits: Edits): Buffer {
  if (edits.size === 0) return text;
  const { members } = scanMembers(text);
  const present = new Set(members.map((member) => member.key));
  const pieces: (Buffer | string)[] = [];
  const add = (piece: Buffer | string) => pieces.push(pieces.length === 0 ? '{' : ',', piece);
  const addNew = (wanted: (key: string) => boolean) => {
    for (const [key, value] of edits) {
      if (value !== undefined && !present.has(key) && wanted(key)) add(memberText(key, value));
    }
  };
  addNew((key) => key === 'type');
  const written = new Set<string>();
  for (const member of members) {
    if (!edits.has(member.key)) {
      add(text.subarray(member.start, member.end));
      continue;
    }
    const value = edits.get(member.key);
    if (value === undefined || written.has(member.key)) continue;
    written.add(member.key);
    add(memberText(member.key, value));
  }
  addNew((key) => key !== 'type');
  if (pieces.length === 0) return Buffer.from('{}');
  pieces.push('}');
  return Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));
}
