import { type ReactNode, useState } from 'react';
import type { AccountView } from '../../../src-main/shared/account-model.ts';
import { useActions, useWords } from '../../stores/stores.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import fieldsStyles from '../../ui/fields.module.css';
import { RichText } from '../../ui/rich-text.tsx';

interface RemoveDialogProps {
  readonly account: AccountView;
  readonly onClose: () => void;
}

/** Asks before an account is removed, and whether its sign-in is to end too. */
export function RemoveDialog({ account, onClose }: RemoveDialogProps): ReactNode {
  const { t } = useWords();
  const actions = useActions();
  const [isRevoked, setRevoked] = useState(false);
  const confirm = (): void => {
    onClose();
    void (isRevoked ? actions.signOut(account.id) : actions.removeAccount(account.id));
  };
  return (
    <ConfirmDialog
      title={t('accounts.removing')}
      confirmLabel={t('accounts.remove')}
      onCancel={onClose}
      onConfirm={confirm}
    >
      <p>
        <RichText id="accounts.removing.what" with={{ account: account.email, b: (text) => <b>{text}</b> }} />
      </p>
      {account.state === 'other-upstream' ? (
        <p>{t('accounts.removing.otherUpstream')}</p>
      ) : account.state === 'locked' ? (
        <p>{t('accounts.removing.locked')}</p>
      ) : account.link === null ? (
        <label className={fieldsStyles.checkbox}>
          <input type="checkbox" checked={isRevoked} onChange={(event) => setRevoked(event.target.checked)} />
          <span>{t('accounts.removing.revoke')}</span>
        </label>
      ) : (
        <p>
          <RichText
            id="accounts.removing.linked"
            with={{ path: account.link.path, code: (text) => <code>{text}</code> }}
          />
        </p>
      )}
    </ConfirmDialog>
  );
}
