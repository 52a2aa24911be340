import { SlipstreamError } from '../../../shared/errors.ts';
import type { Change } from '../../../shared/model.ts';
import type { JsonObject } from '../../json.ts';
import { type AnswerLimits, readLimits } from '../answer-limits.ts';
import { withoutRepeats } from '../repeated-members.ts';
import { parseRequestObject, requireModel } from '../request-json.ts';

/** A body that could not stay as it came. */
interface Mended {
  readonly clientBody: Buffer;
  readonly changes: readonly Change[];
}

/** A Responses request, checked as far as Slipstream itself depends on it; the rest is upstream's to judge. */
export interface ResponsesRequest {
  readonly body: JsonObject;
  /** The text of `body`: as it came, but for members that it named more than once. */
  readonly raw: Buffer;
  /** What the client sent, and what was taken out of it; absent where nothing was. */
  readonly mended?: Mended;
  /** The client wants events; otherwise one JSON object. */
  readonly stream: boolean;
  readonly isPrewarm: boolean;
}

/** Reads a Responses body. Throws `json_invalid` or `request_invalid`. */
export function parseResponsesRequest(raw: Buffer): ResponsesRequest {
  return readRequest(parseRequestObject(raw), raw);
}

/** Where a client that is not Codex wants its answer to end; null where it does not say. */
export function readResponsesLimits(body: JsonObject): AnswerLimits | null {
  return readLimits(body, { stops: null, maxTokens: ['max_output_tokens'] }, null);
}

/** A websocket message: one that asks for a turn, or one of a type that only upstream knows. */
export type ResponsesFrame =
  | { readonly type: 'response.create'; readonly asked: ResponsesRequest }
  | { readonly type: 'unknown'; readonly name: string };

/** Reads a websocket message. Throws `json_invalid`, `request_invalid`, or `frame_type_unsupported` for one without a type. */
export function parseResponsesFrame(raw: Buffer): ResponsesFrame {
  const body = parseRequestObject(raw);
  if (body.type === 'response.create') return { type: 'response.create', asked: readRequest(body, raw) };
  if (typeof body.type !== 'string') throw new SlipstreamError('frame_type_unsupported');
  return { type: 'unknown', name: body.type };
}

function readRequest(body: JsonObject, raw: Buffer): ResponsesRequest {
  requireModel(body);
  // Some clients send the flag as a text.
  const stream = body.stream === true || body.stream === 'true';
  const isPrewarm = body.generate === false;
  const single = withoutRepeats(raw);
  if (single === null) return { body, raw, stream, isPrewarm };
  const mended = { clientBody: raw, changes: single.changes };
  return { body, raw: single.text, stream, isPrewarm, mended };
}
