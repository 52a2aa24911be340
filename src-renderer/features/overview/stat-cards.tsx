import type { ReactNode } from 'react';
import type { CallInput } from '../../../src-main/shared/contract.ts';
import { isFastTier } from '../../../src-main/shared/tiers.ts';
import type { TraceFilter } from '../../../src-main/shared/trace-filter.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useNow } from '../../hooks/use-now.ts';
import { classNames } from '../../lib/class-names.ts';
import { useApp, useWords } from '../../stores/stores.ts';
import { Dot } from '../../ui/badge.tsx';
import { Icon } from '../../ui/icons.tsx';
import textStyles from '../../ui/text.module.css';
import { Unanswered } from '../../ui/unanswered.tsx';
import { countedSince, dayStart, type TierFigure, tierFigures } from './figures.ts';
import styles from './stat-cards.module.css';

/** The row of numbers at the top, of today; the store counts them, since the page holds its latest turns alone. */
export function StatCards(): ReactNode {
  const { t } = useWords();
  const dayStartMs = dayStart(useNow(30_000));
  const medians = useAnswer(
    'latency.query',
    { metric: 'firstToken', groupBy: 'tier', filter: { fromMs: dayStartMs }, buckets: 1, bins: 1 },
    { keepsLast: true },
  );
  return (
    <section className={styles.stats} aria-label={t('overview.figures')}>
      <Running />
      <Today dayStartMs={dayStartMs} />
      <div className={styles.stat}>
        <h2>{t('overview.firstToken')}</h2>
        <div className={styles.statPairValues}>
          {tierFigures(medians.answered?.value ?? null).map((figure) => (
            <TierStat key={figure.tier} {...figure} />
          ))}
        </div>
        <p className={styles.statNote}>{t('overview.firstToken.note')}</p>
        <Unanswered failed={medians.failed} onAgain={medians.readAgain} />
      </div>
    </section>
  );
}

function Running(): ReactNode {
  const { t, format } = useWords();
  const running = useApp((state) => state.rows.filter((row) => row.status === 'running').length);
  return (
    <Stat
      name={t('overview.running')}
      note={running === 0 ? t('overview.running.none') : t('overview.running.some', { n: running })}
    >
      <Dot tone={running > 0 ? 'accent' : 'quiet'} pulse={running > 0} isLarge />
      {format.count(running)}
    </Stat>
  );
}

/** Turns that began today: those that have ended, and those that still run. */
function Today({ dayStartMs }: { readonly dayStartMs: number }): ReactNode {
  const { t, format } = useWords();
  const settings = useApp((state) => state.settings);
  const running = useApp(
    (state) => state.rows.filter((row) => row.status === 'running' && row.startedAt >= dayStartMs).length,
  );
  const ended = useAnswer('requests.query', countOf({ fromMs: dayStartMs }), { keepsLast: true });
  const failed = useAnswer('requests.query', countOf({ fromMs: dayStartMs, status: ['failed'] }), { keepsLast: true });
  const kept = useAnswer('requests.storeState', null);
  const unanswered = [ended, failed, kept].filter((asked) => asked.failed !== null);
  const count = ended.answered?.value ?? null;
  const failedCount = failed.answered?.value.total ?? 0;
  // No longer among those that run, and not in the answer yet.
  const between = useApp(
    (state) => state.ended.filter(({ seq, startedAt }) => seq > (count?.asOf ?? 0) && startedAt >= dayStartMs).length,
  );
  const since =
    kept.answered === null || settings === null ? null : countedSince(kept.answered.value, settings, dayStartMs);
  return (
    <Stat
      name={t('overview.today')}
      note={since === null ? t('overview.today.since') : t('overview.today.atLeast', { when: format.clock(since) })}
      unanswered={
        <Unanswered
          failed={unanswered[0]?.failed ?? null}
          onAgain={() => {
            for (const { readAgain } of unanswered) readAgain();
          }}
        />
      }
    >
      {since === null ? '' : '≥ '}
      {format.count(count === null ? null : count.total + between + running)}
      {failedCount === 0 ? null : <span className={styles.statFailed}>{t('overview.failed', { n: failedCount })}</span>}
    </Stat>
  );
}

/** Asks how many ended turns pass a filter. */
function countOf(filter: TraceFilter): CallInput<'requests.query'> {
  return { filter, cursor: null, limit: 1 };
}

interface StatProps {
  readonly name: string;
  readonly note: string;
  readonly unanswered?: ReactNode;
  readonly children: ReactNode;
}

function Stat({ name, note, unanswered, children }: StatProps): ReactNode {
  return (
    <div className={styles.stat}>
      <h2>{name}</h2>
      <p className={styles.statValue}>{children}</p>
      <p className={styles.statNote}>{note}</p>
      {unanswered}
    </div>
  );
}

function TierStat({ tier, medianMs, n }: TierFigure): ReactNode {
  const { t, format } = useWords();
  const isFast = isFastTier(tier);
  return (
    <div className={classNames(styles.statTier, isFast && styles.statTierFast)}>
      <span className={styles.statTierName}>
        {isFast ? <Icon name="bolt" size="small" /> : null}
        {isFast ? t('fast.word') : t('tier.standard.head')}
      </span>
      <span className={classNames(styles.statValue, medianMs === null && textStyles.faint)}>{format.ms(medianMs)}</span>
      <span className={styles.statNote}>{n === null ? format.count(n) : t('overview.turns', { n })}</span>
    </div>
  );
}
