import type { ReactNode } from 'react';
import { useActions, useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import layoutStyles from '../../ui/layout.module.css';
import { RichText } from '../../ui/rich-text.tsx';
import { SignInPart } from '../../ui/sign-in-part.tsx';
import styles from './add-account.module.css';
import { ImportPart } from './import-part.tsx';

/** The ways to an account: sign in, share the Codex CLI's sign-in, or import a file. */
export function AddAccount(): ReactNode {
  const { t } = useWords();
  return (
    <Card title={t('accounts.add')} className={styles.add}>
      <SignInPart />
      <LinkPart />
      <ImportPart />
    </Card>
  );
}

function LinkPart(): ReactNode {
  const { t } = useWords();
  const actions = useActions();
  return (
    <div className={layoutStyles.addPart}>
      <h3>{t('accounts.share')}</h3>
      <p>
        <RichText id="accounts.share.how" with={{ code: (text) => <code>{text}</code> }} />
      </p>
      <div className={layoutStyles.addButtons}>
        <Button makesCall onClick={() => void actions.linkAccount()}>
          {t('accounts.share.do')}
        </Button>
      </div>
    </div>
  );
}
