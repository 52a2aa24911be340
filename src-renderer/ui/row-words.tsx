import type { ReactNode } from 'react';
import type { RequestRow } from '../../src-main/shared/model.ts';
import { isFastTier } from '../../src-main/shared/tiers.ts';
import { useNow } from '../hooks/use-now.ts';
import { classNames } from '../lib/class-names.ts';
import { formatMs } from '../lib/format.ts';
import { reasonSentence, reasonWord } from '../lib/reason-text.ts';
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
  cancelled: 'quiet',
};

/** A row's status in a word, with the HTTP status where it failed. */
export function StatusWord({ row }: { readonly row: RequestRow }): ReactNode {
  const isHttpFailure = row.status === 'failed' && row.httpStatus !== null && row.httpStatus >= 400;
  return (
    <span className={styles.status} data-status={row.status} title={reasonSentence(row)}>
      <Dot tone={statusTones[row.status]} pulse={row.status === 'running'} />
      {row.status}
      {isHttpFailure ? ` ${row.httpStatus}` : ''}
    </span>
  );
}

/** Its status, and in what room is left why it failed or stopped short. */
export function StatusAndReason({ row }: { readonly row: RequestRow }): ReactNode {
  const reason = reasonWord(row);
  return (
    <span className={styles.statusParts}>
      <StatusWord row={row} />
      {row.status === 'running' ? <RunningPart row={row} /> : null}
      {reason === null ? null : (
        <span className={styles.reason} title={reasonSentence(row)}>
          {reason}
        </span>
      )}
    </span>
  );
}

/** The tier: one word where asked and sent agree, else both with an arrow between. */
export function TierWord({ row }: { readonly row: RequestRow }): ReactNode {
  const asked = row.tierAsked ?? 'standard';
  if (row.transport === null) return <span className={classNames(styles.tier, textStyles.faint)}>{asked}</span>;
  const sent = row.tierSent ?? 'standard';
  return (
    <span className={styles.tier}>
      {asked === sent ? null : (
        <>
          <span className={styles.tierAsked}>{asked}</span>
          <span className={styles.tierArrow}>
            <span className={textStyles.visuallyHidden}> asked, sent </span>
            <span aria-hidden="true">→</span>
          </span>
        </>
      )}
      <span className={isFastTier(sent) ? styles.tierFast : undefined}>
        {isFastTier(sent) ? <Icon name="bolt" size="small" /> : null}
        {sent}
      </span>
    </span>
  );
}

/** How long a row took; while it runs, how long it has been running. */
export function TotalTime({ row }: { readonly row: RequestRow }): ReactNode {
  if (row.status === 'running') return <Elapsed sinceMs={row.startedAt} />;
  return formatMs(row.totalMs);
}

function Elapsed({ sinceMs }: { readonly sinceMs: number }): ReactNode {
  const seconds = Math.max(0, Math.floor((useNow(1_000) - sinceMs) / 1000));
  return <span className={styles.elapsed}>{seconds < 60 ? `${seconds} s…` : `${formatMs(seconds * 1000)}…`}</span>;
}
