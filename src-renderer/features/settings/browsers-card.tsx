import type { ReactNode } from 'react';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useNow } from '../../hooks/use-now.ts';
import { formatRelative } from '../../lib/format.ts';
import { changeAnswer } from '../../stores/queries.ts';
import { useStores } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import textStyles from '../../ui/text.module.css';
import styles from './browsers-card.module.css';
import settingsStyles from './settings.module.css';

/** The browsers that open the dashboard without a new link, and how to end that. */
export function BrowsersCard(): ReactNode {
  const { actions, queries } = useStores();
  const { answered, failed } = useAnswer('browsers.list', null);
  const nowMs = useNow(30_000);
  const signOut = async (id: string): Promise<void> => {
    const left = await actions.ask('browsers.revoke', { id });
    if (left !== null) changeAnswer(queries, ['browsers.list', null], () => left);
  };
  const browsers = answered?.value ?? [];
  return (
    <Card title="Browsers">
      <div className={settingsStyles.settingsBody}>
        <p className={textStyles.faint}>
          These open the dashboard without a new link, in any tab and after a restart. Each holds a key that cannot be
          copied out of it. Signing one out closes its tabs; a new link lets it in again.
        </p>
        {failed === null ? null : <p role="alert">{failed.message}</p>}
        {answered !== null && browsers.length === 0 ? <p>None stays signed in.</p> : null}
        {browsers.length === 0 ? null : (
          <ul className={styles.browsers}>
            {browsers.map(({ id, name, origin, lastUsedAt }) => (
              <li key={id}>
                <span>
                  {name}
                  <span className={textStyles.faint}>
                    {' '}
                    at {origin}, last used {formatRelative(lastUsedAt, nowMs)}
                  </span>
                </span>
                <Button isSmall onClick={() => void signOut(id)}>
                  Sign out
                </Button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Card>
  );
}
