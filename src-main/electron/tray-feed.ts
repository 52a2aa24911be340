import type { App } from '../app/app.ts';
import { knownClients } from '../clients/known-clients.ts';
import type { Timer } from '../core/ports.ts';
import { systemClock } from '../node/clock.ts';
import type { LanguageChoice } from '../shared/words/languages.ts';
import type { Words } from '../shared/words/words.ts';
import type { TrayState } from './tray-state.ts';

/** Deltas come with every event of a turn; a tray is looked at by people. */
const trayBatchMs = 100;

export interface TrayFeed {
  /** Shows what is now, soon. */
  refresh(): void;
  /** Shows nothing any more: the tray may be gone. */
  stop(): void;
}

/** Keeps the tray at what is true: after every change, in batches. */
export function feedTray(
  core: App,
  wordsIn: (choice: LanguageChoice) => Words,
  show: (state: TrayState) => void,
): TrayFeed {
  let timer: Timer | null = null;
  let isStopped = false;
  const showNow = async () => {
    timer = null;
    const state = await readTrayState(core, wordsIn);
    if (!isStopped) show(state);
  };
  const refresh = () => {
    // The click that quits asks for a last look, too.
    if (isStopped) return;
    timer ??= systemClock.after(trayBatchMs, () => void showNow());
  };
  const leave = core.onDelta(refresh);
  void showNow();
  return {
    refresh,
    stop: () => {
      isStopped = true;
      leave();
      timer?.cancel();
    },
  };
}

async function readTrayState(core: App, wordsIn: (choice: LanguageChoice) => Words): Promise<TrayState> {
  const { app, settings, accounts, problems, coins } = core.snapshot();
  const { running } = await core.handlers['app.status'](null);
  return {
    baseUrl: app.baseUrl,
    settings,
    words: wordsIn(settings.language),
    hasProblems: problems.length > 0,
    accounts,
    byCoin: coins.length > 0,
    running,
    canStartAtLogin: app.autostartUnsupported === null,
    clients: knownClients.map(({ id, name }) => ({ id, name })),
  };
}
