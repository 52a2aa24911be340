import { type ReactNode, useState } from 'react';
import type { AccountView } from '../../../src-main/shared/account-model.ts';
import { isProxyAddress } from '../../../src-main/shared/proxy-address.ts';
import { useActions, useWords } from '../../stores/stores.ts';
import fieldsStyles from '../../ui/fields.module.css';
import { TextField } from '../../ui/text-field.tsx';
import { WayTestPart } from '../../ui/way-test.tsx';
import styles from './account-controls.module.css';

/** The account's own way out. Set when the field is left or Enter is pressed; what is no address stays, marked, and is not sent. */
export function ProxyField({ account }: { readonly account: AccountView }): ReactNode {
  const actions = useActions();
  const { t } = useWords();
  const stored = account.proxyUrl ?? '';
  const [text, setText] = useState(stored);
  const meant = text.trim();
  const isWrong = meant !== '' && !isProxyAddress(meant);
  const commit = async (): Promise<void> => {
    if (isWrong || meant === stored) return;
    await actions.setProxy(account.id, meant === '' ? null : meant);
  };
  return (
    <span className={styles.proxyPart}>
      <label className={fieldsStyles.selectField} title={t('ways.proxyHelp')}>
        <span className={fieldsStyles.selectLabel}>{t('ways.proxy')}</span>
        <TextField
          makesCall
          value={text}
          placeholder={t('ways.asInSettings')}
          aria-invalid={isWrong || undefined}
          onChange={(event) => setText(event.target.value)}
          onBlur={() => void commit()}
          onKeyDown={(event) => {
            if (event.key === 'Enter') event.currentTarget.blur();
          }}
        />
      </label>
      <WayTestPart accountId={account.id} address={meant} />
    </span>
  );
}
