import { type ReactNode, useId, useState } from 'react';
import { useActions, useStores } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Icon } from '../../ui/icons.tsx';

/** What the call accepts. */
const maxTextLength = 1_048_576;

/** Takes an official `auth.json`, as a file or pasted. */
export function ImportPanel(): ReactNode {
  const actions = useActions();
  const { toasts } = useStores();
  const [text, setText] = useState('');
  const [isBusy, setBusy] = useState(false);
  const fieldId = useId();

  const importText = async (content: string): Promise<void> => {
    if (content.length > maxTextLength) {
      toasts.getState().show('error', 'This file is larger than 1 MB, so it is not an auth.json.');
      return;
    }
    setBusy(true);
    const isDone = await actions.importAccount(content);
    setBusy(false);
    // A secret stays in the page no longer than it is needed; a refused one may only want a correction.
    if (isDone) setText('');
  };
  const importFile = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    await importText(await file.text());
  };

  return (
    <Card title="Import a sign-in" className="import">
      <p>
        Sign in with the Codex CLI (<code>codex login</code>), then give Slipstream its <code>auth.json</code>, usually{' '}
        <code>~/.codex/auth.json</code>.
      </p>
      <label className="button button-primary import-file">
        <Icon name="upload" />
        Choose auth.json
        <input
          type="file"
          className="visually-hidden"
          accept=".json,application/json"
          disabled={isBusy}
          onChange={(event) => {
            const input = event.target;
            // Emptied, so that choosing the same file again is a change again.
            void importFile(input.files?.[0]).finally(() => {
              input.value = '';
            });
          }}
        />
      </label>
      <label className="import-label" htmlFor={fieldId}>
        or paste its text
      </label>
      <textarea
        id={fieldId}
        className="import-text"
        rows={6}
        value={text}
        spellCheck={false}
        autoComplete="off"
        placeholder={'{ "tokens": { "id_token": …'}
        onChange={(event) => setText(event.target.value)}
      />
      <Button disabled={isBusy || text.trim() === ''} onClick={() => void importText(text)}>
        Import the text
      </Button>
      <p className="import-note">
        The sign-in is copied; the file itself is not changed. Refresh tokens work once, so two programs that renew the
        same sign-in can sign each other out: a sign-in of its own for Slipstream is the safe way.
      </p>
      <p className="import-note">
        On the command line: <code>slipstream import ~/.codex/auth.json</code>
      </p>
    </Card>
  );
}
