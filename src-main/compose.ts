import { Accounts } from './core/accounts/accounts.ts';
import { AccountStore } from './core/accounts/store.ts';
import { clientKind } from './core/normalise/client-kind.ts';
import { buildSideHeaders } from './core/normalise/headers.ts';
import { defaultProfile } from './core/normalise/profiles/choose.ts';
import { detectPlatform } from './core/platform.ts';
import type { Host, OwnRoutes } from './core/ports.ts';
import { Listener } from './core/server/listener.ts';
import { RowFeed } from './core/traces/feed.ts';
import { Recorder } from './core/traces/recorder.ts';
import type { Redactor } from './core/traces/redaction.ts';
import { TurnRunner } from './core/turn/runner.ts';
import { Sessions } from './core/turn/sessions.ts';
import { Catalogue } from './core/upstream/catalogue.ts';
import { HttpExecutor } from './core/upstream/http.ts';
import { SocketPool } from './core/upstream/pool.ts';
import type { Handlers } from './shared/contract.ts';
import { SlipstreamError } from './shared/errors.ts';
import type { AppInfo, Delta, Snapshot } from './shared/model.ts';

const drainTimeoutMs = 10_000;

export interface ComposeOptions {
  readonly host: Host;
  /** The one redactor; the host's log uses it too. */
  readonly redactor: Redactor;
  readonly face: AppInfo['face'];
  readonly version: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** An additional IP literal to serve the proxy routes on; never the dashboard or the control address. */
  readonly listenIp: string | null;
  /** Base of upstream, e.g. https://chatgpt.com/backend-api/codex */
  readonly upstreamUrl: string;
  readonly issuerUrl: string;
  readonly demo: boolean;
}

/** The running program, without a face. */
export interface App {
  readonly handlers: Handlers;
  readonly apiKey: string;
  snapshot(): Snapshot;
  /** Calls back on every change after the snapshot; returns its undo. */
  onDelta(listener: (delta: Delta) => void): () => void;
  /** Adds routes of the face to the loopback port; before `listen`. */
  mount(routes: OwnRoutes): void;
  /** Starts the proxy. Throws `port_taken`. */
  listen(): Promise<{ readonly port: number; readonly baseUrl: string }>;
  /** Takes no new turns, lets running ones end for up to 10 s, closes clients with 1001 and flushes. */
  stop(): Promise<void>;
}

/** Everything but the number of a delta, which is given when it goes out. */
type Change = Delta extends infer D ? (D extends Delta ? Omit<D, 'seq'> : never) : never;

/** Builds the program from its parts. The only place that knows them all. Throws `secrets_locked`, `store_unwritable`. */
export async function compose(options: ComposeOptions): Promise<App> {
  const { host, redactor, upstreamUrl } = options;
  const { clock, log, settings } = host;
  redactor.addSecret(settings.read().apiKey);

  const store = new AccountStore(host);
  await store.load();
  const accounts = new Accounts(
    store,
    clock,
    { upstream: upstreamUrl, issuer: options.issuerUrl },
    host.secrets.encrypts,
  );
  const learnSecrets = () => {
    for (const account of store.list()) {
      const { accessToken, refreshToken, idToken } = account.tokens;
      for (const token of [accessToken, refreshToken, idToken]) redactor.addSecret(token);
      redactor.addPersonal(account.email, '<e-mail>');
      redactor.addPersonal(account.workspaceId, '<account id>');
    }
  };
  learnSecrets();

  const platform = detectPlatform(process.env);
  const recorder = new Recorder(clock, redactor, (headers) => clientKind(headers).label);
  const catalogue = new Catalogue(clock, defaultProfile.version, () => {
    const account = accounts.anyUsable();
    if (account === null) return null;
    const identity = { profile: defaultProfile, originator: settings.read().originator, platform };
    const credentials = {
      accessToken: account.tokens.accessToken,
      accountId: account.workspaceId,
      routingOverride: null,
    };
    return { baseUrl: upstreamUrl, headers: buildSideHeaders(identity, credentials) };
  });
  const pool = new SocketPool(clock);
  const http = new HttpExecutor();
  const runner = new TurnRunner({
    accounts,
    sessions: new Sessions(),
    pool,
    http,
    catalogue,
    watcher: recorder,
    clock,
    log,
    upstreamUrl,
    platform,
    settings: () => settings.read(),
  });
  const listener = new Listener({
    runner,
    catalogue,
    clock,
    log,
    apiKey: () => settings.read().apiKey,
    allowedOrigins: () => settings.read().allowedOrigins,
  });

  let seq = 0;
  let port = options.port;
  const listeners = new Set<(delta: Delta) => void>();
  const emit = (change: Change) => {
    seq += 1;
    for (const hear of listeners) hear({ seq, ...change });
  };
  const feed = new RowFeed(clock, (rows) => emit({ kind: 'requests', rows }));
  recorder.onChange((exchange) => feed.note(exchange));
  accounts.onChange(() => {
    learnSecrets();
    emit({ kind: 'accounts', accounts: accounts.views() });
  });

  const startedAt = clock.epochMs();
  const appInfo = (): AppInfo => ({
    version: options.version,
    face: options.face,
    demo: options.demo,
    baseUrl: `http://127.0.0.1:${port}`,
    upstream: upstreamUrl,
    dataDir: host.dataDir,
    profile: defaultProfile.id,
    startedAt,
  });
  const snapshot = (): Snapshot => ({
    seq,
    app: appInfo(),
    fastPolicy: settings.read().fastPolicy,
    accounts: accounts.views(),
    requests: recorder.rows(),
  });

  const handlers: Handlers = {
    'app.snapshot': snapshot,
    'app.status': () => ({
      app: appInfo(),
      fastPolicy: settings.read().fastPolicy,
      accounts: store.list().length,
      running: runner.runningCount,
      pid: process.pid,
    }),
    'app.apiKey': () => ({ apiKey: settings.read().apiKey }),
    // A face with a dashboard answers this call itself.
    'app.dashboardUrl': () => ({ url: null }),
    'fast.set': ({ policy }) => {
      settings.write({ fastPolicy: policy });
      emit({ kind: 'fast', fastPolicy: policy });
      return { policy };
    },
    'accounts.list': () => accounts.views(),
    'accounts.import': async ({ text }) => {
      await accounts.importAuthFile(text);
      void catalogue.refresh();
      return accounts.views();
    },
    'accounts.setEnabled': async ({ id, enabled }) => accounts.view(await store.update(id, { enabled })),
    'accounts.setWebsockets': async ({ id, websockets }) => accounts.view(await store.update(id, { websockets })),
    'accounts.remove': async ({ id }) => {
      await store.remove(id);
      return null;
    },
    'requests.detail': ({ id }) => {
      const detail = recorder.detail(id);
      if (detail === null) throw new SlipstreamError('exchange_unknown');
      return detail;
    },
  };

  return {
    handlers,
    apiKey: settings.read().apiKey,
    snapshot,
    onDelta: (hear) => {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
    mount: (routes) => listener.mount(routes),
    listen: async () => {
      port = await listener.listen(options.port, options.listenIp);
      void catalogue.refresh();
      return { port, baseUrl: appInfo().baseUrl };
    },
    stop: async () => {
      listener.stopAccepting();
      const late = Promise.withResolvers<void>();
      const timer = clock.after(drainTimeoutMs, late.resolve);
      await Promise.race([runner.idle(), late.promise]);
      timer.cancel();
      runner.abortAll();
      feed.flush();
      listener.close();
      pool.closeAll();
      await http.close();
    },
  };
}
