import type { ReactNode } from 'react';
import type { ClientView } from '../../../src-main/shared/client-model.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { changeAnswer } from '../../stores/queries.ts';
import { useStores, useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ScreenHead } from '../../ui/screen-head.tsx';
import textStyles from '../../ui/text.module.css';
import { ClientCard } from './client-card.tsx';
import styles from './clients-screen.module.css';

/** Other programs, and how they are pointed at Slipstream. */
export function ClientsScreen(): ReactNode {
  const { t } = useWords();
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
      <ScreenHead title={t('clients.title')}>
        <Button makesCall onClick={readAgain}>
          {t('clients.again')}
        </Button>
      </ScreenHead>
      <p className={styles.clientsIntro}>{t('clients.intro')}</p>
      {problem === null ? null : (
        <EmptyState icon="warning" title={t('clients.unread')}>
          <p>{problem}</p>
        </EmptyState>
      )}
      {clients === null && problem === null ? (
        <p className={textStyles.faint} role="status">
          {t('clients.looking')}
        </p>
      ) : null}
      {clients?.map((client) => (
        <ClientCard key={client.id} client={client} onClient={take} />
      ))}
    </div>
  );
}
