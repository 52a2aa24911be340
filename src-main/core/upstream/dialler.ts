import type { RawHeaders } from '../headers.ts';
import type { Clock } from '../ports.ts';
import type { ConnectionTimer } from './connection-timer.ts';
import { LineManners } from './line-limits.ts';
import type { ProxyRoutes } from './proxy.ts';
import { type DialResult, dialUpstream } from './socket.ts';
import { WarmLines } from './warm-lines.ts';

interface Wanted {
  readonly baseUrl: string;
  readonly query?: string;
  readonly headers: RawHeaders;
  readonly accountId?: string;
  /** Nobody waits for it: what is kept warm is left to those who do. */
  readonly isAhead?: boolean;
}

/** Opens upstream sockets, on connections that are kept warm where there are any. */
export class Dialler {
  readonly #clock: Clock;
  readonly #proxies: ProxyRoutes;
  readonly #manners = new LineManners();
  readonly #warm: WarmLines;
  readonly #died: () => void;

  /** `died` is told where a socket turns out to be dead. */
  constructor(clock: Clock, proxies: ProxyRoutes, died: () => void, opensAhead: () => boolean = () => true) {
    this.#clock = clock;
    this.#proxies = proxies;
    this.#warm = new WarmLines(clock, proxies, opensAhead);
    this.#died = died;
  }

  async dial(
    { baseUrl, query = '', headers, accountId, isAhead = false }: Wanted,
    timer: ConnectionTimer,
    signal: AbortSignal,
  ): Promise<DialResult> {
    const url = `${baseUrl.replace(/^http/, 'ws')}/responses${query}`;
    const parts = { url, headers, clock: this.#clock, timer, manners: this.#manners, died: this.#died, signal };
    await this.#proxies.ready(url, accountId ?? null);
    const connection = isAhead ? null : this.#warm.take(baseUrl, accountId);
    if (connection !== null) {
      const dialled = await dialUpstream({ ...parts, options: {}, connection });
      // It may have died while it waited; upstream has seen nothing then.
      if (dialled.ok || dialled.outcome.kind !== 'unreachable') return dialled;
      timer.again();
    }
    const options = await this.#proxies.websocketOptions(url, accountId);
    if (signal.aborted) return { ok: false, outcome: { kind: 'aborted' } };
    return dialUpstream({ ...parts, options, connection: null });
  }

  /** A turn has gone this way. */
  noteTurn(baseUrl: string, accountId: string | null = null): void {
    this.#warm.noteTurn(baseUrl, accountId);
  }

  /** Closes the connections that wait; with `forGood` none are opened any more. */
  closeWaiting(forGood: boolean): void {
    if (forGood) this.#warm.stop();
    else this.#warm.close();
  }
}
