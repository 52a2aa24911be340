import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { RawHeader } from '../../shared/model.ts';
import type { RawHeaders } from '../headers.ts';
import type { Clock } from '../ports.ts';
import type { AnswerHead, SinkListener } from '../turn/turn.ts';
import { QuietWatch } from './quiet-watch.ts';
import { writeHead } from './request-id.ts';

/** Writes server-sent events to an HTTP client. What comes in one tick goes out in one write, the end of the answer too. */
export class SseWriter {
  readonly #response: ServerResponse;
  readonly #turn: SinkListener;
  /** Null for clients that are told what upstream says and nothing else. */
  readonly #sign: Buffer | null;
  readonly #quiet: QuietWatch;
  #waiting: Buffer[] = [];
  #isDue = false;
  #isFull = false;
  /** Where its pieces go past the response, which would write each in four; null until the head has gone that way. */
  #line: Socket | null = null;
  readonly #onDrain = () => {
    if (!this.#isFull) return;
    this.#isFull = false;
    this.#turn.resume();
  };
  /** What a write between two calls threw. */
  #fault: { readonly thrown: unknown } | null = null;

  /** `sign` is what tells a client that its stream lives. */
  constructor(response: ServerResponse, turn: SinkListener, clock: Clock, sign: Buffer | null) {
    this.#response = response;
    this.#turn = turn;
    this.#sign = sign;
    this.#quiet = new QuietWatch(clock, () => this.#breakSilence());
    response.once('close', () => {
      this.#quiet.stop();
      this.#line?.off('drain', this.#onDrain);
    });
    response.on('drain', this.#onDrain);
  }

  /** The client can be told that its stream lives. */
  get hasSign(): boolean {
    return this.#sign !== null;
  }

  /** The client is behind. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Commits the answer; returns the headers it told. */
  open(head: AnswerHead): RawHeaders {
    const headers: RawHeader[] = [
      ['content-type', 'text/event-stream; charset=utf-8'],
      ['cache-control', 'no-cache'],
      ...head.headers,
    ];
    writeHead(this.#response, 200, headers);
    this.#flushSoon();
    if (this.#sign !== null) this.#quiet.start();
    return headers;
  }

  /** Queues pieces; all of one tick go out in one write. */
  write(...pieces: readonly Buffer[]): void {
    this.#check();
    this.#flushSoon();
    this.#waiting.push(...pieces);
  }

  /** Tells the client that its stream lives. */
  keepAlive(): void {
    if (this.#sign !== null) this.write(this.#sign);
  }

  #breakSilence(): void {
    const { destroyed, writableEnded } = this.#response;
    // A client that is behind has enough to read, and what a write threw is told by the next one.
    if (!destroyed && !writableEnded && !this.#isFull && this.#fault === null) this.keepAlive();
  }

  /** Writes what is queued and ends the answer. */
  end(): void {
    this.#check();
    const { socket } = this.#response;
    socket?.cork();
    this.#flush();
    this.#quiet.stop();
    this.#response.end();
    socket?.uncork();
  }

  /** Throws what a write between two calls threw. */
  #check(): void {
    if (this.#fault !== null) throw this.#fault.thrown;
  }

  /** After the promises of this tick: a turn whose last event has come ends by them. */
  #flushSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => process.nextTick(() => this.#flushLate()));
  }

  #flushLate(): void {
    this.#isDue = false;
    try {
      if (this.#waiting.length > 0) this.#flush();
      // The client is to know of the answer, though nothing of it has come.
      else if (!this.#response.writableEnded) this.#response.flushHeaders();
    } catch (thrown) {
      this.#fault = { thrown };
      this.#turn.threw(thrown);
    }
  }

  #flush(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    if (this.#response.destroyed) return;
    this.#quiet.told();
    if (!this.#send(waiting)) this.#isFull = true;
  }

  /** False where the client is behind. */
  #send(pieces: readonly Buffer[]): boolean {
    const line = this.#line ?? this.#takeLine();
    return line === null ? this.#response.write(Buffer.concat(pieces)) : line.write(chunk(pieces));
  }

  /** Not for a client of HTTP/1.0, which takes no chunks, nor while an earlier answer is still under way. */
  #takeLine(): Socket | null {
    const { chunkedEncoding, socket } = this.#response;
    if (!chunkedEncoding || socket === null) return null;
    this.#line = socket;
    socket.on('drain', this.#onDrain);
    // The head goes out with the first events.
    socket.cork();
    process.nextTick(() => socket.uncork());
    this.#response.flushHeaders();
    return socket;
  }
}

const lineEnd = Buffer.from('\r\n');

/** One chunk of an answer in pieces (RFC 9112, 7.1). */
function chunk(pieces: readonly Buffer[]): Buffer {
  let bytes = 0;
  for (const { length } of pieces) bytes += length;
  return Buffer.concat([Buffer.from(`${bytes.toString(16)}\r\n`, 'latin1'), ...pieces, lineEnd]);
}
