import type { ReactNode } from 'react';
import type { AccountNameStyle } from '../../../src-main/shared/account-name.ts';
import type { AppSettings } from '../../../src-main/shared/settings.ts';
import { policyMeaning } from '../../../src-main/shared/tiers.ts';
import { type LanguageChoice, languageNames, languages } from '../../../src-main/shared/words/languages.ts';
import type { Translate } from '../../../src-main/shared/words/words.ts';
import { useActions, useApp, useWords } from '../../stores/stores.ts';
import { Card } from '../../ui/card.tsx';
import { FastSwitch } from '../../ui/fast-switch.tsx';
import { Select } from '../../ui/select.tsx';
import { Switch } from '../../ui/switch.tsx';
import textStyles from '../../ui/text.module.css';
import styles from './behaviour-card.module.css';
import settingsStyles from './settings.module.css';

const trayClicks = [
  { value: 'open', label: 'opens this window' },
  { value: 'fast', label: 'toggles fast mode' },
] as const;

const accountNames: readonly { readonly value: AccountNameStyle; readonly label: string }[] = [
  { value: 'name', label: 'with what stands before the @' },
  { value: 'email', label: 'with the whole e-mail address' },
  { value: 'masked', label: 'masked' },
];

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
    <Card title="Behaviour">
      <div className={settingsStyles.settingsBody}>
        <div className={styles.setting}>
          <FastSwitch />
          <p className={textStyles.faint}>{policyMeaning(settings.fastPolicy)}</p>
        </div>
        <div className={styles.setting}>
          <Select
            label="Accounts are shown"
            isLabelShown
            value={settings.accountNames}
            options={accountNames}
            onChange={(style) => void actions.changeSettings({ accountNames: style })}
          />
          <p className={textStyles.faint}>
            On your own screens, unless an account has a nickname. Exports, logs and diagnostics have masked names.
          </p>
        </div>
        <div className={styles.setting}>
          <Select
            label={t('settings.language')}
            isLabelShown
            value={settings.language}
            options={languageOptions(t)}
            onChange={(language) => void actions.changeSettings({ language })}
          />
          <p className={textStyles.faint}>{t('settings.language.help')}</p>
        </div>
        <LoginSetting isOn={settings.startAtLogin === true} />
        {isDesktop && !opensMenuOnClick() ? (
          <div className={styles.setting}>
            <Select
              label="A plain click on the tray icon"
              isLabelShown
              value={settings.trayClick}
              options={trayClicks}
              onChange={(trayClick) => void actions.changeSettings({ trayClick })}
            />
            <p className={textStyles.faint}>
              The other button opens its menu. Some Linux panels open the menu on any click.
            </p>
          </div>
        ) : null}
      </div>
    </Card>
  );
}

function LoginSetting({ isOn }: { readonly isOn: boolean }): ReactNode {
  const actions = useActions();
  const unsupported = useApp((state) => state.app?.autostartUnsupported ?? null);
  const isLive = useApp((state) => state.connection === 'live');
  return (
    <div className={styles.setting}>
      <Switch
        label="Start at login"
        checked={isOn}
        disabled={!isLive || unsupported !== null}
        onChange={(startAtLogin) => void actions.changeSettings({ startAtLogin })}
      />
      <p className={textStyles.faint}>{unsupported ?? 'It starts hidden, in the tray.'}</p>
    </div>
  );
}

/** On macOS every click on a tray icon opens its menu. */
function opensMenuOnClick(): boolean {
  return navigator.userAgent.includes('Mac OS X');
}
