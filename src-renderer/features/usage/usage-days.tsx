import { type ReactNode, useMemo, useState } from 'react';
import type { PricedGroup, UsageKey } from '../../../src-main/shared/usage-words.ts';
import { classNames } from '../../lib/class-names.ts';
import { restColour, seriesColours } from '../../lib/series-colours.ts';
import { useWords } from '../../stores/stores.ts';
import { Card } from '../../ui/card.tsx';
import figuresStyles from '../../ui/figures.module.css';
import { FiguresTable } from '../../ui/figures-table.tsx';
import swatchStyles from '../../ui/swatch.module.css';
import textStyles from '../../ui/text.module.css';
import styles from './usage-days.module.css';
import { type DayColumn, dayColumns, daysFrom, foldedBy, type Measure, maxParts, roundTop } from './usage-figures.ts';
import type { UsageTexts } from './use-usage-words.ts';

interface UsageDaysProps {
  readonly groups: readonly PricedGroup[];
  readonly by: UsageKey;
  readonly measure: Measure;
  readonly texts: UsageTexts;
  readonly firstDay: string;
  readonly lastDay: string;
}

interface Part {
  readonly id: string;
  readonly label: string;
  readonly colour: string;
}

/** A bar for each day, in parts by group; what is under the pointer in words, and the same as a table. */
export function UsageDays({ groups, by, measure, texts, firstDay, lastDay }: UsageDaysProps): ReactNode {
  const { t, format } = useWords();
  const [pointed, setPointed] = useState<string | null>(null);
  const named = useMemo(() => foldedBy(groups, by, measure).slice(0, maxParts), [groups, by, measure]);
  const columns = useMemo(() => {
    const names = named.map(({ keys }) => keys[by] ?? '');
    return dayColumns(groups, { days: daysFrom(firstDay, lastDay), key: by, named: names, measure });
  }, [groups, by, measure, named, firstDay, lastDay]);
  const parts: readonly Part[] = [
    ...named.map((group, index) => ({
      id: group.keys[by] ?? '',
      label: texts.nameOf(group, by),
      colour: seriesColours[index] ?? restColour,
    })),
    // Whatever is in the last part, which is empty where every group is named.
    ...(columns.some(({ parts: list }) => (list.at(-1) ?? 0) > 0)
      ? [{ id: '…', label: t('usage.rest'), colour: restColour }]
      : []),
  ];
  const top = roundTop(Math.max(0, ...columns.map(({ total }) => total)));
  const write = (value: number): string => texts.write(value, measure);
  const tick = (value: number): string => texts.tick(value, measure);
  const column = columns.find(({ day }) => day === pointed);
  return (
    <Card title={t('usage.perDay')}>
      <div className={figuresStyles.figuresBody}>
        <ul className={styles.legend}>
          {parts.map(({ id, label, colour }) => (
            <li key={id}>
              <span className={swatchStyles.swatch} style={{ background: `var(${colour})` }} />
              {label}
            </li>
          ))}
        </ul>
        <div className={styles.plot}>
          <div className={classNames(styles.axis, textStyles.faint)} aria-hidden="true">
            <span>{tick(top)}</span>
            <span>{tick(top / 2)}</span>
            <span>{tick(0)}</span>
          </div>
          <div
            className={styles.bars}
            role="img"
            aria-label={t('usage.chart', {
              measure: texts.measureName(measure),
              days: columns.length,
              most: write(Math.max(0, ...columns.map(({ total }) => total))),
            })}
            onPointerLeave={() => setPointed(null)}
          >
            {columns.map((each) => (
              <Bar
                key={each.day}
                column={each}
                parts={parts}
                top={top}
                isPointed={each.day === pointed}
                onPoint={setPointed}
              />
            ))}
          </div>
          <div className={classNames(styles.ends, textStyles.faint)} aria-hidden="true">
            {tickDays(columns).map((day) => (
              <span key={day}>{texts.day(day)}</span>
            ))}
          </div>
        </div>
        <p className={classNames(styles.readout, textStyles.faint)}>
          {column === undefined ? t('usage.readout') : readout(column)}
        </p>
        <details className={figuresStyles.figuresDetails}>
          <summary>{t('usage.perDay.table')}</summary>
          <FiguresTable label={t('usage.perDay')}>
            <thead>
              <tr>
                <th scope="col">{t('usage.day')}</th>
                {parts.map(({ id, label }) => (
                  <th key={id} scope="col">
                    {label}
                  </th>
                ))}
                <th scope="col">{t('usage.sum')}</th>
              </tr>
            </thead>
            <tbody>
              {columns
                .filter(({ total }) => total > 0)
                .toReversed()
                .map(({ day, total, parts: list }) => (
                  <tr key={day}>
                    <th scope="row">{format.day(day)}</th>
                    {parts.map(({ id }, index) => (
                      <td key={id}>{write(list[index] ?? 0)}</td>
                    ))}
                    <td>{write(total)}</td>
                  </tr>
                ))}
            </tbody>
          </FiguresTable>
        </details>
      </div>
    </Card>
  );

  function readout({ day, total, parts: list }: DayColumn): string {
    if (total === 0) return t('usage.readout.none', { day: texts.day(day) });
    const said = parts.flatMap(({ label }, index) =>
      (list[index] ?? 0) > 0 ? [`${label} ${write(list[index] ?? 0)}`] : [],
    );
    return `${texts.day(day)}: ${write(total)} = ${said.join(' + ')}`;
  }
}

/** The days that are written below the bars: both ends, and some between. */
function tickDays(columns: readonly DayColumn[]): readonly string[] {
  const last = columns.length - 1;
  const places =
    last < 4 ? columns.map((_, index) => index) : [0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(last * share));
  return places.flatMap((index) => columns[index]?.day ?? []);
}

interface BarProps {
  readonly column: DayColumn;
  readonly parts: readonly Part[];
  readonly top: number;
  readonly isPointed: boolean;
  readonly onPoint: (day: string) => void;
}

function Bar({ column, parts, top, isPointed, onPoint }: BarProps): ReactNode {
  return (
    <div
      className={styles.day}
      data-day={column.day}
      data-pointed={isPointed}
      onPointerEnter={() => onPoint(column.day)}
    >
      {parts.map(({ id, colour }, index) => {
        const share = ((column.parts[index] ?? 0) / top) * 100;
        return share === 0 ? null : (
          <div key={id} className={styles.part} style={{ height: `${share}%`, background: `var(${colour})` }} />
        );
      })}
    </div>
  );
}
