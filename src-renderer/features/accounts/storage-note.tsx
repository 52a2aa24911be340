import type { ReactNode } from 'react';
import type { AccountView } from '../../../src-main/shared/account-model.ts';
import { classNames } from '../../lib/class-names.ts';
import { useApp } from '../../stores/stores.ts';
import { Icon } from '../../ui/icons.tsx';
import styles from './storage-note.module.css';

/** Says plainly how the tokens lie on the disk. */
export function StorageNote({ accounts }: { readonly accounts: readonly AccountView[] }): ReactNode {
  const dataDir = useApp((state) => state.app?.dataDir ?? '');
  const plain = accounts.filter((account) => !account.encrypted).length;
  if (plain === 0) {
    return (
      <p className={styles.storageNote}>
        <Icon name="lock" tone="good" isBesideText />
        <span>Tokens are encrypted on disk with a key from the system's keychain.</span>
      </p>
    );
  }
  return (
    <p className={classNames(styles.storageNote, styles.storageNotePlain)}>
      <Icon name="unlock" isBesideText />
      <span>
        {plain === accounts.length ? 'Tokens are' : `Tokens of ${plain} of ${accounts.length} accounts are`}{' '}
        <b>not encrypted</b> on disk: there is no system keychain here. The files in <code>{dataDir}</code> can be read
        by your user only (mode 0600), and by anyone who can become that user.
      </span>
    </p>
  );
}
