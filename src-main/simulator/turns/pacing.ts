/** How fast turns are answered, as it is set now, and which of them are granted the tier they ask for. */
import { seededRandom } from '../seeded-random.ts';
import { type GrantCondition, Pace, type PaceClock, type Timing } from './timing.ts';

export class Pacing {
  readonly #clock: PaceClock;
  readonly #random: () => number;
  #timing: Timing;
  #granted = 0;

  constructor(timing: Timing, clock: PaceClock, seed: number) {
    this.#timing = timing;
    this.#clock = clock;
    this.#random = seededRandom(seed);
  }

  get timing(): Timing {
    return this.#timing;
  }

  change(timing: Partial<Timing>): void {
    this.#timing = { ...this.#timing, ...timing };
  }

  /** The pace of a turn that begins now. `tier` is what it asks for, `has` what it brings for that to count. */
  begin(tier: string | undefined, has: Readonly<Record<GrantCondition, boolean>>, transport: 'ws' | 'http'): Pace {
    const factor = transport === 'http' ? this.#timing.httpFactor : 1;
    return new Pace(this.#timing, this.#grants(tier, has) ? tier : undefined, this.#random, this.#clock, factor);
  }

  /** Whether the tier is given in truth. */
  #grants(tier: string | undefined, has: Readonly<Record<GrantCondition, boolean>>): boolean {
    const { needs, turns } = this.#timing.grant;
    if (tier === undefined || !needs.every((condition) => has[condition])) return false;
    this.#granted += 1;
    return this.#granted <= turns;
  }
}
