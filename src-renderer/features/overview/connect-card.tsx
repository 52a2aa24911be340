import { type ReactNode, useState } from 'react';
import { codexSnippet, curlSnippet } from '../../../src-main/shared/client-snippets.ts';
import { useActions, useApp, useWords } from '../../stores/stores.ts';
import { Card } from '../../ui/card.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { RichText } from '../../ui/rich-text.tsx';
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
  const { t } = useWords();
  const actions = useActions();
  const baseUrl = useApp((state) => state.app?.baseUrl ?? '');
  const [client, setClient] = useState<'codex' | 'curl'>('codex');
  const snippet =
    client === 'codex'
      ? codexSnippet(baseUrl, { env_key: keyVariable })
      : curlSnippet(baseUrl, { key: `$${keyVariable}`, model: exampleModel });
  return (
    <Card title={t('overview.connect')} className={styles.connect}>
      <Tabs label={t('overview.connect.clients')} place="card" tabs={clients} value={client} onChange={setClient}>
        <p className={styles.connectWhere}>
          {client === 'codex' ? (
            <RichText
              id="overview.connect.codex.where"
              with={{ code: (text) => <code>{text}</code>, table: (text) => <code>{text}</code> }}
            />
          ) : (
            t('overview.connect.curl')
          )}
        </p>
        <pre className={textStyles.code}>
          <code>{snippet}</code>
        </pre>
        <p className={styles.connectWhere}>
          {client === 'codex' ? t('overview.connect.codex.key') : t('overview.connect.curl.key')}
        </p>
        <pre className={textStyles.code}>
          <code>export {keyVariable}=…</code>
        </pre>
      </Tabs>
      <div className={styles.connectActions}>
        <CopyButton
          label={t('overview.connect.copy')}
          copy={() => actions.copyText(snippet, 'overview.connect.snippet')}
        />
        <CopyButton label={t('overview.connect.copyKey')} icon="key" makesCall copy={actions.copyApiKey} />
      </div>
      <p className={styles.connectNote}>
        <RichText id="overview.connect.setUp" with={{ link: (text) => <a href="#/clients">{text}</a> }} />
      </p>
      <p className={styles.connectNote}>{t('overview.connect.key.what')}</p>
    </Card>
  );
}
