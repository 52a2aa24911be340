import type { ReactNode } from 'react';
import type { LabArm, LabExperiment, LabPair, LabTurn } from '../../../src-main/shared/lab.ts';
import { tierWord } from '../../../src-main/shared/tiers.ts';
import { absent } from '../../../src-main/shared/turn-words.ts';
import { classNames } from '../../lib/class-names.ts';
import { formatChange, formatCount, formatMs, unknownText } from '../../lib/format.ts';
import { formatRoute } from '../../lib/route.ts';
import figuresStyles from '../../ui/figures.module.css';
import styles from './pairs-table.module.css';

type ArmNames = Readonly<Record<LabArm, string>>;

interface PairsTableProps extends Pick<LabExperiment, 'pairs'> {
  /** What the other turns ask for. */
  readonly tier: string;
}

/** Every pair of an experiment in the order it ran; each turn had a socket and a discarded warm-up of its own. */
export function PairsTable({ pairs, tier }: PairsTableProps): ReactNode {
  const names = { standard: absent, priority: tierWord(tier) };
  return (
    <section aria-label="Turns of the experiment">
      <div className={figuresStyles.tableScroll}>
        <table className={classNames(figuresStyles.figuresTable, styles.pairsTable)}>
          <thead>
            <tr>
              <th scope="col">Turn</th>
              <th scope="col">Tier</th>
              <th scope="col">First token</th>
              <th scope="col">Total</th>
              <th scope="col">Tokens</th>
              <th scope="col">ms / token</th>
              <th scope="col">Change</th>
              <th scope="col" className={styles.pairsNote}>
                Notes
              </th>
            </tr>
          </thead>
          <tbody>
            {pairs.map((pair, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the list only grows, and stages count their pairs anew
              <PairRows key={place} pair={pair} names={names} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface PairRowsProps {
  readonly pair: LabPair;
  readonly names: ArmNames;
}

function PairRows({ pair, names }: PairRowsProps): ReactNode {
  const turns = pair.first === 'standard' ? [pair.standard, pair.priority] : [pair.priority, pair.standard];
  return turns.map((turn, index) => (
    <tr key={turn.arm} className={index === 0 ? styles.pairsFirst : undefined}>
      {index === 0 ? (
        <th scope="rowgroup" rowSpan={2}>
          Pair {pair.pair + 1}
        </th>
      ) : null}
      <TurnCells turn={turn} names={names} />
      {index === 0 ? (
        <td rowSpan={2}>{pair.effectPercent === null ? unknownText : formatChange(pair.effectPercent)}</td>
      ) : null}
      {index === 0 ? (
        <td rowSpan={2} className={styles.pairsNote}>
          {[pair.standard.failure, pair.priority.failure, pair.lengthsDiffer ? 'outputs differ > 10 %' : null]
            .filter((note) => note !== null)
            .join('; ')}
        </td>
      ) : null}
    </tr>
  ));
}

interface TurnCellsProps {
  readonly turn: LabTurn;
  readonly names: ArmNames;
}

function TurnCells({ turn, names }: TurnCellsProps): ReactNode {
  const name = names[turn.arm];
  return (
    <>
      <td>
        {turn.exchangeId === null ? (
          name
        ) : (
          <a href={formatRoute({ screen: 'requests', requestId: turn.exchangeId, filter: {} })}>{name}</a>
        )}
      </td>
      <td>{formatMs(turn.firstTokenMs)}</td>
      <td>{formatMs(turn.totalMs)}</td>
      <td>{formatCount(turn.outputTokens)}</td>
      <td>{turn.outputTokens === 0 ? unknownText : (turn.totalMs / turn.outputTokens).toFixed(2)}</td>
    </>
  );
}
