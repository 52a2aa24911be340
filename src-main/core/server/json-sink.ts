import type { ServerResponse } from 'node:http';
import { SlipstreamError } from '../../shared/errors.ts';
import type { RawHeaders } from '../headers.ts';
import { type Json, type JsonObject, numberMember, objectMember } from '../json.ts';
import { statusOf } from '../turn/refusal.ts';
import type { AnswerHead, TurnSink } from '../turn/turn.ts';
import { parseEvent, type WireEvent } from '../wire-event.ts';
import { sendError, sendJson } from './send.ts';

/** Gives a turn to an HTTP client that did not ask for a stream: one JSON object at its end. */
export class JsonSink implements TurnSink {
  readonly #response: ServerResponse;
  readonly #items: { readonly index: number | null; readonly item: Json }[] = [];
  #answerHeaders: RawHeaders = [];
  #final: JsonObject | null = null;
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
    switch (event.type) {
      case 'response.output_item.done': {
        const body = parseEvent(event.data);
        if (body.item !== undefined) this.#items.push({ index: numberMember(body, 'output_index'), item: body.item });
        break;
      }
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
      case 'response.done':
      case 'error':
        this.#final = parseEvent(event.data);
        break;
    }
    return true;
  }

  end(): void {
    const final = this.#final;
    const response = objectMember(final, 'response');
    const error = objectMember(response, 'error') ?? objectMember(final, 'error');
    if (response === null || final?.type === 'response.failed') {
      const status = numberMember(final, 'status') ?? statusOf(error);
      this.fail(
        new SlipstreamError('upstream_refused', {
          status,
          upstreamBody: error === null ? undefined : { error },
          headers: this.#answerHeaders,
        }),
      );
      return;
    }
    const body = { ...response, output: this.#output(response) };
    this.#told = { status: 200, headers: sendJson(this.#response, 200, body, this.#answerHeaders) };
  }

  fail(error: SlipstreamError): void {
    this.#told = { status: error.status, headers: sendError(this.#response, error) };
  }

  /** Upstream may leave the final output empty; its items came one by one, those with an index first. */
  #output(response: JsonObject): Json {
    if (Array.isArray(response.output) && response.output.length > 0) return response.output;
    const position = (index: number | null) => index ?? Number.POSITIVE_INFINITY;
    return this.#items.toSorted((a, b) => compare(position(a.index), position(b.index))).map(({ item }) => item);
  }
}

/** Like subtraction, but two infinities are equal. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
