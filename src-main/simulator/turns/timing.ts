/** How fast the stand-in is: accept delay, first token, speed, and what a tier changes. */

interface TierTiming {
  readonly firstTokenMs: number;
  /** 0: no limit. */
  readonly tokensPerSecond: number;
}

/** What a turn must bring for its tier to count. */
export type GrantCondition = 'websocket' | 'originator' | 'hint' | 'metadata';

/** When a tier's timing is truly given; asking for it is answered alike either way. */
interface Grant {
  /** All of them. */
  readonly needs: readonly GrantCondition[];
  /** Turns with a tier that are granted it before that ends; 0: never. */
  readonly turns: number;
}

export interface Timing extends TierTiming {
  /** Before an upgrade or a post is answered. */
  readonly acceptDelayMs: number;
  /** One way, for every byte of connections opened from now on; a connect costs one more round trip. */
  readonly networkDelayMs: number;
  /** Log-normal spread of each turn's first token and speed (standard deviation of the logarithm); 0: none. */
  readonly jitterSigma: number;
  readonly tier: { readonly priority?: Partial<TierTiming>; readonly flex?: Partial<TierTiming> };
  readonly grant: Grant;
  /** Times as long that any turn takes over HTTP. */
  readonly httpFactor: number;
}

export const noDelay: Timing = {
  acceptDelayMs: 0,
  firstTokenMs: 0,
  tokensPerSecond: 0,
  networkDelayMs: 0,
  jitterSigma: 0,
  tier: {},
  grant: { needs: [], turns: Number.POSITIVE_INFINITY },
  httpFactor: 1,
};

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** What the pace of turns is told by and waits with. */
export interface PaceClock {
  /** Monotonic, in milliseconds. */
  nowMs(): number;
  sleep(ms: number): Promise<void>;
}

/** When each token of one turn is due, counted from its start. */
export class Pace {
  readonly #clock: PaceClock;
  readonly #startMs: number;
  readonly #firstTokenMs: number;
  readonly #msPerToken: number;

  constructor(timing: Timing, tier: string | undefined, random: () => number, clock: PaceClock = realPace, factor = 1) {
    this.#clock = clock;
    this.#startMs = clock.nowMs();
    const own = tier === 'priority' || tier === 'flex' ? timing.tier[tier] : undefined;
    const tokensPerSecond = own?.tokensPerSecond ?? timing.tokensPerSecond;
    const spread = () => factor * (timing.jitterSigma > 0 ? Math.exp(timing.jitterSigma * normal(random)) : 1);
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
    return this.#startMs + this.#firstTokenMs + index * this.#msPerToken - this.#clock.nowMs();
  }

  sleep(ms: number): Promise<void> {
    return this.#clock.sleep(ms);
  }
}

/** A timer that keeps no process alive. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

/** The machine's own time. */
export const realPace: PaceClock = { nowMs: () => performance.now(), sleep };
