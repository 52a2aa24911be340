import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useStores, useWords } from '../../stores/stores.ts';
import textStyles from '../../ui/text.module.css';
import styles from './snippet.module.css';

interface SnippetProps {
  readonly clientId: string;
  readonly modeId: string;
}

/** What to paste by hand, read when it is opened. */
export function Snippet({ clientId, modeId }: SnippetProps): ReactNode {
  const { t } = useWords();
  const { actions, queries } = useStores();
  const [isOpen, setOpen] = useState(false);
  const input = { id: clientId, mode: modeId };
  const { data: shown = null } = useQuery(
    {
      queryKey: ['clients.snippet', input],
      // The answer holds the API key too, which is kept nowhere: only what is shown is. A failure has been told.
      queryFn: async () => (await actions.ask('clients.snippet', input))?.shown ?? null,
      enabled: isOpen,
    },
    queries,
  );
  return (
    <details className={styles.clientSnippet} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('clients.snippet')}</summary>
      {shown === null ? null : (
        <>
          <pre className={textStyles.code}>
            <code>{shown}</code>
          </pre>
          <p className={textStyles.faint}>{t('clients.snippet.key')}</p>
        </>
      )}
    </details>
  );
}
