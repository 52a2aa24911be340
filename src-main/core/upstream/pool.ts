import type { Clock, Timer } from '../ports.ts';
import type { Attempt, AttemptListener, AttemptOutcome, UpstreamRequest } from './attempt.ts';
import { dialUpstream, type UpstreamSocket } from './socket.ts';

/** Limits of DESIGN §5.6. */
const limits = {
  socketsPerAccount: 64,
  idlePerAccount: 8,
  idleMs: 5 * 60_000,
  oneOffIdleMs: 60_000,
  /** Upstream ends sockets at 60 min. */
  maxAgeMs: 55 * 60_000,
} as const;

interface PooledSocket {
  readonly key: string;
  readonly accountId: string;
  readonly socket: UpstreamSocket;
  idleTimer: Timer | null;
  lastUsedMs: number;
}

/** Upstream websockets, kept between the turns of a session and never shared across keys. */
export class SocketPool {
  readonly #clock: Clock;
  readonly #sockets = new Set<PooledSocket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Open sockets, busy ones included. */
  get size(): number {
    return this.#sockets.size;
  }

  /** Whether an idle socket could go on from this response. */
  holdsChain(key: string, previousResponseId: string): boolean {
    return this.#idleSocket(key, previousResponseId) !== null;
  }

  /** Runs one turn over a websocket: on the session's own idle socket, or on a new one. */
  start(request: UpstreamRequest, listener: AttemptListener): Attempt {
    const abort = new AbortController();
    let running: UpstreamSocket | null = null;
    let isOver = false;
    const end = (outcome: AttemptOutcome) => {
      if (isOver) return;
      isOver = true;
      listener.ended(outcome);
    };
    void this.#acquire(request, abort.signal).then((acquired) => {
      if ('outcome' in acquired) {
        end(acquired.outcome);
        return;
      }
      const { pooled, reused } = acquired;
      if (abort.signal.aborted) {
        this.#release(pooled, request);
        end({ kind: 'aborted' });
        return;
      }
      running = pooled.socket;
      listener.ready({ reused, status: 101, headers: pooled.socket.responseHeaders });
      pooled.socket.run(request.body, {
        event: (event) => listener.event(event),
        ended: (outcome) => {
          this.#release(pooled, request);
          end(outcome);
        },
      });
      listener.sent();
    });
    return {
      pause: () => running?.pause(),
      resume: () => running?.resume(),
      abort: () => {
        if (isOver) return;
        abort.abort();
        running?.close();
        end({ kind: 'aborted' });
      },
    };
  }

  /** Closes every socket that is idle; busy ones close when their turn ends if `drain` was called before. */
  closeAll(): void {
    for (const pooled of this.#sockets) pooled.socket.close();
  }

  async #acquire(
    request: UpstreamRequest,
    signal: AbortSignal,
  ): Promise<{ readonly pooled: PooledSocket; readonly reused: boolean } | { readonly outcome: AttemptOutcome }> {
    const idle = this.#idleSocket(request.socketKey, request.previousResponseId);
    if (idle !== null) {
      idle.idleTimer?.cancel();
      idle.idleTimer = null;
      return { pooled: idle, reused: true };
    }
    if (request.previousResponseId !== null) return { outcome: { kind: 'chain-lost' } };
    if (
      this.#ofAccount(request.accountId).length >= limits.socketsPerAccount &&
      !this.#closeOldestIdle(request.accountId)
    ) {
      return { outcome: { kind: 'pool-full' } };
    }
    const dialled = await dialUpstream(websocketUrl(request.baseUrl), request.headers, this.#clock, signal);
    if (!dialled.ok) return { outcome: dialled.outcome };
    const pooled: PooledSocket = {
      key: request.socketKey,
      accountId: request.accountId,
      socket: dialled.socket,
      idleTimer: null,
      lastUsedMs: this.#clock.monotonicMs(),
    };
    this.#sockets.add(pooled);
    dialled.socket.onClose(() => {
      pooled.idleTimer?.cancel();
      this.#sockets.delete(pooled);
    });
    return { pooled, reused: false };
  }

  /** An idle socket of this key that the turn can run on: any for a full request, the one holding the chain for a delta. */
  #idleSocket(key: string, previousResponseId: string | null): PooledSocket | null {
    for (const pooled of this.#sockets) {
      if (pooled.key !== key || pooled.idleTimer === null || !pooled.socket.isOpen) continue;
      if (previousResponseId === null || pooled.socket.lastResponseId === previousResponseId) return pooled;
    }
    return null;
  }

  #ofAccount(accountId: string): PooledSocket[] {
    return [...this.#sockets].filter((pooled) => pooled.accountId === accountId);
  }

  #closeOldestIdle(accountId: string): boolean {
    const idle = this.#ofAccount(accountId).filter((pooled) => pooled.idleTimer !== null);
    const oldest = idle.toSorted((a, b) => a.lastUsedMs - b.lastUsedMs)[0];
    oldest?.socket.close();
    return oldest !== undefined;
  }

  #release(pooled: PooledSocket, request: UpstreamRequest): void {
    if (!pooled.socket.isOpen) return;
    const now = this.#clock.monotonicMs();
    pooled.lastUsedMs = now;
    const idleCount = this.#ofAccount(pooled.accountId).filter((other) => other.idleTimer !== null).length;
    if (now - pooled.socket.openedAtMs > limits.maxAgeMs) {
      pooled.socket.close();
      return;
    }
    if (idleCount >= limits.idlePerAccount) this.#closeOldestIdle(pooled.accountId);
    pooled.idleTimer = this.#clock.after(request.isOneOff ? limits.oneOffIdleMs : limits.idleMs, () =>
      pooled.socket.close(),
    );
  }
}

function websocketUrl(baseUrl: string): string {
  return `${baseUrl.replace(/^http/, 'ws')}/responses`;
}
