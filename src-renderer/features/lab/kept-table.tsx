import type { KeyboardEvent, ReactNode } from 'react';
import type { LabExperiment } from '../../../src-main/shared/lab.ts';
import { noValue } from '../../../src-main/shared/no-value.ts';
import { formatRoute } from '../../lib/route.ts';
import { useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import figuresStyles from '../../ui/figures.module.css';
import { FiguresTable } from '../../ui/figures-table.tsx';
import textStyles from '../../ui/text.module.css';
import styles from './kept-table.module.css';
import { VerdictBadge } from './verdict-badge.tsx';

interface KeptTableProps {
  /** Newest first. */
  readonly experiments: readonly LabExperiment[];
  /** The one whose card is open. */
  readonly shownId: string | null;
  readonly onAgain: (experiment: LabExperiment) => void;
}

const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };

/** From link to link, as in other lists; Enter is the link's own. */
function moveFocus(event: KeyboardEvent<HTMLTableElement>): void {
  const step = steps[event.key];
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLAnchorElement>('tbody a')];
  const row = document.activeElement?.closest('tr') ?? null;
  const at = links.findIndex((link) => link.closest('tr') === row);
  const next = at < 0 ? undefined : links[at + step];
  if (next === undefined) return;
  next.focus();
  event.preventDefault();
  // Others on the page may have the same keys.
  event.stopPropagation();
}

/** The experiments that are kept, each with its verdict and a link to its card. */
export function KeptTable({ experiments, shownId, onAgain }: KeptTableProps): ReactNode {
  const { t } = useWords();
  return (
    <Card title={t('lab.kept', { n: experiments.length })}>
      <div className={figuresStyles.figuresBody}>
        <FiguresTable
          label={t('lab.kept', { n: experiments.length })}
          className={styles.keptTable}
          onKeyDown={moveFocus}
        >
          <thead>
            <tr>
              <th scope="col">{t('lab.kept.started')}</th>
              <th scope="col" className={styles.keptWords}>
                {t('lab.kept.what')}
              </th>
              <th scope="col">n</th>
              <th scope="col">{t('lab.kept.effect')}</th>
              <th scope="col" className={styles.keptWords}>
                {t('lab.kept.verdict')}
              </th>
              <th scope="col">
                <span className={textStyles.visuallyHidden}>{t('lab.kept.actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {experiments.map((experiment) => (
              <Row
                key={experiment.id}
                experiment={experiment}
                isShown={experiment.id === shownId}
                onAgain={() => onAgain(experiment)}
              />
            ))}
          </tbody>
        </FiguresTable>
      </div>
    </Card>
  );
}

interface RowProps {
  readonly experiment: LabExperiment;
  readonly isShown: boolean;
  readonly onAgain: () => void;
}

function Row({ experiment, isShown, onAgain }: RowProps): ReactNode {
  const { t, format } = useWords();
  const { id, startedAt, request, coin, accountLabel, result, state, search, form } = experiment;
  const { model, effort } = request;
  const when = format.shortInstant(startedAt);
  return (
    <tr aria-current={isShown}>
      <th scope="row">
        <a
          href={formatRoute({ screen: 'lab', requestId: null, experimentId: id, filter: {} })}
          aria-label={t('lab.kept.show', { what: model, when })}
        >
          {when}
        </a>
      </th>
      <td className={styles.keptWords}>
        {coin === null ? t('lab.kept.effort', { model, effort }) : t('lab.kept.coin', { model })}
        <div className={textStyles.faint}>{accountLabel}</div>
      </td>
      <td className={styles.keptCount}>{t('verdict.pairs.turns', { n: result.pairs })}</td>
      <td>
        <Effect result={result} />
      </td>
      <td className={styles.keptWords}>
        <VerdictBadge state={state} result={result} search={search} />
        {form === 'blocks' ? <div className={textStyles.faint}>{t('lab.kept.blocks')}</div> : null}
        {state === 'stopped' ? <div className={textStyles.faint}>{t('lab.stoppedEarly')}</div> : null}
      </td>
      <td className={styles.keptActions}>
        {coin !== null ? null : (
          <Button disabled={state === 'running' || state === 'asking'} onClick={onAgain}>
            {t('lab.kept.again')}
          </Button>
        )}
      </td>
    </tr>
  );
}

function Effect({ result }: Pick<LabExperiment, 'result'>): ReactNode {
  const { t, format } = useWords();
  const { effectPercent, lowPercent, highPercent } = result;
  if (effectPercent === null) return noValue;
  return (
    <>
      {format.change(effectPercent)}
      <div className={textStyles.faint}>
        {lowPercent === null || highPercent === null
          ? t('lab.kept.noRange')
          : t('lab.kept.range', { low: format.change(lowPercent), high: format.change(highPercent) })}
      </div>
    </>
  );
}
