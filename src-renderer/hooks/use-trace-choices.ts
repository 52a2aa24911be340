import type { TraceChoices } from '../../src-main/shared/trace-query.ts';
import { useAnswer } from './use-answer.ts';

/**
 * What filters of turns can be set to; null until they have come. A failure leaves them as they were: the figures beside
 * them say what is wrong.
 */
export function useTraceChoices(): TraceChoices | null {
  return useAnswer('requests.choices', null).answered?.value ?? null;
}
