import type { ReactNode } from 'react';
import type { LatencyAnswer, TraceFilter } from '../../../src-main/shared/trace-query.ts';
import { useStores, useWords } from '../../stores/stores.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import textStyles from '../../ui/text.module.css';
import styles from './brush-bar.module.css';
import type { Span } from './latency-chart.tsx';
import { type Line, spanEnds } from './lines.ts';

interface BrushBarProps {
  readonly answer: LatencyAnswer;
  readonly lines: readonly Line[];
  /** What was dragged over; null: nothing. */
  readonly brush: Span | null;
  readonly filter: TraceFilter;
  readonly onFilter: (filter: TraceFilter) => void;
  readonly onDrop: () => void;
}

/** What can be done with a stretch of the chart: zoom into it, or see its requests; and the way back. */
export function BrushBar({ answer, lines, brush, filter, onFilter, onDrop }: BrushBarProps): ReactNode {
  const words = useWords();
  const { t } = words;
  const { ui } = useStores();
  /** The figures are of turns that completed. */
  const show = (span: Partial<Span>): void => {
    const { effort: _notInList, ...known } = filter;
    ui.getState().setFilter({ ...known, ...span, query: 'status:completed kind:turn' });
    ui.getState().go('requests');
  };
  const zoom = (span: Span): void => {
    onFilter({ ...filter, ...span });
    onDrop();
  };
  const isZoomed = filter.fromMs !== undefined && filter.toMs !== undefined;
  const { fromMs: _from, toMs: _to, ...open } = filter;
  return (
    <div className={styles.bar}>
      {brush === null ? (
        <span className={textStyles.faint}>{t('latency.brush.hint')}</span>
      ) : (
        <>
          <span role="status">{spanWords(brush, turnsIn(brush))}</span>
          <Button isSmall onClick={() => zoom(brush)}>
            {t('latency.brush.zoom')}
          </Button>
          <Button isSmall onClick={() => show(brush)}>
            {t('latency.brush.requests')}
          </Button>
          <IconButton icon="close" label={t('latency.brush.drop')} onClick={onDrop} />
        </>
      )}
      <span className={styles.far}>
        {isZoomed ? (
          <Button isSmall onClick={() => onFilter(open)}>
            {t('latency.zoomOut')}
          </Button>
        ) : null}
        <Button isSmall onClick={() => show({})}>
          {t('latency.all.requests')}
        </Button>
      </span>
    </div>
  );

  function turnsIn({ fromMs, toMs }: Span): number {
    const inside = answer.bucketStarts.map((start) => start + answer.bucketMs > fromMs && start < toMs);
    // Percentiles of one group are as many lines of the same turns.
    const counted = answer.groups.length === 1 ? lines.slice(0, 1) : lines;
    return counted.reduce(
      (sum, { counts }) => sum + counts.reduce((n, count, at) => n + (inside[at] ? count : 0), 0),
      0,
    );
  }

  function spanWords({ fromMs, toMs }: Span, n: number): string {
    return t('latency.brush', { ...spanEnds(words, fromMs, toMs - fromMs), n });
  }
}
