import { clipboard } from 'electron';
import type { App } from '../app/app.ts';
import type { Host, Logger } from '../core/ports.ts';
import type { Handlers } from '../shared/contract.ts';
import { SlipstreamError } from '../shared/errors.ts';
import { tell } from '../shared/words/told.ts';
import { othersWords } from '../shared/words/told-text.ts';
import type { TrayAction } from './tray-menu.ts';

interface TrayTargets {
  readonly core: App;
  readonly handlers: Handlers;
  readonly log: Logger;
  readonly open: (screen?: string) => void;
  readonly quit: () => void;
  readonly notify: Host['notify'];
  /** Shows what is: a click has changed its check mark, whatever came of it. */
  readonly refresh: () => void;
}

/** Does what a click in a menu means; a failure is told as a notification, since no window may be open. */
export function createTrayActions(targets: TrayTargets): (action: TrayAction) => void {
  return (action) => {
    void act(action, targets)
      .catch((error: unknown) => {
        targets.log.error('A click in a menu failed.', { action: action.kind, error });
        targets.notify(othersWords('Slipstream'), error instanceof SlipstreamError ? error.told : tell('tray.failed'));
      })
      // What was clicked has changed its check mark by itself already.
      .then(targets.refresh);
  };
}

async function act(action: TrayAction, targets: TrayTargets): Promise<void> {
  const { core, handlers, open, quit } = targets;
  switch (action.kind) {
    case 'open':
      open(action.screen);
      return;
    case 'quit':
      quit();
      return;
    case 'set':
      await handlers['settings.set'](action.settings);
      return;
    case 'sign-in':
      // One that waits already is shown instead, with its code and a way to cancel it.
      if (core.snapshot().signIn?.state !== 'waiting') await handlers['signIn.start']({ method: action.method });
      open('accounts');
      return;
    case 'copy':
      await clipboard.writeText(await textOf(action.what, targets));
  }
}

async function textOf(what: 'baseUrl' | 'apiKey' | 'diagnostics', { core, handlers }: TrayTargets): Promise<string> {
  switch (what) {
    case 'baseUrl':
      return `${core.snapshot().app.baseUrl}/v1`;
    case 'apiKey':
      return core.apiKey;
    case 'diagnostics':
      return (await handlers['app.diagnostics'](null)).text;
  }
}
