import { SlipstreamError } from '../../../shared/errors.ts';
import type { Change } from '../../../shared/model.ts';
import type { JsonObject } from '../../json.ts';
import { type AnswerLimits, readLimits } from '../answer-limits.ts';
import { invalidRequest, type ReadRequest, requireModel } from '../request-json.ts';

/** A body that could not stay as it came. */
interface Mended {
  readonly clientBody: Buffer;
  readonly changes: readonly Change[];
}

/** A Responses request, checked as far as Slipstream itself depends on it; the rest is upstream's to judge. */
export interface ResponsesRequest {
  readonly body: JsonObject;
  /** The text of `body`: as it came, but for names that it wrote more than once or with escapes. */
  readonly raw: Buffer;
  /** What the client sent, and what was changed in it; absent where nothing was. */
  readonly mended?: Mended;
  /** The client wants events; otherwise one JSON object. */
  readonly stream: boolean;
  readonly isPrewarm: boolean;
}

/** Reads a Responses body. `clientBody` is the text that came. Throws `request_invalid`. */
export function readResponsesRequest({ body, raw, changes }: ReadRequest, clientBody: Buffer): ResponsesRequest {
  requireModel(body);
  // Some clients send the flag as a text.
  const stream = body.stream === true || body.stream === 'true';
  const asked = { body, raw, stream, isPrewarm: body.generate === false };
  return changes.length === 0 ? asked : { ...asked, mended: { clientBody, changes } };
}

/** Members of a request whose tokens are to be counted that stand for what was said before. */
const namedHistory = ['previous_response_id', 'conversation', 'prompt'];

/** A Responses body whose input is to be counted. Throws `request_invalid` where not all of it is there. */
export function readCounted(body: JsonObject): JsonObject {
  for (const name of namedHistory)
    if (body[name] !== undefined && body[name] !== null)
      throw invalidRequest(`What "${name}" stands for cannot be counted here: send the whole input instead.`);
  const { input } = body;
  if (input !== undefined && input !== null && typeof input !== 'string' && !Array.isArray(input))
    throw invalidRequest('"input" must be a text or a list of items.');
  return body;
}

/** Where a client that is not Codex wants its answer to end; null where it does not say. */
export function readResponsesLimits(body: JsonObject): AnswerLimits | null {
  return readLimits(body, { stops: null, maxTokens: ['max_output_tokens'] }, null);
}

const laneName = /^[\w.-]{1,256}$/;

/** The lane of its websocket that a client that is not Codex asks for a turn in; null where it names none. Throws `request_invalid`. */
export function laneNameOf({ stream_id: name }: JsonObject): string | null {
  if (name === undefined || name === null) return null;
  if (typeof name === 'string' && laneName.test(name)) return name;
  throw invalidRequest('"stream_id" must have 1 to 256 letters, digits, "_", "." and "-".');
}

/** A websocket message: one that asks for a turn, or one of a type that only upstream knows, as it may go up. */
export type ResponsesFrame =
  | { readonly type: 'response.create'; readonly asked: ResponsesRequest }
  | { readonly type: 'unknown'; readonly name: string; readonly raw: Buffer };

/** Reads a websocket message. Throws `request_invalid`, or `frame_type_unsupported` for one without a type. */
export function readResponsesFrame(read: ReadRequest, clientBody: Buffer): ResponsesFrame {
  const { type } = read.body;
  if (type === 'response.create') return { type, asked: readResponsesRequest(read, clientBody) };
  if (typeof type !== 'string') throw new SlipstreamError('frame_type_unsupported');
  return { type: 'unknown', name: type, raw: read.raw };
}
