import { useMemo } from 'react';
import type {
  LatencyAnswer,
  LatencyGrouping,
  LatencyMetric,
  TraceFilter,
} from '../../../src-main/shared/trace-query.ts';
import { useAnswer } from '../../hooks/use-answer.ts';

interface LatencyQuestion {
  readonly metric: LatencyMetric;
  readonly groupBy: LatencyGrouping;
  readonly filter: TraceFilter;
}

interface Shown {
  readonly answer: LatencyAnswer;
  /** What the answer was grouped by, which may be what was asked before. */
  readonly groupBy: LatencyGrouping;
}

/** Points of a line, and bars of a histogram. */
const shape = { buckets: 24, bins: 30 } as const;

/** The answer to the latest question, asked anew whenever `times` differs; the last answer stays until the next has come. */
export function useLatency(
  { metric, groupBy, filter }: LatencyQuestion,
  times: number,
): { readonly shown: Shown | null; readonly problem: string | null } {
  const question = useMemo(
    () => ({ name: 'latency.query', input: { metric, groupBy, filter, ...shape }, times }) as const,
    [metric, groupBy, filter, times],
  );
  const { answered, failed } = useAnswer(question);
  const shown = answered && { answer: answered.value, groupBy: answered.question.input.groupBy };
  return { shown, problem: failed?.message ?? null };
}
