import type { AttemptWatch, ExchangeWatch, TurnWatcher } from '../watch.ts';

const attempt: AttemptWatch = { ready: () => {}, sent: () => {}, ended: () => {} };

const exchange: ExchangeWatch = {
  mark: () => {},
  session: () => {},
  account: () => {},
  normalised: () => {},
  attempt: () => attempt,
  frame: () => {},
  committed: () => {},
  finalEvent: () => {},
  ended: () => {},
};

/** Watches nothing: for measuring what recording costs. */
export const silentWatcher: TurnWatcher = { begin: () => exchange };
