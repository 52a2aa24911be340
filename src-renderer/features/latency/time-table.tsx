import type { ReactNode } from 'react';
import type { LatencyAnswer } from '../../../src-main/shared/trace-query.ts';
import { useWords } from '../../stores/stores.ts';
import figuresStyles from '../../ui/figures.module.css';
import { FiguresTable } from '../../ui/figures-table.tsx';
import textStyles from '../../ui/text.module.css';
import { type Line, spanText } from './lines.ts';

interface TimeTableProps {
  readonly answer: LatencyAnswer;
  readonly lines: readonly Line[];
  readonly write: (value: number | null) => string;
}

/** The chart's figures as a table; stretches of time without any turn are left out. */
export function TimeTable({ answer, lines, write }: TimeTableProps): ReactNode {
  const words = useWords();
  const { t, format } = words;
  const rows = answer.bucketStarts.flatMap((start, bucket) =>
    lines.some(({ counts }) => (counts[bucket] ?? 0) > 0) ? [{ start, bucket }] : [],
  );
  return (
    <details className={figuresStyles.figuresDetails}>
      <summary>{t('latency.table')}</summary>
      <FiguresTable label={t('latency.overTime')}>
        <thead>
          <tr>
            <th scope="col">{t('latency.table.time')}</th>
            {lines.map(({ key, label }) => (
              <th key={key} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ start, bucket }) => (
            <tr key={start}>
              <th scope="row">{spanText(words, start, answer.bucketMs)}</th>
              {lines.map(({ key, values, counts }) => (
                <td key={key}>
                  {write(values[bucket] ?? null)}{' '}
                  <span className={textStyles.faint}>n = {format.count(counts[bucket] ?? 0)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </FiguresTable>
    </details>
  );
}
