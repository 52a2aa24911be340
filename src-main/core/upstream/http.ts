import { createParser } from 'eventsource-parser';
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
import { tellingWhenSent } from './http-connection.ts';
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
    const abort = new AbortController();
    let gate: PromiseWithResolvers<void> | null = null;
    const run = async (): Promise<AttemptOutcome> => {
      const url = `${request.baseUrl}${request.path}${request.query ?? ''}`;
      const body = await encodedBody(request.body, request.headers);
      await this.#proxies.ready(url, request.accountId);
      const dispatcher = await this.#proxies.dispatcher(url, request.accountId);
      const undici = await import('undici');
      let isSent = false;
      const sent: Parameters<typeof tellingWhenSent>[1] = (connection) => {
        if (isSent) return;
        isSent = true;
        listener.connection({ ...connection, isOpen: true });
        listener.sent();
      };
      const answer = tellingWhenSent(
        () =>
          undici.request(url, {
            method: 'POST',
            headers: headerRecord(request.headers),
            body,
            dispatcher,
            signal: abort.signal,
            responseHeaders: 'raw',
          }),
        sent,
      );
      const response = await fromWire(answer);
      // Where undici told nothing, the answer says that it was sent.
      sent({ reused: false, phases: [] });
      const headers = rawResponseHeaders(response.headers);
      listener.ready({ reused: false, status: response.statusCode, headers });
      if (response.statusCode < 200 || response.statusCode > 299) {
        const body = await readRefusal(response.body, headers, this.#proxies.clock);
        return { kind: 'refused', status: response.statusCode, headers, body };
      }
      const decoded = decodedBody(response.body, headers);
      if (request.path === '/responses/compact') {
        const data = await fromWire(limitedBody(decoded, maxCompactionBytes));
        listener.event({ type: 'response.compaction', data });
        return { kind: 'finished' };
      }
      return readEvents(
        decoded,
        (event) => listener.event(event),
        () => gate?.promise,
      );
    };
    let isOver = false;
    const end = (outcome: AttemptOutcome) => {
      if (isOver) return;
      isOver = true;
      // Whatever else would come is for nobody.
      if (outcome.kind === 'dropped') abort.abort();
      listener.ended(outcome);
    };
    const fail = (thrown: unknown) => {
      const outcome = wireOutcome(thrown);
      if (isOver || outcome !== null) return end(outcome ?? { kind: 'aborted' });
      isOver = true;
      abort.abort();
      listener.failed(thrown);
    };
    run().then(end, fail);
    return {
      line: () => null,
      supersede: () => {},
      pause: () => {
        gate ??= Promise.withResolvers();
      },
      resume: () => {
        gate?.resolve();
        gate = null;
      },
      abort: () => {
        abort.abort();
        gate?.resolve();
        end({ kind: 'aborted' });
      },
    };
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
