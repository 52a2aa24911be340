import type { ReactNode } from 'react';
import type { ClientView } from '../../../src-main/shared/client-model.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { changeAnswer } from '../../stores/queries.ts';
import { useStores } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ScreenHead } from '../../ui/screen-head.tsx';
import textStyles from '../../ui/text.module.css';
import { ClientCard } from './client-card.tsx';
import styles from './clients-screen.module.css';

/** Other programs, and how they are pointed at Slipstream. */
export function ClientsScreen(): ReactNode {
  const { queries } = useStores();
  const { answered, failed, readAgain } = useAnswer('clients.list', null);
  const clients = answered?.value ?? null;
  const problem = failed?.message ?? null;
  const take = (client: ClientView): void =>
    changeAnswer(queries, ['clients.list', null], (known) =>
      known.map((each) => (each.id === client.id ? client : each)),
    );
  return (
    <div className={styles.clients}>
      <ScreenHead title="Clients">
        <Button onClick={readAgain}>Check again</Button>
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
