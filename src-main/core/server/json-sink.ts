import type { ServerResponse } from 'node:http';
import { SlipstreamError } from '../../shared/errors.ts';
import { type JsonObject, numberMember, objectMember } from '../json.ts';
import { errorStatus } from '../told-numbers.ts';
import { refusalFromFailure, statusOf } from '../turn/refusal.ts';
import { isTerminal, parseEvent, type WireEvent } from '../wire-event.ts';
import { JsonBodySink } from './json-body-sink.ts';

/** Gives a turn to an HTTP client that did not ask for a stream: one JSON object at its end. */
export class JsonSink extends JsonBodySink {
  #final: JsonObject | null = null;

  constructor(response: ServerResponse) {
    super(response, 'responses');
  }

  protected take(event: WireEvent): void {
    if (isTerminal(event.type)) this.#final = parseEvent(event.data);
    // One that cannot be read would be missing from the answer, which may never come.
    else if (event.type === 'response.output_item.done') parseEvent(event.data);
  }

  end(): void {
    const final = this.#final;
    const response = objectMember(final, 'response');
    if (response === null || final?.type === 'response.failed') {
      const { body, message, status: failureStatus } = refusalFromFailure(final ?? {});
      const error = objectMember(body, 'error') ?? objectMember(final, 'error');
      // As clients of the other dialects are told it.
      const status =
        errorStatus(numberMember(final, 'status')) ?? (response === null ? statusOf(error) : failureStatus);
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
    this.answer({ ...response, output: response.output ?? [] });
  }
}
