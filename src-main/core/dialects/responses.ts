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
  const body = parseText(raw);
  if (!isJsonObject(body))
    throw new SlipstreamError('request_invalid', { message: 'The request must be a JSON object.' });
  if (typeof body.model !== 'string' || body.model.trim() === '') {
    throw new SlipstreamError('request_invalid', { message: 'The request must name a "model".' });
  }
  // Some clients send the flag as a text.
  const stream = body.stream === true || body.stream === 'true';
  return { body, raw, stream, isPrewarm: body.generate === false };
}
