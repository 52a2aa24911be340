import type { SlipstreamError } from '../../shared/errors.ts';
import type { TurnSink } from '../turn/turn.ts';
import type { WireEvent } from '../wire-event.ts';
import { errorFrame } from './error-body.ts';
import type { FrameWriter } from './frame-writer.ts';

const messageTooBig = 1009;

/** Ends a client's connection: with a close code, or at once. */
export interface ConnectionEnd {
  readonly close: (code: number) => void;
  readonly cut: () => void;
}

/** Gives a turn to a websocket client: upstream's events, byte for byte. */
export class WebsocketSink implements TurnSink {
  readonly #writer: FrameWriter;
  readonly #connection: ConnectionEnd;
  readonly #onTold: (event: WireEvent) => void;

  /** `onTold` is called with each event. */
  constructor(writer: FrameWriter, connection: ConnectionEnd, onTold: (event: WireEvent) => void) {
    this.#writer = writer;
    this.#connection = connection;
    this.#onTold = onTold;
  }

  readonly told = { status: null, headers: [] };

  open(): void {}

  /** The connection itself is watched. */
  wait(): void {}

  event(event: WireEvent): boolean {
    this.#writer.send(event.data);
    this.#onTold(event);
    return !this.#writer.isFull;
  }

  end(): void {}

  fail(error: SlipstreamError): void {
    // What upstream would do with one that is too big; Codex goes over to HTTP on it.
    if (error.code === 'message_too_big') this.#connection.close(messageTooBig);
    else this.#writer.send(Buffer.from(JSON.stringify(errorFrame(error))));
  }

  cut(): void {
    this.#connection.cut();
  }
}
