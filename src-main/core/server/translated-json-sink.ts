import type { ServerResponse } from 'node:http';
import type { Dialect } from '../../shared/model.ts';
import type { EventTranslator } from '../dialects/translation.ts';
import type { OwnFrame } from '../own-frame.ts';
import type { WireEvent } from '../wire-event.ts';
import { JsonBodySink } from './json-body-sink.ts';

/** Gives a turn to an HTTP client that did not ask for a stream: one JSON object of its dialect, at the turn's end. */
export class TranslatedJsonSink extends JsonBodySink {
  readonly #translator: EventTranslator;

  constructor(response: ServerResponse, dialect: Dialect, translator: EventTranslator) {
    super(response, dialect);
    this.#translator = translator;
  }

  protected take(event: WireEvent): void {
    this.#translator.event(event);
  }

  end(): readonly OwnFrame[] {
    return this.answer(this.#translator.answer());
  }
}
