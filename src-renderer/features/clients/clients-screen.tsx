import { type ReactNode, useCallback, useEffect, useState } from 'react';
import type { ClientView } from '../../../src-main/shared/client-model.ts';
import { useActions, useApp } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ScreenHead } from '../../ui/screen-head.tsx';
import textStyles from '../../ui/text.module.css';
import { ClientCard } from './client-card.tsx';
import styles from './clients-screen.module.css';

/** Other programs, and how they are pointed at Slipstream. */
export function ClientsScreen(): ReactNode {
  const actions = useActions();
  const isLive = useApp((state) => state.connection === 'live');
  const [clients, setClients] = useState<readonly ClientView[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const read = useCallback(async (): Promise<void> => {
    const result = await actions.request('clients.list', null);
    if (result.ok) setClients(result.value);
    setProblem(result.ok ? null : result.error.message);
  }, [actions]);
  useEffect(() => {
    if (!isLive) return undefined;
    const readNow = (): void => void read();
    readNow();
    // Whoever comes back may have edited a file meanwhile.
    window.addEventListener('focus', readNow);
    return () => window.removeEventListener('focus', readNow);
  }, [isLive, read]);
  const take = (client: ClientView): void =>
    setClients((known) => known?.map((each) => (each.id === client.id ? client : each)) ?? null);
  return (
    <div className={styles.clients}>
      <ScreenHead title="Clients">
        <Button onClick={() => void read()}>Check again</Button>
      </ScreenHead>
      <p className={styles.clientsIntro}>
        A client is a program that talks to Slipstream. Each has one file that can be written here; you see the change
        first, a backup is kept, and Undo puts the file back as it was.
      </p>
      {problem === null ? null : (
        <EmptyState icon="warning" title="The clients could not be read">
          <p>{problem}</p>
        </EmptyState>
      )}
      {clients === null && problem === null ? (
        <p className={textStyles.faint} role="status">
          Looking for clients…
        </p>
      ) : null}
      {clients?.map((client) => (
        <ClientCard key={client.id} client={client} onClient={take} />
      ))}
    </div>
  );
}
