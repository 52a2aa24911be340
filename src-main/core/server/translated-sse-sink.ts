import type { ServerResponse } from 'node:http';
import type { SlipstreamError } from '../../shared/errors.ts';
import type { Dialect } from '../../shared/model.ts';
import { dialects } from '../dialects/dialects.ts';
import type { EventTranslator, SseMessage } from '../dialects/translation.ts';
import type { Clock } from '../ports.ts';
import type { AnswerHead, SinkListener, TurnSink } from '../turn/turn.ts';
import type { WireEvent } from '../wire-event.ts';
import { sendError } from './send.ts';
import { SseWriter } from './sse-writer.ts';

function messageText({ event, data }: SseMessage): string {
  const name = event === null ? '' : `event: ${event}\n`;
  return `${name}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}

/** Gives a turn to an HTTP client as server-sent events of the client's own dialect. */
export class TranslatedSseSink implements TurnSink {
  readonly #response: ServerResponse;
  readonly #writer: SseWriter;
  readonly #dialect: Dialect;
  readonly #translator: EventTranslator;
  #told: TurnSink['told'] = { status: null, headers: [] };

  constructor(
    response: ServerResponse,
    dialect: Dialect,
    translator: EventTranslator,
    turn: SinkListener,
    clock: Clock,
  ) {
    this.#response = response;
    this.#writer = new SseWriter(response, turn, clock, dialects[dialect].sign);
    this.#dialect = dialect;
    this.#translator = translator;
  }

  get told(): TurnSink['told'] {
    return this.#told;
  }

  open(head: AnswerHead): void {
    this.#told = { status: 200, headers: this.#writer.open(head) };
  }

  event(event: WireEvent): boolean {
    // Upstream is alive but has nothing to say yet.
    if (event.type === 'keepalive') this.#writer.keepAlive();
    else this.#write(this.#translator.event(event));
    return !this.#writer.isFull;
  }

  end(): void {
    this.#writer.end();
  }

  cut(): void {
    this.#response.destroy();
  }

  fail(error: SlipstreamError): void {
    if (this.#told.status === null) {
      this.#told = { status: error.status, headers: sendError(this.#response, error, this.#dialect) };
      return;
    }
    this.#write(this.#translator.failure(error));
    this.end();
  }

  #write(messages: readonly SseMessage[]): void {
    if (messages.length > 0) this.#writer.write(Buffer.from(messages.map(messageText).join('')));
  }
}
