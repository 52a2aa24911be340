import type { Transport } from '../../shared/model.ts';
import { type Account, usesWebsockets } from '../accounts/account.ts';
import type { RawHeaders } from '../headers.ts';
import type { Clock } from '../ports.ts';
import { frameLimitBytes, maxFrameBytes } from '../upstream/frame-limit.ts';

/** How long a refusal is remembered; an upstream that could not be dialled may be back sooner. */
const rememberMs = { refused: 10 * 60_000, unreachable: 60_000 } as const;

/** Which transport an account is served over, and for how long upstream's refusals count. */
export class TransportMemory {
  readonly #clock: Clock;
  #takesEncoded = true;
  readonly #frameLimits = new Map<string, number>();
  readonly #overHttp = new Map<string, { readonly untilMs: number; readonly why: keyof typeof rememberMs }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Websocket, unless the account says no or upstream refused one lately. */
  transportFor(account: Account): Transport {
    return this.#remembered(account) !== null || !usesWebsockets(account) ? 'http' : 'ws';
  }

  /** Whether it has no websockets at all, so that its clients are better off without; one that could not be dialled may be back soon. */
  isHttpOnly(account: Account): boolean {
    return this.#remembered(account) === 'refused' || !usesWebsockets(account);
  }

  /** Upstream would not have a websocket for this account. */
  remember(account: Account, why: keyof typeof rememberMs): void {
    this.#overHttp.set(account.id, { untilMs: this.#clock.monotonicMs() + rememberMs[why], why });
  }

  /** What a new websocket's upgrade said of the size of frames. */
  noteUpgrade(account: Account, headers: RawHeaders): void {
    this.#frameLimits.set(account.id, frameLimitBytes(headers));
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

  /** The user changed the account; what was learned counts no more. */
  forget(accountId: string): void {
    this.#overHttp.delete(accountId);
    this.#frameLimits.delete(accountId);
  }

  #remembered({ id }: Account): keyof typeof rememberMs | null {
    const remembered = this.#overHttp.get(id);
    return remembered !== undefined && remembered.untilMs > this.#clock.monotonicMs() ? remembered.why : null;
  }
}
