import type { ReactNode } from 'react';
import type { RequestRow } from '../../../src-main/shared/model.ts';
import { formatClock, formatMs } from '../../lib/format.ts';
import { isPlainClick } from '../../lib/plain-click.ts';
import { useStores } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { StatusAndReason, TierWord, TotalTime } from '../../ui/row-words.tsx';
import styles from './latest-requests.module.css';

const shownRows = 8;

interface Column {
  readonly id: string;
  readonly label: string;
  readonly render: (row: RequestRow) => ReactNode;
}

const columns: readonly Column[] = [
  { id: 'time', label: 'Time', render: (row) => <RequestLink row={row} /> },
  { id: 'client', label: 'Client', render: ({ client }) => <span title={client}>{client}</span> },
  { id: 'model', label: 'Model', render: ({ model }) => <span title={model}>{model}</span> },
  { id: 'tier', label: 'Tier', render: (row) => <TierWord row={row} /> },
  { id: 'first', label: 'First token', render: (row) => formatMs(row.firstTokenMs) },
  { id: 'total', label: 'Total', render: (row) => <TotalTime row={row} /> },
  { id: 'status', label: 'Status', render: (row) => <StatusAndReason row={row} /> },
];

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
        <div className={styles.latestFrame}>
          <table className={styles.latest}>
            <thead>
              <tr>
                {columns.map(({ id, label }) => (
                  <th key={id} scope="col" data-column={id}>
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, shownRows).map((row) => (
                <tr key={row.id}>
                  {columns.map(({ id, render }) => (
                    <td key={id} data-column={id}>
                      {render(row)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

function RequestLink({ row }: { readonly row: RequestRow }): ReactNode {
  const { ui } = useStores();
  return (
    <a
      className={styles.latestLink}
      href={`#/requests/${encodeURIComponent(row.id)}`}
      aria-label={`Request at ${formatClock(row.startedAt)}`}
      onClick={(event) => {
        if (!isPlainClick(event)) return;
        event.preventDefault();
        ui.getState().openRequest(row.id);
      }}
    >
      {formatClock(row.startedAt)}
    </a>
  );
}
