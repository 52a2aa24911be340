import type { UpstreamWords } from '../../shared/model.ts';
import { textMember } from '../json.ts';
import type { AttemptOutcome } from '../upstream/attempt.ts';
import { placesOf, type Refusal, refusalFromResponse } from './refusal.ts';

/** What an event that ends a response says of why. */
export type EndWords = Pick<UpstreamWords, 'code' | 'message' | 'param'>;

/** A refusal's code, else its type, and its words. */
export function refusalWords(refusal: Refusal): EndWords {
  const { code, type, message } = refusal;
  const param = placesOf(refusal)
    .map((place) => textMember(place, 'param'))
    .find((text) => text !== null);
  return { code: code ?? type, message, param: param ?? null };
}

/** All that upstream said of an attempt's end, by its answer, its last event or the close of the line; null: nothing. */
export function upstreamWords(outcome: AttemptOutcome, told: EndWords | null): UpstreamWords | null {
  const unsaid = { code: null, message: null, param: null, closeCode: null, closeReason: null };
  switch (outcome.kind) {
    case 'refused':
      return { ...unsaid, ...refusalWords(refusalFromResponse(outcome.status, outcome.headers, outcome.body)) };
    case 'dropped':
      return { ...unsaid, ...told, closeCode: outcome.closeCode, closeReason: outcome.reason || null };
    default:
      return told === null ? null : { ...unsaid, ...told };
  }
}
