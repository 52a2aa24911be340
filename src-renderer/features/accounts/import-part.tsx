import { type ReactNode, useId, useState } from 'react';
import { classNames } from '../../lib/class-names.ts';
import { useActions, useStores, useWords } from '../../stores/stores.ts';
import buttonStyles from '../../ui/button.module.css';
import { Button } from '../../ui/button.tsx';
import fieldsStyles from '../../ui/fields.module.css';
import { Icon } from '../../ui/icons.tsx';
import layoutStyles from '../../ui/layout.module.css';
import { RichText } from '../../ui/rich-text.tsx';
import textStyles from '../../ui/text.module.css';
import styles from './import-part.module.css';

/** What the call accepts. */
const maxTextLength = 1_048_576;

/** Takes a sign-in by copy: an official `auth.json` or another proxy's file, chosen or pasted. */
export function ImportPart(): ReactNode {
  const { t } = useWords();
  const actions = useActions();
  const { toasts } = useStores();
  const [text, setText] = useState('');
  const [isBusy, setBusy] = useState(false);
  const fieldId = useId();

  const importText = async (content: string): Promise<void> => {
    if (content.length > maxTextLength) {
      toasts.getState().show('error', t('accounts.import.tooLarge'));
      return;
    }
    setBusy(true);
    const isDone = await actions.importAccount(content);
    setBusy(false);
    // A secret stays in the page no longer than it is needed; a refused one may only want a correction.
    if (isDone) setText('');
  };

  return (
    <div className={layoutStyles.addPart}>
      <h3>{t('accounts.import')}</h3>
      <p>
        <RichText
          id="accounts.import.how"
          with={{ code: (text) => <code>{text}</code>, file: (text) => <code>{text}</code> }}
        />
      </p>
      <label className={classNames(buttonStyles.button, styles.importFile)}>
        <Icon name="upload" tone="soft" />
        {t('accounts.import.choose')}
        <input
          type="file"
          className={textStyles.visuallyHidden}
          accept=".json,application/json"
          disabled={isBusy}
          onChange={(event) => {
            const input = event.target;
            void input.files?.[0]
              ?.text()
              .then(importText)
              .finally(() => {
                // Emptied, so that choosing the same file again is a change again.
                input.value = '';
              });
          }}
        />
      </label>
      <label htmlFor={fieldId}>{t('accounts.import.paste')}</label>
      <textarea
        id={fieldId}
        className={classNames(fieldsStyles.textField, styles.importText)}
        rows={4}
        value={text}
        spellCheck={false}
        autoComplete="off"
        placeholder={'{ "tokens": { "id_token": …'}
        onChange={(event) => setText(event.target.value)}
      />
      <div className={layoutStyles.addButtons}>
        <Button disabled={isBusy || text.trim() === ''} onClick={() => void importText(text)}>
          {t('accounts.import.do')}
        </Button>
      </div>
      <p className={textStyles.faint}>
        {t('accounts.import.command')} <code>npx slipstream import ~/.codex/auth.json</code>
      </p>
    </div>
  );
}
