/** How fast the stand-in is: accept delay, first token, speed, and what a tier changes. */

export interface TierTiming {
  readonly firstTokenMs: number;
  /** 0: no limit. */
  readonly tokensPerSecond: number;
}

export interface Timing extends TierTiming {
  /** Before an upgrade or a post is answered. */
  readonly acceptDelayMs: number;
  /** One way, for every byte of connections opened from now on; a connect costs one more round trip. */
  readonly networkDelayMs: number;
  /** Log-normal spread of each turn's first token and speed (standard deviation of the logarithm); 0: none. */
  readonly jitterSigma: number;
  readonly tier: { readonly priority?: Partial<TierTiming>; readonly flex?: Partial<TierTiming> };
}

export const noDelay: Timing = {
  acceptDelayMs: 0,
  firstTokenMs: 0,
  tokensPerSecond: 0,
  networkDelayMs: 0,
  jitterSigma: 0,
  tier: {},
};

/** A small seeded generator: the same seed gives the same run. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** When each token of one turn is due, counted from its start. */
export class Pace {
  readonly #startMs = performance.now();
  readonly #firstTokenMs: number;
  readonly #msPerToken: number;

  constructor(timing: Timing, tier: string | undefined, random: () => number) {
    const own = tier === 'priority' || tier === 'flex' ? timing.tier[tier] : undefined;
    const tokensPerSecond = own?.tokensPerSecond ?? timing.tokensPerSecond;
    const spread = () => (timing.jitterSigma > 0 ? Math.exp(timing.jitterSigma * normal(random)) : 1);
    this.#firstTokenMs = (own?.firstTokenMs ?? timing.firstTokenMs) * spread();
    const paced = tokensPerSecond > 0 && Number.isFinite(tokensPerSecond);
    this.#msPerToken = paced ? (1000 / tokensPerSecond) * spread() : 0;
  }

  /** False: nothing waits, and no timer is set. */
  get slows(): boolean {
    return this.#firstTokenMs > 0 || this.#msPerToken > 0;
  }

  /** Milliseconds until token `index` (from 0) may go; not above 0 if it is late. */
  waitMs(index: number): number {
    return this.#startMs + this.#firstTokenMs + index * this.#msPerToken - performance.now();
  }
}

/** A timer that keeps no process alive. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
