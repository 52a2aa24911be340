import { type ReactNode, useMemo } from 'react';
import { useNow } from '../../hooks/use-now.ts';
import { maxRows } from '../../stores/rows.ts';
import { useApp } from '../../stores/stores.ts';
import { AccountsCard } from './accounts-card.tsx';
import { ConnectCard } from './connect-card.tsx';
import { dayStart, figuresOf } from './figures.ts';
import { LatestRequests } from './latest-requests.tsx';
import { Problems } from './problems.tsx';
import { StatCards } from './stat-cards.tsx';

/** What is going on, and how to connect a client. */
export function OverviewScreen(): ReactNode {
  const rows = useApp((state) => state.rows);
  const hasAccounts = useApp((state) => state.accounts.length > 0);
  const dayStartMs = dayStart(useNow(30_000));
  const figures = useMemo(() => figuresOf(rows, dayStartMs, maxRows), [rows, dayStartMs]);
  return (
    <div className="overview">
      <h1 className="visually-hidden">Overview</h1>
      <Problems />
      <StatCards figures={figures} />
      <div className="overview-columns">
        <div className="overview-column">
          {hasAccounts ? null : <AccountsCard />}
          <LatestRequests rows={rows} />
          {hasAccounts ? <AccountsCard /> : null}
        </div>
        <ConnectCard />
      </div>
    </div>
  );
}
