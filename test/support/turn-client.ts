import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { WebSocket } from 'ws';
import { isJsonObject, type JsonObject, objectMember, parseJsonObject, textMember } from '../../src-main/core/json.ts';
import { isTerminal } from '../../src-main/core/wire-event.ts';
import type { Rig } from './slipstream.ts';

/** Clients of the proxy for tests: one turn over HTTP, and turns over one websocket. */

/** A running proxy, as far as its clients know it. */
export type Server = Pick<Rig, 'baseUrl' | 'apiKey'>;

const model = 'gpt-5.5';

/** A message of the user, as an item of `input`. */
export function user(text: string): JsonObject {
  return { type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
}

/** A message of the model, as an item of `input`. */
export function assistant(text: string): JsonObject {
  return { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] };
}

/** A streaming Responses body of a client that is not Codex. */
export function ask(text: string, more: JsonObject = {}): JsonObject {
  return { model, stream: true, input: [user(text)], ...more };
}

/** Headers of the official client (captures/default-official.json). */
export function codexHeaders(threadId: string): Record<string, string> {
  return {
    originator: 'codex_exec',
    'user-agent': 'codex_exec/0.169.0 (Debian 12.0.0; x86_64) xterm (codex_exec; 0.169.0)',
    version: '0.169.0',
    'session-id': threadId,
    'thread-id': threadId,
    'x-client-request-id': threadId,
    'x-codex-window-id': `${threadId}:0`,
  };
}

/** A body as the official client sends it. */
export function codexBody(text: string, more: JsonObject = {}): JsonObject {
  return {
    model,
    stream: true,
    input: [user(text)],
    tool_choice: 'auto',
    reasoning: { effort: 'low' },
    store: false,
    include: ['reasoning.encrypted_content'],
    text: { verbosity: 'low' },
    ...more,
  };
}

export interface TurnAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Of a stream, in order. */
  readonly events: readonly JsonObject[];
  /** Of a JSON answer. */
  readonly json: JsonObject | null;
  /** The connection broke before the answer's end. */
  readonly isCut: boolean;
}

/** The events of a server-sent event stream, parsed. */
function eventsOf(text: string): JsonObject[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => parseJsonObject(line.slice('data: '.length)) ?? { type: 'unreadable', line });
}

/** A POST under way. */
export interface OpenPost {
  readonly request: ClientRequest;
  /** Resolves with the head of the answer; nobody reads its body yet. */
  readonly head: Promise<IncomingMessage>;
}

/** Sends a request and hands over the answer as soon as its head has come. */
export function openPost(
  server: Server,
  path: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): OpenPost {
  const outgoing = request(`${server.baseUrl}${path}`, {
    method: 'POST',
    agent: false,
    headers: { authorization: `Bearer ${server.apiKey}`, 'content-type': 'application/json', ...headers },
  });
  const head = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.on('response', resolve);
    outgoing.on('error', reject);
  });
  // Who goes away before the head has come need not ask for it.
  head.catch(() => {});
  outgoing.end(body);
  return { request: outgoing, head };
}

/** Reads an answer to its end, or to where it breaks off. */
export async function readAnswer(response: IncomingMessage): Promise<TurnAnswer> {
  const chunks: Buffer[] = [];
  let isCut = false;
  try {
    for await (const chunk of response) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  } catch {
    isCut = true;
  }
  const text = Buffer.concat(chunks).toString('utf8');
  const isStream = (response.headers['content-type'] ?? '').startsWith('text/event-stream');
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text,
    events: isStream ? eventsOf(text) : [],
    json: isStream ? null : parseJsonObject(text),
    isCut,
  };
}

/** One turn over HTTP. */
export async function post(
  server: Server,
  body: JsonObject | string | Buffer,
  headers: Record<string, string> = {},
  path = '/v1/responses',
): Promise<TurnAnswer> {
  const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return readAnswer(await openPost(server, path, bytes, headers).head);
}

/** The types of events, in order. */
export function typesOf(events: readonly JsonObject[]): string[] {
  return events.map((event) => textMember(event, 'type') ?? '');
}

/** The text that all deltas make. */
export function textOf(events: readonly JsonObject[]): string {
  return events
    .filter((event) => event.type === 'response.output_text.delta')
    .map((event) => textMember(event, 'delta') ?? '')
    .join('');
}

/** The output items of a completed answer. */
export function outputOf(events: readonly JsonObject[]): JsonObject[] {
  const output = objectMember(events.at(-1), 'response')?.output;
  return Array.isArray(output) ? output.filter(isJsonObject) : [];
}

/** The id of a completed answer. */
export function responseIdOf(events: readonly JsonObject[]): string {
  return textMember(objectMember(events.at(-1), 'response'), 'id') ?? '';
}

/** Numbers that must be 0, 1, 2 … for an answer that is whole. */
export function sequenceOf(events: readonly JsonObject[]): number[] {
  return events.flatMap(({ sequence_number: number }) => (typeof number === 'number' ? [number] : []));
}

/** What an error says, in any of its shapes: HTTP body, SSE event, websocket frame, failed response. */
export function errorOf(source: JsonObject | null | undefined): JsonObject {
  return objectMember(source, 'error') ?? objectMember(objectMember(source, 'response'), 'error') ?? source ?? {};
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** A websocket client of the proxy. */
export class WsTurns {
  readonly socket: WebSocket;
  readonly events: JsonObject[] = [];
  readonly closed: Promise<Closed>;
  #isClosed = false;
  #wake: () => void = () => {};

  constructor(server: Server, headers: Record<string, string> = {}, path = '/v1/responses') {
    this.socket = new WebSocket(`${server.baseUrl.replace('http', 'ws')}${path}`, {
      headers: { authorization: `Bearer ${server.apiKey}`, ...headers },
    });
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => {
        this.#isClosed = true;
        resolve({ code, reason: reason.toString() });
        this.#wake();
      });
    });
    this.socket.on('message', (data) => {
      this.events.push(parseJsonObject(String(data)) ?? { type: 'unreadable' });
      this.#wake();
    });
    this.socket.on('error', () => {});
  }

  static async open(server: Server, headers: Record<string, string> = {}): Promise<WsTurns> {
    const turns = new WsTurns(server, headers);
    await new Promise<void>((resolve, reject) => {
      turns.socket.once('open', resolve);
      turns.socket.once('error', reject);
    });
    return turns;
  }

  send(frame: JsonObject | string | Buffer): void {
    this.socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }

  /** Sends one frame; its events up to the terminal one, or up to where the socket closed. */
  async turn(frame: JsonObject | string): Promise<JsonObject[]> {
    const from = this.events.length;
    this.send(typeof frame === 'string' ? frame : { type: 'response.create', ...frame });
    return this.terminal(from);
  }

  /** The events after the first `from`, once a terminal one is among them or the socket is closed. */
  async terminal(from = 0): Promise<JsonObject[]> {
    for (;;) {
      const end = this.events.findIndex((event, index) => index >= from && isTerminal(String(event.type)));
      if (end >= 0) return this.events.slice(from, end + 1);
      if (this.#isClosed) return this.events.slice(from);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}

/** The status and error of an upgrade that was refused; status 101 for one that was not. */
export function tryUpgrade(
  server: Server,
  headers: Record<string, string> = {},
): Promise<{ status: number; json: JsonObject | null }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${server.baseUrl.replace('http', 'ws')}/v1/responses`, {
      headers: { authorization: `Bearer ${server.apiKey}`, ...headers },
    });
    socket.on('error', reject);
    socket.on('open', () => {
      socket.once('close', () => resolve({ status: 101, json: null }));
      socket.close();
    });
    socket.on('unexpected-response', (_request, response) => {
      socket.removeAllListeners('error');
      socket.on('error', () => {});
      void readAnswer(response).then(({ status, json }) => {
        socket.terminate();
        resolve({ status, json });
      });
    });
  });
}
