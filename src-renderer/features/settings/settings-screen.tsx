import type { ReactNode } from 'react';
import type { AppSettings } from '../../../src-main/shared/settings.ts';
import { classNames } from '../../lib/class-names.ts';
import { profileName } from '../../lib/profile-name.ts';
import { useActions, useApp, useStores, useWords } from '../../stores/stores.ts';
import { Card } from '../../ui/card.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact } from '../../ui/fact.tsx';
import { ScreenHead } from '../../ui/screen-head.tsx';
import textStyles from '../../ui/text.module.css';
import { BackupCard } from './backup-card.tsx';
import { BehaviourCard } from './behaviour-card.tsx';
import { BrowsersCard } from './browsers-card.tsx';
import { DesktopCard } from './desktop-card.tsx';
import { KeysCard } from './keys-card.tsx';
import { MetricsCard } from './metrics-card.tsx';
import { SettingsForm } from './settings-form.tsx';
import styles from './settings-screen.module.css';
import { UpdatesCard } from './updates-card.tsx';

/** What the user can set, and what this instance is. */
export function SettingsScreen(): ReactNode {
  const { t } = useWords();
  const { actions, app, toasts } = useStores();
  const settings = useApp((state) => state.settings);
  const face = useApp((state) => state.app?.face);
  const save = async (patch: Partial<AppSettings>): Promise<string | null> => {
    const result = await actions.request('settings.set', patch);
    if (!result.ok) return result.error.message;
    app.setState({ settings: result.value });
    toasts.getState().show('info', (words) => words.t('settings.saved'));
    return null;
  };
  return (
    <div className={styles.settings}>
      <ScreenHead title={t('settings.title')} />
      {settings === null ? (
        <p className={textStyles.faint} role="status">
          {t('ui.loading')}
        </p>
      ) : (
        <>
          <BehaviourCard settings={settings} />
          {face === 'desktop' ? (
            <>
              <DesktopCard settings={settings} />
              <UpdatesCard settings={settings} />
            </>
          ) : null}
          <KeysCard />
          <MetricsCard settings={settings} />
          <SettingsForm settings={settings} onSave={save} />
          <BackupCard settings={settings} />
        </>
      )}
      {face === 'headless' ? <BrowsersCard /> : null}
      <AboutCard />
    </div>
  );
}

function AboutCard(): ReactNode {
  const { t, format } = useWords();
  const actions = useActions();
  const app = useApp((state) => state.app);
  if (app === null) return null;
  const facts = [
    [t('settings.about.version'), app.version],
    [t('settings.about.face'), app.face === 'desktop' ? t('settings.about.desktop') : t('settings.about.headless')],
    [t('settings.about.upstream'), app.upstream],
    [t('settings.about.profile'), t('settings.about.profile.value', { profile: profileName(t, app.profile) })],
    [t('settings.about.dataDir'), app.dataDir],
    [t('settings.about.since'), format.longInstant(app.startedAt)],
  ] as const;
  return (
    <Card
      title={t('settings.about')}
      aside={<CopyButton label={t('settings.diagnostics')} makesCall copy={() => actions.copyDiagnostics()} />}
    >
      <dl className={styles.about}>
        {facts.map(([name, value]) => (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ))}
      </dl>
      <p className={classNames(styles.aboutNote, textStyles.faint)}>{t('settings.diagnostics.help')}</p>
    </Card>
  );
}
