import type { Logger } from '../ports.ts';
import { silentAttempt, silentExchange } from '../silent-watcher.ts';
import type { AttemptWatch, ExchangeWatch, TurnWatcher } from '../watch.ts';

/** Does what a watcher is told; where it throws, `otherwise` stands in. */
interface Safely {
  <T>(work: () => T, otherwise: T): T;
  /** What one threw that was called without it. */
  threw(error: unknown): void;
}

/** A watcher that may fail without hurting the turn: what it throws is logged, once an exchange. */
export function safeWatcher(watcher: TurnWatcher, log: Logger): TurnWatcher {
  return {
    begin: (start) => {
      const safely = loggingOnce(log, start.id);
      return safeExchange(
        safely(() => watcher.begin(start), silentExchange),
        safely,
      );
    },
    strayFrame: (headers, type) => loggingOnce(log, 'none')(() => watcher.strayFrame?.(headers, type), undefined),
  };
}

function loggingOnce(log: Logger, exchange: string): Safely {
  let hasFailed = false;
  const threw = (error: unknown) => {
    if (!hasFailed) log.error('A turn could not be watched as it should; it goes on.', { exchange, error });
    hasFailed = true;
  };
  const safely = <T>(work: () => T, otherwise: T) => {
    try {
      return work();
    } catch (error) {
      threw(error);
      return otherwise;
    }
  };
  return Object.assign(safely, { threw });
}

function safeExchange(watch: ExchangeWatch, safely: Safely): ExchangeWatch {
  return {
    mark: (name) => safely(() => watch.mark(name), undefined),
    session: (id) => safely(() => watch.session(id), undefined),
    account: (account) => safely(() => watch.account(account), undefined),
    normalised: (note) => safely(() => watch.normalised(note), undefined),
    attempt: (start) =>
      safeAttempt(
        safely(() => watch.attempt(start), silentAttempt),
        safely,
      ),
    // For every event: without a function for each.
    frame: (direction, type, bytes, data, atMs) => {
      try {
        watch.frame(direction, type, bytes, data, atMs);
      } catch (error) {
        safely.threw(error);
      }
    },
    waits: (name) => {
      const over = safely(
        () => watch.waits(name),
        () => {},
      );
      return () => safely(over, undefined);
    },
    ownShareMs: () => safely(() => watch.ownShareMs(), null),
    quota: (usedPercent) => safely(() => watch.quota(usedPercent), undefined),
    committed: (status, headers) => safely(() => watch.committed(status, headers), undefined),
    finalEvent: (facts) => safely(() => watch.finalEvent(facts), undefined),
    ended: (status, error) => safely(() => watch.ended(status, error), undefined),
  };
}

function safeAttempt(watch: AttemptWatch, safely: Safely): AttemptWatch {
  return {
    connected: (info) => safely(() => watch.connected(info), undefined),
    ready: (info) => safely(() => watch.ready(info), undefined),
    sent: () => safely(() => watch.sent(), undefined),
    ended: (end) => safely(() => watch.ended(end), undefined),
  };
}
