import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createParser } from 'eventsource-parser';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { isJsonObject, type JsonObject, objectMember, textMember } from '../../src-main/core/json.ts';
import type { HeaderPair } from '../../src-main/simulator/json.ts';
import type { Rig } from '../support/slipstream.ts';

/** Clients of the proxy, as strict about its answers as real ones. */

export const threadId = '01a2091c-35f3-7960-8b0b-166583eb2b00';

/** What Codex sends with each upgrade and POST, its credentials left out. */
export const codexHeaders: Readonly<Record<string, string>> = {
  originator: 'codex_exec',
  'user-agent': 'codex_exec/0.169.0 (Debian 12.0.0; x86_64) xterm (codex_exec; 0.169.0)',
  'x-codex-beta-features': 'remote_compaction_v2',
  'x-client-request-id': threadId,
  'session-id': threadId,
  'thread-id': threadId,
  'x-codex-window-id': `${threadId}:0`,
};

/** A body in the member order of the official client, as it sends it over HTTP. */
export function codexBody(text: string, more: JsonObject = {}): JsonObject {
  return {
    model: 'gpt-5.5',
    stream: true,
    input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text }] }],
    tool_choice: 'auto',
    parallel_tool_calls: true,
    store: false,
    include: ['reasoning.encrypted_content'],
    prompt_cache_key: threadId,
    text: { verbosity: 'low' },
    ...more,
  };
}

/** The same as a frame. */
export function codexFrame(text: string, more: JsonObject = {}): JsonObject {
  return { type: 'response.create', ...codexBody(text, more) };
}

export interface SseEvent {
  readonly event: string | undefined;
  readonly data: JsonObject;
}

/** The events of a stream. Throws for a field that no SSE client knows, and for data that is no JSON object. */
export function parseSse(text: string): SseEvent[] {
  const events: SseEvent[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => events.push({ event, data: objectOf(data) }),
    onError: (error) => {
      throw error;
    },
  });
  parser.feed(text);
  parser.reset({ consume: true });
  return events;
}

export function objectOf(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (!isJsonObject(value)) throw new Error(`not a JSON object: ${text.slice(0, 200)}`);
  return value;
}

/** The text of the first message of a response's output. */
export function outputText(response: JsonObject | null): string {
  const output = Array.isArray(response?.output) ? response.output : [];
  const message = output.find((item) => isJsonObject(item) && item.type === 'message');
  const content = isJsonObject(message) && Array.isArray(message.content) ? message.content[0] : null;
  return isJsonObject(content) ? (textMember(content, 'text') ?? '') : '';
}

/** The response inside the last event of a turn. */
export function finalResponse(events: readonly JsonObject[]): JsonObject | null {
  return objectMember(events.at(-1), 'response');
}

/** All that ever reached the simulator, as one text: paths, headers, bodies before and after decoding. */
export function everythingReceived(rig: Rig): string {
  return rig.simulator.log.entries
    .flatMap((entry) => {
      if (entry.kind === 'upgrade') return [entry.path, JSON.stringify(entry.headers)];
      if (entry.kind === 'frame') return [entry.raw.toString('latin1')];
      if (entry.kind !== 'http') return [];
      const bodies = [entry.rawBody, entry.decodedBody].map((body) => body.toString('latin1'));
      return [entry.path, JSON.stringify(entry.headers), ...bodies];
    })
    .join('\n');
}

export function headerOf(headers: readonly HeaderPair[] | undefined, name: string): string | undefined {
  return headers?.find(([key]) => key.toLowerCase() === name)?.[1];
}

const terminal = new Set(['response.completed', 'response.incomplete', 'response.failed', 'response.done', 'error']);

interface Waiter {
  readonly count: number;
  readonly resolve: () => void;
}

/** A websocket client of the proxy and all it was sent. */
export class ProxySocket {
  readonly #socket: WebSocket;
  readonly texts: string[] = [];
  readonly closed: Promise<number>;
  #terminals = 0;
  #waiters: Waiter[] = [];

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => {});
    socket.on('message', (data: Buffer) => {
      this.texts.push(data.toString('utf8'));
      if (terminal.has(textMember(this.events.at(-1), 'type') ?? '')) this.#terminals += 1;
      this.#waiters = this.#waiters.filter(({ count, resolve }) => {
        if (this.#terminals < count) return true;
        resolve();
        return false;
      });
    });
  }

  get events(): JsonObject[] {
    return this.texts.map(objectOf);
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  send(frame: JsonObject | string | Buffer): void {
    this.#socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }

  /** Sends a frame; resolves with the events up to the next terminal one. */
  async turn(frame: JsonObject | string | Buffer): Promise<JsonObject[]> {
    const from = this.texts.length;
    const ended = this.terminals(this.#terminals + 1);
    this.send(frame);
    await ended;
    return this.events.slice(from);
  }

  /** Resolves when so many turns have ended. */
  terminals(count: number): Promise<void> {
    if (this.#terminals >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ count, resolve }));
  }

  close(): Promise<number> {
    this.#socket.close();
    return this.closed;
  }

  /** Goes away without a word. */
  terminate(): void {
    this.#socket.terminate();
  }
}

export interface UpgradeOptions {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Null sends no Authorization. */
  readonly key?: string | null;
}

function dial(rig: Rig, { path = '/v1/responses', headers = {}, key = rig.apiKey }: UpgradeOptions): WebSocket {
  const authorization: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  return new WebSocket(`${rig.baseUrl.replace('http', 'ws')}${path}`, { headers: { ...authorization, ...headers } });
}

/** An open websocket to the proxy. */
export function openSocket(rig: Rig, options: UpgradeOptions = {}): Promise<ProxySocket> {
  const socket = dial(rig, options);
  const client = new ProxySocket(socket);
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(client));
    socket.once('error', reject);
  });
}

/** The answer to an upgrade that is refused. */
export function refusedUpgrade(rig: Rig, options: UpgradeOptions = {}): Promise<{ status: number; body: JsonObject }> {
  const socket = dial(rig, options);
  return new Promise((resolve, reject) => {
    socket.on('open', () => reject(new Error('the upgrade was accepted')));
    socket.on('error', reject);
    socket.on('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: objectOf(Buffer.concat(chunks).toString('utf8')) }),
      );
    });
  });
}

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Sends bytes as they are and reads until the other side ends. */
export function rawExchange(baseUrl: string, bytes: string | Buffer): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(baseUrl).port), '127.0.0.1', () => socket.write(bytes));
    const chunks: Buffer[] = [];
    socket.setTimeout(10_000, () => socket.destroy(new Error('no end of the answer')));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      const [head = '', ...body] = Buffer.concat(chunks).toString('utf8').split('\r\n\r\n');
      resolve({ status: Number(head.split(' ')[1] ?? 0), head, body: body.join('\r\n\r\n') });
    });
  });
}

export interface StreamAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Resolves with the stream's text once it holds what is wanted. */
  until(wanted: RegExp): Promise<string>;
  /** Goes away in the middle. */
  destroy(): void;
  /** Reads no more, so that the other side must wait. */
  readonly socket: Socket;
}

/** A POST whose stream is read piece by piece. */
export function postStream(
  rig: Rig,
  body: JsonObject,
  headers: Readonly<Record<string, string>> = {},
): Promise<StreamAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      `${rig.baseUrl}/v1/responses`,
      {
        method: 'POST',
        headers: { authorization: `Bearer ${rig.apiKey}`, 'content-type': 'application/json', ...headers },
      },
      (response) => {
        let text = '';
        const waiting: { wanted: RegExp; resolve: (text: string) => void }[] = [];
        response.on('error', () => {});
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString('utf8');
          for (const { wanted, resolve: found } of waiting) if (wanted.test(text)) found(text);
        });
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          until: (wanted) =>
            wanted.test(text)
              ? Promise.resolve(text)
              : new Promise((found) => waiting.push({ wanted, resolve: found })),
          destroy: () => outgoing.destroy(),
          socket: response.socket,
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(JSON.stringify(body));
  });
}

/** What went upstream over websockets, oldest first. */
export function sentFrames({ simulator }: Pick<Rig, 'simulator'>): JsonObject[] {
  return simulator.log.frames.map(({ body }) => (isJsonObject(body) ? body : {}));
}

/** The events that answer a streaming Responses request. */
export async function streamedEvents(
  rig: Pick<Rig, 'post'>,
  body: JsonObject,
  headers: Record<string, string> = {},
): Promise<JsonObject[]> {
  const response = await rig.post('/v1/responses', body, headers);
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  return parseSse(await response.text()).map(({ data }) => data);
}
