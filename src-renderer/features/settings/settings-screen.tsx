import type { ReactNode } from 'react';
import type { AppSettings } from '../../../src-main/shared/settings.ts';
import { formatInstant } from '../../lib/format.ts';
import { useActions, useApp, useStores } from '../../stores/stores.ts';
import { Card } from '../../ui/card.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { BehaviourCard } from './behaviour-card.tsx';
import { SettingsForm } from './settings-form.tsx';

/** What the user can set, and what this instance is. */
export function SettingsScreen(): ReactNode {
  const { actions, app, toasts } = useStores();
  const settings = useApp((state) => state.settings);
  const save = async (patch: Partial<AppSettings>): Promise<string | null> => {
    const result = await actions.request('settings.set', patch);
    if (!result.ok) return result.error.message;
    app.setState({ settings: result.value });
    toasts.getState().show('info', 'Settings saved.');
    return null;
  };
  return (
    <div className="settings">
      <header className="screen-head">
        <h1>Settings</h1>
      </header>
      {settings === null ? (
        <p className="faint" role="status">
          Loading…
        </p>
      ) : (
        <>
          <BehaviourCard settings={settings} />
          <SettingsForm settings={settings} onSave={save} />
        </>
      )}
      <AboutCard />
    </div>
  );
}

function AboutCard(): ReactNode {
  const actions = useActions();
  const app = useApp((state) => state.app);
  if (app === null) return null;
  const facts = [
    ['Version', app.version],
    ['Face', app.face === 'desktop' ? 'desktop app' : 'headless'],
    ['Upstream', app.upstream],
    ['Shape', `official client ${app.profile}`],
    ['Data folder', app.dataDir],
    ['Running since', formatInstant(app.startedAt)],
  ] as const;
  return (
    <Card
      title="This Slipstream"
      aside={<CopyButton label="Copy diagnostics" copy={() => actions.copyDiagnostics()} />}
    >
      <dl className="about">
        {facts.map(([name, value]) => (
          <div key={name} className="fact">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="about-note faint">
        Diagnostics are a text for a bug report: versions, settings, account states and the last warnings. No token, no
        e-mail address, no prompt.
      </p>
    </Card>
  );
}
