import { type ReactNode, useId, useState } from 'react';
import type { AppSettings } from '../../../src-main/shared/settings.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';

/** What this form edits. */
type FormSettings = Pick<AppSettings, 'originator' | 'proxyUrl' | 'allowedOrigins'>;

interface SettingsFormProps {
  readonly settings: AppSettings;
  /** Answers whether it was saved. */
  readonly onSave: (settings: FormSettings) => Promise<boolean>;
}

/** The settings as fields; nothing changes before Save. */
export function SettingsForm({ settings, onSave }: SettingsFormProps): ReactNode {
  const [originator, setOriginator] = useState(settings.originator);
  const [proxyUrl, setProxyUrl] = useState(settings.proxyUrl ?? '');
  const [origins, setOrigins] = useState(settings.allowedOrigins.join('\n'));
  const [isBusy, setBusy] = useState(false);
  const edited: FormSettings = {
    originator: originator.trim(),
    proxyUrl: proxyUrl.trim() === '' ? null : proxyUrl.trim(),
    allowedOrigins: origins.split(/\s+/).filter(Boolean),
  };
  const isChanged = JSON.stringify(edited) !== JSON.stringify(pick(settings));
  const save = async (): Promise<void> => {
    setBusy(true);
    await onSave(edited);
    setBusy(false);
  };
  return (
    <Card title="Requests">
      <form
        className="settings-form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field
          label="Originator"
          help="Sent upstream for clients that are not Codex; a Codex client's own is passed on. One word of plain ASCII."
          pattern="[\x21-\x7e]{1,100}"
          value={originator}
          onChange={setOriginator}
        />
        <Field
          label="Upstream proxy"
          help="Way out for every upstream request, http:// or https://. Empty: HTTPS_PROXY and NO_PROXY decide."
          placeholder="http://proxy.example:3128"
          pattern="https?://.+"
          value={proxyUrl}
          onChange={setProxyUrl}
        />
        <Field
          label="Allowed web origins"
          help="Web pages that may call this proxy, one a line. Empty: none may."
          placeholder="https://app.example"
          rows={3}
          value={origins}
          onChange={setOrigins}
        />
        <div className="add-buttons">
          <Button isSubmit variant="primary" disabled={isBusy || !isChanged}>
            Save
          </Button>
        </div>
      </form>
    </Card>
  );
}

/** The members in one order, so that two can be compared. */
function pick({ originator, proxyUrl, allowedOrigins }: FormSettings): FormSettings {
  return { originator, proxyUrl, allowedOrigins };
}

interface FieldProps {
  readonly label: string;
  readonly help: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  /** What it has to look like; the help says it in words. */
  readonly pattern?: string;
  /** More than one line. */
  readonly rows?: number;
}

function Field({ label, help, value, onChange, placeholder, pattern, rows }: FieldProps): ReactNode {
  const id = useId();
  const common = { id, className: 'text-field', value, placeholder, spellCheck: false, autoComplete: 'off' };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {rows === undefined ? (
        <input
          {...common}
          pattern={pattern}
          title={pattern === undefined ? undefined : help}
          aria-describedby={`${id}-help`}
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <textarea
          {...common}
          rows={rows}
          aria-describedby={`${id}-help`}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      <p id={`${id}-help`} className="faint">
        {help}
      </p>
    </div>
  );
}
