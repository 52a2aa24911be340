import type { ServerResponse } from 'node:http';
import type { SlipstreamError } from '../../shared/errors.ts';
import type { Dialect } from '../../shared/model.ts';
import { nothingOwn, type OwnFrame } from '../own-frame.ts';
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
  /** The same, of an event that is not upstream's; returns it as it was told. */
  protected abstract tellOwn(event: WireEvent): readonly OwnFrame[];
  /** In the stream, since its head has gone out; returns it as it was told. */
  protected abstract tellFailure(error: SlipstreamError): readonly OwnFrame[];

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

  own(event: WireEvent): readonly OwnFrame[] {
    return this.heard(this.tellOwn(event));
  }

  end(): readonly OwnFrame[] {
    this.writer.end();
    return nothingOwn;
  }

  cut(): void {
    this.#response.destroy();
  }

  fail(error: SlipstreamError): readonly OwnFrame[] {
    if (this.#told.status === null) {
      const { headers, frames } = sendError(this.#response, error, this.#dialect);
      this.#told = { status: error.status, headers };
      return frames;
    }
    const told = this.heard(this.tellFailure(error));
    this.end();
    return told;
  }

  /** What was told, where there is somebody to hear it. */
  protected heard(frames: readonly OwnFrame[]): readonly OwnFrame[] {
    return this.#response.destroyed ? nothingOwn : frames;
  }
}
