import { type BrowserWindow, dialog } from 'electron';
import type { Clock, Logger } from '../core/ports.ts';

/** A page that crashes again within this time is not reloaded by itself. */
const secondCrashMs = 60_000;

/** A page that crashes is loaded again, once; when it crashes again at once, the user is told and decides. */
export function guardPage(window: BrowserWindow, clock: Clock, log: Logger): void {
  let lastReloadMs = Number.NEGATIVE_INFINITY;
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    log.error('The page crashed.', { reason, exitCode });
    if (clock.monotonicMs() - lastReloadMs > secondCrashMs) {
      lastReloadMs = clock.monotonicMs();
      window.webContents.reload();
      return;
    }
    void askForReload(window).then((isWanted) => {
      if (window.isDestroyed()) return;
      if (isWanted) {
        lastReloadMs = clock.monotonicMs();
        window.webContents.reload();
      } else {
        window.destroy();
      }
    });
  });
}

async function askForReload(window: BrowserWindow): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    title: 'Slipstream',
    message: 'The dashboard crashed twice.',
    detail: 'The proxy goes on: your clients are not affected.',
    buttons: ['Load it again', 'Close the window'],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  });
  return response === 0;
}
