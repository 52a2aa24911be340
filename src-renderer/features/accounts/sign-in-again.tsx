import { type ReactNode, useState } from 'react';
import { useActions, useApp } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import layoutStyles from '../../ui/layout.module.css';

/** The mend of an account that is signed out; who signs in is decided in the browser. */
export function SignInAgain({ isLinked }: { readonly isLinked: boolean }): ReactNode {
  const actions = useActions();
  const isWaiting = useApp((state) => state.signIn?.state === 'waiting');
  const [isStarting, setStarting] = useState(false);
  const start = async (): Promise<void> => {
    setStarting(true);
    await actions.startSignIn('browser');
    setStarting(false);
  };
  return (
    <div className={layoutStyles.addButtons}>
      <Button variant="primary" disabled={isWaiting || isStarting} onClick={() => void start()}>
        {isLinked ? 'Sign in separately' : 'Sign in again'}
      </Button>
    </div>
  );
}
