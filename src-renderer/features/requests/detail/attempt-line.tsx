import { Fragment, type ReactNode } from 'react';
import type { AttemptRecord } from '../../../../src-main/shared/model.ts';
import type { Translate, Words } from '../../../../src-main/shared/words/words.ts';
import { useAccountNames } from '../../../hooks/use-account-names.ts';
import { saidFacts } from '../../../lib/reason-text.ts';
import { useWords } from '../../../stores/stores.ts';
import { CutName } from '../../../ui/cut-name.tsx';
import { RichText } from '../../../ui/rich-text.tsx';
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
  const words = useWords();
  const { t, format } = words;
  const nameOf = useAccountNames();
  const { startedMs, endedMs, error, said } = attempt;
  return (
    <>
      <TimeLine
        label={
          <CutName
            name={t('attempt.title', {
              number: format.count(number),
              transport: t(`transport.${attempt.transport}`),
              account: nameOf({ id: attempt.accountId, label: attempt.account }),
            })}
          />
        }
        title={attempt.url}
        value={endedMs === null ? t('attempt.running') : format.ms(endedMs - startedMs)}
      >
        <Bar
          startMs={startedMs}
          endMs={endedMs ?? wholeMs}
          scaleMs={scaleMs}
          kind={error === null ? 'attempt' : 'failed'}
        />
      </TimeLine>
      <p className={styles.attemptWords}>
        {attemptWords(words, attempt).join(' · ')}
        {error === null ? null : (
          <span className={textStyles.badText}>
            {' · '}
            <RichText
              id="attempt.error"
              with={{
                code: error.code,
                message: <span data-words="as they came">{words.failure(error)}</span>,
              }}
            />
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

/** Why it had to wait, which connection it had, and how that answered. */
function attemptWords({ t, told }: Words, attempt: AttemptRecord): readonly string[] {
  const { phases, status, closeCode, said } = attempt;
  const why = phases.find(({ name }) => name === 'queue')?.why;
  return [
    ...(why === undefined ? [] : [t('attempt.waited', { why: told(why) })]),
    connectionWord(t, attempt),
    ...(status === null ? [] : [t('attempt.status', { status: String(status) })]),
    ...(closeCode === null || said !== null ? [] : [t('attempt.close', { code: String(closeCode) })]),
  ];
}

function connectionWord(t: Translate, { transport, reused, wasSpare, phases }: AttemptRecord): string {
  if (transport === 'http') return t(reused ? 'attempt.connection.reused' : 'attempt.connection.new');
  if (wasSpare) return t('attempt.socket.spare');
  if (reused) return t('attempt.socket.reused');
  const isWarm = phases.some(({ name, why }) => name === 'upgrade' && why !== undefined);
  return t(isWarm ? 'attempt.socket.warm' : 'attempt.socket.new');
}
