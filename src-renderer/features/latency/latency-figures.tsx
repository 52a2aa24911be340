import type { ReactNode } from 'react';
import type { LatencyAnswer, LatencyGrouping, TraceFilter } from '../../../src-main/shared/trace-query.ts';
import { useAccountNames } from '../../hooks/use-account-names.ts';
import { classNames } from '../../lib/class-names.ts';
import { useWords } from '../../stores/stores.ts';
import { Card } from '../../ui/card.tsx';
import figuresStyles from '../../ui/figures.module.css';
import { FiguresTable } from '../../ui/figures-table.tsx';
import swatchStyles from '../../ui/swatch.module.css';
import { Histogram } from './histogram.tsx';
import styles from './latency-figures.module.css';
import { groupColour, groupLabel, maxLines, percentileNames } from './lines.ts';
import { OverTime } from './over-time.tsx';
import { valueWriter } from './units.ts';

interface LatencyFiguresProps {
  readonly answer: LatencyAnswer;
  readonly groupBy: LatencyGrouping;
  /** Of the turns that the figures are of. */
  readonly filter: TraceFilter;
  readonly onFilter: (filter: TraceFilter) => void;
}

/** The figures of one answer: over time, as a table, and how they are spread. */
export function LatencyFigures({ answer, groupBy, filter, onFilter }: LatencyFiguresProps): ReactNode {
  const words = useWords();
  const { t, format } = words;
  const accountName = useAccountNames();
  const write = valueWriter(words, answer.unit);
  const groups = answer.groups.map((group, index) => ({
    ...group,
    label: groupLabel(t, groupBy, group, accountName),
    colour: index < maxLines ? groupColour(groupBy, group.key, index) : null,
  }));
  return (
    <>
      <OverTime key={groupBy} answer={answer} groupBy={groupBy} filter={filter} onFilter={onFilter} />
      <Card title={t('latency.summary')}>
        <div className={figuresStyles.figuresBody}>
          <FiguresTable label={t('latency.summary')}>
            <thead>
              <tr>
                <th scope="col">{t('latency.summary.group')}</th>
                <th scope="col">n</th>
                {percentileNames.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {groups.map(({ key, label, colour, summary }) => (
                <tr key={key}>
                  <th scope="row">
                    {colour === null ? null : (
                      <span className={swatchStyles.swatch} style={{ background: `var(${colour})` }} />
                    )}
                    {label}
                  </th>
                  <td>{format.count(summary.n)}</td>
                  {percentileNames.map((name) => (
                    <td key={name}>{write(summary[name])}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </FiguresTable>
        </div>
      </Card>
      <Card title={t('latency.distribution')}>
        <div className={classNames(figuresStyles.figuresBody, styles.histograms)}>
          {groups.map(({ key, label, colour, summary, histogram }) =>
            colour === null ? null : (
              <Histogram
                key={key}
                title={label}
                n={summary.n}
                median={summary.p50}
                colour={colour}
                counts={histogram}
                edges={answer.binEdges}
                write={write}
              />
            ),
          )}
        </div>
      </Card>
    </>
  );
}
