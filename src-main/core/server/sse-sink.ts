import type { ServerResponse } from 'node:http';
import type { SlipstreamError } from '../../shared/errors.ts';
import { BoundedMap } from '../bounded-map.ts';
import { dialects } from '../dialects/dialects.ts';
import { errorType, openAiMembers } from '../dialects/openai-forms.ts';
import { numberMember } from '../json.ts';
import { type OwnFrame, ownFrame } from '../own-frame.ts';
import { ownBuffer, ownText } from '../own-memory.ts';
import type { Clock } from '../ports.ts';
import type { SinkListener } from '../turn/turn.ts';
import { bodyOf, isPrivate, makeEvent, type WireEvent } from '../wire-event.ts';
import { SseAnswer } from './sse-answer.ts';
import { SseWriter } from './sse-writer.ts';

/** Codex sends a stream that failed again, but for a few codes; of a turn that was stopped that would make another one. */
const finalCode = 'invalid_prompt';
const newline = 0x0a;
const carriageReturn = 0x0d;
const eventEnd = Buffer.from('\n\n');

/** Event types are few and every stream has the same: what goes before an event is made once for all of them. */
const prefixes = new BoundedMap<string, Buffer>(500);

function prefixOf(type: string): Buffer {
  const known = prefixes.get(type);
  if (known !== undefined) return known;
  // An event without a type has no name here either.
  const prefix = ownBuffer(type === '' ? 'data: ' : `event: ${type.replaceAll(/[\r\n]/g, '')}\ndata: `);
  prefixes.set(ownText(type), prefix);
  return prefix;
}

/** JSON on one line, since a line break ends an SSE field; upstream's own events have none. */
function oneLine(event: WireEvent): Buffer {
  const { data } = event;
  return data.includes(newline) || data.includes(carriageReturn) ? Buffer.from(JSON.stringify(bodyOf(event))) : data;
}

/** Gives a turn to an HTTP client as server-sent events: upstream's own, in its order. */
export class SseSink extends SseAnswer {
  readonly #isCodex: boolean;
  readonly #turn: SinkListener;
  /** Told last, by whose number the next one is numbered. */
  #last: WireEvent | null = null;

  constructor(response: ServerResponse, isCodex: boolean, turn: SinkListener, clock: Clock) {
    super(response, 'responses', new SseWriter(response, turn, clock, isCodex ? null : dialects.responses.sign));
    this.#isCodex = isCodex;
    this.#turn = turn;
  }

  override event(event: WireEvent): boolean {
    const isReading = super.event(event);
    if (event.isMade === true) this.#turn.told(this.heard([ownFrame(event.type, event.data)]));
    return isReading;
  }

  protected tell(event: WireEvent): void {
    if (!this.#isCodex && isPrivate(event.type)) return;
    this.#last = event;
    this.writer.write(prefixOf(event.type), oneLine(event), eventEnd);
  }

  protected tellOwn(event: WireEvent): readonly OwnFrame[] {
    this.tell(event);
    return [ownFrame(event.type, event.data)];
  }

  protected tellFailure(error: SlipstreamError): readonly OwnFrame[] {
    return this.tellOwn(this.#failureEvent(error));
  }

  /** Codex reads `response.failed`, other clients read `error` (PROTOCOL.md, Other dialects). */
  #failureEvent(error: SlipstreamError): WireEvent {
    const members = openAiMembers(error);
    if (this.#isCodex) {
      const told = error.code === 'turn_stopped' ? { ...members, code: finalCode } : members;
      return makeEvent({ type: 'response.failed', response: { status: 'failed', error: told } });
    }
    const { code = error.code, message = error.message, param = null, type = errorType(error) } = members;
    const told = { ...members, type, code, message, param };
    const last = this.#last === null ? null : numberMember(bodyOf(this.#last), 'sequence_number');
    // The vendor's own types have it flat, but its Python library, like others, throws only at what is inside `error`.
    return makeEvent({
      ...{ type: 'error', code, message, param, error: told },
      sequence_number: last === null ? 0 : last + 1,
    });
  }
}
