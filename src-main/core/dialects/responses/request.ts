import { SlipstreamError } from '../../../shared/errors.ts';
import type { JsonObject } from '../../json.ts';
import { parseRequestObject, requireModel } from '../request-json.ts';

/** A Responses request, checked as far as Slipstream itself depends on it; the rest is upstream's to judge. */
export interface ResponsesRequest {
  readonly body: JsonObject;
  readonly raw: Buffer;
  /** The client wants events; otherwise one JSON object. */
  readonly stream: boolean;
  readonly isPrewarm: boolean;
}

/** Reads a Responses body. Throws `json_invalid` or `request_invalid`. */
export function parseResponsesRequest(raw: Buffer): ResponsesRequest {
  return readRequest(parseRequestObject(raw), raw);
}

/** Reads a websocket message: a Responses body with a type. Throws `frame_type_unsupported` too. */
export function parseResponsesFrame(raw: Buffer): ResponsesRequest {
  const body = parseRequestObject(raw);
  if (body.type !== 'response.create') throw new SlipstreamError('frame_type_unsupported');
  return readRequest(body, raw);
}

function readRequest(body: JsonObject, raw: Buffer): ResponsesRequest {
  requireModel(body);
  // Some clients send the flag as a text.
  const stream = body.stream === true || body.stream === 'true';
  return { body, raw, stream, isPrewarm: body.generate === false };
}
