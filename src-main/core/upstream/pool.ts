import type { Clock, Timer } from '../ports.ts';
import type { Attempt, AttemptListener, AttemptOutcome, UpstreamRequest } from './attempt.ts';
import type { ProxyRoutes } from './proxy.ts';
import { dialUpstream, type UpstreamSocket } from './socket.ts';

/** Limits of DESIGN §5.6. */
export interface PoolLimits {
  readonly socketsPerAccount: number;
  readonly idlePerAccount: number;
  /** How long a turn waits for a socket when its account has none to spare. */
  readonly waitMs: number;
  readonly idleMs: number;
  readonly oneOffIdleMs: number;
  readonly maxAgeMs: number;
}

export const defaultPoolLimits: PoolLimits = {
  socketsPerAccount: 64,
  idlePerAccount: 8,
  waitMs: 30_000,
  idleMs: 5 * 60_000,
  oneOffIdleMs: 60_000,
  // Upstream ends sockets at 60 min.
  maxAgeMs: 55 * 60_000,
};

interface PooledSocket {
  readonly key: string;
  readonly accountId: string;
  readonly socket: UpstreamSocket;
  /** Set while the socket waits for a next turn. */
  idleTimer: Timer | null;
  lastUsedMs: number;
}

type Acquired = { readonly pooled: PooledSocket; readonly reused: boolean } | { readonly outcome: AttemptOutcome };

/** Upstream websockets, kept between the turns of a session and never shared across keys. */
export class SocketPool {
  readonly #clock: Clock;
  readonly #proxies: ProxyRoutes;
  readonly #limits: PoolLimits;
  readonly #sockets = new Set<PooledSocket>();
  /** Sockets being opened, by account: they count against its limit. */
  readonly #dialling = new Map<string, number>();
  /** Turns that wait for a socket, by account, first come first served. */
  readonly #waiting = new Map<string, Set<() => void>>();
  #isDraining = false;

  constructor(clock: Clock, proxies: ProxyRoutes, limits: PoolLimits = defaultPoolLimits) {
    this.#clock = clock;
    this.#proxies = proxies;
    this.#limits = limits;
  }

  /** Open sockets, busy ones included. */
  get size(): number {
    return this.#sockets.size;
  }

  /** Whether an idle socket could go on from this response. */
  holdsChain(key: string, responseId: string): boolean {
    return this.#idleSocket(key, responseId) !== null;
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
      running = pooled.socket;
      listener.ready({ reused, status: 101, headers: pooled.socket.responseHeaders });
      pooled.socket.run(request.body, {
        event: (event) => listener.event(event),
        ended: (outcome) => {
          this.#release(pooled, request.isOneOff);
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

  /** Closes idle sockets now and busy ones as their turns end. */
  drain(): void {
    this.#isDraining = true;
    for (const pooled of [...this.#sockets]) if (pooled.idleTimer !== null) pooled.socket.close();
  }

  /** Closes every socket. */
  closeAll(): void {
    for (const pooled of [...this.#sockets]) pooled.socket.close();
  }

  /** Closes the sockets of an account that is gone or must sign in anew; its running turns end. */
  closeAccount(accountId: string): void {
    for (const pooled of this.#ofAccount(accountId)) pooled.socket.close();
  }

  async #acquire(request: UpstreamRequest, signal: AbortSignal): Promise<Acquired> {
    const deadlineMs = this.#clock.monotonicMs() + this.#limits.waitMs;
    for (;;) {
      if (signal.aborted) return { outcome: { kind: 'aborted' } };
      const idle = this.#idleSocket(request.socketKey, request.previousResponseId);
      if (idle !== null) {
        idle.idleTimer?.cancel();
        idle.idleTimer = null;
        return { pooled: idle, reused: true };
      }
      if (request.previousResponseId !== null) return { outcome: { kind: 'chain-lost' } };
      if (this.#hasRoom(request.accountId) || this.#closeOldestIdle(request.accountId))
        return this.#dial(request, signal);
      if (this.#clock.monotonicMs() >= deadlineMs) return { outcome: { kind: 'pool-full' } };
      await this.#room(request.accountId, deadlineMs, signal);
    }
  }

  async #dial(request: UpstreamRequest, signal: AbortSignal): Promise<Acquired> {
    const { accountId } = request;
    const url = `${request.baseUrl.replace(/^http/, 'ws')}/responses`;
    this.#dialling.set(accountId, (this.#dialling.get(accountId) ?? 0) + 1);
    const dialled = await dialUpstream({
      url,
      headers: request.headers,
      agent: this.#proxies.websocketAgent(url),
      clock: this.#clock,
      signal,
    });
    this.#dialling.set(accountId, (this.#dialling.get(accountId) ?? 1) - 1);
    if (!dialled.ok) {
      this.#wakeOne(accountId);
      return { outcome: dialled.outcome };
    }
    const pooled: PooledSocket = {
      key: request.socketKey,
      accountId,
      socket: dialled.socket,
      idleTimer: null,
      lastUsedMs: this.#clock.monotonicMs(),
    };
    this.#sockets.add(pooled);
    dialled.socket.onClose(() => {
      pooled.idleTimer?.cancel();
      this.#sockets.delete(pooled);
      this.#wakeOne(accountId);
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

  #hasRoom(accountId: string): boolean {
    const inUse = this.#ofAccount(accountId).length + (this.#dialling.get(accountId) ?? 0);
    return inUse < this.#limits.socketsPerAccount;
  }

  #closeOldestIdle(accountId: string): boolean {
    const idle = this.#ofAccount(accountId).filter((pooled) => pooled.idleTimer !== null);
    const oldest = idle.toSorted((a, b) => a.lastUsedMs - b.lastUsedMs)[0];
    oldest?.socket.close();
    return oldest !== undefined;
  }

  /** Resolves when a socket of the account may be free, when the wait is over, or when the turn is aborted. */
  #room(accountId: string, deadlineMs: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const queue = this.#waiting.get(accountId) ?? new Set();
    this.#waiting.set(accountId, queue);
    const timer = this.#clock.after(Math.max(0, deadlineMs - this.#clock.monotonicMs()), () => wake());
    const wake = () => {
      timer.cancel();
      queue.delete(wake);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    queue.add(wake);
    signal.addEventListener('abort', wake);
    return promise;
  }

  #wakeOne(accountId: string): void {
    this.#waiting.get(accountId)?.values().next().value?.();
  }

  #release(pooled: PooledSocket, isOneOff: boolean): void {
    if (!pooled.socket.isOpen) return;
    const now = this.#clock.monotonicMs();
    pooled.lastUsedMs = now;
    if (this.#isDraining || now - pooled.socket.openedAtMs > this.#limits.maxAgeMs) {
      pooled.socket.close();
      return;
    }
    const idleCount = this.#ofAccount(pooled.accountId).filter((other) => other.idleTimer !== null).length;
    if (idleCount >= this.#limits.idlePerAccount) this.#closeOldestIdle(pooled.accountId);
    const idleMs = isOneOff ? this.#limits.oneOffIdleMs : this.#limits.idleMs;
    pooled.idleTimer = this.#clock.after(idleMs, () => pooled.socket.close());
    this.#wakeOne(pooled.accountId);
  }
}
