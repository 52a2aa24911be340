import type { ReactNode } from 'react';
import { capital, isFastTier } from '../../../src-main/shared/tiers.ts';
import type { TraceFilter } from '../../../src-main/shared/trace-filter.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useNow } from '../../hooks/use-now.ts';
import { classNames } from '../../lib/class-names.ts';
import { formatClock, formatCount, formatMs } from '../../lib/format.ts';
import { useApp } from '../../stores/stores.ts';
import { Dot } from '../../ui/badge.tsx';
import { Icon } from '../../ui/icons.tsx';
import textStyles from '../../ui/text.module.css';
import { countedSince, dayStart, type TierFigure, tierFigures } from './figures.ts';
import styles from './stat-cards.module.css';

/** The row of numbers at the top, of today; the store counts them, since the page holds its latest turns alone. */
export function StatCards(): ReactNode {
  const dayStartMs = dayStart(useNow(30_000));
  const medians = useAnswer(
    'latency.query',
    { metric: 'firstToken', groupBy: 'tier', filter: { fromMs: dayStartMs }, buckets: 1, bins: 1 },
    { keepsLast: true },
  );
  return (
    <section className={styles.stats} aria-label="Figures">
      <Running />
      <Today dayStartMs={dayStartMs} />
      <div className={styles.stat}>
        <h2>First token today, median</h2>
        <div className={styles.statPairValues}>
          {tierFigures(medians.answered?.value ?? null).map((figure) => (
            <TierStat key={figure.tier} {...figure} />
          ))}
        </div>
        <p className={styles.statNote}>Of completed turns, as they came: an observation, not an experiment.</p>
      </div>
    </section>
  );
}

function Running(): ReactNode {
  const running = useApp((state) => state.rows.filter((row) => row.status === 'running').length);
  return (
    <Stat name="Running now" note={running === 0 ? 'no turn is running' : 'turns under way'}>
      <Dot tone={running > 0 ? 'accent' : 'quiet'} pulse={running > 0} isLarge />
      {formatCount(running)}
    </Stat>
  );
}

/** Turns that began today: those that have ended, and those that still run. */
function Today({ dayStartMs }: { readonly dayStartMs: number }): ReactNode {
  const settings = useApp((state) => state.settings);
  const running = useApp(
    (state) => state.rows.filter((row) => row.status === 'running' && row.startedAt >= dayStartMs).length,
  );
  const ended = useTotal({ fromMs: dayStartMs });
  const failed = useTotal({ fromMs: dayStartMs, status: ['failed'] });
  const kept = useAnswer('requests.storeState', null).answered?.value ?? null;
  const since = kept === null || settings === null ? null : countedSince(kept, settings, dayStartMs);
  return (
    <Stat
      name="Requests today"
      note={since === null ? 'since midnight' : `at least: the oldest kept is of ${formatClock(since)}`}
    >
      {since === null ? '' : '≥ '}
      {formatCount(ended === null ? null : ended + running)}
      {failed === null || failed === 0 ? null : <span className={styles.statFailed}>{formatCount(failed)} failed</span>}
    </Stat>
  );
}

/** How many ended turns pass a filter; null until it is known. */
function useTotal(filter: TraceFilter): number | null {
  const asked = useAnswer('requests.query', { filter, cursor: null, limit: 1 }, { keepsLast: true });
  return asked.answered?.value.total ?? null;
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
  const isFast = isFastTier(tier);
  return (
    <div className={classNames(styles.statTier, isFast && styles.statTierFast)}>
      <span className={styles.statTierName}>
        {isFast ? <Icon name="bolt" size="small" /> : null}
        {capital(tier)}
      </span>
      <span className={classNames(styles.statValue, n === 0 && textStyles.faint)}>{formatMs(medianMs)}</span>
      <span className={styles.statNote}>n = {formatCount(n)}</span>
    </div>
  );
}
