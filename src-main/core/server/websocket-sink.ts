import type { SlipstreamError } from '../../shared/errors.ts';
import { inLane } from '../lane-name.ts';
import { closeFrame, nothingOwn, type OwnFrame, ownFrame } from '../own-frame.ts';
import type { SinkListener, TurnSink } from '../turn/turn.ts';
import type { WireEvent } from '../wire-event.ts';
import { errorFrame } from './error-body.ts';
import type { FrameWriter } from './frame-writer.ts';

const messageTooBig = 1009;

/** Ends a client's connection: with a close code, or at once. */
export interface ConnectionEnd {
  readonly close: (code: number) => void;
  readonly cut: () => void;
}

/** What such a sink tells its lane. */
interface LaneListener extends Pick<SinkListener, 'told'> {
  /** The client was told this event. */
  event(event: WireEvent): void;
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
  readonly #listener: LaneListener;

  constructor(writer: FrameWriter, connection: ConnectionEnd, lane: string | null, listener: LaneListener) {
    this.#writer = writer;
    this.#connection = connection;
    this.#lane = lane;
    this.#listener = listener;
  }

  readonly told = { status: null, headers: [] };

  open(): void {}

  /** The connection itself is watched. */
  wait(): void {}

  event(event: WireEvent): boolean {
    const data = this.#send(event);
    if (event.isMade === true && this.#writer.isOpen) this.#listener.told([ownFrame(event.type, data)]);
    return !this.#writer.isFull;
  }

  own(event: WireEvent): readonly OwnFrame[] {
    if (!this.#writer.isOpen) return nothingOwn;
    return [ownFrame(event.type, this.#send(event))];
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

  /** Returns the event as it went out. */
  #send(event: WireEvent): Buffer {
    const data = this.#lane === null ? event.data : inLane(event.data, this.#lane);
    this.#writer.send(data);
    this.#listener.event(event);
    return data;
  }
}
