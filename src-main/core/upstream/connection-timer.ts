import type { Socket } from 'node:net';
import type { ConnectionPhase } from '../../shared/model.ts';
import { tell } from '../../shared/words/told.ts';

const warmWords = tell('why.connection.warm');

/** Follows one connection from its first step, by the socket's own events. Times are monotonic ms. */
export class ConnectionTimer {
  readonly #nowMs: () => number;
  readonly #phases: ConnectionPhase[] = [];
  #lastMs: number;
  #isWarm = false;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#lastMs = nowMs();
  }

  get phases(): readonly ConnectionPhase[] {
    return [...this.#phases];
  }

  /** The wait for a free place is over, for now. */
  queued(why: string): void {
    this.#step('queue', why);
  }

  /**
   * Listens, before all others, to a socket that is about to connect; one that an agent has connected already came through a proxy.
   */
  watch(socket: Socket): void {
    if (socket.connecting) {
      socket.prependOnceListener('lookup', () => this.#step('dns'));
      socket.prependOnceListener('connect', () => this.#step('tcp'));
    } else this.#step('proxy');
    socket.prependOnceListener('secureConnect', () => this.#step('tls'));
  }

  /** The connection was open before it was wanted. */
  warm(): void {
    this.#isWarm = true;
  }

  /** The warm connection was of no use. */
  again(): void {
    this.#isWarm = false;
    this.#lastMs = this.#nowMs();
  }

  /** Upstream has answered the upgrade. */
  upgraded(): void {
    this.#step('upgrade', this.#isWarm ? warmWords : undefined);
  }

  #step(name: ConnectionPhase['name'], why?: string): void {
    const endMs = this.#nowMs();
    this.#phases.push({ name, startMs: this.#lastMs, endMs, ...(why === undefined ? {} : { why }) });
    this.#lastMs = endMs;
  }
}
