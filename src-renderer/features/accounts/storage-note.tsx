import type { ReactNode } from 'react';
import type { AccountView } from '../../../src-main/shared/account-model.ts';
import { classNames } from '../../lib/class-names.ts';
import { useApp, useWords } from '../../stores/stores.ts';
import { Icon } from '../../ui/icons.tsx';
import { RichText } from '../../ui/rich-text.tsx';
import styles from './storage-note.module.css';

const marks = {
  b: (text: ReactNode) => <b>{text}</b>,
  code: (text: ReactNode) => <code>{text}</code>,
};

/** Says plainly how the tokens lie on the disk. */
export function StorageNote({ accounts }: { readonly accounts: readonly AccountView[] }): ReactNode {
  const { t } = useWords();
  const dataDir = useApp((state) => state.app?.dataDir ?? '');
  const plain = accounts.filter((account) => !account.encrypted).length;
  if (plain === 0) {
    return (
      <p className={styles.storageNote}>
        <Icon name="lock" tone="good" isBesideText />
        <span>{t('accounts.storage.encrypted')}</span>
      </p>
    );
  }
  return (
    <p className={classNames(styles.storageNote, styles.storageNotePlain)}>
      <Icon name="unlock" isBesideText />
      <span>
        {plain === accounts.length ? (
          <RichText id="accounts.storage.plain" with={{ dataDir, ...marks }} />
        ) : (
          <RichText id="accounts.storage.some" with={{ dataDir, n: plain, total: accounts.length, ...marks }} />
        )}
      </span>
    </p>
  );
}
