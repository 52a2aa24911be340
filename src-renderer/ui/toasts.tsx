import type { ReactNode } from 'react';
import { classNames } from '../lib/class-names.ts';
import { useStores, useToasts, useWords } from '../stores/stores.ts';
import { messagesId } from '../stores/toast-store.ts';
import { Button, IconButton } from './button.tsx';
import { Icon } from './icons.tsx';
import styles from './toasts.module.css';

/** The short messages on show, newest at the bottom; always mounted, so that screen readers announce what is added. */
export function Toasts(): ReactNode {
  const words = useWords();
  const { t } = words;
  const toasts = useToasts((state) => state.toasts);
  const { toasts: store } = useStores();
  return (
    <section id={messagesId} className={styles.toasts} aria-label={t('ui.messages')} aria-live="polite">
      {toasts.map((toast) => (
        <div
          key={toast.id}
          className={classNames(styles.toast, toast.kind === 'error' && styles.toastError)}
          role={toast.kind === 'error' ? 'alert' : undefined}
        >
          <span className={styles.toastMark}>
            {toast.kind === 'error' ? (
              <Icon name="warning" tone="bad" isBesideText />
            ) : (
              <Icon name="check" tone="good" isBesideText />
            )}
          </span>
          <p>{toast.text(words)}</p>
          {toast.action === null ? null : (
            <Button
              isSmall
              onClick={() => {
                store.getState().dismiss(toast.id);
                toast.action?.run();
              }}
            >
              {toast.action.label(words)}
            </Button>
          )}
          <IconButton icon="close" label={t('ui.dismiss')} onClick={() => store.getState().dismiss(toast.id)} />
        </div>
      ))}
    </section>
  );
}
