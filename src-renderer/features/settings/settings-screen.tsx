import type { ReactNode } from 'react';
import type { AppSettings } from '../../../src-main/shared/settings.ts';
import { classNames } from '../../lib/class-names.ts';
import { formatInstant } from '../../lib/format.ts';
import { useActions, useApp, useStores } from '../../stores/stores.ts';
import { Card } from '../../ui/card.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact } from '../../ui/fact.tsx';
import { ScreenHead } from '../../ui/screen-head.tsx';
import textStyles from '../../ui/text.module.css';
import { BehaviourCard } from './behaviour-card.tsx';
import { BrowsersCard } from './browsers-card.tsx';
import { SettingsForm } from './settings-form.tsx';
import styles from './settings-screen.module.css';

/** What the user can set, and what this instance is. */
export function SettingsScreen(): ReactNode {
  const { actions, app, toasts } = useStores();
  const settings = useApp((state) => state.settings);
  const isHeadless = useApp((state) => state.app?.face === 'headless');
  const save = async (patch: Partial<AppSettings>): Promise<string | null> => {
    const result = await actions.request('settings.set', patch);
    if (!result.ok) return result.error.message;
    app.setState({ settings: result.value });
    toasts.getState().show('info', 'Settings saved.');
    return null;
  };
  return (
    <div className={styles.settings}>
      <ScreenHead title="Settings" />
      {settings === null ? (
        <p className={textStyles.faint} role="status">
          Loading…
        </p>
      ) : (
        <>
          <BehaviourCard settings={settings} />
          <SettingsForm settings={settings} onSave={save} />
        </>
      )}
      {isHeadless ? <BrowsersCard /> : null}
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
      <dl className={styles.about}>
        {facts.map(([name, value]) => (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ))}
      </dl>
      <p className={classNames(styles.aboutNote, textStyles.faint)}>
        Diagnostics are a text for a bug report: versions, settings, account states and the last warnings. No token, no
        e-mail address, no prompt.
      </p>
    </Card>
  );
}
