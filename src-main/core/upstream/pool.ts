import { tell } from '../../shared/words/told.ts';
import type { Clock } from '../ports.ts';
import type { WireEvent } from '../wire-event.ts';
import { type Acquired, poolFull, tooBig, type WarmSocket } from './acquired.ts';
import {
  type Attempt,
  type AttemptListener,
  type AttemptOutcome,
  type UpstreamRequest,
  wireOutcome,
} from './attempt.ts';
import { ConnectionTimer } from './connection-timer.ts';
import { Dialler } from './dialler.ts';
import { Dials } from './dials.ts';
import { frameLimitBytes } from './frame-limit.ts';
import { Openings } from './openings.ts';
import { defaultPoolLimits, type PoolLimits } from './pool-limits.ts';
import { isIdle, isSpare, keepFor, oldestOf, type PooledSocket, type SpareGone } from './pooled-socket.ts';
import type { ProxyRoutes } from './proxy.ts';
import type { UpstreamSocket } from './socket.ts';
import { SocketIndex } from './socket-index.ts';
import { type Waiter, WaitingTurns } from './waiting-turns.ts';

/** What a socket is opened by. */
interface DialRequest
  extends Pick<UpstreamRequest, 'baseUrl' | 'query' | 'headers' | 'socketKey' | 'accountId' | 'isOneOff'> {
  /** It is a spare, for a session that is still to come. */
  readonly whenSpareGone?: SpareGone;
}

/** Upstream websockets, kept between the turns of a session and never shared across keys. */
export class SocketPool {
  readonly #clock: Clock;
  readonly #dialler: Dialler;
  readonly #proxies: ProxyRoutes;
  readonly #limits: PoolLimits;
  readonly #sockets = new SocketIndex<PooledSocket>();
  readonly #dials = new Dials();
  readonly #openings = new Openings();
  readonly #waiting: WaitingTurns;
  #opened: () => void = () => {};
  #isDraining = false;

  /** `opensAhead`: whether the user lets connections be opened before a turn wants them. */
  constructor(
    clock: Clock,
    proxies: ProxyRoutes,
    limits: PoolLimits = defaultPoolLimits,
    opensAhead: () => boolean = () => true,
  ) {
    this.#clock = clock;
    this.#proxies = proxies;
    // Those beside it went the same way.
    this.#dialler = new Dialler(clock, proxies, () => this.suspectIdle(), opensAhead);
    this.#limits = limits;
    this.#waiting = new WaitingTurns(clock);
  }

  /** Open sockets, busy ones included. */
  get size(): number {
    return this.#sockets.size;
  }

  /** Whether a turn of this account would get a socket without waiting for one. */
  hasRoom(accountId: string): boolean {
    return this.#waiting.first(accountId) === null && (this.#hasRoom(accountId) || this.#idleOf(accountId).length > 0);
  }

  /** Whether an idle socket could go on from this response. */
  holdsChain(key: string, responseId: string): boolean {
    return this.#idleSocket(key, ({ socket }) => socket.mayHold(responseId)) !== null;
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
    const fail = (thrown: unknown) => {
      const outcome = wireOutcome(thrown);
      if (isOver || outcome !== null) return end(outcome ?? { kind: 'aborted' });
      isOver = true;
      running?.close();
      listener.failed(thrown);
    };
    const timer = new ConnectionTimer(() => this.#clock.monotonicMs());
    const run = (acquired: Acquired) => {
      if ('outcome' in acquired) {
        listener.connection({ reused: false, isOpen: false, phases: timer.phases });
        return end(acquired.outcome);
      }
      const { pooled, reused, wasSpare } = acquired;
      if (isOver) {
        this.#release(pooled, request);
        return;
      }
      running = pooled.socket;
      listener.connection({ reused, wasSpare, isOpen: true, phases: timer.phases });
      listener.ready({ reused, status: 101, headers: pooled.socket.responseHeaders });
      if (request.body.length >= frameLimitBytes(pooled.socket.responseHeaders)) {
        this.#release(pooled, request);
        end(tooBig);
        return;
      }
      const turn = {
        event: (event: WireEvent, atMs: number) => listener.event(event, atMs),
        ended: (outcome: AttemptOutcome) => {
          try {
            this.#release(pooled, request);
            end(outcome);
          } catch (thrown) {
            fail(thrown);
          }
        },
      };
      // A second try was dialled a moment ago: silence now is upstream's own.
      pooled.socket.run(request.body, turn, !request.wantsNewSocket);
      listener.sent();
      if (!this.#isDraining) this.#dialler.noteTurn(request.baseUrl, request.accountId);
    };
    this.#acquire(request, timer, abort.signal).then(run).catch(fail);
    return {
      line: () => running,
      supersede: () => running?.endTurn(),
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

  /**
   * Opens a socket ahead of a turn and lets it wait for one, or finds the one that waits. Null where the account has none to
   * spare, or where a turn that waits for it is told.
   */
  async warm(request: DialRequest, signal: AbortSignal): Promise<WarmSocket | { outcome: AttemptOutcome } | null> {
    const { accountId, socketKey } = request;
    const idle = this.#idleSocket(socketKey, () => true);
    if (idle !== null) return { headers: idle.socket.responseHeaders, reused: true };
    if (this.#isDraining || this.#waiting.first(accountId) !== null || !this.#hasRoom(accountId)) return null;
    const timer = new ConnectionTimer(() => this.#clock.monotonicMs());
    const release = (pooled: PooledSocket) => this.#release(pooled, request);
    const opened = await this.#openings.run(socketKey, () => this.#dial(request, timer, signal), release);
    if (opened === 'beside') return this.warm(request, signal);
    if (opened === null || 'outcome' in opened) return opened;
    return { headers: opened.pooled.socket.responseHeaders, reused: false };
  }

  /** Whether a spare of this key is ready; it is then kept for as long again. */
  renewSpare(key: string): boolean {
    const spare = this.#idleSocket(key, (pooled) => isSpare(pooled) && !pooled.socket.isSuspect);
    if (spare === null) return false;
    spare.idleTimer?.cancel();
    keepFor(spare, this.#limits.spareIdleMs, this.#clock);
    return true;
  }

  /** Closes the spares of this key, ready or not. */
  closeSpare(key: string): void {
    for (const pooled of [...this.#sockets.ofKey(key)]) if (isSpare(pooled)) pooled.socket.close();
  }

  /** Closes idle sockets now and busy ones as their turns end. */
  drain(): void {
    this.#isDraining = true;
    this.#dialler.closeWaiting(true);
    this.closeIdle();
  }

  /** Asks idle sockets whether their lines still live, after a sleep of the machine or on another network; those that do not answer in time are closed. */
  suspectIdle(): void {
    this.#dialler.closeWaiting(false);
    for (const pooled of this.#sockets.list()) if (isIdle(pooled)) pooled.socket.suspect();
  }

  /** Closes sockets that no turn uses. */
  closeIdle(): void {
    this.#dialler.closeWaiting(this.#isDraining);
    for (const pooled of this.#sockets.list()) if (isIdle(pooled)) pooled.socket.close();
  }

  /** Calls back for each socket that is opened. */
  onOpen(opened: () => void): void {
    this.#opened = opened;
  }

  /** Closes every socket. */
  closeAll(): void {
    this.#dialler.closeWaiting(true);
    for (const pooled of this.#sockets.list()) pooled.socket.close();
  }

  /** Closes the sockets of an account that is gone, open or being opened; its running turns end. */
  closeAccount(accountId: string): void {
    this.#dials.end(accountId);
    for (const pooled of [...this.#sockets.ofAccount(accountId)]) pooled.socket.close();
  }

  async #acquire(request: UpstreamRequest, timer: ConnectionTimer, signal: AbortSignal): Promise<Acquired> {
    const { accountId } = request;
    await this.#proxies.ready(request.baseUrl, accountId);
    const deadlineMs = this.#clock.monotonicMs() + this.#limits.waitMs;
    const waiter: Waiter = { wake: () => {} };
    for (;;) {
      const isLate = request.mayQueue === false || this.#clock.monotonicMs() >= deadlineMs;
      const acquired = this.#tryAcquire(request, timer, signal, waiter) ?? (isLate ? poolFull : null);
      if (acquired !== null) {
        this.#waiting.leave(accountId, waiter);
        return acquired;
      }
      await this.#waiting.wait(accountId, waiter, deadlineMs, signal);
      timer.queued(tell('why.connection.queue', { count: this.#limits.socketsPerAccount }));
    }
  }

  /** A socket, the way to one, or why there will be none; null where the turn has to wait. */
  #tryAcquire(
    request: UpstreamRequest,
    timer: ConnectionTimer,
    signal: AbortSignal,
    waiter: Waiter,
  ): Acquired | Promise<Acquired> | null {
    const { accountId, previousResponseId, mayReplace, socketKey, wantsNewSocket } = request;
    if (signal.aborted) return { outcome: { kind: 'aborted' } };
    const suits = ({ socket }: PooledSocket) =>
      previousResponseId === null
        ? !socket.isSuspect && (socket.lastResponseId === null || mayReplace(socket.lastResponseId))
        : socket.mayHold(previousResponseId);
    const idle = wantsNewSocket ? null : this.#idleSocket(socketKey, suits);
    if (idle !== null) {
      const wasSpare = isSpare(idle);
      idle.whenSpareGone = null;
      idle.idleTimer?.cancel();
      idle.idleTimer = null;
      return { pooled: idle, reused: true, wasSpare };
    }
    if (previousResponseId !== null) return { outcome: { kind: 'chain-lost' } };
    const opening = wantsNewSocket ? null : this.#openings.take(socketKey);
    if (opening !== null) return this.#join(opening, request, timer, signal);
    const first = this.#waiting.first(accountId) ?? waiter;
    const mayDial = first === waiter && (this.#hasRoom(accountId) || this.#makeRoom(accountId));
    return mayDial ? this.#dial(request, timer, signal) : null;
  }

  /** Waits for the socket that is being opened for it; one that came to nothing because its client went is no answer. */
  async #join(
    opening: Promise<Acquired>,
    request: UpstreamRequest,
    timer: ConnectionTimer,
    signal: AbortSignal,
  ): Promise<Acquired> {
    const opened = await opening;
    if ('outcome' in opened) return opened.outcome.kind === 'aborted' ? this.#acquire(request, timer, signal) : opened;
    timer.upgraded();
    if (opened.pooled.socket.isOpen && opened.pooled.isOnRoute()) return { ...opened, reused: true };
    this.#release(opened.pooled, request);
    return this.#acquire(request, timer, signal);
  }

  async #dial(request: DialRequest, timer: ConnectionTimer, signal: AbortSignal): Promise<Acquired> {
    const { accountId, baseUrl, whenSpareGone = null } = request;
    const route = () => this.#proxies.routeKey(baseUrl, accountId);
    let routeKey = '';
    const dialled = await this.#dials.run(accountId, signal, async (ended) => {
      await this.#proxies.ready(baseUrl, accountId);
      routeKey = route();
      return this.#dialler.dial({ ...request, isAhead: whenSpareGone !== null }, timer, ended);
    });
    if (!dialled.ok) {
      this.#waiting.wake(accountId);
      return { outcome: dialled.outcome };
    }
    const pooled: PooledSocket = {
      key: request.socketKey,
      accountId,
      isOnRoute: () => route() === routeKey,
      socket: dialled.socket,
      idleTimer: null,
      lastUsedMs: this.#clock.monotonicMs(),
      whenSpareGone,
    };
    this.#sockets.add(pooled);
    this.#opened();
    dialled.socket.onRest(() => this.#waiting.wake(accountId));
    dialled.socket.onClose((byUs) => {
      pooled.idleTimer?.cancel();
      this.#sockets.delete(pooled);
      pooled.whenSpareGone?.(byUs);
      this.#waiting.wake(accountId);
    });
    return { pooled, reused: false, wasSpare: false };
  }

  /** An idle socket of this key that suits the turn: one that it may take for a full request, the one holding the chain for a delta. */
  #idleSocket(key: string, suits: (pooled: PooledSocket) => boolean): PooledSocket | null {
    for (const pooled of this.#sockets.ofKey(key)) {
      if (!isIdle(pooled) || !pooled.socket.isOpen || this.#isOld(pooled)) continue;
      if (pooled.isOnRoute() && suits(pooled)) return pooled;
    }
    return null;
  }

  /** Near the age at which upstream would end it, perhaps in the middle of a turn. */
  #isOld({ socket }: PooledSocket): boolean {
    return this.#clock.monotonicMs() - socket.openedAtMs > this.#limits.maxAgeMs;
  }

  #hasRoom(accountId: string): boolean {
    return this.#sockets.ofAccount(accountId).size + this.#dials.count(accountId) < this.#limits.socketsPerAccount;
  }

  #idleOf(accountId: string): PooledSocket[] {
    return [...this.#sockets.ofAccount(accountId)].filter(isIdle);
  }

  /** Closes a spare, or else the idle socket that was used longest ago; false where none is idle. */
  #makeRoom(accountId: string): boolean {
    const idle = this.#idleOf(accountId);
    const closed = idle.find(isSpare) ?? oldestOf(idle);
    closed?.socket.close();
    return closed !== undefined;
  }

  #release(pooled: PooledSocket, { isOneOff }: Pick<DialRequest, 'isOneOff'>): void {
    if (!pooled.socket.isOpen) return;
    const now = this.#clock.monotonicMs();
    pooled.lastUsedMs = now;
    if (this.#isDraining || this.#isOld(pooled) || !pooled.isOnRoute()) {
      pooled.socket.close();
      return;
    }
    const { idleMs, oneOffIdleMs, spareIdleMs, idlePerAccount } = this.#limits;
    // Spares are few, and take no place from sessions.
    const ofSessions = this.#idleOf(pooled.accountId).filter((idle) => !isSpare(idle));
    if (!isSpare(pooled) && ofSessions.length >= idlePerAccount) oldestOf(ofSessions)?.socket.close();
    const keptMs = isSpare(pooled) ? spareIdleMs : isOneOff ? oneOffIdleMs : idleMs;
    keepFor(pooled, keptMs, this.#clock);
    this.#waiting.wake(pooled.accountId);
  }
}
