import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocketServer } from 'ws';
import type { RawHeaders } from '../headers.ts';

/** Puts upstream's headers into the answers to clients' upgrades, which ws writes. */
export class UpgradeAnswers {
  readonly #told = new WeakMap<IncomingMessage, RawHeaders>();
  /** Upgrades that wait for upstream. */
  readonly #waiting = new Set<AbortController>();

  constructor(websockets: WebSocketServer) {
    websockets.on('headers', (lines, request) => {
      for (const [name, value] of this.#told.get(request) ?? []) lines.push(`${name}: ${value}`);
    });
  }

  /** Waits for what upstream says, as long as the client does. Rejects with what refuses the upgrade. */
  async ask(
    request: IncomingMessage,
    socket: Duplex,
    greet: (signal: AbortSignal) => Promise<RawHeaders>,
  ): Promise<void> {
    const abort = new AbortController();
    const leave = () => abort.abort();
    const fall = () => socket.destroy();
    socket.once('close', leave);
    // Nobody else listens to it yet.
    socket.on('error', fall);
    this.#waiting.add(abort);
    try {
      this.#told.set(request, await greet(abort.signal));
    } finally {
      this.#waiting.delete(abort);
      socket.off('close', leave);
      socket.off('error', fall);
    }
  }

  /** Waits for nothing any more. */
  stop(): void {
    for (const abort of this.#waiting) abort.abort();
  }
}
