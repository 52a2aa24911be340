import type { ReactNode } from 'react';
import type { LabExperiment, LabPair, LabTurn } from '../../../src-main/shared/lab.ts';
import { noValue } from '../../../src-main/shared/no-value.ts';
import { formatRoute } from '../../lib/route.ts';
import { useWords } from '../../stores/stores.ts';
import { FiguresTable } from '../../ui/figures-table.tsx';
import { armName } from './arm-name.ts';
import styles from './pairs-table.module.css';

interface PairsTableProps extends Pick<LabExperiment, 'pairs'> {
  /** What the other turns ask for. */
  readonly tier: string;
}

const columns = [
  'lab.pairs.turn',
  'lab.pairs.tier',
  'lab.arms.firstTokenMs',
  'lab.arms.totalMs',
  'lab.pairs.tokens',
  'lab.pairs.perToken',
  'lab.pairs.change',
] as const;

/** Every pair of an experiment in the order it ran; each turn had a socket and a discarded warm-up of its own. */
export function PairsTable({ pairs, tier }: PairsTableProps): ReactNode {
  const { t } = useWords();
  return (
    <section aria-label={t('lab.pairs')}>
      <FiguresTable label={t('lab.pairs')} className={styles.pairsTable}>
        <thead>
          <tr>
            {columns.map((id) => (
              <th key={id} scope="col">
                {t(id)}
              </th>
            ))}
            <th scope="col" className={styles.pairsNote}>
              {t('lab.pairs.notes')}
            </th>
          </tr>
        </thead>
        <tbody>
          {pairs.map((pair, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list only grows, and stages count their pairs anew
            <PairRows key={place} pair={pair} tier={tier} />
          ))}
        </tbody>
      </FiguresTable>
    </section>
  );
}

interface PairRowsProps {
  readonly pair: LabPair;
  readonly tier: string;
}

function PairRows({ pair, tier }: PairRowsProps): ReactNode {
  const words = useWords();
  const { t, format } = words;
  const turns = pair.first === 'standard' ? [pair.standard, pair.priority] : [pair.priority, pair.standard];
  const notes = [
    ...[pair.standard, pair.priority].flatMap(({ failure }) => (failure === null ? [] : words.told(failure))),
    ...(pair.lengthsDiffer ? [t('lab.pairs.differ')] : []),
  ];
  return turns.map((turn, index) => (
    <tr key={turn.arm} className={index === 0 ? styles.pairsFirst : undefined}>
      {index === 0 ? (
        <th scope="rowgroup" rowSpan={2}>
          {t('lab.pairs.pair', { n: pair.pair + 1 })}
        </th>
      ) : null}
      <TurnCells turn={turn} tier={tier} />
      {index === 0 ? (
        <td rowSpan={2}>{pair.effectPercent === null ? noValue : format.change(pair.effectPercent)}</td>
      ) : null}
      {index === 0 ? (
        <td rowSpan={2} className={styles.pairsNote} data-words="as they came">
          {notes.join('; ')}
        </td>
      ) : null}
    </tr>
  ));
}

interface TurnCellsProps {
  readonly turn: LabTurn;
  readonly tier: string;
}

function TurnCells({ turn, tier }: TurnCellsProps): ReactNode {
  const { t, format } = useWords();
  const name = armName(t, turn.arm, tier);
  return (
    <>
      <td>
        {turn.exchangeId === null ? (
          name
        ) : (
          <a href={formatRoute({ screen: 'requests', requestId: turn.exchangeId, filter: {} })}>{name}</a>
        )}
      </td>
      <td>{format.ms(turn.firstTokenMs)}</td>
      <td>{format.ms(turn.totalMs)}</td>
      <td>{format.count(turn.outputTokens)}</td>
      <td>{turn.outputTokens === 0 ? noValue : (turn.totalMs / turn.outputTokens).toFixed(2)}</td>
    </>
  );
}
