import { type ReactNode, useId, useState } from 'react';
import { isProxyAddress } from '../../src-main/shared/proxy-address.ts';
import { useWords } from '../stores/stores.ts';
import styles from './sign-in-part.module.css';
import textStyles from './text.module.css';
import { TextField } from './text-field.tsx';

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
      <TextField
        id={id}
        value={text}
        placeholder="socks5h://user:password@proxy.example:1080"
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
