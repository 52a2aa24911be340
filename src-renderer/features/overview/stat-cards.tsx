import type { ReactNode } from 'react';
import { capital, isFastTier } from '../../../src-main/shared/tiers.ts';
import { classNames } from '../../lib/class-names.ts';
import { formatCount, formatMs } from '../../lib/format.ts';
import { Dot } from '../../ui/badge.tsx';
import { Icon } from '../../ui/icons.tsx';
import textStyles from '../../ui/text.module.css';
import type { Figures, TierFigure } from './figures.ts';
import styles from './stat-cards.module.css';

/** The row of numbers at the top; each says what it is of. */
export function StatCards({ figures }: { readonly figures: Figures }): ReactNode {
  const { running, kept, today, isTodayCut, failedToday } = figures;
  return (
    <section className={styles.stats} aria-label="Figures">
      <Stat name="Running now" note={running === 0 ? 'no turn is running' : 'turns under way'}>
        <Dot tone={running > 0 ? 'accent' : 'quiet'} pulse={running > 0} isLarge />
        {formatCount(running)}
      </Stat>
      <Stat name="Requests today" note={`n = ${formatCount(kept)} kept in this page`}>
        {isTodayCut ? '≥ ' : ''}
        {formatCount(today)}
        {failedToday > 0 ? <span className={styles.statFailed}>{formatCount(failedToday)} failed</span> : null}
      </Stat>
      <div className={styles.stat}>
        <h2>First token, median</h2>
        <div className={styles.statPairValues}>
          {figures.firstToken.map(({ tier, ...figure }) => (
            <TierStat key={tier} name={capital(tier)} figure={figure} isFast={isFastTier(tier)} />
          ))}
        </div>
        <p className={styles.statNote}>Turns kept in this page, as they came: an observation, not an experiment.</p>
      </div>
    </section>
  );
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

interface TierStatProps {
  readonly name: string;
  readonly figure: TierFigure;
  readonly isFast: boolean;
}

function TierStat({ name, figure, isFast }: TierStatProps): ReactNode {
  return (
    <div className={classNames(styles.statTier, isFast && styles.statTierFast)}>
      <span className={styles.statTierName}>
        {isFast ? <Icon name="bolt" size="small" /> : null}
        {name}
      </span>
      <span className={classNames(styles.statValue, figure.n === 0 && textStyles.faint)}>
        {formatMs(figure.medianMs)}
      </span>
      <span className={styles.statNote}>n = {formatCount(figure.n)}</span>
    </div>
  );
}
