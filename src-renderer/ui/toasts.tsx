import type { ReactNode } from 'react';
import { useStores, useToasts } from '../stores/stores.ts';
import { IconButton } from './button.tsx';
import { Icon } from './icons.tsx';

/** The short messages on show, newest at the bottom; always mounted, so that screen readers announce what is added. */
export function Toasts(): ReactNode {
  const toasts = useToasts((state) => state.toasts);
  const { toasts: store } = useStores();
  return (
    <section className="toasts" aria-label="Messages" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className={`toast toast-${toast.kind}`} role={toast.kind === 'error' ? 'alert' : undefined}>
          <Icon name={toast.kind === 'error' ? 'warning' : 'check'} />
          <p>{toast.text}</p>
          <IconButton icon="close" label="Dismiss" onClick={() => store.getState().dismiss(toast.id)} />
        </div>
      ))}
    </section>
  );
}
