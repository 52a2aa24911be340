import type { ReactNode } from 'react';
import type { AppSettings } from '../../../src-main/shared/settings.ts';
import { policyMeaning } from '../../../src-main/shared/tiers.ts';
import { type LanguageChoice, languageNames, languages } from '../../../src-main/shared/words/languages.ts';
import type { Translate } from '../../../src-main/shared/words/words.ts';
import { isMac } from '../../lib/system.ts';
import { useActions, useApp, useWords } from '../../stores/stores.ts';
import { Card } from '../../ui/card.tsx';
import { FastSwitch } from '../../ui/fast-switch.tsx';
import { Select } from '../../ui/select.tsx';
import { Switch } from '../../ui/switch.tsx';
import textStyles from '../../ui/text.module.css';
import styles from './behaviour-card.module.css';
import settingsStyles from './settings.module.css';

/** Each language in its own words. */
const languageOptions = (t: Translate): readonly { readonly value: LanguageChoice; readonly label: string }[] => [
  { value: 'system', label: t('settings.language.system') },
  ...languages.map((value) => ({ value, label: languageNames[value] })),
];

interface BehaviourCardProps {
  readonly settings: AppSettings;
}

/** What takes effect at once: fast mode, start at login, the click on the tray icon. */
export function BehaviourCard({ settings }: BehaviourCardProps): ReactNode {
  const actions = useActions();
  const { t } = useWords();
  const isDesktop = useApp((state) => state.app?.face === 'desktop');
  return (
    <Card title={t('settings.behaviour')}>
      <div className={settingsStyles.settingsBody}>
        <div className={styles.setting}>
          <FastSwitch />
          <p className={textStyles.faint}>{policyMeaning(t, settings.fastPolicy)}</p>
        </div>
        <div className={styles.setting}>
          <Select
            label={t('settings.accountNames')}
            labelPlace="beside"
            value={settings.accountNames}
            makesCall
            options={(['name', 'email', 'masked'] as const).map((value) => ({
              value,
              label: t(`settings.accountNames.${value}`),
            }))}
            onChange={(style) => void actions.changeSettings({ accountNames: style })}
          />
          <p className={textStyles.faint}>{t('settings.accountNames.help')}</p>
        </div>
        <div className={styles.setting}>
          <Select
            label={t('settings.language')}
            labelPlace="beside"
            value={settings.language}
            makesCall
            options={languageOptions(t)}
            onChange={(language) => void actions.changeSettings({ language })}
          />
          <p className={textStyles.faint}>{t('settings.language.help')}</p>
        </div>
        <div className={styles.setting}>
          <Select
            label={t('settings.theme')}
            labelPlace="beside"
            value={settings.theme}
            makesCall
            options={(['system', 'light', 'dark'] as const).map((value) => ({
              value,
              label: t(`settings.theme.${value}`),
            }))}
            onChange={(theme) => void actions.changeSettings({ theme })}
          />
        </div>
        <div className={styles.setting}>
          <Switch
            label={t('settings.opensAhead')}
            checked={settings.opensAhead}
            makesCall
            onChange={(opensAhead) => void actions.changeSettings({ opensAhead })}
          />
          <p className={textStyles.faint}>{t('settings.opensAhead.help')}</p>
        </div>
        <LoginSetting isOn={settings.startAtLogin === true} />
        {isDesktop && !isMac() ? (
          <div className={styles.setting}>
            <Select
              label={t('settings.trayClick')}
              labelPlace="beside"
              value={settings.trayClick}
              makesCall
              options={(['open', 'fast'] as const).map((value) => ({ value, label: t(`settings.trayClick.${value}`) }))}
              onChange={(trayClick) => void actions.changeSettings({ trayClick })}
            />
            <p className={textStyles.faint}>{t('settings.trayClick.help')}</p>
          </div>
        ) : null}
      </div>
    </Card>
  );
}

function LoginSetting({ isOn }: { readonly isOn: boolean }): ReactNode {
  const { t, told } = useWords();
  const actions = useActions();
  const unsupported = useApp((state) => state.app?.autostartUnsupported ?? null);
  return (
    <div className={styles.setting}>
      <Switch
        label={t('settings.startAtLogin')}
        checked={isOn}
        makesCall
        disabled={unsupported !== null}
        onChange={(startAtLogin) => void actions.changeSettings({ startAtLogin })}
      />
      <p className={textStyles.faint}>{unsupported === null ? t('settings.startAtLogin.help') : told(unsupported)}</p>
    </div>
  );
}
