import type { AttemptWatch, ExchangeWatch, TurnWatcher } from '../watch.ts';

const attempt: AttemptWatch = { connected: () => {}, ready: () => {}, sent: () => {}, ended: () => {} };

const exchange: ExchangeWatch = {
  mark: () => {},
  session: () => {},
  account: () => {},
  normalised: () => {},
  attempt: () => attempt,
  frame: () => {},
  waits: () => () => {},
  quota: () => {},
  ownShareMs: () => null,
  committed: () => {},
  finalEvent: () => {},
  ended: () => {},
};

/** Watches nothing: for measuring what recording costs. */
export const silentWatcher: TurnWatcher = { begin: () => exchange };
