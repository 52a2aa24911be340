/** A small client of the simulator for its own tests: official headers, frames, and every event that comes back. */
import { type IncomingHttpHeaders, request } from 'node:http';
import { zstdCompressSync } from 'node:zlib';
import { WebSocket } from 'ws';
import type { SimulatedAccount } from '../../src-main/simulator/accounts/accounts.ts';
import type { Simulator } from '../../src-main/simulator/simulator.ts';

export type Body = Record<string, unknown>;
// biome-ignore lint/suspicious/noExplicitAny: events are read member by member in assertions
export type Event = any;

const THREAD_ID = '01a2091c-35f3-7960-8b0b-166583eb2b00';

/** What the official client sends with every turn (capture default-official). An undefined value leaves a header away. */
export function turnHeaders(account: SimulatedAccount, more: Record<string, string | undefined> = {}) {
  const headers: Record<string, string | undefined> = {
    'chatgpt-account-id': account.id,
    authorization: `Bearer ${account.accessToken}`,
    'user-agent': 'codex_exec/0.169.0 (Debian 12.0.0; x86_64) xterm (codex_exec; 0.169.0)',
    originator: 'codex_exec',
    version: '0.169.0',
    'x-codex-beta-features': 'remote_compaction_v2',
    'x-client-request-id': THREAD_ID,
    'session-id': THREAD_ID,
    'thread-id': THREAD_ID,
    'x-codex-window-id': `${THREAD_ID}:0`,
    ...more,
  };
  return Object.fromEntries(Object.entries(headers).filter((pair): pair is [string, string] => pair[1] !== undefined));
}

export function upgradeHeaders(account: SimulatedAccount, more: Record<string, string | undefined> = {}) {
  return turnHeaders(account, { 'openai-beta': 'responses_websockets=2026-02-06', ...more });
}

export function userMessage(text: string): Body {
  return { type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
}

/** A post's body; `more` adds or replaces members, undefined removes one. */
export function bodyOf(text: string, more: Body = {}): Body {
  const body: Body = {
    model: 'gpt-5.5',
    stream: true,
    input: [userMessage(text)],
    tool_choice: 'auto',
    parallel_tool_calls: true,
    reasoning: { effort: 'low' },
    store: false,
    include: ['reasoning.encrypted_content'],
    prompt_cache_key: THREAD_ID,
    text: { verbosity: 'low' },
    ...more,
  };
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

export function frameOf(text: string, more: Body = {}): Body {
  return { type: 'response.create', ...bodyOf(text, more) };
}

const terminal = /^\{"type":"(response\.(completed|done|failed|incomplete)|error)"/;

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** One websocket and all that came over it. */
export class WsClient {
  readonly ws: WebSocket;
  readonly events: Event[] = [];
  readonly texts: string[] = [];
  readonly binaries: Buffer[] = [];
  readonly closed: Promise<Closed>;
  upgrade: IncomingHttpHeaders = {};
  #waiters: { count: number; resolve: () => void }[] = [];
  #terminals = 0;

  constructor(ws: WebSocket) {
    this.ws = ws;
    ws.on('upgrade', (response) => {
      this.upgrade = response.headers;
    });
    ws.on('error', () => {});
    this.closed = new Promise((resolve) => {
      ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    ws.on('message', (data, binary) => {
      if (binary) {
        this.binaries.push(data as Buffer);
        return;
      }
      const text = data.toString();
      this.texts.push(text);
      if (!terminal.test(text)) return;
      this.#terminals += 1;
      for (const waiter of this.#waiters) if (waiter.count <= this.#terminals) waiter.resolve();
    });
  }

  /** Resolves when the socket is open. */
  static async open(sim: Simulator, account: SimulatedAccount, more: Record<string, string | undefined> = {}) {
    const ws = new WebSocket(`${sim.upstreamUrl.replace('http', 'ws')}/responses`, {
      headers: upgradeHeaders(account, more),
      rejectUnauthorized: false,
    });
    const client = new WsClient(ws);
    await new Promise<void>((resolve, reject) => {
      ws.once('open', resolve);
      ws.once('error', reject);
    });
    return client;
  }

  send(body: Body): void {
    this.ws.send(JSON.stringify(body));
  }

  /** Sends a frame and resolves with the events up to its terminal one. */
  async turn(body: Body): Promise<Event[]> {
    const from = this.texts.length;
    const done = this.terminal(this.#terminals + 1);
    this.send(body);
    await done;
    return this.texts.slice(from).map((text) => JSON.parse(text));
  }

  /** Resolves when `count` terminal events have come. */
  terminal(count = this.#terminals + 1): Promise<void> {
    if (this.#terminals >= count) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiters.push({ count, resolve });
    });
  }

  /** All text messages as JSON. */
  parsed(): Event[] {
    return this.texts.map((text) => JSON.parse(text));
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Pieces as the socket delivered them. */
  readonly chunks: Buffer[];
  /** The body stopped before its end. */
  readonly aborted: boolean;
}

/** One HTTP request, its answer read to the end or to where it broke off. */
export function send(
  url: string,
  method: string,
  headers: Record<string, string>,
  body?: string | Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      const finish = (aborted: boolean) => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, chunks, aborted });
      };
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => finish(false));
      response.on('error', () => finish(true));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

export function post(
  sim: Simulator,
  account: SimulatedAccount,
  body: Body,
  more: Record<string, string | undefined> = {},
): Promise<Answer> {
  const headers = turnHeaders(account, {
    'content-type': 'application/json',
    'content-encoding': 'zstd',
    accept: 'text/event-stream',
    ...more,
  });
  const text = Buffer.from(JSON.stringify(body));
  const sent = headers['content-encoding'] === 'zstd' ? zstdCompressSync(text) : text;
  return send(`${sim.upstreamUrl}/responses`, 'POST', headers, sent);
}

/** The events of a server-sent stream. */
export function eventsOf(answer: Answer): Event[] {
  return answer.text
    .split('\n\n')
    .filter((block) => block.includes('data: '))
    .map((block) => JSON.parse(block.slice(block.indexOf('data: ') + 6)));
}

/** The status and body of an upgrade that was refused. */
export function refusedUpgrade(
  sim: Simulator,
  headers: Record<string, string>,
): Promise<{ status: number; text: string; headers: IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(`${sim.upstreamUrl.replace('http', 'ws')}/responses`, { headers });
    ws.on('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
    });
    ws.on('open', () => reject(new Error('the upgrade was accepted')));
    ws.on('error', reject);
  });
}

/** The text of all output_text deltas. */
export function textOf(events: Event[]): string {
  return events
    .filter((event) => event.type === 'response.output_text.delta')
    .map((event) => event.delta)
    .join('');
}

export function typesOf(events: Event[]): string[] {
  return events.map((event) => event.type);
}
