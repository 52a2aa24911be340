import type { ReactNode } from 'react';
import { useApp } from '../stores/stores.ts';
import { Logo } from '../ui/logo.tsx';
import styles from './full-page.module.css';

/** Before the first snapshot. */
export function ConnectingPage(): ReactNode {
  const problem = useApp((state) => state.problem);
  return (
    <main className={styles.fullPage}>
      <Logo sizePx={44} />
      <h1>{problem === null ? 'Connecting to Slipstream…' : 'Slipstream could not send its state'}</h1>
      <p role="status">
        {problem === null
          ? 'Waiting for the program on this machine to answer.'
          : `${problem.message} Trying again every second.`}
      </p>
    </main>
  );
}

/** The credential was refused, or there is none: only a new link helps. */
export function RefusedPage(): ReactNode {
  return (
    <main className={styles.fullPage}>
      <Logo sizePx={44} />
      <h1>This dashboard needs a new link</h1>
      <p role="alert">
        This browser is not signed in here: it never was, or it was signed out in the settings. A link signs it in; it
        works once and for a minute.
      </p>
      <p>To open the dashboard, run this on the machine that Slipstream runs on:</p>
      <pre className={styles.fullPageCommand}>
        <code>npx slipstream open</code>
      </pre>
    </main>
  );
}
