import { dialog } from 'electron';
import type { Translate } from '../shared/words/words.ts';

/** Whether the user wants another start now, which can use a keyring that has been opened since this one. */
export async function askForRestart(t: Translate): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'question',
    title: 'Slipstream',
    message: t('dialog.restart'),
    detail: t('dialog.restart.detail'),
    buttons: [t('dialog.crash.restart'), t('dialog.later')],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  });
  return response === 0;
}
