import { errorTable, type SlipstreamError } from '../../shared/errors.ts';
import { isJsonObject, type JsonObject } from '../json.ts';

/** The error's members as OpenAI clients read them; upstream's own words where upstream refused. */
export function errorMembers(error: SlipstreamError): JsonObject {
  const upstream = isJsonObject(error.upstreamBody) ? error.upstreamBody.error : null;
  if (isJsonObject(upstream)) return upstream;
  return { message: error.message, type: errorTable[error.code].type, code: error.code, param: null };
}

/** An HTTP error body in the OpenAI form; what upstream sent passes as it came. */
export function errorBody(error: SlipstreamError): JsonObject {
  return isJsonObject(error.upstreamBody) ? error.upstreamBody : { error: errorMembers(error) };
}

/** An in-band error for a websocket client (reference/codex-official.md §2). */
export function errorFrame(error: SlipstreamError): JsonObject {
  return { type: 'error', status: error.status, error: errorMembers(error) };
}
