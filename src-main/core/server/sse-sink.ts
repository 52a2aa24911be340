import type { ServerResponse } from 'node:http';
import type { SlipstreamError } from '../../shared/errors.ts';
import type { RawHeader } from '../../shared/model.ts';
import type { RawHeaders } from '../headers.ts';
import type { AnswerHead, TurnSink } from '../turn/turn.ts';
import { makeEvent, parseEvent, type WireEvent } from '../wire-event.ts';
import { errorMembers } from './error-body.ts';
import { sendError } from './send.ts';

const newline = 0x0a;
const carriageReturn = 0x0d;
const eventEnd = Buffer.from('\n\n');

/** JSON on one line, since a line break ends an SSE field; upstream's own events have none. */
function oneLine(event: WireEvent): Buffer {
  const { data } = event;
  return data.includes(newline) || data.includes(carriageReturn) ? Buffer.from(JSON.stringify(parseEvent(data))) : data;
}

/** Gives a turn to an HTTP client as server-sent events. Events of one upstream read go out in one write. */
export class SseSink implements TurnSink {
  readonly #response: ServerResponse;
  readonly #isCodex: boolean;
  readonly #prefixes = new Map<string, Buffer>();
  #waiting: Buffer[] = [];
  #isFull = false;
  #status: number | null = null;
  #headers: RawHeaders = [];

  /** `drained` is called when the client has caught up after `event` said false. */
  constructor(response: ServerResponse, isCodex: boolean, drained: () => void) {
    this.#response = response;
    this.#isCodex = isCodex;
    response.on('drain', () => {
      this.#isFull = false;
      drained();
    });
  }

  get told(): TurnSink['told'] {
    return { status: this.#status, headers: this.#headers };
  }

  open(head: AnswerHead): void {
    const headers: RawHeader[] = [
      ['content-type', 'text/event-stream; charset=utf-8'],
      ['cache-control', 'no-cache'],
      ...head.headers,
    ];
    this.#status = 200;
    this.#headers = headers;
    this.#response.writeHead(200, headers.flat());
  }

  event(event: WireEvent): boolean {
    if (this.#waiting.length === 0) process.nextTick(() => this.#flush());
    this.#waiting.push(this.#prefix(event.type), oneLine(event), eventEnd);
    return !this.#isFull;
  }

  end(): void {
    this.#flush();
    this.#response.end();
  }

  fail(error: SlipstreamError): void {
    if (this.#status === null) {
      this.#status = error.status;
      this.#headers = sendError(this.#response, error);
      return;
    }
    this.event(this.#failureEvent(error));
    this.end();
  }

  #prefix(type: string): Buffer {
    const known = this.#prefixes.get(type);
    if (known !== undefined) return known;
    const prefix = Buffer.from(`event: ${type.replaceAll(/[\r\n]/g, '')}\ndata: `);
    this.#prefixes.set(type, prefix);
    return prefix;
  }

  #flush(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    if (this.#response.destroyed) return;
    if (!this.#response.write(Buffer.concat(waiting))) this.#isFull = true;
  }

  /** Codex reads `response.failed`, other clients read `error` (reference/cliproxy-codex.md §5.5). */
  #failureEvent(error: SlipstreamError): WireEvent {
    const members = errorMembers(error);
    if (this.#isCodex) {
      return makeEvent({ type: 'response.failed', response: { status: 'failed', error: members } });
    }
    const { code = error.code, message = error.message, param = null } = members;
    return makeEvent({ type: 'error', code, message, param });
  }
}
