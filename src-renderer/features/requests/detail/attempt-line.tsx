import { Fragment, type ReactNode } from 'react';
import type { AttemptRecord } from '../../../../src-main/shared/model.ts';
import { useAccountNames } from '../../../hooks/use-account-names.ts';
import { formatMs } from '../../../lib/format.ts';
import { saidFacts } from '../../../lib/reason-text.ts';
import { useWords } from '../../../stores/stores.ts';
import textStyles from '../../../ui/text.module.css';
import styles from './attempt-line.module.css';
import { Bar, TimeLine } from './time-line.tsx';

interface AttemptLineProps {
  readonly number: number;
  readonly attempt: AttemptRecord;
  readonly scaleMs: number;
  /** Where an attempt that still runs is drawn to. */
  readonly wholeMs: number;
}

/** One attempt: when, by which way, on whose account, and how it ended. */
export function AttemptLine({ number, attempt, scaleMs, wholeMs }: AttemptLineProps): ReactNode {
  const { t } = useWords();
  const nameOf = useAccountNames();
  const { startedMs, endedMs, error, said } = attempt;
  return (
    <>
      <TimeLine
        label={`${number} · ${attempt.transport} · ${nameOf({ id: attempt.accountId, label: attempt.account })}`}
        title={attempt.url}
        value={endedMs === null ? 'running' : formatMs(endedMs - startedMs)}
      >
        <Bar
          startMs={startedMs}
          endMs={endedMs ?? wholeMs}
          scaleMs={scaleMs}
          kind={error === null ? 'attempt' : 'failed'}
        />
      </TimeLine>
      <p className={styles.attemptWords}>
        {waitWords(attempt)}
        {connectionWords(attempt)}
        {attempt.status === null ? '' : ` · status ${attempt.status}`}
        {attempt.closeCode === null || said !== null ? '' : ` · close code ${attempt.closeCode}`}
        {error === null ? null : (
          <span className={textStyles.badText}>
            {' · '}
            {error.code}: {error.message}
          </span>
        )}
        {saidFacts(t, said).map(([name, value]) => (
          <Fragment key={name}>
            {' · '}
            {name} <code>{value}</code>
          </Fragment>
        ))}
      </p>
    </>
  );
}

/** Why it had to wait for a connection; empty where it had not. */
function waitWords({ phases }: AttemptRecord): string {
  const why = phases.find(({ name }) => name === 'queue')?.why;
  return why === undefined ? '' : `waited: ${why} · `;
}

function connectionWords({ transport, reused, phases }: AttemptRecord): string {
  const isWarm = phases.some(({ name, why }) => name === 'upgrade' && why !== undefined);
  if (transport === 'ws') return reused ? 'open socket reused' : isWarm ? 'new socket, connection warm' : 'new socket';
  return reused ? 'open connection reused' : 'new connection';
}
