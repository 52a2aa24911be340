import { isUtf8 } from 'node:buffer';
import { SlipstreamError } from '../../shared/errors.ts';
import { isJsonObject, type JsonObject } from '../json.ts';

/** Far more than any request needs, far less than what working on it could not bear. */
const maxDepth = 512;
const maxModelChars = 200;

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const members: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return levels === 0 || members.some((member) => isDeeper(member, levels - 1));
}

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

/** A request's body as a JSON object that is safe to work on. Throws `json_invalid` or `request_invalid`. */
export function parseRequestObject(raw: Buffer): JsonObject {
  const body = parseText(raw);
  if (!isJsonObject(body)) throw invalidRequest('The request must be a JSON object.');
  if (isDeeper(body, maxDepth)) throw invalidRequest('The request nests too deeply.');
  return body;
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
