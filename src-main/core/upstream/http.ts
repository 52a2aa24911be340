import { createParser } from 'eventsource-parser';
import { Agent, request as undiciRequest } from 'undici';
import { headerRecord, type RawHeaders } from '../headers.ts';
import { isTerminal, type WireEvent, wireEvent } from '../wire-event.ts';
import type { Attempt, AttemptListener, AttemptOutcome, UpstreamRequest } from './attempt.ts';

const connectTimeoutMs = 5_000;
/** The official client's own idle limit (reference/codex-official.md §1). */
const idleTimeoutMs = 300_000;
const maxRefusalBytes = 256 * 1024;
const maxEventChars = 64 * 1024 * 1024;

/** Turns over HTTP and server-sent events, where a websocket cannot be had. */
export class HttpExecutor {
  readonly #agent = new Agent({
    connect: { timeout: connectTimeoutMs },
    headersTimeout: idleTimeoutMs,
    bodyTimeout: idleTimeoutMs,
  });

  /** Posts one turn and gives its events to the listener. Redirects are not followed. */
  start(request: UpstreamRequest, listener: AttemptListener): Attempt {
    const abort = new AbortController();
    let gate: PromiseWithResolvers<void> | null = null;
    const run = async (): Promise<AttemptOutcome> => {
      const response = await undiciRequest(`${request.baseUrl}/responses`, {
        method: 'POST',
        headers: headerRecord(request.headers),
        body: request.body,
        dispatcher: this.#agent,
        signal: abort.signal,
        responseHeaders: 'raw',
      });
      const headers = rawPairs(response.headers);
      listener.ready({ reused: false, status: response.statusCode, headers });
      listener.sent();
      if (response.statusCode !== 200) {
        return { kind: 'refused', status: response.statusCode, headers, body: await limitedText(response.body) };
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

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

/** undici types raw headers as the parsed record; at run time they are the flat list. */
function rawPairs(headers: unknown): RawHeaders {
  if (!Array.isArray(headers)) return [];
  const texts = headers.map((part: unknown) => String(part));
  return texts
    .flatMap((name, index) => (index % 2 === 0 ? [[name, texts[index + 1] ?? ''] as const] : []))
    .map(([name, value]) => [name, value]);
}

async function limitedText(body: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > maxRefusalBytes) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function readEvents(
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
  try {
    for await (const chunk of body) {
      if (Buffer.isBuffer(chunk)) parser.feed(decoder.decode(chunk, { stream: true }));
      if (outcome !== null) return outcome;
      await pauseGate();
    }
  } catch (error) {
    if (outcome === null) return failureOutcome(error, false, true);
  }
  return outcome ?? { kind: 'dropped', closeCode: null, reason: 'the stream ended before the response was complete' };
}

function failureOutcome(error: unknown, wasAborted: boolean, isStarted = false): AttemptOutcome {
  if (wasAborted) return { kind: 'aborted' };
  const message = error instanceof Error ? error.message : 'unknown error';
  return isStarted ? { kind: 'dropped', closeCode: null, reason: message } : { kind: 'unreachable', message };
}
