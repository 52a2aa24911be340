import type { ReactNode } from 'react';
import type { LabExperiment } from '../../../src-main/shared/lab.ts';
import { classNames } from '../../lib/class-names.ts';
import { formatChange, formatCount, formatCountOf, formatShortInstant, unknownText } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import figuresStyles from '../../ui/figures.module.css';
import textStyles from '../../ui/text.module.css';
import styles from './kept-table.module.css';
import { VerdictBadge } from './verdict-badge.tsx';

interface KeptTableProps {
  /** Newest first. */
  readonly experiments: readonly LabExperiment[];
  /** The one whose card is open. */
  readonly shownId: string | null;
  readonly onShow: (id: string) => void;
  readonly onAgain: (experiment: LabExperiment) => void;
}

/** The experiments that are kept, each with its verdict. */
export function KeptTable({ experiments, shownId, onShow, onAgain }: KeptTableProps): ReactNode {
  return (
    <Card title={`Kept experiments (${formatCount(experiments.length)})`}>
      <div className={classNames(figuresStyles.figuresBody, figuresStyles.tableScroll)}>
        <table className={classNames(figuresStyles.figuresTable, styles.keptTable)}>
          <thead>
            <tr>
              <th scope="col">Started</th>
              <th scope="col" className={styles.keptWords}>
                Model and account
              </th>
              <th scope="col">n</th>
              <th scope="col">Time per token with fast</th>
              <th scope="col" className={styles.keptWords}>
                Verdict
              </th>
              <th scope="col">
                <span className={textStyles.visuallyHidden}>Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {experiments.map((experiment) => (
              <tr key={experiment.id} aria-current={experiment.id === shownId}>
                <th scope="row">{formatShortInstant(experiment.startedAt)}</th>
                <td className={styles.keptWords}>
                  {experiment.request.model}
                  {experiment.coin === null ? `, effort ${experiment.request.effort}` : ', by coin'}
                  <div className={textStyles.faint}>{experiment.accountLabel}</div>
                </td>
                <td>{formatCountOf(experiment.result.pairs, 'pair')}</td>
                <td>
                  <Effect result={experiment.result} />
                </td>
                <td className={styles.keptWords}>
                  <VerdictBadge state={experiment.state} result={experiment.result} search={experiment.search} />
                  {experiment.form === 'blocks' ? <div className={textStyles.faint}>of the earlier form</div> : null}
                  {experiment.state === 'stopped' ? <div className={textStyles.faint}>stopped early</div> : null}
                </td>
                <td className={styles.keptActions}>
                  <Button disabled={experiment.id === shownId} onClick={() => onShow(experiment.id)}>
                    {experiment.id === shownId ? 'Shown' : 'Show'}
                  </Button>
                  {experiment.coin !== null ? null : (
                    <Button
                      disabled={experiment.state === 'running' || experiment.state === 'asking'}
                      onClick={() => onAgain(experiment)}
                    >
                      Run again…
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function Effect({ result }: Pick<LabExperiment, 'result'>): ReactNode {
  const { effectPercent, lowPercent, highPercent } = result;
  if (effectPercent === null) return unknownText;
  return (
    <>
      {formatChange(effectPercent)}
      <div className={textStyles.faint}>
        {lowPercent === null || highPercent === null
          ? 'no interval'
          : `${formatChange(lowPercent)} to ${formatChange(highPercent)}`}
      </div>
    </>
  );
}
