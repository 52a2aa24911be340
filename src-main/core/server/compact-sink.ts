import type { ServerResponse } from 'node:http';
import type { SlipstreamError } from '../../shared/errors.ts';
import type { RawHeaders } from '../headers.ts';
import type { AnswerHead, TurnSink } from '../turn/turn.ts';
import type { WireEvent } from '../wire-event.ts';
import { sendError, sendJson } from './send.ts';

/** Gives a compaction to an HTTP client: upstream's JSON, byte for byte. */
export class CompactSink implements TurnSink {
  readonly #response: ServerResponse;
  #answerHeaders: RawHeaders = [];
  #told: TurnSink['told'] = { status: null, headers: [] };

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  get told(): TurnSink['told'] {
    return this.#told;
  }

  open(head: AnswerHead): void {
    this.#answerHeaders = head.headers;
  }

  event(event: WireEvent): boolean {
    this.#told = { status: 200, headers: sendJson(this.#response, 200, event.data, this.#answerHeaders) };
    return true;
  }

  end(): void {}

  fail(error: SlipstreamError): void {
    this.#told = { status: error.status, headers: sendError(this.#response, error) };
  }
}
