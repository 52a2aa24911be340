import { type ReactNode, useState } from 'react';
import type { AccountView } from '../../../src-main/shared/account-model.ts';
import { useActions } from '../../stores/stores.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import fieldsStyles from '../../ui/fields.module.css';

interface RemoveDialogProps {
  readonly account: AccountView;
  readonly onClose: () => void;
  readonly onRun: (action: () => Promise<boolean>) => Promise<void>;
}

/** Asks before an account is removed, and whether its sign-in is to end too. */
export function RemoveDialog({ account, onClose, onRun }: RemoveDialogProps): ReactNode {
  const actions = useActions();
  const [isRevoked, setRevoked] = useState(false);
  const confirm = (): void => {
    onClose();
    void onRun(() => (isRevoked ? actions.signOut(account.id) : actions.removeAccount(account.id)));
  };
  return (
    <ConfirmDialog title="Remove this account?" confirmLabel="Remove" onCancel={onClose} onConfirm={confirm}>
      <p>
        Slipstream forgets the sign-in of <b>{account.email}</b> and deletes its tokens from this machine's data folder.
      </p>
      {account.state === 'other-upstream' ? (
        <p>It belongs to another upstream, so the issuer is not told: its sign-in goes on until it ends by itself.</p>
      ) : account.state === 'locked' ? (
        <p>Its tokens are locked, so the issuer is not told: its sign-in goes on until it ends by itself.</p>
      ) : account.link === null ? (
        <label className={fieldsStyles.checkbox}>
          <input type="checkbox" checked={isRevoked} onChange={(event) => setRevoked(event.target.checked)} />
          <span>Also sign it out at the issuer, so that no copy of its tokens works any longer</span>
        </label>
      ) : (
        <p>
          It shares its sign-in with <code>{account.link.path}</code>; that file stays as it is, and so does the
          sign-in.
        </p>
      )}
    </ConfirmDialog>
  );
}
