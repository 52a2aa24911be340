import type { ServerResponse } from 'node:http';
import { SlipstreamError } from '../../shared/errors.ts';
import { type Json, type JsonObject, numberMember, objectMember } from '../json.ts';
import { errorStatus } from '../told-numbers.ts';
import { refusalFromFailure, statusOf } from '../turn/refusal.ts';
import { parseEvent, type WireEvent } from '../wire-event.ts';
import { JsonBodySink } from './json-body-sink.ts';

/** Gives a turn to an HTTP client that did not ask for a stream: one JSON object at its end. */
export class JsonSink extends JsonBodySink {
  readonly #items: { readonly index: number | null; readonly item: Json }[] = [];
  #final: JsonObject | null = null;

  constructor(response: ServerResponse) {
    super(response, 'responses');
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
    if (response === null || final?.type === 'response.failed') {
      const { body, message } = refusalFromFailure(final ?? {});
      const error = objectMember(body, 'error') ?? objectMember(final, 'error');
      const status = errorStatus(numberMember(final, 'status')) ?? statusOf(error);
      this.fail(
        new SlipstreamError('upstream_refused', {
          status,
          message,
          upstreamBody: error === null ? undefined : { error },
          headers: this.answerHeaders,
        }),
      );
      return;
    }
    this.answer({ ...response, output: this.#output(response) });
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
