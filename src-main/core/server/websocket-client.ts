import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { SlipstreamError } from '../../shared/errors.ts';
import { isLong, parseRequestObject, type ReadRequest, readRequestObject } from '../dialects/request-json.ts';
import { laneNameOf, readResponsesFrame } from '../dialects/responses/request.ts';
import { clientKind } from '../normalise/client-kind.ts';
import type { Logger } from '../ports.ts';
import { inSlices, mayBegin, turnToBegin } from '../slices.ts';
import type { BodyHashes } from '../turn/chains.ts';
import type { TurnRunner } from '../turn/runner.ts';
import type { Asked } from './asked.ts';
import type { BodyShare } from './body-budget.ts';
import type { FrameRoom } from './frame-room.ts';
import { FrameWriter } from './frame-writer.ts';
import { relayableQuery } from './relay-path.ts';
import { toldError } from './told-error.ts';
import { type LaneParts, WebsocketLane } from './websocket-lane.ts';
import { laneErrorFrame } from './websocket-sink.ts';

const maxUnreadBytes = 1024 * 1024;
/** Of the lanes that a client has named; one that is idle gives way to another. */
const mostNamedLanes = 64;

interface WebsocketClientParts extends Pick<LaneParts, 'runner' | 'clock' | 'checkOpen'> {
  readonly socket: WebSocket;
  /** What carries it. */
  readonly line: Duplex;
  readonly room: Pick<FrameRoom, 'take'>;
  /** The request that opened it. */
  readonly upgrade: Omit<Asked, 'opens'>;
  readonly log: Logger;
}

/** One client on a Responses websocket: each frame is a turn, one at a time in each lane; faults are answered in-band. */
export class WebsocketClient {
  readonly #socket: WebSocket;
  readonly #writer: FrameWriter;
  readonly #room: Pick<FrameRoom, 'take'>;
  readonly #runner: TurnRunner;
  readonly #log: Logger;
  readonly #parts: LaneParts;
  readonly #lane: WebsocketLane;
  readonly #namedLanes = new Map<string, WebsocketLane>();
  /** Frames that are read, or wait for those to be read; and the last of them. */
  #reading = 0;
  #earlier: Promise<void> = Promise.resolve();

  constructor({ socket, line, room, upgrade, runner, clock, log, checkOpen }: WebsocketClientParts) {
    this.#socket = socket;
    this.#writer = new FrameWriter(socket, line, () => {
      for (const lane of this.#lanes) lane.resume();
    });
    this.#room = room;
    this.#runner = runner;
    this.#log = log;
    this.#parts = {
      writer: this.#writer,
      connection: this,
      headers: upgrade.headers,
      path: upgrade.path,
      query: relayableQuery(upgrade.rawQuery) ?? '',
      key: upgrade.key,
      isCodex: clientKind(upgrade.headers).isCodex,
      runner,
      clock,
      ping: () => this.#ping(),
      checkOpen,
      refuse: (thrown, name) => this.#refuse(thrown, name),
    };
    this.#lane = new WebsocketLane(null, randomUUID(), this.#parts);
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('close', () => {
      for (const lane of this.#lanes) {
        lane.abort();
        runner.connectionClosed(lane.id);
      }
    });
    // The close that follows says what happened.
    socket.on('error', () => {});
  }

  /** Whether a turn of this client runs. */
  get isBusy(): boolean {
    return this.#lanes.some((lane) => lane.isBusy);
  }

  /** Tells the client to come back later. */
  close(code: number): void {
    this.#writer.flush();
    this.#socket.close(code);
  }

  /** The same, where turns may still run: the client is told `stopping` of each first. */
  leave(code: number): void {
    if (this.#socket.readyState === WebSocket.OPEN)
      for (const { isBusy, name } of this.#lanes)
        if (isBusy) this.#writer.send(laneErrorFrame(new SlipstreamError('stopping'), name));
    this.close(code);
  }

  /** Ends a connection whose client does not answer. */
  cut(): void {
    this.#writer.flush();
    this.#socket.terminate();
  }

  get #lanes(): readonly WebsocketLane[] {
    return [this.#lane, ...this.#namedLanes.values()];
  }

  /** Takes frames in their order: while a long one is read, the client's connection is paused and what still comes waits. */
  #receive(data: unknown, isBinary: boolean): void {
    const bytes = Buffer.isBuffer(data) ? data.length : 0;
    const share = this.#room.take(bytes);
    const isShort = !(Buffer.isBuffer(data) && isLong(data));
    if (this.#reading === 0 && isShort && mayBegin(bytes)) {
      this.#takeNow(data, isBinary, share);
      return;
    }
    this.#reading += 1;
    this.#socket.pause();
    this.#earlier = this.#earlier.then(async () => {
      await this.#readLater(data, isBinary, share);
      this.#reading -= 1;
      if (this.#reading === 0) this.#socket.resume();
    });
  }

  #takeNow(data: unknown, isBinary: boolean, share: BodyShare): void {
    try {
      const text = textOf(data, isBinary);
      this.#take(text, share, parseRequestObject(text));
    } catch (thrown) {
      share.release();
      this.#refuse(thrown);
    }
  }

  async #readLater(data: unknown, isBinary: boolean, share: BodyShare): Promise<void> {
    try {
      const text = textOf(data, isBinary);
      await turnToBegin(text.length);
      const read = await readRequestObject(text);
      const hashes = isLong(text) ? await inSlices(this.#runner.hash(read)) : null;
      if (this.#socket.readyState === WebSocket.OPEN) this.#take(text, share, read, hashes);
      else share.release();
    } catch (thrown) {
      share.release();
      this.#refuse(thrown);
    }
  }

  /** A frame keeps its share until its turn is over. */
  #take(data: Buffer, share: BodyShare, read: ReadRequest, hashes: BodyHashes | null = null): void {
    const name = this.#parts.isCodex ? null : laneNameOf(read.body);
    try {
      const frame = readResponsesFrame(read, data);
      if (frame.type === 'response.create') {
        this.#laneOf(name).take({ asked: frame.asked, share, hashes });
        return;
      }
      this.#lane.relay(frame.raw, frame.name);
      share.release();
    } catch (thrown) {
      share.release();
      this.#refuse(thrown, name);
    }
  }

  /** Throws `turn_running` where there are too many. */
  #laneOf(name: string | null): WebsocketLane {
    if (name === null) return this.#lane;
    const known = this.#namedLanes.get(name);
    if (known === undefined && this.#namedLanes.size >= mostNamedLanes) this.#dropIdleLane();
    const lane = known ?? new WebsocketLane(name, `${this.#lane.id}/${name}`, this.#parts);
    // The one used last comes last.
    this.#namedLanes.delete(name);
    this.#namedLanes.set(name, lane);
    return lane;
  }

  /** Makes room for a lane. Throws `turn_running` where turns run in all of them. */
  #dropIdleLane(): void {
    for (const [name, { id, isBusy }] of this.#namedLanes) {
      if (isBusy) continue;
      this.#namedLanes.delete(name);
      this.#runner.connectionClosed(id);
      return;
    }
    throw new SlipstreamError('turn_running');
  }

  #refuse(thrown: unknown, lane: string | null = null): void {
    // Who sends and sends without reading what is said to it would fill the memory.
    if (this.#writer.bufferedBytes > maxUnreadBytes) this.#socket.terminate();
    else this.#writer.send(laneErrorFrame(toldError(thrown, this.#log), lane));
  }

  /** Tells a client whose turn upstream says nothing of that its connection lives. */
  #ping(): void {
    if (this.#socket.readyState !== WebSocket.OPEN || this.#writer.isFull) return;
    this.#writer.flush();
    this.#socket.ping();
  }
}

/** Throws `frame_type_unsupported` for what is no text. */
function textOf(data: unknown, isBinary: boolean): Buffer {
  if (isBinary || !Buffer.isBuffer(data))
    throw new SlipstreamError('frame_type_unsupported', { message: 'Send text frames, not binary ones.' });
  return data;
}
