import { WebSocket } from 'ws';
import type { SlipstreamError } from '../../shared/errors.ts';
import type { SinkListener, TurnSink } from '../turn/turn.ts';
import type { WireEvent } from '../wire-event.ts';
import { errorFrame } from './error-body.ts';

/** Where pushing back on upstream begins and ends. */
const highWaterBytes = 1024 * 1024;
const lowWaterBytes = 256 * 1024;

const messageTooBig = 1009;

/** Gives a turn to a websocket client: upstream's events, byte for byte. */
export class WebsocketSink implements TurnSink {
  readonly #socket: WebSocket;
  readonly #turn: SinkListener;
  #isFull = false;

  constructor(socket: WebSocket, turn: SinkListener) {
    this.#socket = socket;
    this.#turn = turn;
  }

  readonly told = { status: null, headers: [] };

  open(): void {}

  event(event: WireEvent): boolean {
    this.#send(event.data);
    if (this.#socket.bufferedAmount > highWaterBytes) this.#isFull = true;
    return !this.#isFull;
  }

  end(): void {}

  fail(error: SlipstreamError): void {
    if (error.code === 'message_too_big') {
      // What upstream would do; Codex goes over to HTTP on it.
      this.#socket.close(messageTooBig);
      return;
    }
    this.#send(Buffer.from(JSON.stringify(errorFrame(error))));
  }

  cut(): void {
    this.#socket.terminate();
  }

  #send(data: Buffer): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(data, { binary: false }, () => {
      if (!this.#isFull || this.#socket.bufferedAmount > lowWaterBytes) return;
      this.#isFull = false;
      this.#turn.resume();
    });
  }
}
