import type { ServerResponse } from 'node:http';
import type { SlipstreamError } from '../../shared/errors.ts';
import type { Dialect } from '../../shared/model.ts';
import { dialects } from '../dialects/dialects.ts';
import type { EventTranslator, SseMessage } from '../dialects/translation.ts';
import type { Clock } from '../ports.ts';
import type { SinkListener } from '../turn/turn.ts';
import type { WireEvent } from '../wire-event.ts';
import { SseAnswer } from './sse-answer.ts';
import { SseWriter } from './sse-writer.ts';

function messageText({ event, data }: SseMessage): string {
  const name = event === null ? '' : `event: ${event}\n`;
  return `${name}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}

/** Gives a turn to an HTTP client as server-sent events of the client's own dialect. */
export class TranslatedSseSink extends SseAnswer {
  readonly #translator: EventTranslator;

  constructor(
    response: ServerResponse,
    dialect: Dialect,
    translator: EventTranslator,
    turn: SinkListener,
    clock: Clock,
  ) {
    super(response, dialect, new SseWriter(response, turn, clock, dialects[dialect].sign));
    this.#translator = translator;
  }

  protected tell(event: WireEvent): void {
    // Upstream is alive but has nothing to say yet.
    if (event.type === 'keepalive') this.writer.keepAlive();
    else this.#write(this.#translator.event(event));
  }

  protected tellFailure(error: SlipstreamError): void {
    this.#write(this.#translator.failure(error));
  }

  #write(messages: readonly SseMessage[]): void {
    if (messages.length > 0) this.writer.write(Buffer.from(messages.map(messageText).join('')));
  }
}
