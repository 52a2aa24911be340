import { isUtf8 } from 'node:buffer';
import { SlipstreamError } from '../../shared/errors.ts';
import type { Change } from '../../shared/model.ts';
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { countNames, readJson } from '../json-read.ts';
import { scanJson } from '../json-scan.ts';
import { writeInSlices } from '../json-write.ts';
import { atOnce, inSlices, type Slices } from '../slices.ts';
import { withPlainNames } from './plain-names.ts';

/** Far more than any request needs (the longest conversations have thousands of items), far less than what working on it could not bear. */
const limits = {
  depth: 512,
  values: 250_000,
  members: 5_000,
  nameBytes: 64 * 1024,
  bareBytes: 8 * 1024 * 1024,
} as const;
const maxInputItems = 20_000;
const maxModelChars = 200;
/** Longer bodies are worked on in slices. */
const longBytes = 256 * 1024;
/** Of a long body, what is longer than this is read piece by piece. */
const longValueBytes = 64 * 1024;

/** Whether work on a body, or on what became of it, is too much for one turn of the event loop. */
export function isLong(raw: Buffer): boolean {
  return raw.length > longBytes;
}

/** A `request_invalid` that says what is wrong with a request. */
export function invalidRequest(message: string): SlipstreamError {
  return new SlipstreamError('request_invalid', { message });
}

const countOf = (list: unknown) => (Array.isArray(list) ? list.length : 0);

/** A request's body, and its text if that could not stay as it came. */
export interface ReadRequest {
  readonly body: JsonObject;
  /** The text of `body`. */
  readonly raw: Buffer;
  /** What was done to the text that came; nothing where it is `raw`. */
  readonly changes: readonly Change[];
}

/** Reads a request's body in slices, if it is long. Throws `json_invalid`, `request_invalid` or `body_too_large`. */
export async function readRequestObject(raw: Buffer): Promise<ReadRequest> {
  return isLong(raw) ? inSlices(slicesOf(raw)) : atOnce(slicesOf(raw));
}

/** The same at once. */
export function parseRequestObject(raw: Buffer): ReadRequest {
  return atOnce(slicesOf(raw));
}

function* slicesOf(raw: Buffer): Slices<ReadRequest> {
  if (!isUtf8(raw)) throw new SlipstreamError('json_invalid', { message: 'The request is not valid UTF-8.' });
  const { value, mayRepeat } = yield* readValue(raw);
  if (!isJsonObject(value)) throw invalidRequest('The request must be a JSON object.');
  const items = Math.max(countOf(value.input), countOf(value.messages));
  if (items > maxInputItems)
    throw new SlipstreamError('body_too_large', { message: `The request holds more than ${maxInputItems} items.` });
  const plain = mayRepeat ? yield* withPlainNames(raw) : null;
  if (plain === null) return { body: value, raw, changes: [] };
  const again = yield* readValue(plain.text);
  return { body: isJsonObject(again.value) ? again.value : value, raw: plain.text, changes: plain.changes };
}

/** A body made of a long one, as its text: its items can be sent as they are written here. */
export async function writeRequest(body: JsonObject, madeOf: Buffer): Promise<Buffer> {
  return isLong(madeOf)
    ? inSlices(writeInSlices(body, madeOf.length + madeOf.length / 8))
    : Buffer.from(JSON.stringify(body));
}

/** Such a text is within all limits but two, however it is made. */
const usualBytes = 64 * 1024;

/**
 * The value of a short text that is written as JSON.stringify writes it, as most are: no name in it is repeated or has an
 * escape, and no number has lost a digit. Null for every other text, and for one beyond the limits.
 */
function readUsual(raw: Buffer): Json | null {
  if (raw.length > usualBytes) return null;
  const text = raw.toString('utf8');
  try {
    const value: Json = JSON.parse(text);
    return JSON.stringify(value) === text && isWithin(value, 1) ? value : null;
  } catch {
    return null;
  }
}

function isWithin(value: Json | undefined, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  const held = Object.values(value);
  if (depth > limits.depth || (held.length > limits.members && !Array.isArray(value))) return false;
  for (const each of held) if (!isWithin(each, depth + 1)) return false;
  return true;
}

/** The value of a text within limits, and whether names in it are repeated or written with escapes. */
function* readValue(raw: Buffer): Slices<{ readonly value: Json; readonly mayRepeat: boolean }> {
  const usual = readUsual(raw);
  if (usual !== null) return { value: usual, mayRepeat: false };
  const scan = yield* scanJson(raw, limits, isLong(raw) ? longValueBytes : Number.POSITIVE_INFINITY);
  if (scan.depth > limits.depth) throw invalidRequest('The request nests too deeply.');
  if (scan.values > limits.values)
    throw new SlipstreamError('body_too_large', {
      message: `The request holds more than ${limits.values} JSON values.`,
    });
  if (scan.members > limits.members)
    throw invalidRequest(`The request names more than ${limits.members} members in one object.`);
  if (scan.nameBytes > limits.nameBytes) throw invalidRequest('The request has a member whose name is too long.');
  if (scan.bareBytes > limits.bareBytes)
    throw new SlipstreamError('body_too_large', { message: 'The request is too large without its texts.' });
  try {
    const value = yield* readJson(raw, scan);
    return { value, mayRepeat: scan.escapedNames > 0 || countNames(value, scan) < scan.names };
  } catch (cause) {
    throw new SlipstreamError('json_invalid', { cause });
  }
}

/** The model that a request names. Throws `request_invalid`. */
export function requireModel(body: JsonObject): string {
  if (typeof body.model !== 'string' || body.model.trim() === '') {
    throw invalidRequest('The request must name a "model".');
  }
  // The name travels in headers too.
  if (body.model.length > maxModelChars || !/^[\x20-\x7e]+$/.test(body.model)) {
    throw invalidRequest('The "model" must be a short name in plain ASCII.');
  }
  return body.model;
}
