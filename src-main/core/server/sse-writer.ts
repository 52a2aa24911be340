import type { ServerResponse } from 'node:http';
import type { RawHeader } from '../../shared/model.ts';
import type { RawHeaders } from '../headers.ts';
import type { AnswerHead } from '../turn/turn.ts';

/** Writes server-sent events to an HTTP client. What comes in one tick goes out in one write. */
export class SseWriter {
  readonly #response: ServerResponse;
  #waiting: Buffer[] = [];
  #isFull = false;

  /** `drained` is called when the client has caught up after `isFull`. */
  constructor(response: ServerResponse, drained: () => void) {
    this.#response = response;
    response.on('drain', () => {
      this.#isFull = false;
      drained();
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
    if (this.#waiting.length === 0) process.nextTick(() => this.#flush());
    this.#waiting.push(piece);
  }

  /** Writes what is queued and ends the answer. */
  end(): void {
    this.#flush();
    this.#response.end();
  }

  #flush(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    if (this.#response.destroyed) return;
    if (!this.#response.write(Buffer.concat(waiting))) this.#isFull = true;
  }
}
