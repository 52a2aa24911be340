import { dialog } from 'electron';
import type { Translate } from '../shared/words/words.ts';

/** What another start would use: a keyring that has been opened since this one, or a version that came since. */
type RestartReason = 'keyring' | 'version';

/** Whether the user wants another start now. */
export async function askForRestart(t: Translate, reason: RestartReason): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'question',
    title: 'Slipstream',
    message: t(`dialog.restart.${reason}`),
    detail: t(`dialog.restart.${reason}.detail`),
    buttons: [t('dialog.crash.restart'), t('dialog.later')],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  });
  return response === 0;
}
