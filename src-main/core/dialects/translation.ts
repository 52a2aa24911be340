import type { SlipstreamError } from '../../shared/errors.ts';
import type { Change } from '../../shared/model.ts';
import type { RawHeaders } from '../headers.ts';
import type { JsonObject } from '../json.ts';
import type { WireEvent } from '../wire-event.ts';
import type { AnswerLimits } from './answer-limits.ts';

/** A request of another dialect as a Responses turn. */
interface TranslatedRequest {
  /** A Responses body, not yet shaped for upstream. */
  readonly body: JsonObject;
  /** The client wants events; otherwise one JSON object. */
  readonly stream: boolean;
  /** What of the client's request has no place upstream, or another form there. */
  readonly changes: readonly Change[];
  /** Where the answer is to end; null where upstream decides. */
  readonly limits: AnswerLimits | null;
}

/** A turn of another dialect: its request, and the translator of its answer. */
export interface TranslatedTurn extends TranslatedRequest {
  /** A new one for each answer. */
  translator(): EventTranslator;
}

/** What the catalogue knows of models. */
export interface ModelFacts {
  /** Reasoning efforts the catalogue lists for a model, `-fast` aliases included; null for a model it does not know. */
  readonly efforts: (model: string) => readonly string[] | null;
  /** Models that clients may ask for. */
  readonly offered: () => readonly string[];
}

/** What is known beside a request's body. */
export interface ReadContext extends ModelFacts {
  readonly headers: RawHeaders;
}

/** Reads a request of another dialect. Throws `request_invalid` or `model_unknown`. */
export type ReadTurn = (body: JsonObject, context: ReadContext) => TranslatedTurn;

/** One server-sent event. */
export interface SseMessage {
  /** Null where the dialect names no events. */
  readonly event: string | null;
  /** A text goes out as it is. */
  readonly data: JsonObject | string;
}

/** Tells one turn's events in the client's dialect. Keeps what the rest of the turn needs, so each turn has its own. */
export interface EventTranslator {
  /** What a streaming client is to see for one event, in order; often nothing. Throws `upstream_invalid`. */
  event(event: WireEvent): readonly SseMessage[];
  /** What a streaming client is to see of a turn that broke off after its answer had begun. */
  failure(error: SlipstreamError): readonly SseMessage[];
  /** The whole answer for a client that asked for none of the events; after the terminal event, which was no failure. */
  answer(): JsonObject;
}
