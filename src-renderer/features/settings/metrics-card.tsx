import type { ReactNode } from 'react';
import type { AppSettings } from '../../../src-main/shared/settings.ts';
import { useActions, useApp, useStores, useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import layoutStyles from '../../ui/layout.module.css';
import { Switch } from '../../ui/switch.tsx';
import textStyles from '../../ui/text.module.css';
import settingsStyles from './settings.module.css';

/** Whether turns are counted for others to look at, and the token that lets them. */
export function MetricsCard({ settings }: { readonly settings: AppSettings }): ReactNode {
  const actions = useActions();
  const { t } = useWords();
  const { toasts } = useStores();
  const baseUrl = useApp((state) => state.app?.baseUrl ?? '');
  const copy = async (renew: boolean): Promise<void> => {
    const access = await actions.ask('metrics.access', { renew });
    if (access === null) return;
    await actions.copyText(access.token, 'metrics.token');
    if (renew) toasts.getState().show('info', (words) => words.t('metrics.renewed'));
  };
  return (
    <Card title={t('metrics.title')}>
      <div className={settingsStyles.settingsBody}>
        <Switch
          label={t('metrics.switch')}
          checked={settings.metrics}
          makesCall
          onChange={(metrics) => void actions.changeSettings({ metrics })}
        />
        <p className={textStyles.faint}>{t('metrics.help', { url: `${baseUrl}/metrics` })}</p>
        {settings.metrics ? (
          <div className={layoutStyles.addButtons}>
            <Button makesCall onClick={() => void copy(false)}>
              {t('metrics.copyToken')}
            </Button>
            <Button makesCall onClick={() => void copy(true)}>
              {t('metrics.renew')}
            </Button>
          </div>
        ) : null}
      </div>
    </Card>
  );
}
