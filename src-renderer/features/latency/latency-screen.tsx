import { type ReactNode, useState } from 'react';
import type { LatencyGrouping, LatencyMetric, TraceFilter } from '../../../src-main/shared/trace-query.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useTraceChoices } from '../../hooks/use-trace-choices.ts';
import { formatCount } from '../../lib/format.ts';
import { readTurnsAgain } from '../../stores/queries.ts';
import { useStores } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import cardStyles from '../../ui/card.module.css';
import { EmptyState } from '../../ui/empty-state.tsx';
import figuresStyles from '../../ui/figures.module.css';
import { ScreenHead } from '../../ui/screen-head.tsx';
import { SegmentedControl } from '../../ui/segmented-control.tsx';
import { Select } from '../../ui/select.tsx';
import textStyles from '../../ui/text.module.css';
import { type FilterField, isOpenFilter, noChoices, TraceFilterBar } from '../../ui/trace-filter-bar.tsx';
import { LatencyFigures } from './latency-figures.tsx';

const metrics: readonly { readonly value: LatencyMetric; readonly label: string }[] = [
  { value: 'firstToken', label: 'First token' },
  { value: 'total', label: 'Total' },
  { value: 'tokensPerSecond', label: 'Tokens/s' },
  { value: 'own', label: 'Own share' },
];

const meanings: Record<LatencyMetric, string> = {
  firstToken: 'From the request to the first piece of the answer; reasoning counts.',
  total: 'From the request to the end of the answer.',
  tokensPerSecond: 'Output tokens for each second after the first piece of the answer.',
  own: 'What Slipstream itself took of the turn, without client, network and upstream.',
};

const groupings: readonly { readonly value: LatencyGrouping; readonly label: string }[] = [
  { value: 'none', label: 'all turns' },
  { value: 'tier', label: 'tier sent' },
  { value: 'transport', label: 'transport' },
  { value: 'model', label: 'model' },
  { value: 'account', label: 'account' },
  { value: 'client', label: 'client' },
  { value: 'effort', label: 'effort' },
];

/** Without the status: only completed turns have these figures. */
const fields: readonly FilterField[] = ['time', 'model', 'tier', 'transport', 'account', 'client', 'effort'];

/** Points of a line, and bars of a histogram. */
const shape = { buckets: 24, bins: 30 } as const;

/** How long turns took, over everything that is kept. */
export function LatencyScreen(): ReactNode {
  const [metric, setMetric] = useState<LatencyMetric>('firstToken');
  const [groupBy, setGroupBy] = useState<LatencyGrouping>('tier');
  const [filter, setFilter] = useState<TraceFilter>({});
  const { queries } = useStores();
  const choices = useTraceChoices() ?? noChoices;
  const { answered, failed } = useAnswer('latency.query', { metric, groupBy, filter, ...shape }, { keepsLast: true });
  const answer = answered?.value ?? null;
  const readAgain = (): void => readTurnsAgain(queries);
  return (
    <div className={figuresStyles.figures}>
      <ScreenHead title="Latency">
        <span className={textStyles.faint}>n = {formatCount(answer?.n ?? null)} completed turns</span>
      </ScreenHead>
      <div className={figuresStyles.figuresBar}>
        <SegmentedControl label="Figure" segments={metrics} value={metric} onChange={setMetric} />
        <Select label="By" isLabelShown value={groupBy} options={groupings} onChange={setGroupBy} />
        <Button onClick={readAgain}>Read again</Button>
      </div>
      <TraceFilterBar filter={filter} choices={choices} fields={fields} onChange={setFilter} />
      <p className={textStyles.faint}>{meanings[metric]}</p>
      {failed === null ? null : (
        <p className={textStyles.badText} role="alert">
          {failed.message} <Button onClick={readAgain}>Try again</Button>
        </p>
      )}
      {answered === null ? null : answered.value.n === 0 ? (
        <div className={cardStyles.card}>
          <EmptyState
            icon="latency"
            title={
              isOpenFilter(filter) ? 'No completed turn has this figure yet' : 'No completed turn passes the filters'
            }
          >
            {isOpenFilter(filter) ? (
              <p>Send a turn through Slipstream: its figures appear here by themselves.</p>
            ) : (
              <Button onClick={() => setFilter({})}>Clear the filters</Button>
            )}
          </EmptyState>
        </div>
      ) : (
        <LatencyFigures
          answer={answered.value}
          groupBy={answered.input.groupBy}
          filter={answered.input.filter}
          onFilter={setFilter}
        />
      )}
    </div>
  );
}
