import { type ReactNode, useState } from 'react';
import type { LatencyGrouping, LatencyMetric, TraceFilter } from '../../../src-main/shared/trace-query.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useTraceChoices } from '../../hooks/use-trace-choices.ts';
import { readTurnsAgain } from '../../stores/queries.ts';
import { useStores, useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import cardStyles from '../../ui/card.module.css';
import { EmptyState } from '../../ui/empty-state.tsx';
import figuresStyles from '../../ui/figures.module.css';
import { ScreenHead } from '../../ui/screen-head.tsx';
import { SegmentedControl } from '../../ui/segmented-control.tsx';
import { Select } from '../../ui/select.tsx';
import textStyles from '../../ui/text.module.css';
import { type FilterField, isOpenFilter, noChoices, TraceFilterBar } from '../../ui/trace-filter-bar.tsx';
import { Unanswered } from '../../ui/unanswered.tsx';
import { LatencyFigures } from './latency-figures.tsx';

const metrics: readonly LatencyMetric[] = ['firstToken', 'total', 'tokensPerSecond', 'own'];
const groupings: readonly LatencyGrouping[] = ['none', 'tier', 'transport', 'model', 'account', 'client', 'effort'];

/** Without the status: only completed turns have these figures. */
const fields: readonly FilterField[] = ['time', 'model', 'tier', 'transport', 'account', 'client', 'effort'];

/** Points of a line, and bars of a histogram. */
const shape = { buckets: 24, bins: 30 } as const;

/** How long turns took, over everything that is kept. */
export function LatencyScreen(): ReactNode {
  const words = useWords();
  const { t, format } = words;
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
      <ScreenHead title={t('screens.latency')}>
        {answer === null ? null : (
          <span className={textStyles.faint}>{t('latency.n', { n: format.count(answer.n) })}</span>
        )}
      </ScreenHead>
      <div className={figuresStyles.figuresBar}>
        <SegmentedControl
          label={t('latency.figure')}
          segments={metrics.map((value) => ({ value, label: t(`latency.metric.${value}`) }))}
          value={metric}
          onChange={setMetric}
        />
        <Select
          label={t('latency.by')}
          labelPlace="beside"
          value={groupBy}
          options={groupings.map((value) => ({ value, label: t(`latency.by.${value}`) }))}
          onChange={setGroupBy}
        />
        <Button makesCall onClick={readAgain}>
          {t('latency.again')}
        </Button>
      </div>
      <TraceFilterBar filter={filter} choices={choices} fields={fields} onChange={setFilter} />
      <p className={textStyles.faint}>{t('latency.whose', { means: t(`latency.means.${metric}`) })}</p>
      <Unanswered failed={failed} onAgain={readAgain} />
      {answered === null ? null : answered.value.n === 0 ? (
        <div className={cardStyles.card}>
          <EmptyState icon="latency" title={t(isOpenFilter(filter) ? 'latency.none' : 'latency.none.filtered')}>
            {isOpenFilter(filter) ? (
              <p>{t('latency.none.what')}</p>
            ) : (
              <Button onClick={() => setFilter({})}>{t('latency.clear')}</Button>
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
