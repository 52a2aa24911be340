import type { ServerResponse } from 'node:http';
import type { SlipstreamError } from '../../shared/errors.ts';
import type { Dialect } from '../../shared/model.ts';
import type { AnswerHead, TurnSink } from '../turn/turn.ts';
import type { WireEvent } from '../wire-event.ts';
import { sendError } from './send.ts';
import type { SseWriter } from './sse-writer.ts';

/** A turn told to an HTTP client as server-sent events; how an event and a failure are told is each dialect's own. */
export abstract class SseAnswer implements TurnSink {
  protected readonly writer: SseWriter;
  readonly #response: ServerResponse;
  readonly #dialect: Dialect;
  #told: TurnSink['told'] = { status: null, headers: [] };

  constructor(response: ServerResponse, dialect: Dialect, writer: SseWriter) {
    this.#response = response;
    this.#dialect = dialect;
    this.writer = writer;
  }

  protected abstract tell(event: WireEvent): void;
  /** In the stream, since its head has gone out. */
  protected abstract tellFailure(error: SlipstreamError): void;

  get told(): TurnSink['told'] {
    return this.#told;
  }

  open(head: AnswerHead): void {
    if (this.#told.status !== null) return;
    this.#told = { status: 200, headers: this.writer.open(head) };
  }

  wait(): void {
    if (!this.writer.hasSign) return;
    this.open({ headers: [] });
    this.writer.keepAlive();
  }

  event(event: WireEvent): boolean {
    this.tell(event);
    return !this.writer.isFull;
  }

  end(): void {
    this.writer.end();
  }

  cut(): void {
    this.#response.destroy();
  }

  fail(error: SlipstreamError): void {
    if (this.#told.status === null) {
      this.#told = { status: error.status, headers: sendError(this.#response, error, this.#dialect) };
      return;
    }
    this.tellFailure(error);
    this.end();
  }
}
