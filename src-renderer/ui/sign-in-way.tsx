import { type ReactNode, useId, useState } from 'react';
import { isProxyAddress } from '../../src-main/shared/proxy-address.ts';
import { useWords } from '../stores/stores.ts';
import fieldsStyles from './fields.module.css';
import styles from './sign-in-part.module.css';
import textStyles from './text.module.css';

/** A proxy for the account that is to be: its tokens are never asked for, or renewed, another way. Empty until it is an address. */
export function SignInWay({ onChange }: { readonly onChange: (proxyUrl: string) => void }): ReactNode {
  const { t } = useWords();
  const id = useId();
  const [text, setText] = useState('');
  const isWrong = text.trim() !== '' && !isProxyAddress(text.trim());
  return (
    <details className={styles.signInWay}>
      <summary>{t('ways.signIn')}</summary>
      <label htmlFor={id}>{t('ways.signInHelp')}</label>
      <input
        id={id}
        className={fieldsStyles.textField}
        value={text}
        placeholder="socks5h://user:password@proxy.example:1080"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        aria-invalid={isWrong || undefined}
        onChange={(event) => {
          const meant = event.target.value.trim();
          setText(event.target.value);
          onChange(isProxyAddress(meant) ? meant : '');
        }}
      />
      {isWrong ? <p className={textStyles.badText}>{t('ways.wrong')}</p> : null}
    </details>
  );
}
