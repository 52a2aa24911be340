import { createParser } from 'eventsource-parser';
import type { Dispatcher } from 'undici';
import { SlipstreamError } from '../../shared/errors.ts';
import { headerRecord } from '../headers.ts';
import { endsTurn, type WireEvent, wireEvent } from '../wire-event.ts';
import {
  type Attempt,
  type AttemptListener,
  type AttemptOutcome,
  type UpstreamRequest,
  wireOutcome,
} from './attempt.ts';
import { decodedBody, encodedBody } from './content-coding.ts';
import { type OnSent, tellingWhenSent } from './http-connection.ts';
import { type RelayedAnswer, type RelayedRequest, relayRequest } from './http-relay.ts';
import { limitedBody, rawResponseHeaders } from './json-request.ts';
import { faultText } from './network-fault.ts';
import type { ProxyRoutes } from './proxy.ts';
import { readRefusal } from './refusal-body.ts';

const maxChunksAfterEnd = 16;
const maxCompactionBytes = 64 * 1024 * 1024;
const maxEventChars = 64 * 1024 * 1024;
/** Each line of an event costs memory of its own, however short it is. */
const maxLinesWithoutEvent = 100_000;
const unreadable: AttemptOutcome = {
  kind: 'dropped',
  closeCode: null,
  reason: 'upstream sent a stream that cannot be read',
};

/** Turns over HTTP and server-sent events, where a websocket cannot be had. */
export class HttpExecutor {
  readonly #proxies: ProxyRoutes;

  constructor(proxies: ProxyRoutes) {
    this.#proxies = proxies;
  }

  /** Sends on a request that is no turn. Never rejects. */
  relay(request: RelayedRequest): Promise<RelayedAnswer> {
    return relayRequest(request, this.#proxies);
  }

  /** Posts one turn and gives its events to the listener; a compaction's one JSON answer is one event. Redirects are not followed. */
  start(request: UpstreamRequest, listener: AttemptListener): Attempt {
    const attempt = new HttpAttempt(request, listener, this.#proxies);
    attempt.begin();
    return attempt;
  }
}

/** One turn's POST, and the reading of its answer. */
class HttpAttempt implements Attempt {
  readonly #request: UpstreamRequest;
  readonly #listener: AttemptListener;
  readonly #proxies: ProxyRoutes;
  readonly #abort = new AbortController();
  /** Reading goes on when it opens; null while nobody has asked to stop. */
  #gate: PromiseWithResolvers<void> | null = null;
  #isSent = false;
  #isOver = false;

  constructor(request: UpstreamRequest, listener: AttemptListener, proxies: ProxyRoutes) {
    this.#request = request;
    this.#listener = listener;
    this.#proxies = proxies;
  }

  begin(): void {
    this.#exchange().then(
      (outcome) => this.#end(outcome),
      (thrown: unknown) => this.#fail(thrown),
    );
  }

  line(): null {
    return null;
  }

  supersede(): void {}

  pause(): void {
    this.#gate ??= Promise.withResolvers();
  }

  resume(): void {
    this.#gate?.resolve();
    this.#gate = null;
  }

  abort(): void {
    this.#abort.abort();
    this.#gate?.resolve();
    this.#end({ kind: 'aborted' });
  }

  async #exchange(): Promise<AttemptOutcome> {
    const listener = this.#listener;
    const { statusCode: status, headers: told, body } = await this.#post();
    // Where undici told nothing, the answer says that it was sent.
    this.#sent({ reused: false, phases: [] });
    const headers = rawResponseHeaders(told);
    listener.ready({ reused: false, status, headers });
    if (status < 200 || status > 299)
      return { kind: 'refused', status, headers, body: await readRefusal(body, headers, this.#proxies.clock) };
    const decoded = decodedBody(body, headers);
    if (this.#request.path === '/responses/compact') {
      const data = await fromWire(limitedBody(decoded, maxCompactionBytes));
      listener.event({ type: 'response.compaction', data });
      return { kind: 'finished' };
    }
    return readEvents(
      decoded,
      (event) => listener.event(event),
      () => this.#gate?.promise,
    );
  }

  async #post(): Promise<Dispatcher.ResponseData> {
    const { baseUrl, path, query = '', headers, body: plain, accountId } = this.#request;
    const url = `${baseUrl}${path}${query}`;
    const body = await encodedBody(plain, headers);
    await this.#proxies.ready(url, accountId);
    const dispatcher = await this.#proxies.dispatcher(url, accountId);
    const undici = await import('undici');
    const { signal } = this.#abort;
    const answer = tellingWhenSent(
      () =>
        undici.request(url, {
          method: 'POST',
          headers: headerRecord(headers),
          body,
          dispatcher,
          signal,
          responseHeaders: 'raw',
        }),
      (connection) => this.#sent(connection),
    );
    return fromWire(answer);
  }

  #sent(connection: Parameters<OnSent>[0]): void {
    if (this.#isSent) return;
    this.#isSent = true;
    this.#listener.connection({ ...connection, isOpen: true });
    this.#listener.sent();
  }

  #end(outcome: AttemptOutcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // Whatever else would come is for nobody.
    if (outcome.kind === 'dropped') this.#abort.abort();
    this.#listener.ended(outcome);
  }

  #fail(thrown: unknown): void {
    if (this.#isOver) return;
    const outcome = wireOutcome(thrown);
    if (outcome !== null) {
      this.#end(outcome);
      return;
    }
    this.#isOver = true;
    this.#abort.abort();
    this.#listener.failed(thrown);
  }
}

/** Hands on the events of a stream in order, however it is cut into chunks, until the one that ends the turn. Rejects with what `emit` throws. */
export async function readEvents(
  body: AsyncIterable<unknown>,
  emit: (event: WireEvent) => void,
  pauseGate: () => Promise<void> | undefined,
): Promise<AttemptOutcome> {
  const decoder = new TextDecoder();
  let outcome: AttemptOutcome | null = null;
  let linesWithoutEvent = 0;
  let hasEvent = false;
  const parser = createParser({
    maxBufferSize: maxEventChars,
    onEvent: ({ data, event: name }) => {
      linesWithoutEvent = 0;
      hasEvent = true;
      if (outcome !== null || data === '[DONE]') return;
      const event = wireEvent(Buffer.from(data), name);
      emit(event);
      if (endsTurn(event)) outcome = { kind: 'finished' };
    },
    onError: (error) => {
      if (error.type !== 'max-buffer-size-exceeded') return;
      outcome ??= unreadable;
    },
  });
  const chunks = body[Symbol.asyncIterator]();
  for (;;) {
    let next: IteratorResult<unknown>;
    try {
      next = await chunks.next();
    } catch (error) {
      return { kind: 'dropped', closeCode: null, reason: faultText(error) };
    }
    if (next.done) break;
    try {
      if (Buffer.isBuffer(next.value)) {
        const text = decoder.decode(next.value, { stream: true });
        hasEvent = false;
        parser.feed(text);
        if (!hasEvent) linesWithoutEvent += linesIn(text);
        if (linesWithoutEvent > maxLinesWithoutEvent) outcome ??= unreadable;
      }
    } catch (thrown) {
      const fault = wireOutcome(thrown);
      if (fault === null) throw thrown;
      outcome ??= fault;
    }
    if (outcome !== null) {
      void readOut(chunks);
      return outcome;
    }
    await pauseGate();
  }
  return { kind: 'dropped', closeCode: null, reason: 'the stream ended before the response was complete' };
}

function linesIn(text: string): number {
  let lines = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 10 || unit === 13) lines += 1;
  }
  return lines;
}

/** Reads what little may come after the last event: a connection whose answer was read to its end serves the next turn. */
async function readOut(chunks: AsyncIterator<unknown>): Promise<void> {
  try {
    for (let count = 0; count < maxChunksAfterEnd; count += 1) if ((await chunks.next()).done) return;
    await chunks.return?.();
  } catch {
    // Nobody needs this connection any more.
  }
}

/** What undici rejects with is the wire's. */
function fromWire<T>(work: Promise<T>): Promise<T> {
  return work.catch((cause: unknown) => {
    throw new SlipstreamError('upstream_unreachable', { message: faultText(cause), cause });
  });
}
