import type { ServerResponse } from 'node:http';
import { nothingOwn, type OwnFrame } from '../own-frame.ts';
import type { WireEvent } from '../wire-event.ts';
import { JsonBodySink } from './json-body-sink.ts';

/** Gives a compaction to an HTTP client: upstream's JSON, byte for byte. */
export class CompactSink extends JsonBodySink {
  #answered = nothingOwn;

  constructor(response: ServerResponse) {
    super(response, 'responses');
  }

  protected take(event: WireEvent): void {
    this.#answered = this.answer(event.data);
  }

  end(): readonly OwnFrame[] {
    return this.#answered;
  }
}
