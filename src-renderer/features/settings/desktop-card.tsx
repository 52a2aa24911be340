import { type ReactNode, useState } from 'react';
import { clockMinute, clockText, noticeKinds, type QuietHours } from '../../../src-main/shared/notice-kinds.ts';
import type { AppSettings } from '../../../src-main/shared/settings.ts';
import { shortcutOf } from '../../../src-main/shared/shortcut.ts';
import { useUnavailable } from '../../hooks/use-unavailable.ts';
import { isLinux, isMac } from '../../lib/system.ts';
import { useActions, useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import fieldsStyles from '../../ui/fields.module.css';
import layoutStyles from '../../ui/layout.module.css';
import { Switch } from '../../ui/switch.tsx';
import textStyles from '../../ui/text.module.css';
import { TextField } from '../../ui/text-field.tsx';
import styles from './behaviour-card.module.css';
import settingsStyles from './settings.module.css';

/** From evening to morning: what the switch begins with. */
const usualQuietHours: QuietHours = { fromMinute: 22 * 60, toMinute: 8 * 60 };

/** What the desktop app does outside its window. */
export function DesktopCard({ settings }: { readonly settings: AppSettings }): ReactNode {
  const actions = useActions();
  const { t } = useWords();
  const { notices } = settings;
  return (
    <Card title={t('settings.desktop')}>
      <div className={settingsStyles.settingsBody}>
        <ShortcutSetting shortcut={settings.fastShortcut} />
        <fieldset className={styles.setting}>
          <legend>{t('settings.notices')}</legend>
          {noticeKinds.map((kind) => (
            <NoticeBox
              key={kind}
              label={t(`settings.notices.${kind}`)}
              checked={notices.includes(kind)}
              onChange={(checked) =>
                void actions.changeSettings({
                  notices: noticeKinds.filter((each) => (each === kind ? checked : notices.includes(each))),
                })
              }
            />
          ))}
        </fieldset>
        <QuietSetting hours={settings.quietHours} />
        {isMac() ? (
          <Switch
            label={t('settings.menuBarQuota')}
            checked={settings.menuBarQuota}
            makesCall
            onChange={(menuBarQuota) => void actions.changeSettings({ menuBarQuota })}
          />
        ) : null}
      </div>
    </Card>
  );
}

interface NoticeBoxProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

function NoticeBox({ label, checked, onChange }: NoticeBoxProps): ReactNode {
  const { isHeld, props } = useUnavailable({ makesCall: true });
  return (
    <label className={fieldsStyles.checkbox}>
      <input
        {...props}
        type="checkbox"
        checked={checked}
        onChange={({ target }) => {
          if (!isHeld) onChange(target.checked);
        }}
      />
      <span>{label}</span>
    </label>
  );
}

/** Set by pressing it. */
function ShortcutSetting({ shortcut }: { readonly shortcut: string | null }): ReactNode {
  const actions = useActions();
  const { t } = useWords();
  const [isListening, setListening] = useState(false);
  const shown = isListening ? t('settings.shortcut.press') : (shortcut ?? t('settings.shortcut.none'));
  return (
    <div className={styles.setting}>
      <div className={layoutStyles.addButtons}>
        <Button
          makesCall
          onClick={() => setListening(true)}
          onBlur={() => setListening(false)}
          onKeyDown={(event) => {
            if (!isListening || event.key === 'Tab') return;
            // Neither the page nor the button is to hear what is meant for every program.
            event.preventDefault();
            event.stopPropagation();
            if (event.key === 'Escape') setListening(false);
            const pressed = shortcutOf(event);
            if (pressed === null) return;
            setListening(false);
            void actions.changeSettings({ fastShortcut: pressed });
          }}
        >
          {`${t('settings.shortcut')}: ${shown}`}
        </Button>
        {shortcut === null ? null : (
          <Button makesCall onClick={() => void actions.changeSettings({ fastShortcut: null })}>
            {t('settings.shortcut.remove')}
          </Button>
        )}
      </div>
      <p className={textStyles.faint}>{t(isLinux() ? 'settings.shortcut.help.linux' : 'settings.shortcut.help')}</p>
    </div>
  );
}

function QuietSetting({ hours }: { readonly hours: QuietHours | null }): ReactNode {
  const actions = useActions();
  const { t } = useWords();
  const change = (quietHours: QuietHours | null): void => void actions.changeSettings({ quietHours });
  return (
    <div className={styles.setting}>
      <Switch
        label={t('settings.quiet')}
        checked={hours !== null}
        makesCall
        onChange={(isOn) => change(isOn ? usualQuietHours : null)}
      />
      {hours === null ? null : (
        <div className={layoutStyles.addButtons}>
          {(['fromMinute', 'toMinute'] as const).map((end) => (
            <label key={end} className={fieldsStyles.selectField}>
              <span className={fieldsStyles.selectLabel}>{t(`settings.quiet.${end}`)}</span>
              <TextField
                type="time"
                makesCall
                value={clockText(hours[end])}
                onChange={({ target: { value } }) => {
                  const minute = clockMinute(value);
                  if (minute !== null) change({ ...hours, [end]: minute });
                }}
              />
            </label>
          ))}
        </div>
      )}
      <p className={textStyles.faint}>{t('settings.quiet.help')}</p>
    </div>
  );
}
