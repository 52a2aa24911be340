import type { ReactNode } from 'react';
import type { RequestRow } from '../../../src-main/shared/model.ts';
import { useToday } from '../../hooks/use-today.ts';
import { clickLine, isPlainClick } from '../../lib/plain-click.ts';
import { useStores, useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { StatusAndReason, TierWord, TotalTime } from '../../ui/row-words.tsx';
import styles from './latest-requests.module.css';

const shownRows = 8;

interface Column {
  readonly id: 'time' | 'client' | 'model' | 'tier' | 'first' | 'total' | 'status';
  readonly render: (row: RequestRow) => ReactNode;
}

const columns: readonly Column[] = [
  { id: 'time', render: (row) => <RequestLink row={row} /> },
  { id: 'client', render: ({ client }) => <span title={client}>{client}</span> },
  { id: 'model', render: ({ model }) => <span title={model}>{model}</span> },
  { id: 'tier', render: (row) => <TierWord row={row} /> },
  { id: 'first', render: (row) => <FirstToken row={row} /> },
  { id: 'total', render: (row) => <TotalTime row={row} /> },
  { id: 'status', render: (row) => <StatusAndReason row={row} /> },
];

/** The newest few requests; each opens its detail. */
export function LatestRequests({ rows }: { readonly rows: readonly RequestRow[] }): ReactNode {
  const { t } = useWords();
  const { ui } = useStores();
  const { openRequest } = ui.getState();
  return (
    <Card
      title={t('overview.latest')}
      aside={<Button onClick={() => ui.getState().go('requests')}>{t('overview.latest.all')}</Button>}
    >
      {rows.length === 0 ? (
        <EmptyState icon="inbox" title={t('overview.latest.none')}>
          <p>{t('overview.latest.none.how')}</p>
        </EmptyState>
      ) : (
        <div className={styles.latestFrame}>
          <table className={styles.latest} aria-label={t('overview.latest')}>
            <thead>
              <tr>
                {columns.map(({ id }) => (
                  <th key={id} scope="col" data-column={id}>
                    {t(`overview.latest.${id}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, shownRows).map((row) => (
                <tr
                  key={row.id}
                  onClick={(event) => clickLine(event, () => openRequest(row.id), requestAddress(row.id))}
                >
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

const requestAddress = (id: string): string => `#/requests/${encodeURIComponent(id)}`;

function FirstToken({ row }: { readonly row: RequestRow }): ReactNode {
  return useWords().format.ms(row.firstTokenMs);
}

function RequestLink({ row }: { readonly row: RequestRow }): ReactNode {
  const { t, format } = useWords();
  const { ui } = useStores();
  const when = format.rowTime(row.startedAt, useToday());
  return (
    <a
      className={styles.latestLink}
      href={requestAddress(row.id)}
      aria-label={t('overview.latest.one', { when })}
      onClick={(event) => {
        if (!isPlainClick(event)) return;
        event.preventDefault();
        ui.getState().openRequest(row.id);
      }}
    >
      {when}
    </a>
  );
}
