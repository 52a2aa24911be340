import { clipboard } from 'electron';
import type { App } from '../compose.ts';
import type { Logger } from '../core/ports.ts';
import type { FaceHandlers } from '../shared/contract.ts';
import type { TrayAction } from './tray-menu.ts';

interface TrayTargets {
  readonly core: App;
  readonly face: FaceHandlers;
  readonly log: Logger;
  readonly open: (screen?: string) => void;
  readonly quit: () => void;
  readonly notify: (title: string, body: string) => void;
  /** Shows what an action changed that no delta tells of. */
  readonly refresh: () => void;
}

/** Does what a click in the tray means; a failure is told as a notification, since no window may be open. */
export function createTrayActions(targets: TrayTargets): (action: TrayAction) => void {
  return (action) => {
    void act(action, targets)
      .catch((error: unknown) => {
        targets.log.error('A click in the tray failed.', { action: action.kind, error });
        targets.notify('Slipstream', error instanceof Error ? error.message : 'This did not work.');
      })
      // What was clicked has changed its check mark by itself already.
      .then(targets.refresh);
  };
}

async function act(action: TrayAction, { core, face, open, quit }: TrayTargets): Promise<void> {
  const { handlers } = core;
  switch (action.kind) {
    case 'open':
      open(action.screen);
      return;
    case 'quit':
      quit();
      return;
    case 'fast':
      await handlers['fast.set']({ policy: action.policy });
      return;
    case 'pin':
      await handlers['accounts.setPolicy']({ pinnedAccountId: action.accountId });
      return;
    case 'pause':
      await handlers['app.setPaused']({ paused: action.isPaused });
      return;
    case 'autostart':
      await face['autostart.set']({ enabled: action.isEnabled });
      return;
    case 'copy':
      await clipboard.writeText(action.what === 'apiKey' ? core.apiKey : `${core.snapshot().app.baseUrl}/v1`);
  }
}
