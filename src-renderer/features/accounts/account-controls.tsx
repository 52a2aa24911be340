import { type ReactNode, useRef, useState } from 'react';
import type { AccountView } from '../../../src-main/shared/account-model.ts';
import { plainName } from '../../../src-main/shared/visible-text.ts';
import { classNames } from '../../lib/class-names.ts';
import { useActions, useApp, useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import fieldsStyles from '../../ui/fields.module.css';
import { Select } from '../../ui/select.tsx';
import { Switch } from '../../ui/switch.tsx';
import { TextField } from '../../ui/text-field.tsx';
import styles from './account-controls.module.css';
import { ProxyField } from './proxy-field.tsx';
import { RemoveDialog } from './remove-dialog.tsx';

type WebsocketChoice = 'default' | 'yes' | 'no';

const websocketChoices: readonly WebsocketChoice[] = ['default', 'yes', 'no'];

const websocketValues: Record<WebsocketChoice, boolean | null> = { default: null, yes: true, no: false };

/** What can be done with an account. */
export function AccountControls({ account }: { readonly account: AccountView }): ReactNode {
  const { t } = useWords();
  const actions = useActions();
  const hasOthers = useApp((state) => state.accounts.length > 1);
  const [isAsking, setAsking] = useState(false);
  /** Its file stays as it is; it can only be removed. */
  const isFixed = account.state === 'locked';
  const choice = account.websockets === null ? 'default' : account.websockets ? 'yes' : 'no';
  return (
    <div className={styles.accountControls}>
      <Switch
        label={t('accounts.enabled')}
        checked={account.enabled}
        makesCall
        disabled={isFixed}
        onChange={(enabled) => void actions.setEnabled(account.id, enabled)}
      />
      <Select
        label={t('accounts.websockets')}
        labelPlace="beside"
        value={choice}
        options={websocketChoices.map((value) => ({ value, label: t(`accounts.websockets.${value}`) }))}
        makesCall
        disabled={isFixed}
        onChange={(next) => void actions.setWebsockets(account.id, websocketValues[next])}
      />
      {account.state === 'locked' ? null : <ProxyField key={account.proxyUrl} account={account} />}
      {hasOthers && account.state !== 'locked' ? <PriorityField account={account} /> : null}
      {account.state === 'locked' ? null : <NicknameField account={account} />}
      <span className={styles.accountButtons}>
        <PinButton account={account} hasOthers={hasOthers} />
        <Button makesCall disabled={isFixed} onClick={() => void actions.readUsage(account.id)}>
          {t('accounts.readQuota')}
        </Button>
        <Button icon="trash" onClick={() => setAsking(true)}>
          {t('accounts.remove')}
        </Button>
      </span>
      {isAsking ? <RemoveDialog account={account} onClose={() => setAsking(false)} /> : null}
    </div>
  );
}

interface PinButtonProps {
  readonly account: AccountView;
  readonly hasOthers: boolean;
}

/** A pin is a wish for new sessions; with one account there is nothing to wish for, unless a pin is to be taken off. */
function PinButton({ account, hasOthers }: PinButtonProps): ReactNode {
  const { t } = useWords();
  const actions = useActions();
  const isPinned = useApp((state) => state.settings?.pinnedAccountId === account.id);
  if (!hasOthers && !isPinned) return null;
  return (
    <Button
      makesCall
      pressed={isPinned}
      title={t('accounts.pin.help')}
      onClick={() => void actions.changeSettings({ pinnedAccountId: isPinned ? null : account.id })}
    >
      {isPinned ? t('accounts.pinned') : t('accounts.pin')}
    </Button>
  );
}

/** Set when the field is left or Enter is pressed; shows the account's own value again once that has been answered. */
function PriorityField({ account }: { readonly account: AccountView }): ReactNode {
  const { t } = useWords();
  const actions = useActions();
  /** What is typed, until it has been answered. */
  const [draft, setDraft] = useState<string | null>(null);
  /** What was sent and is not answered yet: Enter, and leaving the field after it, say the same thing once. */
  const sent = useRef<number | null>(null);
  const text = draft ?? String(account.priority);
  const commit = async (): Promise<void> => {
    const priority = Number(text);
    const isUsable = text.trim() !== '' && Number.isInteger(priority);
    if (isUsable && priority === sent.current) return;
    if (isUsable && priority !== account.priority) {
      sent.current = priority;
      await actions.setPriority(account.id, priority);
      // Something else was sent meanwhile, and this answer is not the last one.
      if (sent.current !== priority) return;
      sent.current = null;
    }
    setDraft((now) => (now === text ? null : now));
  };
  return (
    <label className={classNames(fieldsStyles.selectField, styles.priorityField)} title={t('accounts.priority.help')}>
      <span className={fieldsStyles.selectLabel}>{t('accounts.priority')}</span>
      <TextField
        type="number"
        makesCall
        min={-100}
        max={100}
        value={text}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={() => void commit()}
        // Who scrolls over it means the page.
        onWheel={(event) => event.currentTarget.blur()}
        onKeyDown={(event) => {
          if (event.key === 'Enter') void commit();
        }}
      />
    </label>
  );
}

/** Set when the field is left or Enter is pressed. */
function NicknameField({ account }: { readonly account: AccountView }): ReactNode {
  const { t } = useWords();
  const actions = useActions();
  /** What is typed, until it has been answered. */
  const [draft, setDraft] = useState<string | null>(null);
  const commit = async (): Promise<void> => {
    if (draft === null) return;
    const nickname = plainName(draft) || null;
    if (nickname !== account.nickname) await actions.setNickname(account.id, nickname);
    setDraft((now) => (now === draft ? null : now));
  };
  return (
    <label className={classNames(fieldsStyles.selectField, styles.nicknameField)} title={t('accounts.nickname.help')}>
      <span className={fieldsStyles.selectLabel}>{t('accounts.nickname')}</span>
      <TextField
        isProse
        makesCall
        maxLength={40}
        value={draft ?? account.nickname ?? ''}
        placeholder={t('accounts.nickname.none')}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={() => void commit()}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
        }}
      />
    </label>
  );
}
