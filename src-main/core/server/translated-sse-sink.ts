import type { ServerResponse } from 'node:http';
import type { SlipstreamError } from '../../shared/errors.ts';
import type { Dialect } from '../../shared/model.ts';
import { dialects } from '../dialects/dialects.ts';
import type { EventTranslator, SseMessage } from '../dialects/translation.ts';
import { isJsonObject, textMember } from '../json.ts';
import { type OwnFrame, ownFrame } from '../own-frame.ts';
import type { Clock } from '../ports.ts';
import type { SinkListener } from '../turn/turn.ts';
import type { WireEvent } from '../wire-event.ts';
import { SseAnswer } from './sse-answer.ts';
import { SseWriter } from './sse-writer.ts';

function dataText({ data }: SseMessage): string {
  return typeof data === 'string' ? data : JSON.stringify(data);
}

function messageText(message: SseMessage): string {
  const name = message.event === null ? '' : `event: ${message.event}\n`;
  return `${name}data: ${dataText(message)}\n\n`;
}

/** A dialect that names no events says what its objects are, and nothing of an error. */
function frameOf(message: SseMessage): OwnFrame {
  const { event, data } = message;
  const name = isJsonObject(data) ? (textMember(data, 'object') ?? 'error') : data;
  return ownFrame(event ?? name, Buffer.from(dataText(message)));
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

  protected tellOwn(event: WireEvent): readonly OwnFrame[] {
    return this.#writeOwn(this.#translator.event(event));
  }

  protected tellFailure(error: SlipstreamError): readonly OwnFrame[] {
    return this.#writeOwn(this.#translator.failure(error));
  }

  #writeOwn(messages: readonly SseMessage[]): readonly OwnFrame[] {
    this.#write(messages);
    return messages.map(frameOf);
  }

  #write(messages: readonly SseMessage[]): void {
    if (messages.length > 0) this.writer.write(Buffer.from(messages.map(messageText).join('')));
  }
}
