import type { ReactNode } from 'react';
import type { RequestRow } from '../../../src-main/shared/model.ts';
import { formatClock, formatMs } from '../../lib/format.ts';
import { useStores } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { StatusWord, TierWord, TotalTime } from '../../ui/row-words.tsx';
import styles from './latest-requests.module.css';

const shownRows = 8;

/** The newest few requests; each opens its detail. */
export function LatestRequests({ rows }: { readonly rows: readonly RequestRow[] }): ReactNode {
  const { ui } = useStores();
  return (
    <Card title="Latest requests" aside={<Button onClick={() => ui.getState().go('requests')}>All requests</Button>}>
      {rows.length === 0 ? (
        <EmptyState icon="inbox" title="No requests yet">
          <p>They appear here as they run. Point a client at Slipstream: see “Connect a client”.</p>
        </EmptyState>
      ) : (
        <table className={styles.latest}>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Client</th>
              <th scope="col">Model</th>
              <th scope="col">Tier</th>
              <th scope="col" className={styles.latestNumber}>
                First token
              </th>
              <th scope="col" className={styles.latestNumber}>
                Total
              </th>
              <th scope="col">Status</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shownRows).map((row) => (
              <tr key={row.id}>
                <td>
                  <a
                    className={styles.latestLink}
                    href={`#/requests/${encodeURIComponent(row.id)}`}
                    aria-label={`Request at ${formatClock(row.startedAt)}`}
                    onClick={(event) => {
                      event.preventDefault();
                      ui.getState().openRequest(row.id);
                    }}
                  >
                    {formatClock(row.startedAt)}
                  </a>
                </td>
                <td>{row.client}</td>
                <td>{row.model}</td>
                <td>
                  <TierWord row={row} />
                </td>
                <td className={styles.latestNumber}>{formatMs(row.firstTokenMs)}</td>
                <td className={styles.latestNumber}>
                  <TotalTime row={row} />
                </td>
                <td>
                  <StatusWord row={row} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
