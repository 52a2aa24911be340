import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';
import { sessionsOf, sessionOf as storedSessionOf } from '../../src-main/core/traces/store/sessions.ts';
import { CallMessage, Hello, type ServerMessage } from '../../src-main/shared/bridge-wire.ts';
import { bridgeCloseCodes, ownPaths } from '../../src-main/shared/channels.ts';
import {
  type CallInput,
  type CallName,
  type CallOutput,
  contract,
  isCallName,
} from '../../src-main/shared/contract.ts';
import { SlipstreamError, toSlipstreamError } from '../../src-main/shared/errors.ts';
import type { Delta, RequestRow, Snapshot } from '../../src-main/shared/model.ts';
import type { PayloadPage, PayloadQuery, TextPiece } from '../../src-main/shared/payload-query.ts';
import { failure, success } from '../../src-main/shared/result.ts';
import { maxPieceChars } from '../../src-main/shared/store-limits.ts';
import { turnMatcher } from '../../src-main/shared/trace-filter.ts';
import { makeDetail } from './detail-fixtures.ts';
import { makeLatency } from './figure-fixtures.ts';
import { tabSession } from './open-page.ts';
import { ScriptedHistory } from './scripted-history.ts';
import { makeUsage, makeWindows } from './usage-fixtures.ts';

type Handlers = { [K in CallName]?: (input: CallInput<K>) => CallOutput<K> | Promise<CallOutput<K>> };

type DeltaBody = Delta extends infer D ? (D extends Delta ? Omit<D, 'seq'> : never) : never;

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Serves the built page as the headless face does, and speaks its bridge from a scripted state. */
export class ScriptedServer {
  readonly calls: { readonly name: string; readonly input: unknown }[] = [];
  snapshot: Snapshot;
  /** Answers that differ from the plain ones; a thrown error becomes the call's failure. */
  readonly handlers: Handlers = {};
  /** What the store has; at first the ended turns of the snapshot. */
  history: ScriptedHistory;
  /** Bodies and payloads of every turn, by their part; what is not here is not kept. */
  readonly texts = new Map<string, string>();
  /** What upstream sent in every turn; nothing at first. */
  payloads = (_query: PayloadQuery): PayloadPage => ({ payloads: [], next: 0, total: 0 });
  /** Served at `/` in place of the built one, as after an upgrade. */
  otherPage: string | null = null;
  readonly #folder: string;
  readonly #http: Server;
  readonly #bridge = new WebSocketServer({ noServer: true });
  readonly #tickets = new Set<string>();
  readonly #sessions = new Set<string>();
  #minted = 0;
  #back: Promise<void> = Promise.resolve();

  private constructor(folder: string, snapshot: Snapshot) {
    this.#folder = folder;
    this.snapshot = snapshot;
    this.history = new ScriptedHistory(snapshot.requests);
    this.#http = createServer((request, response) => void this.#serve(request.url ?? '/', response));
    this.#http.on('upgrade', (request, socket, head) => {
      if (request.url !== ownPaths.bridge) socket.destroy();
      else
        void this.#back.then(() => this.#bridge.handleUpgrade(request, socket, head, (client) => this.#greet(client)));
    });
  }

  /** On `port` if it is free, else on any. */
  static async start(folder: string, snapshot: Snapshot, port = 0): Promise<ScriptedServer> {
    const server = new ScriptedServer(folder, snapshot);
    const listen = async (on: number): Promise<void> => {
      server.#http.listen(on, '127.0.0.1');
      await once(server.#http, 'listening');
    };
    await listen(port).catch(() => listen(0));
    return server;
  }

  get origin(): string {
    const address = this.#http.address();
    if (address === null || typeof address === 'string') throw new Error('The server does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  /** The page's address with a ticket that works once. */
  url(): string {
    this.#minted += 1;
    const ticket = `ticket-${this.#minted}`;
    this.#tickets.add(ticket);
    return `${this.origin}/#ticket=${ticket}`;
  }

  /** The address that loads a screen anew in a tab that is signed in; `stand.show` gives the tab its session. */
  urlOf(hash: string): string {
    this.#minted += 1;
    const session = `session-${this.#minted}`;
    this.#sessions.add(session);
    return `${this.origin}/?${tabSession}=${session}${hash}`;
  }

  /** Numbers a delta, keeps it in the state and sends it. */
  push(body: DeltaBody): void {
    const delta = this.#commit(body);
    this.broadcast({ delta });
  }

  /** Numbers a delta and keeps it in the state, but the page never gets it. */
  lose(body: DeltaBody): void {
    this.#commit(body);
  }

  broadcast(message: ServerMessage): void {
    for (const client of this.#bridge.clients) client.send(JSON.stringify(message));
  }

  /** Drops every page's connection. */
  disconnect(code = 1012): void {
    for (const client of this.#bridge.clients) client.close(code);
  }

  /** Drops every page's connection, and gives none until the answer is called: what a page says meanwhile stays to be seen. */
  leave(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#back = promise;
    this.disconnect();
    return resolve;
  }

  /** Forgets the tab sessions, as a restart does. */
  forgetSessions(): void {
    this.#sessions.clear();
  }

  countCalls(name: CallName): number {
    return this.inputsOf(name).length;
  }

  /** What a call was made with, each time it was made. */
  inputsOf(name: CallName): unknown[] {
    return this.calls.filter((call) => call.name === name).map(({ input }) => input);
  }

  async stop(): Promise<void> {
    for (const client of this.#bridge.clients) client.terminate();
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, 'close');
  }

  #commit(body: DeltaBody): Delta {
    const delta: Delta = { ...body, seq: this.snapshot.seq + 1 };
    const { seq } = delta;
    if (delta.kind === 'settings')
      this.snapshot = { ...this.snapshot, seq, settings: { ...this.snapshot.settings, ...delta.settings } };
    else if (delta.kind === 'accounts') this.snapshot = { ...this.snapshot, seq, accounts: delta.accounts };
    else if (delta.kind === 'signIn') this.snapshot = { ...this.snapshot, seq, signIn: delta.signIn };
    else if (delta.kind === 'requests') {
      for (const row of delta.rows) if (row.status !== 'running') this.history.add(row);
      const ids = new Set(delta.rows.map((row) => row.id));
      const rest = this.snapshot.requests.filter((row) => !ids.has(row.id));
      const requests = [...delta.rows, ...rest].toSorted((a, b) => b.startedAt - a.startedAt);
      this.snapshot = { ...this.snapshot, seq, requests };
    } else if (delta.kind === 'marked') {
      const requests = this.snapshot.requests.map((row) => (row.id === delta.row.id ? delta.row : row));
      this.snapshot = { ...this.snapshot, seq, requests };
    } else if (delta.kind === 'cleared') {
      this.history.clear();
      const requests = this.snapshot.requests.filter(({ status }) => status === 'running');
      this.snapshot = { ...this.snapshot, seq, requests };
    }
    return delta;
  }

  async #serve(url: string, response: ServerResponse): Promise<void> {
    const path = normalize(new URL(url, this.origin).pathname);
    const file = join(this.#folder, path === '/' ? 'index.html' : path);
    const { host } = new URL(this.origin);
    try {
      const content = path === '/' && this.otherPage !== null ? this.otherPage : await readFile(file);
      response.writeHead(200, {
        'content-type': contentTypes[extname(file)] ?? 'application/octet-stream',
        'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self' ws://${host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
        'cache-control': path.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      });
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  }

  #greet(client: WebSocket): void {
    client.once('message', (data) => {
      const { hello } = Hello.parse(JSON.parse(String(data)));
      const isGood = 'ticket' in hello ? this.#tickets.delete(hello.ticket) : this.#sessions.has(sessionOf(hello));
      if (!isGood) {
        client.close(bridgeCloseCodes.refused);
        return;
      }
      const session = 'ticket' in hello ? `session-${hello.ticket}` : sessionOf(hello);
      this.#sessions.add(session);
      client.send(JSON.stringify({ welcome: { session } } satisfies ServerMessage));
      client.on('message', (message) => void this.#answer(client, CallMessage.parse(JSON.parse(String(message)))));
    });
  }

  async #answer(client: WebSocket, { id, name, input }: CallMessage): Promise<void> {
    this.calls.push({ name, input });
    let message: ServerMessage;
    try {
      if (!isCallName(name)) throw new SlipstreamError('call_unknown');
      const parsed = contract[name].input.safeParse(input);
      if (!parsed.success) throw new SlipstreamError('call_invalid');
      message = { id, result: success(await this.#handle(name, parsed.data as never)) };
    } catch (thrown) {
      const error = toSlipstreamError(thrown);
      message = { id, result: failure(error.code, error.message) };
    }
    client.send(JSON.stringify(message));
  }

  #handle<K extends CallName>(name: K, input: CallInput<K>): unknown {
    const handler: Handlers[K] = this.handlers[name];
    if (handler !== undefined) return handler(input);
    switch (name) {
      case 'app.snapshot':
        return this.snapshot;
      case 'app.apiKey':
        return { apiKey: 'slipstream-test-key-0123456789' };
      case 'settings.get':
        return this.snapshot.settings;
      case 'settings.set':
        this.push({ kind: 'settings', settings: contract['settings.set'].input.parse(input) });
        return this.snapshot.settings;
      case 'accounts.freshenUsage':
        return this.snapshot.accounts;
      case 'requests.query': {
        const query = contract['requests.query'].input.parse(input);
        const page = { ...this.history.query(query), asOf: this.snapshot.seq };
        if (query.cursor !== null || query.skip !== undefined) return page;
        const running = this.snapshot.requests.filter((row) => row.status === 'running');
        return { ...page, rows: [...running.filter(turnMatcher(query.filter)), ...page.rows] };
      }
      case 'latency.query':
        return this.history.state().turns === 0
          ? { ...makeLatency(contract['latency.query'].input.parse(input)), n: 0, groups: [] }
          : makeLatency(contract['latency.query'].input.parse(input));
      case 'usage.sums':
        return makeUsage(contract['usage.sums'].input.parse(input));
      case 'usage.windows':
        return makeWindows(Date.now());
      case 'requests.choices':
        return this.history.choices();
      case 'requests.storeState':
        return { ...this.history.state(), asOf: this.snapshot.seq };
      case 'keys.list':
      case 'browsers.list':
        return [];
      case 'requests.clear':
        this.push({ kind: 'cleared' });
        return null;
      case 'sessions.query': {
        const query = contract['sessions.query'].input.parse(input);
        return sessionsOf(this.#rows(), turnMatcher(query.filter), query);
      }
      case 'sessions.get':
        return storedSessionOf(this.#rows(), contract['sessions.get'].input.parse(input));
      case 'requests.text':
        return textPiece(this.texts.get(String(contract['requests.text'].input.parse(input).part)) ?? null, input);
      case 'requests.payloads':
        return this.payloads(contract['requests.payloads'].input.parse(input));
      case 'requests.detail':
        return makeDetail(this.#row(idOf(input)));
      default:
        throw new SlipstreamError('call_unknown', { message: `The test has no answer to ${name}.` });
    }
  }

  /** All turns, as the store and the recorder have them together. */
  #rows(): RequestRow[] {
    const running = this.snapshot.requests.filter(({ status }) => status === 'running');
    const query = { filter: {}, cursor: null, limit: 100_000 };
    return [...running, ...this.history.query(query).rows];
  }

  #row(id: string): RequestRow {
    const row = this.snapshot.requests.find((candidate) => candidate.id === id) ?? this.history.get(id);
    if (row === undefined) throw new SlipstreamError('exchange_unknown');
    return row;
  }
}

function sessionOf(hello: Hello['hello']): string {
  return 'session' in hello ? hello.session : '';
}

function textPiece(text: string | null, input: unknown): TextPiece {
  if (text === null) return { text, totalChars: 0, isCut: false, next: null };
  const { offset } = contract['requests.text'].input.parse(input);
  const end = offset + maxPieceChars;
  return { text: text.slice(offset, end), totalChars: text.length, isCut: false, next: end < text.length ? end : null };
}

function idOf(input: unknown): string {
  return contract['requests.detail'].input.parse(input).id;
}
