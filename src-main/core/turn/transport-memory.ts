import type { Transport } from '../../shared/model.ts';
import { tell } from '../../shared/words/told.ts';
import { type Account, usesWebsockets } from '../accounts/account.ts';
import type { OverHttp } from '../accounts/account-view.ts';
import type { RawHeaders } from '../headers.ts';
import type { Clock } from '../ports.ts';
import { frameLimitBytes, maxFrameBytes } from '../upstream/frame-limit.ts';

/**
 * Why an account is asked over HTTP: upstream has no websockets for it (426), it could not be dialled, or it refused an
 * upgrade in another way, which once may be chance.
 */
export type HttpReason = 'no-websockets' | 'unreachable' | 'refused';

const minuteMs = 60_000;
const noWebsocketsMs = 10 * minuteMs;
const unreachableMs = minuteMs;
/** After a second refusal; twice as long after each further one. */
const firstRefusedMs = minuteMs;
const longestRefusedMs = 60 * minuteMs;

interface Remembered {
  /** Monotonic ms. */
  readonly untilMs: number;
  readonly why: HttpReason;
}

/** Which transport an account is served over, and for how long upstream's refusals count. */
export class TransportMemory {
  readonly #clock: Clock;
  readonly #tell: (accountId: string, overHttp: OverHttp | null) => void;
  #takesEncoded = true;
  readonly #frameLimits = new Map<string, number>();
  readonly #overHttp = new Map<string, Remembered>();
  /** Upgrades refused in a row, by account, and when the last was (monotonic ms). */
  readonly #refusals = new Map<string, { readonly count: number; readonly atMs: number }>();

  constructor(clock: Clock, tell: (accountId: string, overHttp: OverHttp | null) => void = () => {}) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Websocket, unless the account says no or upstream refused them lately. */
  transportFor(account: Account): Transport {
    return this.#remembered(account) !== null || !usesWebsockets(account) ? 'http' : 'ws';
  }

  /** Whether it has no websockets at all, so that its clients are better off without; one that could not be dialled may be back soon. */
  isHttpOnly(account: Account): boolean {
    const why = this.#remembered(account);
    return why === 'refused' || why === 'no-websockets' || !usesWebsockets(account);
  }

  /** Upstream did not give this account a websocket. */
  remember({ id }: Account, why: HttpReason): void {
    const now = this.#clock.monotonicMs();
    const forMs = this.#spanMs(id, why, now);
    if (forMs === 0) return;
    this.#overHttp.set(id, { untilMs: now + forMs, why });
    this.#tell(id, { untilMs: this.#clock.epochMs() + forMs, why: tell(`troubles.http.${why}`) });
  }

  /** What a new websocket's upgrade said of the size of frames; that there is one ends what was remembered. */
  noteUpgrade({ id }: Account, headers: RawHeaders): void {
    this.#frameLimits.set(id, frameLimitBytes(headers));
    this.#refusals.delete(id);
    if (this.#overHttp.delete(id)) this.#tell(id, null);
  }

  /** Whether upstream takes encoded bodies over HTTP; it does until it has answered 415 to one. */
  get takesEncoded(): boolean {
    return this.#takesEncoded;
  }

  /** Upstream wants bodies as they are, of every account. */
  refuseEncoded(): void {
    this.#takesEncoded = false;
  }

  /** The size that a frame for this account must stay below. */
  frameLimitBytes(account: Account): number {
    return this.#frameLimits.get(account.id) ?? maxFrameBytes;
  }

  /** The user changed the account, or wants websockets tried; what was learned counts no more. */
  forget(accountId: string): void {
    this.#frameLimits.delete(accountId);
    this.#refusals.delete(accountId);
    if (this.#overHttp.delete(accountId)) this.#tell(accountId, null);
  }

  /** How long it is remembered; 0: this turn alone. */
  #spanMs(id: string, why: HttpReason, now: number): number {
    if (why === 'no-websockets') return noWebsocketsMs;
    if (why === 'unreachable') return unreachableMs;
    const before = this.#refusals.get(id);
    const count = before === undefined || now - before.atMs > 2 * longestRefusedMs ? 1 : before.count + 1;
    this.#refusals.set(id, { count, atMs: now });
    return count === 1 ? 0 : Math.min(longestRefusedMs, firstRefusedMs * 2 ** Math.min(count - 2, 20));
  }

  #remembered({ id }: Account): HttpReason | null {
    const remembered = this.#overHttp.get(id);
    return remembered !== undefined && remembered.untilMs > this.#clock.monotonicMs() ? remembered.why : null;
  }
}
