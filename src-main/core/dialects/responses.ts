import { isUtf8 } from 'node:buffer';
import { SlipstreamError } from '../../shared/errors.ts';
import { isJsonObject, type JsonObject } from '../json.ts';

/** A Responses request, checked as far as Slipstream itself depends on it; the rest is upstream's to judge. */
export interface ResponsesRequest {
  readonly body: JsonObject;
  readonly raw: Buffer;
  /** The client wants events; otherwise one JSON object. */
  readonly stream: boolean;
  readonly isPrewarm: boolean;
}

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

/** Reads a Responses body. Throws `json_invalid` or `request_invalid`. */
export function parseResponsesRequest(raw: Buffer): ResponsesRequest {
  return readRequest(parseObject(raw), raw);
}

/** Reads a websocket message: a Responses body with a type. Throws `frame_type_unsupported` too. */
export function parseResponsesFrame(raw: Buffer): ResponsesRequest {
  const body = parseObject(raw);
  if (body.type !== 'response.create') throw new SlipstreamError('frame_type_unsupported');
  return readRequest(body, raw);
}

function parseObject(raw: Buffer): JsonObject {
  const body = parseText(raw);
  if (!isJsonObject(body))
    throw new SlipstreamError('request_invalid', { message: 'The request must be a JSON object.' });
  if (isDeeper(body, maxDepth))
    throw new SlipstreamError('request_invalid', { message: 'The request nests too deeply.' });
  return body;
}

function readRequest(body: JsonObject, raw: Buffer): ResponsesRequest {
  if (typeof body.model !== 'string' || body.model.trim() === '') {
    throw new SlipstreamError('request_invalid', { message: 'The request must name a "model".' });
  }
  // The name travels in headers too.
  if (body.model.length > maxModelChars || !/^[\x20-\x7e]+$/.test(body.model)) {
    throw new SlipstreamError('request_invalid', { message: 'The "model" must be a short name in plain ASCII.' });
  }
  // Some clients send the flag as a text.
  const stream = body.stream === true || body.stream === 'true';
  return { body, raw, stream, isPrewarm: body.generate === false };
}
