import { createParser } from 'eventsource-parser';
import { request as undiciRequest } from 'undici';
import { headerRecord } from '../headers.ts';
import { isTerminal, type WireEvent, wireEvent } from '../wire-event.ts';
import type { Attempt, AttemptListener, AttemptOutcome, UpstreamRequest } from './attempt.ts';
import { tellingWhenSent } from './http-connection.ts';
import { type RelayedAnswer, type RelayedRequest, relayRequest } from './http-relay.ts';
import { limitedBody, rawResponseHeaders } from './json-request.ts';
import type { ProxyRoutes } from './proxy.ts';

const maxRefusalBytes = 256 * 1024;
const maxChunksAfterEnd = 16;
const maxCompactionBytes = 64 * 1024 * 1024;
const maxEventChars = 64 * 1024 * 1024;

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
      const url = `${request.baseUrl}${request.path}`;
      let isSent = false;
      const sent: Parameters<typeof tellingWhenSent>[1] = (connection) => {
        if (isSent) return;
        isSent = true;
        listener.connection({ ...connection, isOpen: true });
        listener.sent();
      };
      const answer = tellingWhenSent(
        () =>
          undiciRequest(url, {
            method: 'POST',
            headers: headerRecord(request.headers),
            body: request.body,
            dispatcher: this.#proxies.dispatcher(url),
            signal: abort.signal,
            responseHeaders: 'raw',
          }),
        sent,
      );
      const response = await answer;
      // Where undici told nothing, the answer says that it was sent.
      sent({ reused: false, phases: [] });
      const headers = rawResponseHeaders(response.headers);
      listener.ready({ reused: false, status: response.statusCode, headers });
      if (response.statusCode !== 200) {
        // The status says enough where the body is endless or breaks off.
        const body = await limitedBody(response.body, maxRefusalBytes).catch(() => Buffer.alloc(0));
        return { kind: 'refused', status: response.statusCode, headers, body: body.toString('utf8') };
      }
      if (request.path === '/responses/compact') {
        listener.event({ type: 'response.compaction', data: await limitedBody(response.body, maxCompactionBytes) });
        return { kind: 'finished' };
      }
      return readEvents(
        response.body,
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
    run().then(end, (error: unknown) => end(failureOutcome(error, abort.signal.aborted)));
    return {
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

/** Hands on the events of a stream in order, however it is cut into chunks, until the one that ends the turn. Throws nothing. */
export async function readEvents(
  body: AsyncIterable<unknown>,
  emit: (event: WireEvent) => void,
  pauseGate: () => Promise<void> | undefined,
): Promise<AttemptOutcome> {
  const decoder = new TextDecoder();
  let outcome: AttemptOutcome | null = null;
  const parser = createParser({
    maxBufferSize: maxEventChars,
    onEvent: ({ data }) => {
      if (outcome !== null || data === '[DONE]') return;
      const event = wireEvent(Buffer.from(data));
      emit(event);
      if (isTerminal(event.type)) outcome = { kind: 'finished' };
    },
    onError: (error) => {
      if (error.type !== 'max-buffer-size-exceeded') return;
      outcome ??= { kind: 'dropped', closeCode: null, reason: 'upstream sent a stream that cannot be read' };
    },
  });
  const chunks = body[Symbol.asyncIterator]();
  try {
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
      if (Buffer.isBuffer(next.value)) parser.feed(decoder.decode(next.value, { stream: true }));
      if (outcome !== null) {
        void readOut(chunks);
        return outcome;
      }
      await pauseGate();
    }
  } catch (error) {
    if (outcome === null) return failureOutcome(error, false, true);
  }
  return outcome ?? { kind: 'dropped', closeCode: null, reason: 'the stream ended before the response was complete' };
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

function failureOutcome(error: unknown, wasAborted: boolean, isStarted = false): AttemptOutcome {
  if (wasAborted) return { kind: 'aborted' };
  const message = error instanceof Error ? error.message : 'unknown error';
  return isStarted ? { kind: 'dropped', closeCode: null, reason: message } : { kind: 'unreachable', message };
}
