import type { Transport } from '../../shared/model.ts';
import { type Account, usesWebsockets } from '../accounts/account.ts';
import type { Clock } from '../ports.ts';

/** How long a refusal is remembered; an upstream that could not be dialled may be back sooner. */
const rememberMs = { refused: 10 * 60_000, unreachable: 60_000 } as const;

/** Upstream closes the socket over a frame of this size. */
export const maxFrameBytes = 16 * 1024 * 1024;

/** Which transport an account is served over, and for how long upstream's refusals count. */
export class TransportMemory {
  readonly #clock: Clock;
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

  /** The user changed the account; what was learned counts no more. */
  forget(accountId: string): void {
    this.#overHttp.delete(accountId);
  }

  #remembered({ id }: Account): keyof typeof rememberMs | null {
    const remembered = this.#overHttp.get(id);
    return remembered !== undefined && remembered.untilMs > this.#clock.monotonicMs() ? remembered.why : null;
  }
}
