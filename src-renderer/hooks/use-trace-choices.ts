import { useMemo } from 'react';
import type { TraceChoices } from '../../src-main/shared/trace-query.ts';
import { useAnswer } from './use-answer.ts';

/**
 * What filters of turns can be set to, read anew whenever `times` differs; null until they have come. A failure leaves
 * them as they were: the figures beside them say what is wrong.
 */
export function useTraceChoices(times: number): TraceChoices | null {
  const question = useMemo(() => ({ name: 'requests.choices', input: null, times }) as const, [times]);
  return useAnswer(question).answered?.value ?? null;
}
