import type { ServerResponse } from 'node:http';
import { SlipstreamError } from '../../shared/errors.ts';
import { OpenItems } from '../dialects/open-items.ts';
import { type JsonObject, numberMember, objectMember } from '../json.ts';
import type { OwnFrame } from '../own-frame.ts';
import { errorStatus } from '../told-numbers.ts';
import { refusalFromFailure, statusOf } from '../turn/refusal.ts';
import { bodyOf, isTerminal, type WireEvent } from '../wire-event.ts';
import { JsonBodySink } from './json-body-sink.ts';

/** Gives a turn to an HTTP client that did not ask for a stream: one JSON object at its end. */
export class JsonSink extends JsonBodySink {
  readonly #items = new OpenItems();
  #final: JsonObject | null = null;
  /** What an event that could not be read threw; it tells of an item that may yet come whole. */
  #unread: { readonly thrown: unknown } | null = null;

  constructor(response: ServerResponse) {
    super(response, 'responses');
  }

  protected take(event: WireEvent): void {
    if (isTerminal(event.type)) this.#final = bodyOf(event);
    else this.#note(event);
  }

  #note(event: WireEvent): void {
    try {
      this.#items.note(event);
    } catch (thrown) {
      // Of an item itself nothing more would come.
      if (event.type === 'response.output_item.done') throw thrown;
      this.#unread ??= { thrown };
    }
  }

  /** Throws `upstream_invalid` where an item that was cut off cannot be told as it came. */
  end(): readonly OwnFrame[] {
    const final = this.#final;
    const response = objectMember(final, 'response');
    if (response === null || final?.type === 'response.failed') {
      const { body, message, status: failureStatus } = refusalFromFailure(final ?? {});
      const error = objectMember(body, 'error') ?? objectMember(final, 'error');
      // As clients of the other dialects are told it.
      const status =
        errorStatus(numberMember(final, 'status')) ?? (response === null ? statusOf(error) : failureStatus);
      return this.fail(
        new SlipstreamError('upstream_refused', {
          status,
          message,
          upstreamBody: error === null ? undefined : { error },
          headers: this.answerHeaders,
        }),
      );
    }
    // An item that was cut off would lack what could not be read.
    if (this.#unread !== null && this.#items.open.length > 0) throw this.#unread.thrown;
    // Who reads a stream has the text that its last item was cut off in, too.
    return this.answer({ ...response, output: this.#items.listed(response) });
  }
}
