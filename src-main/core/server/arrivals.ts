import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { within } from '../in-time.ts';
import type { Clock } from '../ports.ts';

/** Without a word of anybody in so many turns of the event loop, nobody waits: one connection is accepted a turn. */
const quietTurns = 4;
/** Those who come all the time are not waited for for ever. */
const mostTurns = 4_000;
/** How long one who has connected may take to ask. */
const speakWithinMs = 200;

/** Knows which connections have come in and have asked for nothing yet: at a stop, each client is to hear of it. */
export class Arrivals {
  readonly #clock: Clock;
  readonly #unheard = new Set<Socket>();
  /** Connections, and what was asked on them. */
  #count = 0;
  #onHeard: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  watch(server: Server): void {
    server.on('connection', (socket) => {
      this.#count += 1;
      this.#unheard.add(socket);
      socket.once('close', () => this.#heard(socket));
    });
    server.on('request', ({ socket }) => this.#heard(socket));
    server.on('upgrade', ({ socket }) => this.#heard(socket));
  }

  /** Resolves once all who have connected by now are accepted, and what they have sent is read. */
  async letIn(): Promise<void> {
    let quiet = 0;
    for (let turn = 0; turn < mostTurns && quiet < quietTurns; turn += 1) {
      const before = this.#count;
      await setImmediate();
      quiet = this.#count === before ? quiet + 1 : 0;
    }
  }

  /** Resolves once every connection has asked for something, or has had its time for it. */
  async hearOut(): Promise<void> {
    if (this.#unheard.size === 0) return;
    const { promise: heard, resolve } = Promise.withResolvers<void>();
    this.#onHeard = resolve;
    await within(this.#clock, speakWithinMs, heard);
  }

  #heard(socket: Socket): void {
    this.#count += 1;
    if (this.#unheard.delete(socket) && this.#unheard.size === 0) this.#onHeard?.();
  }
}
