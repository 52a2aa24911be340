import { app } from 'electron';
import type { Translate } from '../shared/words/words.ts';
import { linkScheme } from './deep-link.ts';

/** What Windows offers on a right click on the program in its task bar: screens, as links to the one that runs. */
export function showJumpList(t: Translate): void {
  if (process.platform !== 'win32') return;
  const screens = [
    ['open', t('tray.open')],
    ['open/requests', t('screens.requests')],
    ['open/lab', t('screens.lab')],
    ['open/settings', t('screens.settings')],
  ] as const;
  app.setUserTasks(
    screens.map(([path, title]) => ({
      program: process.execPath,
      arguments: `${linkScheme}://${path}`,
      title,
      description: title,
      iconPath: process.execPath,
      iconIndex: 0,
    })),
  );
}
