import type { ServerResponse } from 'node:http';
import { SlipstreamError } from '../../shared/errors.ts';
import type { Dialect } from '../../shared/model.ts';
import type { RawHeaders } from '../headers.ts';
import type { Json } from '../json.ts';
import { nothingOwn, type OwnFrame } from '../own-frame.ts';
import type { AnswerHead, TurnSink } from '../turn/turn.ts';
import type { WireEvent } from '../wire-event.ts';
import { sendError, sendJson } from './send.ts';

/** Of all events of one answer: no answer comes near it, and it is held until its end. */
const maxEventBytes = 256 * 1024 * 1024;

/** What the sinks share that answer with one JSON body: nothing goes out before it is known how the turn ended. */
export abstract class JsonBodySink implements TurnSink {
  readonly #response: ServerResponse;
  readonly #dialect: Dialect;
  #told: TurnSink['told'] = { status: null, headers: [] };
  #eventBytes = 0;
  /** What upstream said along with its answer, for the client. */
  protected answerHeaders: RawHeaders = [];

  constructor(response: ServerResponse, dialect: Dialect) {
    this.#response = response;
    this.#dialect = dialect;
  }

  get told(): TurnSink['told'] {
    return this.#told;
  }

  open(head: AnswerHead): void {
    this.answerHeaders = head.headers;
  }

  /** There is nothing that could stand before the answer. */
  wait(): void {}

  /** Throws `upstream_invalid` for an answer that does not end. */
  event(event: WireEvent): boolean {
    this.#eventBytes += event.data.length;
    if (this.#eventBytes > maxEventBytes) throw new SlipstreamError('upstream_invalid');
    this.take(event);
    return true;
  }

  protected abstract take(event: WireEvent): void;

  /** It becomes a part of the body, which is told at the end. */
  own(event: WireEvent): readonly OwnFrame[] {
    this.event(event);
    return nothingOwn;
  }

  abstract end(): readonly OwnFrame[];

  fail(error: SlipstreamError): readonly OwnFrame[] {
    const { headers, frames } = sendError(this.#response, error, this.#dialect);
    this.#told = { status: error.status, headers };
    return frames;
  }

  cut(): void {
    this.#response.destroy();
  }

  /** Answers 200; a buffer is JSON already and goes out as it is. Returns the answer for the trace: upstream said it in other words. */
  protected answer(body: Json | Buffer): readonly OwnFrame[] {
    const { headers, frames } = sendJson(this.#response, 200, body, this.answerHeaders);
    this.#told = { status: 200, headers };
    return frames;
  }
}
