import { type ReactNode, useState } from 'react';
import type { AccountView } from '../../../src-main/shared/model.ts';
import { accountState, sourceNames } from '../../lib/account-text.ts';
import { formatInstant, formatRelative } from '../../lib/format.ts';
import { useActions, useApp } from '../../stores/stores.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { QuotaBar } from '../../ui/quota-bar.tsx';
import { Select } from '../../ui/select.tsx';
import { Switch } from '../../ui/switch.tsx';

type WebsocketChoice = 'default' | 'yes' | 'no';

const websocketChoices: readonly { readonly value: WebsocketChoice; readonly label: string }[] = [
  { value: 'default', label: 'Default (yes)' },
  { value: 'yes', label: 'Yes' },
  { value: 'no', label: 'No, HTTP only' },
];

const websocketValues: Record<WebsocketChoice, boolean | null> = { default: null, yes: true, no: false };

interface AccountCardProps {
  readonly account: AccountView;
  readonly nowMs: number;
}

/** One account: who, in what state, what is left of it, and its switches. */
export function AccountCard({ account, nowMs }: AccountCardProps): ReactNode {
  const state = accountState(account, nowMs);
  return (
    <article className={`card account ${account.enabled ? '' : 'account-off'}`} aria-label={account.email}>
      <header className="account-head">
        <div className="account-who">
          <h2>{account.email}</h2>
          <p className="faint">
            {sourceNames[account.source]} · shown elsewhere as {account.label}
          </p>
        </div>
        {account.plan === null ? null : <Badge tone="quiet">{account.plan}</Badge>}
        <Badge tone={state.tone}>{state.label}</Badge>
      </header>
      {state.explanation === null ? null : <p className="account-explanation">{state.explanation}</p>}
      <Quota account={account} nowMs={nowMs} />
      <Controls account={account} />
      <p className="account-expiry">
        {account.tokenExpiresAt === null ? (
          'Token expiry unknown'
        ) : (
          <span title={formatInstant(account.tokenExpiresAt)}>
            Access token {account.tokenExpiresAt > nowMs ? 'expires' : 'expired'}{' '}
            {formatRelative(account.tokenExpiresAt, nowMs)}
          </span>
        )}
        {' · '}
        {account.encrypted ? 'encrypted on disk' : 'not encrypted on disk'}
      </p>
    </article>
  );
}

function Quota({ account, nowMs }: AccountCardProps): ReactNode {
  const { usage } = account;
  if (usage === null || (usage.primary === null && usage.secondary === null)) {
    return <p className="faint">Quota not read yet; it comes with the first turn.</p>;
  }
  return (
    <div className="account-quota">
      {usage.primary === null ? null : <QuotaBar window={usage.primary} nowMs={nowMs} />}
      {usage.secondary === null ? null : <QuotaBar window={usage.secondary} nowMs={nowMs} />}
      <p className="account-read">Read {formatRelative(usage.readAt, nowMs)}</p>
    </div>
  );
}

function Controls({ account }: { readonly account: AccountView }): ReactNode {
  const actions = useActions();
  const [isBusy, setBusy] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const run = async (action: () => Promise<boolean>): Promise<void> => {
    setBusy(true);
    await action();
    setBusy(false);
  };
  const choice = account.websockets === null ? 'default' : account.websockets ? 'yes' : 'no';
  return (
    <div className="account-controls">
      <Switch
        label="Enabled"
        checked={account.enabled}
        disabled={isBusy}
        onChange={(enabled) => void run(() => actions.setEnabled(account.id, enabled))}
      />
      <Select
        label="Websockets"
        isLabelShown
        value={choice}
        options={websocketChoices}
        disabled={isBusy}
        onChange={(next) => void run(() => actions.setWebsockets(account.id, websocketValues[next]))}
      />
      <span className="account-buttons">
        <PinButton account={account} />
        <Button disabled={isBusy} onClick={() => void run(() => actions.readUsage(account.id))}>
          Read quota
        </Button>
        <Button icon="trash" disabled={isBusy} onClick={() => setAsking(true)}>
          Remove
        </Button>
      </span>
      {isAsking ? (
        <ConfirmDialog
          title="Remove this account?"
          confirmLabel="Remove"
          onCancel={() => setAsking(false)}
          onConfirm={() => {
            setAsking(false);
            void run(() => actions.removeAccount(account.id));
          }}
        >
          <p>
            Slipstream forgets the sign-in of <b>{account.email}</b> and deletes its tokens from this machine's data
            folder.
          </p>
          <p>It does not sign the account out, and the file it was imported from stays as it is.</p>
        </ConfirmDialog>
      ) : null}
    </div>
  );
}

/** A pin is a wish for new sessions; with one account there is nothing to wish for, unless a pin is to be taken off. */
function PinButton({ account }: { readonly account: AccountView }): ReactNode {
  const actions = useActions();
  const isPinned = useApp((state) => state.accountPolicy.pinnedAccountId === account.id);
  const isOnlyOne = useApp((state) => state.accounts.length < 2);
  if (isOnlyOne && !isPinned) return null;
  return (
    <Button
      pressed={isPinned}
      title="New sessions use this account while it can be used"
      onClick={() => void actions.setAccountPolicy({ pinnedAccountId: isPinned ? null : account.id })}
    >
      {isPinned ? 'Pinned' : 'Pin'}
    </Button>
  );
}
