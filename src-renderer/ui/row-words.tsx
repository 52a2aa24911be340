import type { ReactNode } from 'react';
import type { RequestRow } from '../../src-main/shared/model.ts';
import { isFastTier } from '../../src-main/shared/tiers.ts';
import { useNow } from '../hooks/use-now.ts';
import { formatMs } from '../lib/format.ts';
import { Dot, type Tone } from './badge.tsx';
import { Icon } from './icons.tsx';

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
    <span className={`status status-${row.status}`} title={row.error?.message}>
      <Dot tone={statusTones[row.status]} pulse={row.status === 'running'} />
      {row.status}
      {isHttpFailure ? ` ${row.httpStatus}` : ''}
    </span>
  );
}

/** The tier: one word where asked and sent agree, else both with an arrow between. */
export function TierWord({ row }: { readonly row: RequestRow }): ReactNode {
  const asked = row.tierAsked ?? 'standard';
  if (row.transport === null) return <span className="tier faint">{asked}</span>;
  const sent = row.tierSent ?? 'standard';
  return (
    <span className="tier">
      {asked === sent ? null : (
        <>
          <span className="tier-asked">{asked}</span>
          <span className="tier-arrow">
            <span className="visually-hidden"> asked, sent </span>
            <span aria-hidden="true">→</span>
          </span>
        </>
      )}
      <span className={isFastTier(sent) ? 'tier-fast' : 'tier-sent'}>
        {isFastTier(sent) ? <Icon name="bolt" /> : null}
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
  return <span className="elapsed">{seconds < 60 ? `${seconds} s…` : `${formatMs(seconds * 1000)}…`}</span>;
}
