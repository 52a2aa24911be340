import type { ReactNode } from 'react';
import type { RequestRow } from '../../src-main/shared/model.ts';
import { isFastTier } from '../../src-main/shared/tiers.ts';
import { absent } from '../../src-main/shared/turn-words.ts';
import type { Translate } from '../../src-main/shared/words/words.ts';
import { useNow } from '../hooks/use-now.ts';
import { classNames } from '../lib/class-names.ts';
import { reasonSentence, reasonWord } from '../lib/reason-text.ts';
import { useWords } from '../stores/stores.ts';
import { Dot, type Tone } from './badge.tsx';
import { Icon } from './icons.tsx';
import styles from './row-words.module.css';
import { RunningPart } from './running-part.tsx';
import textStyles from './text.module.css';

const statusTones: Record<RequestRow['status'], Tone> = {
  running: 'accent',
  completed: 'good',
  incomplete: 'warn',
  failed: 'bad',
  'sent-back': 'quiet',
  cancelled: 'quiet',
};

/** A row's status in a word, with the HTTP status where it failed. */
export function StatusWord({ row }: { readonly row: RequestRow }): ReactNode {
  const words = useWords();
  const { t } = words;
  const isHttpFailure = row.status === 'failed' && row.httpStatus !== null && row.httpStatus >= 400;
  return (
    <span
      className={styles.status}
      data-status={row.status}
      title={row.status === 'sent-back' ? t('detail.sentBack') : reasonSentence(words, row)}
    >
      <Dot tone={statusTones[row.status]} pulse={row.status === 'running'} />
      {t(`status.${row.status}`)}
      {isHttpFailure ? ` ${row.httpStatus}` : ''}
    </span>
  );
}

/** Its status, and in what room is left why it failed or stopped short. */
export function StatusAndReason({ row }: { readonly row: RequestRow }): ReactNode {
  const words = useWords();
  const { t } = words;
  const reason = reasonWord(t, row);
  return (
    <span className={styles.statusParts}>
      <StatusWord row={row} />
      {row.status === 'running' ? <RunningPart row={row} /> : null}
      {reason === null ? null : (
        <span className={styles.reason} title={reasonSentence(words, row)}>
          {reason}
        </span>
      )}
    </span>
  );
}

/** The tier: one word where asked and sent agree, else both with an arrow between. */
export function TierWord({ row }: { readonly row: RequestRow }): ReactNode {
  const { t } = useWords();
  const asked = row.tierAsked ?? absent;
  if (row.transport === null)
    return (
      <span className={classNames(styles.tier, textStyles.faint)} title={tierName(t, asked)}>
        <span className={styles.tierName}>{tierName(t, asked)}</span>
      </span>
    );
  const sent = row.tierSent ?? absent;
  const names = [...new Set([asked, sent])].map((tier) => tierName(t, tier));
  return (
    <span className={styles.tier} title={names.join(' → ')}>
      {asked === sent ? null : (
        <>
          <span className={classNames(styles.tierName, styles.tierAsked)}>{tierName(t, asked)}</span>
          <span className={styles.tierArrow}>
            <span className={textStyles.visuallyHidden}> {t('tier.askedSent')} </span>
            <span aria-hidden="true">→</span>
          </span>
        </>
      )}
      <span className={classNames(styles.tierSent, isFastTier(sent) && styles.tierFast)}>
        {isFastTier(sent) ? <Icon name="bolt" size="small" /> : null}
        <span className={styles.tierName}>{tierName(t, sent)}</span>
      </span>
    </span>
  );
}

/** A tier as upstream names it; only its absence has a word of ours. */
function tierName(t: Translate, tier: string): string {
  return tier === absent ? t('tier.standard') : tier;
}

/** How long a row took; while it runs, how long it has been running. */
export function TotalTime({ row }: { readonly row: RequestRow }): ReactNode {
  const { format } = useWords();
  if (row.status === 'running') return <Elapsed sinceMs={row.startedAt} />;
  return format.ms(row.totalMs);
}

function Elapsed({ sinceMs }: { readonly sinceMs: number }): ReactNode {
  const { format } = useWords();
  const seconds = Math.max(0, Math.floor((useNow(1_000) - sinceMs) / 1000));
  return <span className={styles.elapsed}>{`${format.elapsed(seconds * 1000)}…`}</span>;
}
