/** A look over JSON text before anything is built of it. Linear, without recursion; the text need not be valid. */

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** Over so many characters a loop is faster than a search, and after every quote that a search finds and that ends nothing. */
const shortString = 48;

/** Index after the string that begins at `start`; the text's length where it does not end. */
export function skipString(text: Buffer, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    const limit = Math.min(text.length, at + shortString);
    while (at < limit) {
      const byte = text[at];
      if (byte === quote) return at + 1;
      at += byte === backslash ? 2 : 1;
    }
    const end = text.indexOf(quote, at);
    if (end === -1) return text.length;
    let slashes = 0;
    // What lies before `at` has been looked at; an escape does not reach over it.
    while (end - 1 - slashes >= at && text[end - 1 - slashes] === backslash) slashes += 1;
    if (slashes % 2 === 0) return end + 1;
    at = end + 1;
  }
  return text.length;
}

/** Index of the comma or bracket that ends the value beginning at `start`. */
function skipValue(text: Buffer, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const byte = text[at];
    if (byte === quote) {
      at = skipString(text, at);
      continue;
    }
    if (depth === 0 && (byte === comma || byte === closeBrace || byte === closeBracket)) return at;
    if (byte === openBrace || byte === openBracket) depth += 1;
    else if (byte === closeBrace || byte === closeBracket) depth -= 1;
    at += 1;
  }
  return at;
}

export interface JsonLimits {
  readonly depth: number;
  readonly values: number;
  /** Of the outermost object or list. */
  readonly members: number;
}

/** How much a text holds: levels of nesting, and values and outermost members at the most; counted no further than the limits. */
export function measureJson(text: Buffer, limits: JsonLimits): JsonLimits {
  let [depth, deepest, values, members, at] = [0, 0, 1, 1, 0];
  while (at < text.length) {
    const byte = text[at];
    if (byte === quote) {
      at = skipString(text, at);
      continue;
    }
    if (byte === openBrace || byte === openBracket) {
      depth += 1;
      values += 1;
      if (depth > deepest) deepest = depth;
      if (deepest > limits.depth) break;
    } else if (byte === closeBrace || byte === closeBracket) depth -= 1;
    else if (byte === comma) {
      values += 1;
      if (depth === 1) members += 1;
      if (values > limits.values || members > limits.members) break;
    }
    at += 1;
  }
  return { depth: deepest, values, members };
}

/** A member of an object, by its place in the text. */
export interface JsonMember {
  readonly key: string;
  /** From the key's quote to before the comma or the closing brace. */
  readonly start: number;
  readonly end: number;
  readonly valueStart: number;
}

/** The members of the object that begins at `from`, in order, the first `most` of them. The text must be valid JSON. */
export function membersOf(
  text: Buffer,
  from = 0,
  most = Number.POSITIVE_INFINITY,
): { readonly members: readonly JsonMember[]; readonly end: number } {
  const members: JsonMember[] = [];
  let at = nextMember(text, text.indexOf(openBrace, from) + 1);
  while (text[at] === quote && members.length < most) {
    const keyEnd = skipString(text, at);
    const valueStart = text.indexOf(':', keyEnd) + 1;
    const end = skipValue(text, valueStart);
    members.push({ key: JSON.parse(text.toString('utf8', at, keyEnd)), start: at, end, valueStart });
    if (text[end] !== comma) return { members, end };
    at = nextMember(text, end + 1);
  }
  return { members, end: at };
}

/** Index of the next quote or closing brace. */
function nextMember(text: Buffer, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== quote && text[at] !== closeBrace) at += 1;
  return at;
}
