import { type ReactNode, useState } from 'react';
import { codexSnippet, curlSnippet } from '../../../src-main/shared/client-snippets.ts';
import { useActions, useApp } from '../../stores/stores.ts';
import { Card } from '../../ui/card.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import textStyles from '../../ui/text.module.css';
import styles from './connect-card.module.css';

const exampleModel = 'gpt-5.5';
const keyVariable = 'SLIPSTREAM_KEY';

const clients = [
  { id: 'codex', label: 'Codex CLI' },
  { id: 'curl', label: 'curl' },
] as const;

/** The way in for clients: a snippet to paste, and the key that goes with it. */
export function ConnectCard(): ReactNode {
  const actions = useActions();
  const baseUrl = useApp((state) => state.app?.baseUrl ?? '');
  const [client, setClient] = useState<'codex' | 'curl'>('codex');
  const snippet =
    client === 'codex'
      ? codexSnippet(baseUrl, { env_key: keyVariable })
      : curlSnippet(baseUrl, { key: `$${keyVariable}`, model: exampleModel });
  return (
    <Card title="Connect a client" className={styles.connect}>
      <Tabs label="Clients" place="card" tabs={clients} value={client} onChange={setClient}>
        <p className={styles.connectWhere}>
          {client === 'codex' ? (
            <>
              At the top of <code>~/.codex/config.toml</code>, before any <code>[table]</code>:
            </>
          ) : (
            'One streamed turn:'
          )}
        </p>
        <pre className={textStyles.code}>
          <code>{snippet}</code>
        </pre>
        <p className={styles.connectWhere}>
          {client === 'codex' ? 'In the shell that starts Codex:' : 'With the key in the environment:'}
        </p>
        <pre className={textStyles.code}>
          <code>export {keyVariable}=…</code>
        </pre>
      </Tabs>
      <div className={styles.connectActions}>
        <CopyButton label="Copy snippet" copy={() => actions.copyText(snippet, 'Snippet')} />
        <CopyButton label="Copy API key" icon="key" copy={actions.copyApiKey} />
      </div>
      <p className={styles.connectNote}>
        Slipstream can write a client's file itself: <a href="#/clients">set up a client</a>.
      </p>
      <p className={styles.connectNote}>
        The key opens this proxy to programs on this machine. It is not an OpenAI key and never leaves for upstream.
      </p>
    </Card>
  );
}
