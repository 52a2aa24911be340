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

const closingBrace = 0x7d;
const quote = 0x22;

/** An event as a lane of a client's websocket is told it: its own name is the last member. */
function inLane(data: Buffer, name: string): Buffer {
  const end = data.lastIndexOf(closingBrace);
  const comma = data.includes(quote) ? ',' : '';
  return Buffer.concat([data.subarray(0, end), Buffer.from(`${comma}"stream_id":${JSON.stringify(name)}}`)]);
}

/** An in-band error, for the lane that it is about; null for one that has no name. */
export function laneErrorFrame(error: SlipstreamError, lane: string | null): Buffer {
  const named = lane === null ? {} : { stream_id: lane };
  return Buffer.from(JSON.stringify({ ...errorFrame(error), ...named }));
}

/** Gives a turn to a websocket client: upstream's events, byte for byte, but for the name of the lane that the client gave it. */
export class WebsocketSink implements TurnSink {
  readonly #writer: FrameWriter;
  readonly #connection: ConnectionEnd;
  readonly #lane: string | null;
  readonly #onTold: (event: WireEvent) => void;

  /** `onTold` is called with each event. */
  constructor(writer: FrameWriter, connection: ConnectionEnd, lane: string | null, onTold: (event: WireEvent) => void) {
    this.#writer = writer;
    this.#connection = connection;
    this.#lane = lane;
    this.#onTold = onTold;
  }

  readonly told = { status: null, headers: [] };

  open(): void {}

  /** The connection itself is watched. */
  wait(): void {}

  event(event: WireEvent): boolean {
    this.#writer.send(this.#lane === null ? event.data : inLane(event.data, this.#lane));
    this.#onTold(event);
    return !this.#writer.isFull;
  }

  end(): void {}

  fail(error: SlipstreamError): void {
    // What upstream would do with one that is too big; Codex goes over to HTTP on it.
    if (error.code === 'message_too_big') this.#connection.close(messageTooBig);
    else this.#writer.send(laneErrorFrame(error, this.#lane));
  }

  cut(): void {
    this.#connection.cut();
  }
}
