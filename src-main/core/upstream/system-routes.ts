import { within } from '../in-time.ts';
import type { Clock } from '../ports.ts';

/** A script may say another way at any time; asking costs the system little. */
const keptMs = 30_000;
const askLimitMs = 3_000;
const maxHosts = 64;

const schemes: ReadonlyMap<string, string> = new Map([
  ['PROXY', 'http'],
  ['HTTP', 'http'],
  ['HTTPS', 'https'],
  ['SOCKS5', 'socks5h'],
  // Nobody here speaks it: it is told as a proxy that cannot be used, rather than gone round.
  ['SOCKS', 'socks4'],
  ['SOCKS4', 'socks4'],
]);

/** The first way that an answer in the form of a PAC script's names, as a proxy URL; null goes straight. */
export function firstRoute(answer: string): string | null {
  const [first = ''] = answer.split(';').filter((part) => part.trim() !== '');
  const [kind = '', host = ''] = first.trim().split(/\s+/);
  const scheme = schemes.get(kind.toUpperCase());
  return scheme === undefined || host === '' ? null : `${scheme}://${host}`;
}

interface Known {
  readonly route: string | null;
  readonly askedMs: number;
}

/** What the system (its settings, or a PAC script) says of the way to each host; asked anew every 30 s at most. */
export class SystemRoutes {
  readonly #ask: (url: string) => Promise<string>;
  readonly #clock: Clock;
  readonly #known = new Map<string, Known>();
  readonly #asking = new Map<string, Promise<void>>();

  /** `ask` answers in the form of a PAC script's, such as `PROXY a:3128; DIRECT`. */
  constructor(ask: (url: string) => Promise<string>, clock: Clock) {
    this.#ask = ask;
    this.#clock = clock;
  }

  /** What was said last of a URL's host; null: straight, or never asked. */
  routeTo(url: string): string | null {
    return this.#known.get(new URL(url).origin)?.route ?? null;
  }

  /** Resolves once what is known of a URL's host is fresh; null where it is already. A system that is silent or fails leaves things as they are. */
  ready(url: string): Promise<void> | null {
    const { origin } = new URL(url);
    const known = this.#known.get(origin);
    if (known !== undefined && this.#clock.monotonicMs() - known.askedMs < keptMs) return null;
    const asking = this.#asking.get(origin);
    if (asking !== undefined) return asking;
    const asked = this.#learn(origin).finally(() => this.#asking.delete(origin));
    this.#asking.set(origin, asked);
    return asked;
  }

  /** Another network may have other ways. */
  forget(): void {
    for (const [origin, { route }] of this.#known) {
      this.#known.set(origin, { route, askedMs: Number.NEGATIVE_INFINITY });
    }
  }

  async #learn(origin: string): Promise<void> {
    const asked = this.#ask(`${origin}/`).catch(() => null);
    const answer = await within(this.#clock, askLimitMs, asked);
    const route = answer === null ? (this.#known.get(origin)?.route ?? null) : firstRoute(answer);
    if (this.#known.size >= maxHosts) this.#known.clear();
    this.#known.set(origin, { route, askedMs: this.#clock.monotonicMs() });
  }
}
