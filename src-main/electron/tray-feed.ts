import type { App } from '../app/app.ts';
import { knownClients } from '../clients/known-clients.ts';
import type { Timer } from '../core/ports.ts';
import { systemClock } from '../node/clock.ts';
import { LatencyQuery } from '../shared/trace-query.ts';
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

/** The kept turns are asked no more often than this for today's figure. */
const figureRestMs = 30_000;

/** Keeps the tray at what is true: after every change, in batches. */
export function feedTray(
  core: App,
  wordsIn: (choice: LanguageChoice) => Words,
  show: (state: TrayState) => void,
): TrayFeed {
  let timer: Timer | null = null;
  let isStopped = false;
  const firstTokenToday = todaysFirstToken(core, () => refresh());
  const showNow = async () => {
    timer = null;
    const state = await readTrayState(core, wordsIn, firstTokenToday);
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

/** Today's median time to the first token as it was last read; asked anew when it is old, and `told` once that is answered. */
function todaysFirstToken(core: App, told: () => void): () => number | null {
  let readMs = Number.NEGATIVE_INFINITY;
  let value: number | null = null;
  const read = async () => {
    const fromMs = new Date(systemClock.epochMs()).setHours(0, 0, 0, 0);
    const query = LatencyQuery.parse({ metric: 'firstToken', filter: { fromMs }, buckets: 1, bins: 1 });
    const { groups } = await core.handlers['latency.query'](query);
    const before = value;
    value = groups[0]?.summary.p50 ?? null;
    if (value !== before) told();
  };
  return () => {
    if (systemClock.monotonicMs() - readMs > figureRestMs) {
      readMs = systemClock.monotonicMs();
      // Where the store fails, that is said where turns are shown; the tray goes on.
      void read().catch(() => {});
    }
    return value;
  };
}

async function readTrayState(
  core: App,
  wordsIn: (choice: LanguageChoice) => Words,
  firstToken: () => number | null,
): Promise<TrayState> {
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
    firstTokenMs: firstToken(),
    canStartAtLogin: app.autostartUnsupported === null,
    clients: knownClients.map(({ id, name }) => ({ id, name })),
  };
}
