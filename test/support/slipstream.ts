import { type App, compose } from '../../src-main/app/app.ts';
import type { TraceKeeping } from '../../src-main/app/traces.ts';
import type { Clock, Resources } from '../../src-main/core/ports.ts';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import type { TraceDetail } from '../../src-main/shared/model.ts';
import type { Settings } from '../../src-main/shared/settings.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src-main/simulator/simulator.ts';
import { type TestHost, testHost } from './host.ts';

export interface Rig {
  readonly app: App;
  readonly host: TestHost;
  readonly simulator: Simulator;
  /** `http://127.0.0.1:PORT` */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** A POST to the proxy with the API key. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** The detail of the newest exchange, once it has ended. */
  lastTrace(): Promise<TraceDetail>;
  /** The detail of an exchange, once it has ended. */
  endedTrace(id: string): Promise<TraceDetail>;
  /** Stops the program and starts it anew on the same data folder; `app` and `baseUrl` are others then. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface RigOptions {
  readonly accounts?: number;
  readonly settings?: Partial<Settings>;
  readonly simulator?: Partial<SimulatorOptions>;
  /** Talk to this instead of the simulator. */
  readonly upstreamUrl?: string;
  readonly clock?: Clock;
  /** Beside loopback. */
  readonly listenIp?: string;
  /** What the machine says of its network; it never changes where this is absent. */
  readonly lookAtNetwork?: () => string;
  /** What the system says of the way to a URL; it is not asked where this is absent. */
  readonly systemProxy?: (url: string) => Promise<string>;
  /** Those of a machine without limits where it is absent. */
  readonly resources?: Partial<Resources>;
  /** Memory unless said otherwise: the database's thread takes five times the CPU of the turn that starts it. */
  readonly traceKeeping?: TraceKeeping;
}

/** The whole program on real sockets: composed core, simulator, accounts imported from it. */
export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const simulator = await startSimulator(options.simulator);
  const made = testHost(options.settings, options.clock, options.resources);
  const host = options.systemProxy === undefined ? made : { ...made, systemProxy: options.systemProxy };
  const composeApp = () =>
    compose({
      host,
      redactor: new Redactor(),
      face: 'headless',
      version: '0.0.0-test',
      port: 0,
      listenIp: options.listenIp ?? null,
      upstreamUrl: options.upstreamUrl ?? simulator.upstreamUrl,
      issuerUrl: simulator.issuerUrl,
      demo: false,
      lookAtNetwork: options.lookAtNetwork ?? (() => ''),
      traceKeeping: options.traceKeeping ?? 'memory',
    });
  let app = await composeApp();
  for (let count = options.accounts ?? 1; count > 0; count -= 1) {
    await app.handlers['accounts.import']({ text: simulator.addAccount().authJson() });
  }
  let { baseUrl } = await app.listen();
  return {
    get app() {
      return app;
    },
    host,
    simulator,
    get baseUrl() {
      return baseUrl;
    },
    apiKey: app.apiKey,
    post: (path, body, headers = {}) =>
      fetch(`${baseUrl}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${app.apiKey}`, 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    lastTrace: () => lastTrace(app),
    endedTrace: (id) => endedTrace(app, id),
    restart: async () => {
      await app.stop();
      app = await composeApp();
      ({ baseUrl } = await app.listen());
    },
    stop: async () => {
      await app.stop();
      await simulator.stop();
      host.dispose();
    },
  };
}

/** Looks again after every delta, until there is something to see. */
function seen<T>(app: App, look: () => Promise<T | null>): Promise<T> {
  return new Promise((resolve, reject) => {
    const lookNow = async () => {
      const found = await look();
      if (found === null) return;
      undo();
      resolve(found);
    };
    const undo = app.onDelta(() => void lookNow().catch(reject));
    lookNow().catch(reject);
  });
}

function lastTrace(app: App): Promise<TraceDetail> {
  return seen(app, async () => {
    const row = app.snapshot().requests[0];
    return row === undefined || row.status === 'running' ? null : app.handlers['requests.detail']({ id: row.id });
  });
}

function endedTrace(app: App, id: string): Promise<TraceDetail> {
  return seen(app, async () => {
    const detail = await app.handlers['requests.detail']({ id });
    return detail.row.status === 'running' ? null : detail;
  });
}
