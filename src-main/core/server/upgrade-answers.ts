import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocketServer } from 'ws';
import { SlipstreamError } from '../../shared/errors.ts';
import type { RawHeaders } from '../headers.ts';
import { refuseSocket } from './refuse-socket.ts';

/** Whether a request is for a websocket; else it is a plain one, such as curl's --http2 and Java's with their offer of h2c, or a POST that a proxy gave an upgrade's headers. */
export function asksForWebsocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}

/** Those that ws knows. */
const versionsTaken = [['sec-websocket-version', '13, 8']] as const;

/** Puts upstream's headers into the answers to clients' upgrades, which ws writes; it refuses what is no handshake as all else is refused. */
export class UpgradeAnswers {
  readonly #told = new WeakMap<IncomingMessage, RawHeaders>();
  /** Upgrades that wait for upstream. */
  readonly #waiting = new Set<AbortController>();

  constructor(websockets: WebSocketServer) {
    websockets.on('headers', (lines, request) => {
      for (const [name, value] of this.#told.get(request) ?? []) lines.push(`${name}: ${value}`);
    });
    websockets.on('wsClientError', ({ message }, socket) =>
      refuseSocket(socket, new SlipstreamError('request_invalid', { message: `${message}.`, headers: versionsTaken })),
    );
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
