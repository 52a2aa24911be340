import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { SlipstreamError } from '../../shared/errors.ts';
import { isLong, parseRequestObject, type ReadRequest, readRequestObject } from '../dialects/request-json.ts';
import { type ResponsesRequest, readResponsesFrame, readResponsesLimits } from '../dialects/responses/request.ts';
import type { RawHeaders } from '../headers.ts';
import type { JsonObject } from '../json.ts';
import type { KeyPass } from '../key-pass.ts';
import { clientKind } from '../normalise/client-kind.ts';
import type { Clock, Logger } from '../ports.ts';
import { inSlices, mayBegin, turnToBegin } from '../slices.ts';
import type { BodyHashes } from '../turn/chains.ts';
import type { TurnRunner } from '../turn/runner.ts';
import type { SinkListener, SteerableTurn, TurnSink } from '../turn/turn.ts';
import { mayEndTurn, type WireEvent } from '../wire-event.ts';
import type { Asked } from './asked.ts';
import type { BodyShare } from './body-budget.ts';
import { errorFrame } from './error-body.ts';
import type { FrameRoom } from './frame-room.ts';
import { FrameWriter } from './frame-writer.ts';
import { withLimits } from './limited-sink.ts';
import { QuietWatch } from './quiet-watch.ts';
import { relayableQuery } from './relay-path.ts';
import { toldError } from './told-error.ts';
import { WebsocketSink } from './websocket-sink.ts';

const maxUnreadBytes = 1024 * 1024;

/** One client on a Responses websocket: each frame is a turn, one at a time; faults are answered in-band. */
export class WebsocketClient {
  readonly #socket: WebSocket;
  readonly #writer: FrameWriter;
  readonly #room: Pick<FrameRoom, 'take'>;
  readonly #headers: RawHeaders;
  readonly #path: string;
  readonly #query: string;
  readonly #key: KeyPass | null;
  readonly #runner: TurnRunner;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #checkOpen: () => void;
  readonly #id = randomUUID();
  readonly #isCodex: boolean;
  #turn: SteerableTurn | null = null;
  readonly #listener: SinkListener = {
    resume: () => this.#turn?.resume(),
    threw: (thrown) => this.#turn?.threw(thrown),
    enough: (status) => this.#turn?.enough(status),
  };
  /** The session's socket between turns. */
  #line: SteerableTurn['line'] = null;
  /** Frames that are read, or wait for those to be read; and the last of them. */
  #reading = 0;
  #earlier: Promise<void> = Promise.resolve();
  /** The running turn was sent a frame that may have ended it, or has told of its response what may be its end. */
  #mayBeOver = false;
  /** Null for Codex, which is told what upstream says and nothing else. */
  readonly #quiet: QuietWatch | null;

  constructor(
    {
      socket,
      line,
      room,
    }: { readonly socket: WebSocket; readonly line: Duplex; readonly room: Pick<FrameRoom, 'take'> },
    upgrade: Omit<Asked, 'opens'>,
    runner: TurnRunner,
    clock: Clock,
    log: Logger,
    /** Throws where no turn may start now. */
    checkOpen: () => void,
  ) {
    this.#socket = socket;
    this.#writer = new FrameWriter(socket, line, () => this.#listener.resume());
    this.#room = room;
    this.#headers = upgrade.headers;
    this.#path = upgrade.path;
    this.#query = relayableQuery(upgrade.rawQuery) ?? '';
    this.#key = upgrade.key;
    this.#isCodex = clientKind(upgrade.headers).isCodex;
    this.#quiet = this.#isCodex ? null : new QuietWatch(clock, () => this.#ping());
    this.#runner = runner;
    this.#clock = clock;
    this.#log = log;
    this.#checkOpen = checkOpen;
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('close', () => {
      this.#quiet?.stop();
      this.#turn?.abort();
      runner.connectionClosed(this.#id);
    });
    // The close that follows says what happened.
    socket.on('error', () => {});
  }

  /** Whether a turn of this client runs. */
  get isBusy(): boolean {
    return this.#turn !== null;
  }

  /** Tells the client to come back later. */
  close(code: number): void {
    this.#writer.flush();
    this.#socket.close(code);
  }

  /** The same, where a turn may still run: its client is told `stopping` first. */
  leave(code: number): void {
    if (this.isBusy && this.#socket.readyState === WebSocket.OPEN)
      this.#writer.send(Buffer.from(JSON.stringify(errorFrame(new SlipstreamError('stopping')))));
    this.close(code);
  }

  /** Ends a connection whose client does not answer. */
  cut(): void {
    this.#writer.flush();
    this.#socket.terminate();
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
    const frame = readResponsesFrame(read, data);
    if (frame.type === 'response.create') {
      this.#startTurn(frame.asked, share, hashes);
      return;
    }
    this.#relayFrame(frame.raw, frame.name);
    share.release();
  }

  #refuse(thrown: unknown): void {
    // Who sends and sends without reading what is said to it would fill the memory.
    if (this.#writer.bufferedBytes > maxUnreadBytes) this.#socket.terminate();
    else this.#writer.send(Buffer.from(JSON.stringify(errorFrame(toldError(thrown, this.#log)))));
  }

  /** A frame that a Codex client sends goes up as it came, on its session's socket; others are told that it cannot. */
  #relayFrame(data: Buffer, type: string): void {
    const line = this.#turn?.line ?? this.#line;
    const stray = (event: WireEvent) => void this.#sink().event(event);
    // Of a running turn it is a part; else it may begin something.
    if (this.#turn === null) this.#checkOpen();
    if (!this.#isCodex || line === null || !line.interject(data, stray))
      throw new SlipstreamError('frame_type_unsupported');
    if (this.#turn === null) this.#runner.noteStray(this.#headers, type);
    else this.#turn.noteFrame(type, data);
    this.#mayBeOver = this.#turn !== null;
  }

  /** A turn may be over for its client although upstream named no end that is known here. */
  #makeWay(): void {
    if (this.#turn === null) return;
    if (!this.#mayBeOver) throw new SlipstreamError('turn_running');
    this.#line = this.#turn.line;
    this.#turn.supersede();
    this.#turn = null;
  }

  /** Tells a client whose turn upstream says nothing of that its connection lives. */
  #ping(): void {
    if (this.#socket.readyState !== WebSocket.OPEN || this.#writer.isFull) return;
    this.#writer.flush();
    this.#socket.ping();
  }

  #sink(): WebsocketSink {
    return new WebsocketSink(this.#writer, this, (event) => {
      this.#quiet?.told();
      if (this.#isCodex && mayEndTurn(event)) this.#mayBeOver = true;
    });
  }

  #sinkFor(body: JsonObject): TurnSink {
    const limits = this.#isCodex ? null : readResponsesLimits(body);
    return withLimits(this.#sink(), limits, { dialect: 'responses', body }, this.#listener);
  }

  #startTurn(
    { isPrewarm, stream: _stream, ...read }: ResponsesRequest,
    share: BodyShare,
    hashes: BodyHashes | null,
  ): void {
    const acceptedMs = this.#clock.monotonicMs();
    this.#makeWay();
    this.#checkOpen();
    this.#mayBeOver = false;
    let isOver = false;
    const over = () => {
      isOver = true;
      share.release();
      if (this.#turn !== turn) return;
      this.#line = turn.line;
      this.#turn = null;
      this.#quiet?.stop();
    };
    const turn = this.#runner.start(
      {
        dialect: 'responses',
        clientTransport: 'ws',
        kind: isPrewarm ? 'prewarm' : 'turn',
        method: 'GET',
        path: this.#path,
        query: this.#query,
        headers: this.#headers,
        connectionId: this.#id,
        ...read,
        ...(hashes && { hashes }),
        ...(this.#key && { key: this.#key }),
        acceptedMs,
        bodyReadMs: acceptedMs,
      },
      this.#sinkFor(read.body),
      over,
    );
    if (isOver) return;
    this.#turn = turn;
    this.#quiet?.start();
  }
}

/** Throws `frame_type_unsupported` for what is no text. */
function textOf(data: unknown, isBinary: boolean): Buffer {
  if (isBinary || !Buffer.isBuffer(data))
    throw new SlipstreamError('frame_type_unsupported', { message: 'Send text frames, not binary ones.' });
  return data;
}
