/** The simulator itself: one loopback listener that is both the upstream and the issuer. */
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createNetServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type AccountHost, AccountRegistry, type AccountSeed, SimulatedAccount } from './accounts/accounts.ts';
import { CiphertextSeal } from './accounts/ciphertext.ts';
import { TokenRegistry } from './accounts/tokens.ts';
import { FaultScript } from './faults/faults.ts';
import { Issuer, type IssuerOptions } from './issuer/issuer.ts';
import { type LogLimits, SimulatorLog } from './log.ts';
import { MOST_NUMBERS } from './model/answer.ts';
import { buildCatalogue } from './model/catalogue.ts';
import { type Refusal, standardRefusal } from './rules/refusal.ts';
import { defaultStrictness, lenientStrictness, type Strictness } from './rules/validate-headers.ts';
import { WireHeaders } from './rules/wire-headers.ts';
import { Pacing } from './turns/pacing.ts';
import { PromptCache } from './turns/prompt-cache.ts';
import { noDelay, type PaceClock, realPace, type Timing } from './turns/timing.ts';
import { ConnectionNumbers } from './upstream/connection-numbers.ts';
import { readBody, sendRefusal } from './upstream/http-body.ts';
import { type HttpRequest, handlePost } from './upstream/http-upstream.ts';
import { delayedSocket } from './upstream/network.ts';
import { handleSide } from './upstream/side-endpoints.ts';
import type { UpstreamParts } from './upstream/upstream-parts.ts';
import { WebSocketUpstream } from './upstream/websocket-upstream.ts';

type Options = UpstreamParts['options'];

export interface SimulatorOptions extends Omit<Options, 'strictness'> {
  /** 0: a free one. */
  readonly port: number;
  readonly strictness: Partial<Strictness>;
  /** Headers, members, frames and paths that nothing is known of are taken; what is known must still be right. */
  readonly lenient: boolean;
  readonly timing: Partial<Timing>;
  /** What turns are paced by; a test may let it run faster. */
  readonly paceClock: PaceClock;
  readonly issuer: Partial<IssuerOptions>;
  readonly logLimits: LogLimits;
  /** Models the catalogue leaves out. */
  readonly withoutModels: readonly string[];
  /** `minimal_client_version` by slug. */
  readonly minimalVersions: Readonly<Record<string, string>>;
  /** Serve https and wss with this certificate. */
  readonly tls: { readonly key: string; readonly cert: string } | undefined;
  /** For jitter. */
  readonly seed: number;
}

export interface Simulator {
  /** `http://127.0.0.1:PORT/backend-api/codex` */
  readonly upstreamUrl: string;
  /** `http://127.0.0.1:PORT` */
  readonly issuerUrl: string;
  readonly log: SimulatorLog;
  readonly faults: FaultScript;
  readonly issuer: Issuer;
  readonly accounts: readonly SimulatedAccount[];
  /** Websockets open now. */
  readonly openSockets: number;
  addAccount(seed?: AccountSeed): SimulatedAccount;
  setTiming(timing: Partial<Timing>): void;
  stop(): Promise<void>;
}

const KEEP_ALIVE_MS = 60_000;

const defaults: SimulatorOptions = {
  port: 0,
  strictness: {},
  lenient: false,
  timing: {},
  paceClock: realPace,
  issuer: {},
  logLimits: { maxEntries: 20_000, maxBytes: 64 * 1024 * 1024 },
  withoutModels: [],
  minimalVersions: {},
  tls: undefined,
  seed: 1,
  serviceTierEcho: 'default',
  echoRequest: true,
  mostNumbers: MOST_NUMBERS,
  socketLifetimeMs: 60 * 60 * 1000,
  compressFromChars: 1024,
  httpDetailErrors: false,
  answersUnknownPaths: false,
  maxMessageBytes: null,
  upgradeHeaders: {},
  encodedBodies: true,
  answerEncoding: null,
};

/** Starts a simulator on 127.0.0.1. */
export async function startSimulator(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const settings = { ...defaults, answersUnknownPaths: options.lenient ?? false, ...options };
  let origin = '';
  const tokens = new TokenRegistry(() => origin);
  const accounts = new AccountRegistry();
  const seal = new CiphertextSeal();
  const log = new SimulatorLog(settings.logLimits);
  const faults = new FaultScript();
  const pacing = new Pacing({ ...noDelay, ...settings.timing }, settings.paceClock, settings.seed);
  const strictness = { ...defaultStrictness, ...(settings.lenient ? lenientStrictness : {}), ...settings.strictness };
  const upstream: UpstreamParts = {
    options: { ...settings, strictness },
    accounts,
    catalogue: buildCatalogue(settings.withoutModels, settings.minimalVersions),
    seal,
    log,
    faults,
    pacing,
    promptCache: new PromptCache(),
    connections: new ConnectionNumbers(),
    headerRules: {
      tokens,
      accounts,
      strictness,
      ownsTurnState: (accountId, turnState) => seal.check(accountId, turnState) === 'ok',
    },
  };
  const host: AccountHost = {
    tokens,
    issuerUrl: () => origin,
    approveDevice: (account, userCode) => issuer.approveDevice(account, userCode),
  };
  const addAccount = (seed: AccountSeed = {}) => {
    const account = new SimulatedAccount(host, seed, accounts.all.length + 1);
    accounts.add(account);
    return account;
  };
  const issuer = new Issuer({ pacing, log, faults, tokens, accounts }, () => origin, settings.issuer, addAccount);
  const websockets = new WebSocketUpstream(upstream);
  const server = settings.tls ? createHttpsServer(settings.tls) : createHttpServer();
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on('request', (request, response) => {
    route({ upstream, issuer }, request, response).catch((error: unknown) => {
      const refusal = simulatorBug(error);
      log.refused('http', 0, refusal);
      if (response.headersSent) response.destroy();
      else sendRefusal(response, refusal);
    });
  });
  server.on('upgrade', (request, socket: Duplex, head) => {
    upgrade(websockets, request, socket, head).catch((error: unknown) => {
      log.refused('upgrade', 0, simulatorBug(error));
      socket.destroy();
    });
  });
  const sockets = new Set<Socket>();
  const listener = createNetServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    const { networkDelayMs } = pacing.timing;
    server.emit('connection', networkDelayMs > 0 ? delayedSocket(socket, networkDelayMs) : socket);
  });
  const port = await listen(listener, settings.port);
  origin = `${settings.tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  return {
    upstreamUrl: `${origin}/backend-api/codex`,
    issuerUrl: origin,
    log,
    faults,
    issuer,
    get accounts() {
      return accounts.all;
    },
    get openSockets() {
      return websockets.size;
    },
    addAccount,
    setTiming: (timing) => pacing.change(timing),
    stop: () => stop(listener, server, websockets, sockets),
  };
}

function listen(listener: ReturnType<typeof createNetServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, '127.0.0.1', () => {
      const address = listener.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

async function stop(
  listener: ReturnType<typeof createNetServer>,
  server: Server,
  websockets: WebSocketUpstream,
  sockets: Set<Socket>,
): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    listener.close(() => resolve());
  });
  websockets.stop();
  for (const socket of sockets) socket.destroy();
  // It never listened itself, but runs timers for its connections.
  server.close();
  await closed;
}

/** A mistake of the simulator itself: it must show in a test's log, and not end the demo. */
function simulatorBug(error: unknown): Refusal {
  const message = `The simulator failed: ${error instanceof Error ? error.stack : String(error)}`;
  return { ...standardRefusal(500), code: 'simulator_bug', message };
}

async function upgrade(
  websockets: WebSocketUpstream,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const pathname = URL.parse(request.url ?? '/', 'http://simulator')?.pathname;
  if (pathname === '/backend-api/codex/responses') await websockets.handleUpgrade(request, socket, head);
  else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

interface Doors {
  readonly upstream: UpstreamParts;
  readonly issuer: Issuer;
}

async function route({ upstream, issuer }: Doors, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = URL.parse(incoming.url ?? '/', 'http://simulator');
  if (!url) return sendRefusal(response, standardRefusal(400));
  const connection = upstream.connections.of(incoming.socket);
  const headers = new WireHeaders(incoming.rawHeaders);
  const method = incoming.method ?? 'GET';
  const body = await readBody(incoming);
  if (!body) return;
  const bearer = /^Bearer (\S+)$/.exec(headers.get('authorization') ?? '')?.[1];
  const known = bearer === undefined ? undefined : upstream.headerRules.tokens.checkAccess(bearer);
  upstream.log.add({
    kind: 'http',
    connection,
    method,
    path: incoming.url ?? '/',
    headers: headers.pairs,
    accountId: known && known.state !== 'unknown' ? known.accountId : undefined,
    rawBody: body.raw,
    decodedBody: body.decoded,
    body: body.value,
  });
  const request: HttpRequest = { method, path: url.pathname, query: url.searchParams, headers, body, connection };
  if (!url.pathname.startsWith('/backend-api/')) return issuer.handle(request, response);
  const turns = /^\/backend-api\/codex\/responses(\/compact)?$/.test(url.pathname);
  if (turns && method === 'POST') return handlePost(upstream, request, response);
  // `codex doctor` sends HEAD, and takes 404 (PROTOCOL.md, Side endpoints).
  if (turns) return sendRefusal(response, standardRefusal(404));
  return handleSide(upstream, request, response);
}
