import type { SlipstreamError } from '../../shared/errors.ts';
import { closeFrame, nothingOwn, type OwnFrame, ownFrame } from '../own-frame.ts';
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
    this.#writer.send(this.#inOwnLane(event.data));
    this.#onTold(event);
    return !this.#writer.isFull;
  }

  own(event: WireEvent): readonly OwnFrame[] {
    if (!this.#writer.isOpen) return nothingOwn;
    this.event(event);
    return [ownFrame(event.type, this.#inOwnLane(event.data))];
  }

  end(): readonly OwnFrame[] {
    return nothingOwn;
  }

  fail(error: SlipstreamError): readonly OwnFrame[] {
    if (!this.#writer.isOpen) return nothingOwn;
    // What upstream would do with one that is too big; Codex goes over to HTTP on it.
    if (error.code === 'message_too_big') {
      this.#connection.close(messageTooBig);
      return [closeFrame(messageTooBig)];
    }
    const frame = laneErrorFrame(error, this.#lane);
    this.#writer.send(frame);
    return [ownFrame('error', frame)];
  }

  cut(): void {
    this.#connection.cut();
  }

  #inOwnLane(data: Buffer): Buffer {
    return this.#lane === null ? data : inLane(data, this.#lane);
  }
}
