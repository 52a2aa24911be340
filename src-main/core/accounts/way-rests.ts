import { tell } from '../../shared/words/told.ts';
import type { Told } from '../../shared/words/told-text.ts';
import type { Clock } from '../ports.ts';
import type { Account } from './account.ts';
import type { AccountStore } from './store.ts';

/** A way out may work again any moment, and each turn that tries one that does not is late by its dials. */
const firstRestMs = 30_000;
const longestRestMs = 5 * 60_000;
/** It is tried beside the turns before they would: by one who looks every 30 s, and waits for an answer in turn. */
const triedAheadMs = 60_000;

interface WayRestsParts {
  readonly store: Pick<AccountStore, 'list'>;
  readonly clock: Clock;
  /** Others are asked first until then (epoch ms); null ends that. What else keeps turns from the account stays. */
  readonly rest: (accountId: string, untilMs: number | null) => void;
  /** What people are told of the account's way; null: that it leads somewhere. */
  readonly note: (accountId: string, trouble: Told | null) => void;
}

/** Times are monotonic ms. */
interface Rest {
  /** How often in a row it led nowhere. */
  readonly count: number;
  readonly untilMs: number;
  readonly triedFromMs: number;
}

/** Ways out of this machine that lead nowhere: accounts that go by one are asked last, longer each time, and one tries it beside the turns. */
export class WayRests {
  readonly #parts: WayRestsParts;
  /** By the proxy; empty for the way of all. */
  readonly #rests = new Map<string, Rest>();

  constructor(parts: WayRestsParts) {
    this.#parts = parts;
  }

  /** A turn did not get through by the account's way. */
  failed(account: Account, words: string): void {
    const known = this.#rests.get(wayOf(account));
    // Turns that were on their way before the rest say nothing new.
    const isNew = known === undefined || known.untilMs <= this.#parts.clock.monotonicMs();
    const { untilMs } = isNew ? this.#begin(account, (known?.count ?? 0) + 1) : known;
    this.#avoid(account, untilMs);
    for (const { id } of this.#goingBy(account)) this.#parts.note(id, tell('troubles.way', { why: words }));
  }

  /** Beside the turns nobody was reached by the account's way either. */
  triedInVain(account: Account): void {
    const known = this.#rests.get(wayOf(account));
    if (known !== undefined) this.#avoid(account, this.#begin(account, known.count + 1).untilMs);
  }

  /** A turn was served: over a connection of before the rest, perhaps, and so it is tried again soon. */
  served(account: Account): void {
    const known = this.#rests.get(wayOf(account));
    if (known === undefined) return;
    if (known.untilMs <= this.#parts.clock.monotonicMs()) this.works(account);
    else this.#doubt(wayOf(account), known);
  }

  /** Somebody answered by the account's way. */
  works(account: Account): void {
    if (!this.#rests.delete(wayOf(account))) return;
    for (const { id } of this.#goingBy(account)) this.left(id);
  }

  /** The account goes another way from now on. */
  left(accountId: string): void {
    this.#parts.rest(accountId, null);
    this.#parts.note(accountId, null);
  }

  /** The surroundings have changed: each way is tried again soon. */
  doubtAll(): void {
    for (const [way, known] of this.#rests) this.#doubt(way, known);
  }

  /** Of each way that is to be tried now an account that goes by it. */
  toTry(accounts: readonly Account[]): readonly Account[] {
    const now = this.#parts.clock.monotonicMs();
    const present = new Set(this.#parts.store.list().map(wayOf));
    for (const way of this.#rests.keys()) if (!present.has(way)) this.#rests.delete(way);
    return [...this.#rests].flatMap(([way, { triedFromMs }]) => {
      const one = accounts.find((account) => account.enabled && wayOf(account) === way);
      return one === undefined || triedFromMs > now ? [] : [one];
    });
  }

  #begin(account: Account, count: number): Rest {
    const now = this.#parts.clock.monotonicMs();
    const untilMs = now + Math.min(firstRestMs * 2 ** (count - 1), longestRestMs);
    const rest = { count, untilMs, triedFromMs: untilMs - triedAheadMs };
    this.#rests.set(wayOf(account), rest);
    return rest;
  }

  #doubt(way: string, known: Rest): void {
    this.#rests.set(way, { ...known, triedFromMs: this.#parts.clock.monotonicMs() });
  }

  #avoid(account: Account, untilMs: number): void {
    const { clock, rest } = this.#parts;
    const untilEpochMs = clock.epochMs() + untilMs - clock.monotonicMs();
    for (const { id } of this.#goingBy(account)) rest(id, untilEpochMs);
  }

  #goingBy(account: Account): readonly Account[] {
    return this.#parts.store.list().filter((one) => wayOf(one) === wayOf(account));
  }
}

function wayOf({ proxyUrl }: Pick<Account, 'proxyUrl'>): string {
  return proxyUrl ?? '';
}
