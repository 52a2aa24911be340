import type { Transport } from '../../shared/model.ts';
import { type Account, usesWebsockets } from '../accounts/account.ts';
import type { Clock } from '../ports.ts';

/** How long a refusal is remembered; an upstream that could not be dialled may be back sooner. */
const rememberMs = { refused: 10 * 60_000, unreachable: 60_000 } as const;

/** Upstream closes the socket over a frame of this size. */
export const maxFrameBytes = 16 * 1024 * 1024;

/** Which transport an account is served over, and for how long upstream's refusals count (DESIGN §5.5). */
export class TransportMemory {
  readonly #clock: Clock;
  readonly #httpUntil = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Websocket, unless the account says no or upstream refused one lately. */
  transportFor(account: Account): Transport {
    const isRemembered = (this.#httpUntil.get(account.id) ?? 0) > this.#clock.monotonicMs();
    return isRemembered || !usesWebsockets(account) ? 'http' : 'ws';
  }

  /** Upstream would not have a websocket for this account. */
  remember(account: Account, why: keyof typeof rememberMs): void {
    this.#httpUntil.set(account.id, this.#clock.monotonicMs() + rememberMs[why]);
  }

  /** The user changed the account; what was learned counts no more. */
  forget(accountId: string): void {
    this.#httpUntil.delete(accountId);
  }
}
