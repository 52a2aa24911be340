import { dialog } from 'electron';
import type { Translate } from '../shared/words/words.ts';

/** Asks whether tokens may lie on the disk unencrypted; closing the dialog means no. */
export async function askForPlain(t: Translate, keyring: 'locked' | 'none'): Promise<boolean> {
  const buttons = [t('dialog.plain.refuse'), t('dialog.plain.store')];
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    title: 'Slipstream',
    message: t(`dialog.plain.${keyring}`),
    detail: t(`dialog.plain.detail.${keyring}`),
    buttons,
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  return response === 1;
}
