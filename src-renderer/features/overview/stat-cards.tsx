import type { ReactNode } from 'react';
import { isFastTier } from '../../../src-main/shared/tiers.ts';
import type { TraceFilter } from '../../../src-main/shared/trace-filter.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useNow } from '../../hooks/use-now.ts';
import { classNames } from '../../lib/class-names.ts';
import { useApp, useWords } from '../../stores/stores.ts';
import { Dot } from '../../ui/badge.tsx';
import { Icon } from '../../ui/icons.tsx';
import textStyles from '../../ui/text.module.css';
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
  const ended = useTotal({ fromMs: dayStartMs });
  const failed = useTotal({ fromMs: dayStartMs, status: ['failed'] })?.total ?? null;
  // No longer among those that run, and not in the answer yet.
  const between = useApp(
    (state) => state.ended.filter(({ seq, startedAt }) => seq > (ended?.asOf ?? 0) && startedAt >= dayStartMs).length,
  );
  const kept = useAnswer('requests.storeState', null).answered?.value ?? null;
  const since = kept === null || settings === null ? null : countedSince(kept, settings, dayStartMs);
  return (
    <Stat
      name={t('overview.today')}
      note={since === null ? t('overview.today.since') : t('overview.today.atLeast', { when: format.clock(since) })}
    >
      {since === null ? '' : '≥ '}
      {format.count(ended === null ? null : ended.total + between + running)}
      {failed === null || failed === 0 ? null : (
        <span className={styles.statFailed}>{t('overview.failed', { n: failed })}</span>
      )}
    </Stat>
  );
}

/** How many ended turns pass a filter; null until it is known. */
function useTotal(filter: TraceFilter): { readonly total: number; readonly asOf: number } | null {
  const asked = useAnswer('requests.query', { filter, cursor: null, limit: 1 }, { keepsLast: true });
  return asked.answered?.value ?? null;
}

interface StatProps {
  readonly name: string;
  readonly note: string;
  readonly children: ReactNode;
}

function Stat({ name, note, children }: StatProps): ReactNode {
  return (
    <div className={styles.stat}>
      <h2>{name}</h2>
      <p className={styles.statValue}>{children}</p>
      <p className={styles.statNote}>{note}</p>
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
      <span className={classNames(styles.statValue, n === 0 && textStyles.faint)}>{format.ms(medianMs)}</span>
      <span className={styles.statNote}>{t('overview.turns', { n })}</span>
    </div>
  );
}
