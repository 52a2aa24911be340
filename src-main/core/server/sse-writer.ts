import type { ServerResponse } from 'node:http';
import type { RawHeader } from '../../shared/model.ts';
import type { RawHeaders } from '../headers.ts';
import type { AnswerHead, SinkListener } from '../turn/turn.ts';

/** Writes server-sent events to an HTTP client. What comes in one tick goes out in one write. */
export class SseWriter {
  readonly #response: ServerResponse;
  readonly #turn: SinkListener;
  #waiting: Buffer[] = [];
  #isFull = false;
  /** What a write between two calls threw. */
  #fault: { readonly thrown: unknown } | null = null;

  constructor(response: ServerResponse, turn: SinkListener) {
    this.#response = response;
    this.#turn = turn;
    response.on('drain', () => {
      this.#isFull = false;
      turn.resume();
    });
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
    this.#response.writeHead(200, headers.flat());
    return headers;
  }

  /** Queues a piece; all of one tick go out in one write. */
  write(piece: Buffer): void {
    this.#check();
    if (this.#waiting.length === 0) process.nextTick(() => this.#flushLate());
    this.#waiting.push(piece);
  }

  /** Writes what is queued and ends the answer. */
  end(): void {
    this.#check();
    this.#flush();
    this.#response.end();
  }

  /** Throws what a write between two calls threw. */
  #check(): void {
    if (this.#fault !== null) throw this.#fault.thrown;
  }

  #flushLate(): void {
    try {
      this.#flush();
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
    if (!this.#response.write(Buffer.concat(waiting))) this.#isFull = true;
  }
}
