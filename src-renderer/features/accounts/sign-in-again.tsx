import { type ReactNode, useState } from 'react';
import type { AccountView } from '../../../src-main/shared/account-model.ts';
import { useActions, useApp, useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import layoutStyles from '../../ui/layout.module.css';

/** The mend of an account that is signed out; who signs in is decided in the browser. */
export function SignInAgain({ account }: { readonly account: AccountView }): ReactNode {
  const { t } = useWords();
  const actions = useActions();
  const isWaiting = useApp((state) => state.signIn?.state === 'waiting');
  const [isStarting, setStarting] = useState(false);
  const start = async (): Promise<void> => {
    setStarting(true);
    await actions.startSignIn('browser', { accountId: account.id });
    setStarting(false);
  };
  return (
    <div className={layoutStyles.addButtons}>
      <Button variant="primary" makesCall disabled={isWaiting || isStarting} onClick={() => void start()}>
        {t(account.link === null ? 'accounts.signInAgain' : 'accounts.signInSeparately')}
      </Button>
    </div>
  );
}
