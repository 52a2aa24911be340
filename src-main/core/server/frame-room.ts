import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { type SlipstreamError, toSlipstreamError } from '../../shared/errors.ts';
import type { BodyBudget, BodyShare } from './body-budget.ts';
import { errorFrame } from './error-body.ts';

const tryAgainLater = 1013;

/**
 * Counts each frame of a client against what all requests may hold. A frame that finds no room while it arrives waits, its
 * connection paused, and is refused in-band when none comes free. One that has come keeps its room until it is released.
 */
export class FrameRoom {
  readonly #budget: BodyBudget;
  readonly #socket: Duplex;
  readonly #websocket: WebSocket;
  #arriving: BodyShare;
  #arrivedBytes = 0;

  constructor(socket: Duplex, websocket: WebSocket, budget: BodyBudget) {
    this.#budget = budget;
    this.#socket = socket;
    this.#websocket = websocket;
    this.#arriving = budget.share();
    socket.on('data', (chunk: Buffer) => this.#arrive(chunk.length));
    websocket.on('close', () => this.#arriving.release());
  }

  /** The share of the frame that has just come, for whoever works on it to release. */
  take(bytes: number): BodyShare {
    const share = this.#arriving;
    share.shrink(bytes);
    this.#arriving = this.#budget.share();
    this.#arrivedBytes = 0;
    return share;
  }

  #arrive(bytes: number): void {
    this.#arrivedBytes += bytes;
    const room = this.#arriving.reach(this.#arrivedBytes);
    if (room === null) return;
    this.#websocket.pause();
    room.then(
      () => this.#websocket.resume(),
      (thrown: unknown) => this.#refuse(toSlipstreamError(thrown)),
    );
  }

  /** What still comes of the frame is thrown away, not kept until the connection is closed. */
  #refuse(error: SlipstreamError): void {
    this.#websocket.send(JSON.stringify(errorFrame(error)));
    this.#websocket.close(tryAgainLater);
    this.#socket.removeAllListeners('data');
    this.#socket.end();
    this.#socket.resume();
  }
}
