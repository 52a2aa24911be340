import type { ComponentProps, ReactNode } from 'react';
import { useApp, useWords } from '../stores/stores.ts';
import { Logo } from '../ui/logo.tsx';
import { BrokenPart } from './broken-part.tsx';
import styles from './full-page.module.css';

/** Before the first snapshot. */
export function ConnectingPage(): ReactNode {
  const { t, failure } = useWords();
  const problem = useApp((state) => state.problem);
  return (
    <main className={styles.fullPage}>
      <Logo sizePx={44} />
      <h1>{t(problem === null ? 'shell.connecting' : 'shell.noState')}</h1>
      <p role="status">
        {problem === null ? t('shell.connecting.wait') : t('shell.retrying', { problem: failure(problem) })}
      </p>
    </main>
  );
}

/** The credential was refused, or there is none: only a new link helps. */
export function RefusedPage(): ReactNode {
  const { t } = useWords();
  return (
    <main className={styles.fullPage}>
      <Logo sizePx={44} />
      <h1>{t('shell.refused')}</h1>
      <p role="alert">{t('shell.refused.why')}</p>
      <p>{t('shell.refused.how')}</p>
      <pre className={styles.fullPageCommand}>
        <code>npx slipstream open</code>
      </pre>
    </main>
  );
}

/** What stands on every screen could not be drawn. */
export function BrokenPage(props: ComponentProps<typeof BrokenPart>): ReactNode {
  return (
    <main className={styles.fullPage}>
      <Logo sizePx={44} />
      <BrokenPart {...props} />
    </main>
  );
}
