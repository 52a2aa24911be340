import type { ReactNode } from 'react';
import type { AppSettings } from '../../../src-main/shared/settings.ts';
import { useUnavailable } from '../../hooks/use-unavailable.ts';
import { classNames } from '../../lib/class-names.ts';
import { saveFile } from '../../lib/save-file.ts';
import { useStores, useWords } from '../../stores/stores.ts';
import buttonStyles from '../../ui/button.module.css';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Icon } from '../../ui/icons.tsx';
import layoutStyles from '../../ui/layout.module.css';
import textStyles from '../../ui/text.module.css';
import { backupText, readBackup } from './backup.ts';
import styles from './backup-card.module.css';
import settingsStyles from './settings.module.css';

const fileName = 'slipstream-settings.json';

/** Takes the settings to a file and back. */
export function BackupCard({ settings }: { readonly settings: AppSettings }): ReactNode {
  const { t } = useWords();
  const { actions, toasts } = useStores();
  const { show } = toasts.getState();
  const file = useUnavailable({ makesCall: true });
  const restore = async (text: string): Promise<void> => {
    const patch = readBackup(text, settings);
    if (patch === null) show('error', (words) => words.t('settings.backup.wrong'));
    else if (await actions.changeSettings(patch)) show('info', (words) => words.t('settings.backup.restored'));
  };
  return (
    <Card title={t('settings.backup')}>
      <div className={settingsStyles.settingsBody}>
        <p className={textStyles.faint}>{t('settings.backup.help')}</p>
        <div className={layoutStyles.addButtons}>
          <Button
            onClick={() => {
              saveFile(fileName, backupText(settings));
              show('info', (words) => words.t('settings.backup.exported'));
            }}
          >
            {t('settings.backup.export')}
          </Button>
          <label className={classNames(buttonStyles.button, styles.restore)}>
            <Icon name="upload" tone="soft" />
            {t('settings.backup.import')}
            <input
              {...file.props}
              type="file"
              className={textStyles.visuallyHidden}
              accept=".json,application/json"
              onClick={(event) => {
                if (file.isHeld) event.preventDefault();
              }}
              onChange={(event) => {
                const input = event.target;
                void input.files?.[0]
                  ?.text()
                  .then(restore)
                  .finally(() => {
                    // Emptied, so that choosing the same file again is a change again.
                    input.value = '';
                  });
              }}
            />
          </label>
        </div>
      </div>
    </Card>
  );
}
