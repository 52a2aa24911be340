import type { SlipstreamError } from '../../shared/errors.ts';
import type { RawHeaders } from '../headers.ts';
import type { Json, JsonObject } from '../json.ts';
import type { AnswerForm } from './answer-limits.ts';
import type { ReadContext, ReadTurn } from './translation.ts';

/** Upstream does not say when a model was made; clients only want a number. */
export const unknownDateMs = 0;

/** A model, as far as clients are told of it. */
export interface ListedModel {
  readonly slug: string;
  readonly name: string;
  /** Its context window in tokens; null where upstream does not say. */
  readonly contextTokens: number | null;
}

/** A POST that is answered here, without a turn. */
export interface DialectQuestion {
  /** Below the base. */
  readonly path: string;
  /** Upstream has a path of this name, too: a Codex client gets upstream's own answer. */
  readonly standsIn?: true;
  /** Rejects with an error of the table for a bad request. */
  answer(body: JsonObject, context: ReadContext): Promise<Json>;
}

/**
 * An API that clients speak, whole: routes, requests, answers and errors follow from it. A new one is a folder with such an
 * object, its name in shared/turn-words.ts and its line in dialects.ts.
 */
export interface ClientDialect {
  /** Where its turns are posted, below the base. Its first segment is the dialect's own: errors there are told in its form. */
  readonly turnPath: string;
  readonly questions: readonly DialectQuestion[];
  /** Its request as a Responses turn, with the translator of its answer; null: upstream speaks it. */
  readonly readTurn: ReadTurn | null;
  readonly answerForm: AnswerForm;
  /** The header in which its clients look for the request's id, to show it. */
  readonly requestIdHeader: string;
  /** An error's body; `requestId` is what the answer's headers call the request, null where they do not. */
  error(error: SlipstreamError, requestId: string | null): JsonObject;
  /** What tells a client of a stream that it lives, as server-sent text; it means nothing else. */
  readonly sign: Buffer;
  /** Whether a caller's headers show that it speaks this dialect, on paths that several share. */
  isSpokenBy(headers: RawHeaders): boolean;
  /** `GET /v1/models` as its clients read it. */
  models(models: readonly ListedModel[]): Json;
  /** `GET /v1/models/{id}` as its clients read it. */
  model(model: ListedModel): JsonObject;
}
