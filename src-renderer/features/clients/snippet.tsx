import { type ReactNode, useEffect, useState } from 'react';
import { useActions } from '../../stores/stores.ts';
import textStyles from '../../ui/text.module.css';
import styles from './snippet.module.css';

interface SnippetProps {
  readonly clientId: string;
  readonly modeId: string;
}

/** What to paste by hand, read when it is opened. */
export function Snippet({ clientId, modeId }: SnippetProps): ReactNode {
  const actions = useActions();
  const [isOpen, setOpen] = useState(false);
  const [shown, setShown] = useState<string | null>(null);
  useEffect(() => {
    if (!isOpen) return undefined;
    let isStale = false;
    void actions.ask('clients.snippet', { id: clientId, mode: modeId }).then((snippet) => {
      if (!isStale) setShown(snippet?.shown ?? null);
    });
    return () => {
      isStale = true;
    };
  }, [actions, clientId, modeId, isOpen]);
  return (
    <details className={styles.clientSnippet} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Show the snippet</summary>
      {shown === null ? null : (
        <>
          <pre className={textStyles.code}>
            <code>{shown}</code>
          </pre>
          <p className={textStyles.faint}>Copying puts the real API key in place of its name.</p>
        </>
      )}
    </details>
  );
}
