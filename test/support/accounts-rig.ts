import { type App, compose } from '../../src-main/app/app.ts';
import type { TraceKeeping } from '../../src-main/app/traces.ts';
import type { Clock } from '../../src-main/core/ports.ts';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import { openBrowserKeys } from '../../src-main/node/browser-keys.ts';
import { mountHeadlessFace } from '../../src-main/node/headless-face.ts';
import { assembleHandlers } from '../../src-main/node/run-instance.ts';
import type { SignInView } from '../../src-main/shared/account-model.ts';
import type { Delta } from '../../src-main/shared/model.ts';
import { english } from '../../src-main/shared/words/english.ts';
import type { HttpEntry } from '../../src-main/simulator/log.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src-main/simulator/simulator.ts';
import { realClock, type TestHost, testHost } from './host.ts';

export interface AccountsRig {
  readonly app: App;
  readonly host: TestHost;
  readonly simulator: Simulator;
  /** Pages that were opened in the browser. */
  readonly opened: readonly string[];
  /** `title: body` of what the user was told. */
  readonly notices: readonly string[];
  readonly deltas: readonly Delta[];
  /** `http://127.0.0.1:PORT`, once it listens. */
  listen(): Promise<string>;
  /** A link to the dashboard, good once; listens first, on `port` if it is free. */
  dashboard(port?: number): Promise<string>;
  /** What the issuer was asked, by path. */
  asked(path: string): HttpEntry[];
  /** Resolves with the sign-in's view once it has this state. */
  signIn(state: SignInView['state']): Promise<SignInView>;
  stop(): Promise<void>;
}

interface AccountsRigOptions {
  readonly simulator?: Partial<SimulatorOptions>;
  readonly clock?: Clock;
  readonly issuerUrl?: string;
  readonly signInPorts?: readonly number[];
  readonly host?: TestHost;
  readonly demo?: boolean;
  /** The built page, for a dashboard. */
  readonly rendererDir?: string;
  /** Memory unless said otherwise, as in the other rig. */
  readonly traceKeeping?: TraceKeeping;
}

/** The composed program with the simulator as upstream and issuer, no accounts, and a sign-in that comes back to a free port. */
export async function startAccountsRig(options: AccountsRigOptions = {}): Promise<AccountsRig> {
  const simulator = await startSimulator({
    ...options.simulator,
    issuer: { redirectPorts: 'any', deviceIntervalS: 0.01, ...options.simulator?.issuer },
  });
  const host = options.host ?? testHost({}, options.clock ?? realClock);
  const opened: string[] = [];
  const notices: string[] = [];
  const deltas: Delta[] = [];
  const redactor = new Redactor();
  const watchedHost = {
    ...host,
    openUrl: (url: string) => void opened.push(url),
    notify: (title: string, body: string) => void notices.push(`${english.told(title)}: ${english.told(body)}`),
    recentProblems: () => [],
  };
  const app = await compose({
    host: watchedHost,
    redactor,
    face: 'headless',
    version: '0.0.0-test',
    port: 0,
    listenIp: null,
    upstreamUrl: simulator.upstreamUrl,
    issuerUrl: options.issuerUrl ?? simulator.issuerUrl,
    demo: options.demo ?? false,
    signInPorts: options.signInPorts ?? [0],
    traceKeeping: options.traceKeeping ?? 'memory',
  });
  app.onDelta((delta) => deltas.push(delta));
  const { rendererDir } = options;
  const face =
    rendererDir === undefined
      ? null
      : mountHeadlessFace(
          {
            app,
            host: watchedHost,
            handlers: assembleHandlers({ app, host: watchedHost, redactor }),
            browsers: openBrowserKeys(watchedHost),
            controlToken: 'c'.repeat(43),
          },
          rendererDir,
        );
  return {
    app,
    host,
    simulator,
    opened,
    notices,
    deltas,
    listen: async () => (await app.listen()).baseUrl,
    dashboard: async (port = 0) => {
      if (face === null) throw new Error('there is no dashboard without its page');
      face.listening((await app.listen(port).catch(() => app.listen())).port);
      return face.dashboardUrl();
    },
    asked: (path) =>
      simulator.log.entries.filter((entry) => entry.kind === 'http').filter((entry) => entry.path === path),
    signIn: (state) =>
      new Promise((resolve) => {
        const look = () => {
          const view = app.snapshot().signIn;
          if (view?.state !== state) return;
          undo();
          resolve(view);
        };
        const undo = app.onDelta(look);
        look();
      }),
    stop: async () => {
      face?.close();
      await app.stop();
      await simulator.stop();
      host.dispose();
    },
  };
}

/** The address the browser is sent back to after the person at the issuer's page has said yes or no. */
export async function visitIssuer(url: string | null): Promise<string> {
  const response = await fetch(url ?? '', { redirect: 'manual' });
  const location = response.headers.get('location');
  if (location === null) throw new Error(`the issuer did not send the browser back: ${await response.text()}`);
  return location;
}
