import { dialog } from 'electron';

const store = 'Store them unencrypted';

/** Asks whether tokens may lie on the disk unencrypted; closing the dialog means no. */
export async function askForPlain(keyring: 'locked' | 'none'): Promise<boolean> {
  const buttons = ['Do not store them', store];
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    title: 'Slipstream',
    message:
      keyring === 'none'
        ? 'This system has no keyring that could encrypt the tokens.'
        : 'The keyring of this system is locked or missing, so the tokens cannot be encrypted.',
    detail:
      (keyring === 'none' ? '' : 'Unlock it and try again, and they will be encrypted. ') +
      'Unencrypted, they can be read by every program that runs as your user, and by whoever copies the data folder.',
    buttons,
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  return buttons[response] === store;
}
