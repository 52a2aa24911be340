import { type ReactNode, useId, useState } from 'react';
import type { ImportPreview } from '../../../src-main/shared/import-model.ts';
import { leftLines, takenLines, toolName } from '../../../src-main/shared/import-words.ts';
import { useUnavailable } from '../../hooks/use-unavailable.ts';
import { classNames } from '../../lib/class-names.ts';
import { useActions, useStores, useWords } from '../../stores/stores.ts';
import buttonStyles from '../../ui/button.module.css';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icons.tsx';
import layoutStyles from '../../ui/layout.module.css';
import { RichText } from '../../ui/rich-text.tsx';
import textStyles from '../../ui/text.module.css';
import { TextArea } from '../../ui/text-field.tsx';
import styles from './import-part.module.css';

/** What the call accepts. */
const maxTextLength = 1_048_576;

/** A text, and what an import of it would take. */
interface Found {
  readonly text: string;
  readonly preview: ImportPreview;
}

/** One sign-in and nothing else: there is nothing to tell before it is taken. */
const isPlain = ({ accounts, settings, left }: ImportPreview) =>
  accounts.length === 1 && settings.length === 0 && left.length === 0;

/** Takes sign-ins by copy, and settings of another proxy: files, chosen, dropped or pasted. What is more than one is shown first. */
export function ImportPart(): ReactNode {
  const { t } = useWords();
  const actions = useActions();
  const { toasts } = useStores();
  const [text, setText] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [found, setFound] = useState<Found | null>(null);
  const fieldId = useId();
  const file = useUnavailable({ disabled: isBusy, makesCall: true });

  const importText = async (content: string): Promise<void> => {
    if (content.length > maxTextLength) {
      toasts.getState().show('error', (words) => words.t('accounts.import.tooLarge'));
      return;
    }
    setBusy(true);
    const preview = await actions.ask('accounts.preview', { text: content });
    if (preview !== null && isPlain(preview)) await take(content);
    else if (preview !== null) setFound({ text: content, preview });
    setBusy(false);
  };
  const take = async (content: string): Promise<void> => {
    setBusy(true);
    const isDone = await actions.importAccount(content);
    setBusy(false);
    // A secret stays in the page no longer than it is needed; a refused one may only want a correction.
    if (!isDone) return;
    setText('');
    setFound(null);
  };
  const importFile = (file: File | undefined): Promise<void> | undefined => file?.text().then(importText);

  return (
    <section
      className={layoutStyles.addPart}
      aria-label={t('accounts.import')}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void importFile(event.dataTransfer.files[0]);
      }}
    >
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
          {...file.props}
          type="file"
          className={textStyles.visuallyHidden}
          accept=".json,.yaml,.yml,application/json"
          onClick={(event) => {
            if (file.isHeld) event.preventDefault();
          }}
          onChange={(event) => {
            const input = event.target;
            void importFile(input.files?.[0])?.finally(() => {
              // Emptied, so that choosing the same file again is a change again.
              input.value = '';
            });
          }}
        />
      </label>
      <label htmlFor={fieldId}>{t('accounts.import.paste')}</label>
      <TextArea
        id={fieldId}
        rows={4}
        value={text}
        placeholder={'{ "tokens": { "id_token": …'}
        onChange={(event) => setText(event.target.value)}
      />
      <div className={layoutStyles.addButtons}>
        <Button makesCall disabled={isBusy || text.trim() === ''} onClick={() => void importText(text)}>
          {t('accounts.import.do')}
        </Button>
      </div>
      <p className={textStyles.faint}>
        {t('accounts.import.command')} <code>npx slipstream import ~/.codex/auth.json</code>
      </p>
      {found !== null && (
        <FoundPart found={found} isBusy={isBusy} take={() => void take(found.text)} drop={() => setFound(null)} />
      )}
    </section>
  );
}

interface FoundPartProps {
  readonly found: Found;
  readonly isBusy: boolean;
  readonly take: () => void;
  readonly drop: () => void;
}

/** What would be taken and what not, with a yes and a no. */
function FoundPart({ found: { preview }, isBusy, take, drop }: FoundPartProps): ReactNode {
  const words = useWords();
  const { t } = words;
  const taken = takenLines(preview, words);
  const left = leftLines(preview.left, words);
  return (
    <div role="status">
      <p>
        {taken.length === 0 ? t('migration.nothing') : t('migration.found', { tool: toolName(preview.tool, words) })}
      </p>
      <Lines lines={taken} />
      {left.length > 0 && <p>{t('migration.left')}</p>}
      <Lines lines={left} />
      {preview.accounts.length > 0 && <p className={textStyles.faint}>{t('migration.shared')}</p>}
      <div className={layoutStyles.addButtons}>
        {taken.length > 0 && (
          <Button makesCall disabled={isBusy} onClick={take}>
            {t('migration.take')}
          </Button>
        )}
        <Button onClick={drop}>{t('migration.cancel')}</Button>
      </div>
    </div>
  );
}

function Lines({ lines }: { readonly lines: readonly string[] }): ReactNode {
  return (
    lines.length > 0 && (
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    )
  );
}
