import { useEffect, useState } from 'react';
import type {
  LatencyAnswer,
  LatencyGrouping,
  LatencyMetric,
  TraceFilter,
} from '../../../src-main/shared/trace-query.ts';
import { useActions, useApp } from '../../stores/stores.ts';

interface Question {
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
  { metric, groupBy, filter }: Question,
  times: number,
): { readonly shown: Shown | null; readonly problem: string | null } {
  const actions = useActions();
  const isLive = useApp((state) => state.connection === 'live');
  const [shown, setShown] = useState<Shown | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `times` asks the same question again
  useEffect(() => {
    if (!isLive) return undefined;
    let isStale = false;
    void actions.request('latency.query', { metric, groupBy, filter, ...shape }).then((result) => {
      if (isStale) return;
      if (result.ok) setShown({ answer: result.value, groupBy });
      setProblem(result.ok ? null : result.error.message);
    });
    return () => {
      isStale = true;
    };
  }, [actions, isLive, metric, groupBy, filter, times]);
  return { shown, problem };
}
