import type { ReactNode } from 'react';
import { useActions } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import layoutStyles from '../../ui/layout.module.css';
import { SignInPart } from '../../ui/sign-in-part.tsx';
import styles from './add-account.module.css';
import { ImportPart } from './import-part.tsx';

/** The ways to an account: sign in, share the Codex CLI's sign-in, or import a file. */
export function AddAccount(): ReactNode {
  return (
    <Card title="Add an account" className={styles.add}>
      <SignInPart />
      <LinkPart />
      <ImportPart />
    </Card>
  );
}

function LinkPart(): ReactNode {
  const actions = useActions();
  return (
    <div className={layoutStyles.addPart}>
      <h3>Share the Codex CLI's sign-in</h3>
      <p>
        Uses the token in <code>~/.codex/auth.json</code> while it is valid, and writes a renewed one back. A small risk
        stays that both renew it in the same moment, which signs both out.
      </p>
      <div className={layoutStyles.addButtons}>
        <Button onClick={() => void actions.linkAccount()}>Link ~/.codex/auth.json</Button>
      </div>
    </div>
  );
}
