import type { RawHeaders } from '../headers.ts';
import type { Logger } from '../ports.ts';
import { silentAttempt, silentExchange } from '../silent-watcher.ts';
import type { AttemptEnd, AttemptStart, AttemptWatch, ExchangeWatch, TurnWatcher, WaitName } from '../watch.ts';

type Direction = Parameters<ExchangeWatch['frame']>[0];
type Status = Parameters<ExchangeWatch['ended']>[0];

/** A watcher that may fail without hurting the turn: what it throws is logged, once an exchange. */
export function safeWatcher(watcher: TurnWatcher, log: Logger): TurnWatcher {
  return {
    begin: (start) => {
      const faults = new Faults(log, start.id);
      const watch = faults.kept(() => watcher.begin(start), silentExchange);
      return new SafeExchange(watch, faults);
    },
    strayFrame: (headers, type) => new Faults(log, 'none').kept(() => watcher.strayFrame?.(headers, type), undefined),
  };
}

/** What a watcher throws. */
class Faults {
  readonly #log: Logger;
  readonly #exchange: string;
  #isTold = false;

  constructor(log: Logger, exchange: string) {
    this.#log = log;
    this.#exchange = exchange;
  }

  threw(error: unknown): void {
    if (!this.#isTold)
      this.#log.error('A turn could not be watched as it should; it goes on.', { exchange: this.#exchange, error });
    this.#isTold = true;
  }

  /** What `work` gives; where it throws, `otherwise` stands in. */
  kept<T>(work: () => T, otherwise: T): T {
    try {
      return work();
    } catch (error) {
      this.threw(error);
      return otherwise;
    }
  }
}

/** A class, since V8 compiles functions that are made anew for each turn no further. */
class SafeExchange implements ExchangeWatch {
  readonly #watch: ExchangeWatch;
  readonly #faults: Faults;

  constructor(watch: ExchangeWatch, faults: Faults) {
    this.#watch = watch;
    this.#faults = faults;
  }

  mark(name: Parameters<ExchangeWatch['mark']>[0]): void {
    this.#faults.kept(() => this.#watch.mark(name), undefined);
  }

  session(id: string): void {
    this.#faults.kept(() => this.#watch.session(id), undefined);
  }

  account(account: Parameters<ExchangeWatch['account']>[0]): void {
    this.#faults.kept(() => this.#watch.account(account), undefined);
  }

  normalised(note: Parameters<ExchangeWatch['normalised']>[0]): void {
    this.#faults.kept(() => this.#watch.normalised(note), undefined);
  }

  attempt(start: AttemptStart): AttemptWatch {
    const watch = this.#faults.kept(() => this.#watch.attempt(start), silentAttempt);
    return new SafeAttempt(watch, this.#faults);
  }

  /** For every event: without a function for each. */
  frame(direction: Direction, type: string, bytes: number, data?: Buffer, atMs?: number): void {
    try {
      this.#watch.frame(direction, type, bytes, data, atMs);
    } catch (error) {
      this.#faults.threw(error);
    }
  }

  waits(name: WaitName): () => void {
    const over = this.#faults.kept(
      () => this.#watch.waits(name),
      () => {},
    );
    return () => this.#faults.kept(over, undefined);
  }

  ownShareMs(): number | null {
    return this.#faults.kept(() => this.#watch.ownShareMs(), null);
  }

  quota(usedPercent: number): void {
    this.#faults.kept(() => this.#watch.quota(usedPercent), undefined);
  }

  committed(status: number | null, headers: RawHeaders): void {
    this.#faults.kept(() => this.#watch.committed(status, headers), undefined);
  }

  finalEvent(facts: Parameters<ExchangeWatch['finalEvent']>[0]): void {
    this.#faults.kept(() => this.#watch.finalEvent(facts), undefined);
  }

  ended(status: Status, fault: Parameters<ExchangeWatch['ended']>[1]): void {
    this.#faults.kept(() => this.#watch.ended(status, fault), undefined);
  }
}

class SafeAttempt implements AttemptWatch {
  readonly #watch: AttemptWatch;
  readonly #faults: Faults;

  constructor(watch: AttemptWatch, faults: Faults) {
    this.#watch = watch;
    this.#faults = faults;
  }

  connected(info: Parameters<AttemptWatch['connected']>[0]): void {
    this.#faults.kept(() => this.#watch.connected(info), undefined);
  }

  ready(info: Parameters<AttemptWatch['ready']>[0]): void {
    this.#faults.kept(() => this.#watch.ready(info), undefined);
  }

  sent(): void {
    this.#faults.kept(() => this.#watch.sent(), undefined);
  }

  ended(end: AttemptEnd): void {
    this.#faults.kept(() => this.#watch.ended(end), undefined);
  }
}
