import type { ReactNode } from 'react';
import { capital, isFastTier } from '../../../src-main/shared/tiers.ts';
import { formatCount, formatMs } from '../../lib/format.ts';
import { Dot } from '../../ui/badge.tsx';
import { Icon } from '../../ui/icons.tsx';
import type { Figures, TierFigure } from './figures.ts';

/** The row of numbers at the top; each says what it is of. */
export function StatCards({ figures }: { readonly figures: Figures }): ReactNode {
  const { running, kept, today, isTodayCut, failedToday } = figures;
  return (
    <section className="stats" aria-label="Figures">
      <Stat name="Running now" note={running === 0 ? 'no turn is running' : 'turns under way'}>
        <Dot tone={running > 0 ? 'accent' : 'quiet'} pulse={running > 0} />
        {formatCount(running)}
      </Stat>
      <Stat name="Requests today" note={`n = ${formatCount(kept)} kept in this page`}>
        {isTodayCut ? '≥ ' : ''}
        {formatCount(today)}
        {failedToday > 0 ? <span className="stat-failed">{formatCount(failedToday)} failed</span> : null}
      </Stat>
      <div className="stat">
        <h2>First token, median</h2>
        <div className="stat-pair-values">
          {figures.firstToken.map(({ tier, ...figure }) => (
            <TierStat key={tier} name={capital(tier)} figure={figure} isFast={isFastTier(tier)} />
          ))}
        </div>
        <p className="stat-note">Turns kept in this page, as they came: an observation, not an experiment.</p>
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
    <div className="stat">
      <h2>{name}</h2>
      <p className="stat-value">{children}</p>
      <p className="stat-note">{note}</p>
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
    <div className={`stat-tier ${isFast ? 'stat-tier-fast' : ''}`}>
      <span className="stat-tier-name">
        {isFast ? <Icon name="bolt" /> : null}
        {name}
      </span>
      <span className={figure.n === 0 ? 'stat-value faint' : 'stat-value'}>{formatMs(figure.medianMs)}</span>
      <span className="stat-note">n = {formatCount(figure.n)}</span>
    </div>
  );
}
