import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { SlipstreamError } from '../../shared/errors.ts';
import { AnswerLimiter } from '../dialects/answer-limits.ts';
import { parseResponsesFrame, type ResponsesRequest, readResponsesLimits } from '../dialects/responses/request.ts';
import type { RawHeaders } from '../headers.ts';
import { clientKind } from '../normalise/client-kind.ts';
import type { Clock, Logger } from '../ports.ts';
import type { TurnRunner } from '../turn/runner.ts';
import type { SinkListener, SteerableTurn, TurnSink } from '../turn/turn.ts';
import type { WireEvent } from '../wire-event.ts';
import { errorFrame } from './error-body.ts';
import { LimitedSink } from './limited-sink.ts';
import { toldError } from './told-error.ts';
import { WebsocketSink } from './websocket-sink.ts';

const maxUnreadBytes = 1024 * 1024;

/** One client on a Responses websocket: each frame is a turn, one at a time; faults are answered in-band. */
export class WebsocketClient {
  readonly #socket: WebSocket;
  readonly #headers: RawHeaders;
  readonly #path: string;
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
  /** The running turn was sent a frame that may have ended it. */
  #isSteered = false;

  constructor(
    socket: WebSocket,
    upgrade: { readonly headers: RawHeaders; readonly path: string },
    runner: TurnRunner,
    clock: Clock,
    log: Logger,
    /** Throws where no turn may start now. */
    checkOpen: () => void,
  ) {
    this.#socket = socket;
    this.#headers = upgrade.headers;
    this.#path = upgrade.path;
    this.#isCodex = clientKind(upgrade.headers).isCodex;
    this.#runner = runner;
    this.#clock = clock;
    this.#log = log;
    this.#checkOpen = checkOpen;
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('close', () => {
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
    this.#socket.close(code);
  }

  /** The same, where a turn may still run: its client is told `stopping` first. */
  leave(code: number): void {
    if (this.isBusy && this.#socket.readyState === WebSocket.OPEN)
      this.#socket.send(JSON.stringify(errorFrame(new SlipstreamError('stopping'))));
    this.close(code);
  }

  /** Ends a connection whose client does not answer. */
  cut(): void {
    this.#socket.terminate();
  }

  #receive(data: unknown, isBinary: boolean): void {
    try {
      if (isBinary || !Buffer.isBuffer(data))
        throw new SlipstreamError('frame_type_unsupported', { message: 'Send text frames, not binary ones.' });
      const frame = parseResponsesFrame(data);
      if (frame.type === 'unknown') this.#relayFrame(data, frame.name);
      else this.#startTurn(frame.asked);
    } catch (thrown) {
      // Who sends and sends without reading what is said to it would fill the memory.
      if (this.#socket.bufferedAmount > maxUnreadBytes) this.#socket.terminate();
      else this.#socket.send(JSON.stringify(errorFrame(toldError(thrown, this.#log))));
    }
  }

  /** A frame that a Codex client sends goes up as it came, on its session's socket; others are told that it cannot. */
  #relayFrame(data: Buffer, type: string): void {
    const line = this.#turn?.line ?? this.#line;
    const stray = (event: WireEvent) => void this.#sink().event(event);
    if (!this.#isCodex || line === null || !line.interject(data, stray))
      throw new SlipstreamError('frame_type_unsupported');
    if (this.#turn === null) this.#runner.noteStray(this.#headers, type);
    else this.#turn.noteFrame(type, data.length);
    this.#isSteered = this.#turn !== null;
  }

  /** A turn that the client has steered may be over for it although upstream named no end that is known here. */
  #makeWay(): void {
    if (this.#turn === null) return;
    if (!this.#isSteered) throw new SlipstreamError('turn_running');
    this.#line = this.#turn.line;
    this.#turn.supersede();
    this.#turn = null;
  }

  #sink(): WebsocketSink {
    return new WebsocketSink(this.#socket, this.#listener);
  }

  #sinkFor({ body, raw }: Pick<ResponsesRequest, 'body' | 'raw'>): TurnSink {
    const limits = this.#isCodex ? null : readResponsesLimits(body);
    return limits === null
      ? this.#sink()
      : new LimitedSink(this.#sink(), new AnswerLimiter(limits, raw.length), this.#listener);
  }

  #startTurn({ isPrewarm, stream: _stream, ...read }: ResponsesRequest): void {
    const acceptedMs = this.#clock.monotonicMs();
    this.#makeWay();
    this.#checkOpen();
    this.#isSteered = false;
    let isOver = false;
    const over = () => {
      isOver = true;
      if (this.#turn !== turn) return;
      this.#line = turn.line;
      this.#turn = null;
    };
    const turn = this.#runner.start(
      {
        dialect: 'responses',
        clientTransport: 'ws',
        kind: isPrewarm ? 'prewarm' : 'turn',
        method: 'GET',
        path: this.#path,
        headers: this.#headers,
        connectionId: this.#id,
        ...read,
        acceptedMs,
        bodyReadMs: acceptedMs,
      },
      this.#sinkFor(read),
      over,
    );
    if (!isOver) this.#turn = turn;
  }
}
