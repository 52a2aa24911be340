import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { type BridgeServer, createBridge } from '../../src-main/node/bridge-server.ts';
import { type BrowserKeys, openBrowserKeys } from '../../src-main/node/browser-keys.ts';
import { createDashboard } from '../../src-main/node/dashboard.ts';
import { contract, type Handlers } from '../../src-main/shared/contract.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import type { Delta } from '../../src-main/shared/model.ts';
import { AppSettings } from '../../src-main/shared/settings.ts';
import { plainSettings } from '../renderer/fixtures.ts';
import { type LogLine, realClock, recordingLog, troublesIn } from './host.ts';

export interface BridgeRig {
  readonly bridge: BridgeServer;
  readonly browsers: BrowserKeys;
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly controlToken: string;
  readonly logLines: readonly LogLine[];
  /** Pushes a delta to all screens. */
  push(delta: Delta): void;
  /** Opens a socket to the bridge; as a page when an origin is given. */
  connect(origin?: string): Promise<TestSocket>;
  stop(): Promise<void>;
}

/** A websocket whose messages can be awaited in order. */
export interface TestSocket {
  readonly raw: WebSocket;
  send(message: unknown): void;
  /** The next message, parsed. */
  next(): Promise<unknown>;
  /** The close code, once it is closed. */
  readonly closed: Promise<number>;
}

const controlToken = 'control-token-0123456789-0123456789';

/** What the bridge calls in these tests; every other call of the contract fails. */
export function fakeHandlers(): Handlers {
  const unused = () => {
    throw new SlipstreamError('internal');
  };
  const some: Partial<Handlers> = {
    'app.apiKey': () => ({ apiKey: 'key-0123456789abcdef' }),
    'app.dashboardUrl': () => ({ url: 'http://127.0.0.1/#ticket=x' }),
    'settings.set': (patch) => AppSettings.parse({ ...plainSettings, ...patch }),
    'accounts.list': () => {
      throw new TypeError('a bug with a secret in its text: sk-canary0123456789');
    },
    'accounts.remove': () => {
      throw new SlipstreamError('account_unknown');
    },
  };
  const all = Object.fromEntries(Object.keys(contract).map((name) => [name, unused]));
  return { ...all, ...some } as Handlers;
}

interface BridgeRigOptions {
  readonly allowDashboard?: boolean;
  readonly rendererDir?: string;
}

/** The bridge, and the dashboard where a folder is given, on a real port, with handlers that do nothing. */
export async function startBridgeRig(options: BridgeRigOptions = {}): Promise<BridgeRig> {
  const listeners = new Set<(delta: Delta) => void>();
  const log = recordingLog();
  const dataDir = mkdtempSync(join(tmpdir(), 'slipstream-bridge-'));
  const browsers = openBrowserKeys({ dataDir, troubles: troublesIn(dataDir), clock: realClock, log });
  const bridge = createBridge({
    handlers: fakeHandlers(),
    onDelta: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    controlToken,
    browsers: options.allowDashboard === false ? null : browsers,
    clock: realClock,
    log,
  });
  const dashboard = options.rendererDir === undefined ? null : createDashboard(options.rendererDir);
  const server = createServer((request, response) => {
    if (!bridge.request(request, response) && !dashboard?.request(request, response)) response.writeHead(404).end();
  });
  server.on('upgrade', (request: IncomingMessage, socket, head) => {
    if (!bridge.upgrade(request, socket, head)) socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const sockets: WebSocket[] = [];
  return {
    bridge,
    browsers,
    origin: `http://127.0.0.1:${port}`,
    controlToken,
    logLines: log.lines,
    push: (delta) => {
      for (const listener of listeners) listener(delta);
    },
    connect: async (origin) => {
      const socket = await openSocket(`ws://127.0.0.1:${port}/_slipstream/bridge`, origin);
      sockets.push(socket.raw);
      return socket;
    },
    stop: async () => {
      bridge.close();
      for (const socket of sockets) socket.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Opens a websocket. Rejects with the status of a refused upgrade. */
export async function openSocket(url: string, origin?: string): Promise<TestSocket> {
  const raw = new WebSocket(url, origin === undefined ? {} : { origin });
  const queue: unknown[] = [];
  const waiting: ((message: unknown) => void)[] = [];
  raw.on('message', (data) => {
    const message: unknown = JSON.parse(data.toString());
    const take = waiting.shift();
    if (take === undefined) {
      queue.push(message);
    } else {
      take(message);
    }
  });
  const closed = new Promise<number>((resolve) => {
    raw.on('close', (code) => resolve(code));
  });
  await once(raw, 'open');
  raw.on('error', () => {});
  return {
    raw,
    send: (message) => raw.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next: () =>
      queue.length > 0 ? Promise.resolve(queue.shift()) : new Promise((resolve) => void waiting.push(resolve)),
    closed,
  };
}

/** Presents a credential and gives the server's answer. */
export async function greet(socket: TestSocket, hello: Record<string, unknown>): Promise<unknown> {
  socket.send({ hello });
  return socket.next();
}
