import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { classNames } from '../lib/class-names.ts';
import { useWords } from '../stores/stores.ts';
import { Button, IconButton } from './button.tsx';
import styles from './dialog.module.css';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** For tables and files. */
  readonly isWide?: boolean;
}

/** A modal dialog: the browser's own, which keeps the focus inside and closes on Esc. Mounted means open. */
export function Dialog({ title, onClose, children, isWide = false }: DialogProps): ReactNode {
  const { t } = useWords();
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // A layout effect: its end still finds the dialog in the page, so that closing it gives the focus back.
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      className={classNames(styles.dialog, isWide && styles.dialogWide)}
      aria-labelledby={titleId}
      onCancel={(event) => {
        // React decides whether it is mounted; the browser must not close it behind React's back.
        event.preventDefault();
        onClose();
      }}
    >
      <header className={styles.dialogHead}>
        <h2 id={titleId}>{title}</h2>
        <IconButton icon="close" label={t('ui.close')} onClick={onClose} />
      </header>
      {children}
    </dialog>
  );
}

interface ConfirmDialogProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly confirmLabel: string;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/** Asks before a call that cannot be undone. */
export function ConfirmDialog({ title, children, confirmLabel, onConfirm, onCancel }: ConfirmDialogProps): ReactNode {
  const { t } = useWords();
  return (
    <Dialog title={title} onClose={onCancel}>
      <div className={styles.dialogBody}>{children}</div>
      <footer className={styles.dialogFoot}>
        <Button onClick={onCancel}>{t('ui.cancel')}</Button>
        <Button variant="danger" makesCall onClick={onConfirm}>
          {confirmLabel}
        </Button>
      </footer>
    </Dialog>
  );
}
