import type { ServerResponse } from 'node:http';
import type { SlipstreamError } from '../../shared/errors.ts';
import type { Dialect } from '../../shared/model.ts';
import type { EventTranslator } from '../dialects/translation.ts';
import type { RawHeaders } from '../headers.ts';
import type { AnswerHead, TurnSink } from '../turn/turn.ts';
import type { WireEvent } from '../wire-event.ts';
import { sendError, sendJson } from './send.ts';

/** Gives a turn to an HTTP client that did not ask for a stream: one JSON object of its dialect, at the turn's end. */
export class TranslatedJsonSink implements TurnSink {
  readonly #response: ServerResponse;
  readonly #dialect: Dialect;
  readonly #translator: EventTranslator;
  #answerHeaders: RawHeaders = [];
  #told: TurnSink['told'] = { status: null, headers: [] };

  constructor(response: ServerResponse, dialect: Dialect, translator: EventTranslator) {
    this.#response = response;
    this.#dialect = dialect;
    this.#translator = translator;
  }

  get told(): TurnSink['told'] {
    return this.#told;
  }

  open(head: AnswerHead): void {
    this.#answerHeaders = head.headers;
  }

  event(event: WireEvent): boolean {
    this.#translator.event(event);
    return true;
  }

  end(): void {
    this.#told = {
      status: 200,
      headers: sendJson(this.#response, 200, this.#translator.answer(), this.#answerHeaders),
    };
  }

  fail(error: SlipstreamError): void {
    this.#told = { status: error.status, headers: sendError(this.#response, error, this.#dialect) };
  }
}
