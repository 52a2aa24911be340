import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { SlipstreamError } from '../../shared/errors.ts';
import { parseResponsesFrame } from '../dialects/responses/request.ts';
import type { RawHeaders } from '../headers.ts';
import type { Clock, Logger } from '../ports.ts';
import type { TurnRunner } from '../turn/runner.ts';
import type { RunningTurn } from '../turn/turn.ts';
import { errorFrame } from './error-body.ts';
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
  #turn: RunningTurn | null = null;

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
      this.#startTurn(data);
    } catch (thrown) {
      // Who sends and sends without reading what is said to it would fill the memory.
      if (this.#socket.bufferedAmount > maxUnreadBytes) this.#socket.terminate();
      else this.#socket.send(JSON.stringify(errorFrame(toldError(thrown, this.#log))));
    }
  }

  #startTurn(frame: Buffer): void {
    const acceptedMs = this.#clock.monotonicMs();
    const { isPrewarm, stream: _stream, ...read } = parseResponsesFrame(frame);
    if (this.#turn !== null) throw new SlipstreamError('turn_running');
    this.#checkOpen();
    const sink = new WebsocketSink(this.#socket, {
      resume: () => this.#turn?.resume(),
      threw: (thrown) => this.#turn?.threw(thrown),
    });
    let isOver = false;
    const over = () => {
      isOver = true;
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
      sink,
      over,
    );
    if (!isOver) this.#turn = turn;
  }
}
