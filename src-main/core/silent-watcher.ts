import type { AttemptWatch, ExchangeWatch, TurnWatcher } from './watch.ts';

/** Watches nothing of one attempt. */
export const silentAttempt: AttemptWatch = { connected: () => {}, ready: () => {}, sent: () => {}, ended: () => {} };

/** Watches nothing of one exchange. */
export const silentExchange: ExchangeWatch = {
  mark: () => {},
  session: () => {},
  account: () => {},
  normalised: () => {},
  attempt: () => silentAttempt,
  frame: () => {},
  waits: () => () => {},
  quota: () => {},
  ownShareMs: () => null,
  committed: () => {},
  finalEvent: () => {},
  ended: () => {},
};

/** Watches nothing: for measuring what recording costs. */
export const silentWatcher: TurnWatcher = { begin: () => silentExchange };
