import { isUtf8 } from 'node:buffer';
import { SlipstreamError } from '../../shared/errors.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { type JsonMember, measureJson, membersOf } from '../json-scan.ts';

/** Far more than any request needs, far less than what working on it could not bear. */
const limits = { depth: 512, values: 1_000_000, members: 10_000 } as const;
const maxInputItems = 100_000;
const maxModelChars = 200;

function parseText(raw: Buffer): unknown {
  if (!isUtf8(raw)) throw new SlipstreamError('json_invalid', { message: 'The request is not valid UTF-8.' });
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch (cause) {
    throw new SlipstreamError('json_invalid', { cause });
  }
}

/** A `request_invalid` that says what is wrong with a request. */
export function invalidRequest(message: string): SlipstreamError {
  return new SlipstreamError('request_invalid', { message });
}

/** For an object with more members than any request needs. */
function tooManyMembers(): SlipstreamError {
  return invalidRequest(`The request names more than ${limits.members} members in one object.`);
}

const countOf = (list: unknown) => (Array.isArray(list) ? list.length : 0);

/** A request's body as a JSON object that is safe to work on. Throws `json_invalid`, `request_invalid` or `body_too_large`. */
export function parseRequestObject(raw: Buffer): JsonObject {
  const { depth, values, members } = measureJson(raw, limits);
  if (depth > limits.depth) throw invalidRequest('The request nests too deeply.');
  if (values > limits.values)
    throw new SlipstreamError('body_too_large', { message: 'The request holds more than a million JSON values.' });
  if (members > limits.members) throw tooManyMembers();
  const body = parseText(raw);
  if (!isJsonObject(body)) throw invalidRequest('The request must be a JSON object.');
  const items = Math.max(countOf(body.input), countOf(body.messages));
  if (items > maxInputItems)
    throw new SlipstreamError('body_too_large', { message: `The request holds more than ${maxInputItems} items.` });
  return body;
}

/** The members of an object in a request's text. Throws `request_invalid` for more than any request needs; repeated ones count each. */
export function requestMembers(text: Buffer, from?: number): readonly JsonMember[] {
  const { members } = membersOf(text, from, limits.members + 1);
  if (members.length > limits.members) throw tooManyMembers();
  return members;
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
