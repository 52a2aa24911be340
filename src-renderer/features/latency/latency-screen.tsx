import { type ReactNode, useEffect, useState } from 'react';
import type { LatencyAnswer, LatencyGrouping, LatencyMetric } from '../../../src-main/shared/trace-query.ts';
import { formatCount } from '../../lib/format.ts';
import { useActions, useApp } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { SegmentedControl } from '../../ui/segmented-control.tsx';
import { Select } from '../../ui/select.tsx';
import { LatencyFigures } from './latency-figures.tsx';

const metrics: readonly { readonly value: LatencyMetric; readonly label: string }[] = [
  { value: 'firstToken', label: 'First token' },
  { value: 'total', label: 'Total' },
  { value: 'tokensPerSecond', label: 'Tokens/s' },
  { value: 'own', label: 'Own share' },
];

const groupings: readonly { readonly value: LatencyGrouping; readonly label: string }[] = [
  { value: 'none', label: 'all turns' },
  { value: 'tier', label: 'tier sent' },
  { value: 'transport', label: 'transport' },
  { value: 'model', label: 'model' },
  { value: 'account', label: 'account' },
  { value: 'client', label: 'client' },
  { value: 'effort', label: 'effort' },
];

const hour = 3_600_000;
const spans = [
  { value: 'all', label: 'all that is kept', ms: null },
  { value: 'hour', label: 'last hour', ms: hour },
  { value: 'day', label: 'last 24 h', ms: 24 * hour },
  { value: 'week', label: 'last 7 days', ms: 168 * hour },
] as const;

/** How long turns took, over everything that is kept. */
export function LatencyScreen(): ReactNode {
  const actions = useActions();
  const isLive = useApp((state) => state.connection === 'live');
  const [metric, setMetric] = useState<LatencyMetric>('firstToken');
  const [groupBy, setGroupBy] = useState<LatencyGrouping>('tier');
  const [span, setSpan] = useState<(typeof spans)[number]['value']>('all');
  const [asked, setAsked] = useState(0);
  const [answer, setAnswer] = useState<LatencyAnswer | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` asks the same question again
  useEffect(() => {
    if (!isLive) return undefined;
    let isStale = false;
    const ms = spans.find(({ value }) => value === span)?.ms ?? null;
    const filter = ms === null ? {} : { fromMs: Date.now() - ms };
    void actions.request('latency.query', { metric, groupBy, filter, buckets: 40, bins: 30 }).then((result) => {
      if (isStale) return;
      if (result.ok) setAnswer(result.value);
      setProblem(result.ok ? null : result.error.message);
    });
    return () => {
      isStale = true;
    };
  }, [actions, isLive, metric, groupBy, span, asked]);
  return (
    <div className="figures">
      <header className="screen-head">
        <h1>Latency</h1>
        <span className="faint">n = {formatCount(answer?.n ?? null)} completed turns</span>
      </header>
      <div className="figures-bar">
        <SegmentedControl label="Figure" segments={metrics} value={metric} onChange={setMetric} />
        <Select label="By" isLabelShown value={groupBy} options={groupings} onChange={setGroupBy} />
        <Select label="From" isLabelShown value={span} options={spans} onChange={setSpan} />
        <Button onClick={() => setAsked((count) => count + 1)}>Read again</Button>
      </div>
      {problem === null ? null : (
        <p className="bad-text" role="alert">
          {problem}
        </p>
      )}
      {answer === null ? null : answer.n === 0 ? (
        <EmptyState icon="latency" title="No completed turn has this figure">
          <p>Send a turn through Slipstream, or choose a longer time; then read again.</p>
        </EmptyState>
      ) : (
        <LatencyFigures answer={answer} />
      )}
    </div>
  );
}
