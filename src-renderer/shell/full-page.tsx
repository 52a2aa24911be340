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
        A dashboard link works once and for a minute, and this page has none that is still good: it was used already, is
        too old, or Slipstream was started again since.
      </p>
      <p>To open the dashboard, run this on the machine that Slipstream runs on:</p>
      <pre className={styles.fullPageCommand}>
        <code>slipstream open</code>
      </pre>
    </main>
  );
}
