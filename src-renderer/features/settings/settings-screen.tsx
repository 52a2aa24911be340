import { type ReactNode, useEffect, useState } from 'react';
import type { AppSettings } from '../../../src-main/shared/settings.ts';
import { formatInstant } from '../../lib/format.ts';
import { useActions, useApp } from '../../stores/stores.ts';
import { Card } from '../../ui/card.tsx';
import { SettingsForm } from './settings-form.tsx';

/** What the user can set, and what this instance is. */
export function SettingsScreen(): ReactNode {
  const actions = useActions();
  const isLive = useApp((state) => state.connection === 'live');
  const [settings, setSettings] = useState<AppSettings | null>(null);
  useEffect(() => {
    if (isLive) void actions.readSettings().then(setSettings);
  }, [actions, isLive]);
  const save = async (patch: Partial<AppSettings>): Promise<boolean> => {
    const saved = await actions.writeSettings(patch);
    if (saved !== null) setSettings(saved);
    return saved !== null;
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
        // Mounted anew with what was saved, which may have been put in order.
        <SettingsForm key={JSON.stringify(settings)} settings={settings} onSave={save} />
      )}
      <AboutCard />
    </div>
  );
}

function AboutCard(): ReactNode {
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
    <Card title="This Slipstream">
      <dl className="about">
        {facts.map(([name, value]) => (
          <div key={name} className="fact">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
