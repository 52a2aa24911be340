import type { Account } from './core/accounts/account.ts';
import { Accounts } from './core/accounts/accounts.ts';
import { Refresher } from './core/accounts/refresh.ts';
import { AccountStore } from './core/accounts/store.ts';
import { UsageReader } from './core/accounts/usage-reader.ts';
import { clientKind } from './core/normalise/client-kind.ts';
import {
  type AccountCredentials,
  buildIssuerHeaders,
  buildSideHeaders,
  buildUsageHeaders,
} from './core/normalise/headers.ts';
import { defaultProfile } from './core/normalise/profiles/choose.ts';
import { detectPlatform } from './core/platform.ts';
import type { Host, OwnRoutes, Timer } from './core/ports.ts';
import { Listener } from './core/server/listener.ts';
import { RowFeed } from './core/traces/feed.ts';
import { Recorder } from './core/traces/recorder.ts';
import type { Redactor } from './core/traces/redaction.ts';
import { silentWatcher } from './core/traces/silent-watcher.ts';
import { TurnRunner } from './core/turn/runner.ts';
import { readUsage } from './core/upstream/account-api.ts';
import { Catalogue } from './core/upstream/catalogue.ts';
import { HttpExecutor } from './core/upstream/http.ts';
import { requestJson } from './core/upstream/json-request.ts';
import { SocketPool } from './core/upstream/pool.ts';
import { ProxyRoutes } from './core/upstream/proxy.ts';
import type { Handlers } from './shared/contract.ts';
import { SlipstreamError } from './shared/errors.ts';
import type { AccountPolicy, AppInfo, Delta, Snapshot } from './shared/model.ts';
import type { AppSettings } from './shared/settings.ts';

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
  /** False: turns are not recorded; for measuring what recording costs. */
  readonly records?: boolean;
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

/** At least this long between looks for an early reset that a turn waits for. */
const restingLookEveryMs = 60_000;
/** Account changes come with every turn; screens get them in batches. */
const accountBatchMs = 50;

function credentialsOf(account: Account): AccountCredentials {
  return { accessToken: account.tokens.accessToken, accountId: account.workspaceId, routingOverride: null };
}

/** The part that knows accounts: their files, health, refresh and usage. Throws `secrets_locked`, `store_unwritable`. */
async function composeAccounts({ host, redactor, upstreamUrl, issuerUrl }: ComposeOptions, proxies: ProxyRoutes) {
  const { clock, log, settings, secrets } = host;
  const identity = () => ({ profile: defaultProfile, originator: settings.read().originator, platform });
  const platform = detectPlatform(process.env);
  const store = new AccountStore(host);
  await store.load();
  const accounts = new Accounts({
    store,
    clock,
    origin: { upstream: upstreamUrl, issuer: issuerUrl },
    encrypted: secrets.encrypts,
    policy: () => {
      const { strategy, pinnedAccountId } = settings.read();
      return { strategy, pinnedAccountId };
    },
  });
  const learnSecrets = () => {
    for (const { tokens, email, workspaceId } of store.list()) {
      for (const token of [tokens.accessToken, tokens.refreshToken, tokens.idToken]) redactor.addSecret(token);
      redactor.addPersonal(email, '<e-mail>');
      redactor.addPersonal(workspaceId, '<account id>');
    }
  };
  learnSecrets();
  store.onChange(learnSecrets);
  const refresher = new Refresher({
    store,
    clock,
    log,
    post: (path, body) => {
      const url = `${issuerUrl}${path}`;
      return requestJson(
        { method: 'POST', url, headers: buildIssuerHeaders(identity()), body: Buffer.from(JSON.stringify(body)) },
        proxies,
      );
    },
    signedOut: (id) => {
      accounts.signedOut(id);
      host.notify('Signed out', 'A Codex account has to sign in again. Open the Accounts screen.');
    },
  });
  const usageAnswer = async (account: Account) => {
    const ready = await refresher.ready(account);
    return readUsage(upstreamUrl, buildUsageHeaders(identity(), credentialsOf(ready)), proxies);
  };
  const usage = new UsageReader(accounts, clock, async (account) => {
    const answer = await usageAnswer(account).catch(() => null);
    return answer?.kind === 'answered' && answer.status === 200 ? answer.body : null;
  });
  return { store, accounts, refresher, usage, usageAnswer, identity, platform };
}

/** Builds the program from its parts. The only place that knows them all. Throws `secrets_locked`, `store_unwritable`. */
export async function compose(options: ComposeOptions): Promise<App> {
  const { host, redactor, upstreamUrl } = options;
  const { clock, log, settings } = host;
  redactor.addSecret(settings.read().apiKey);
  const proxies = new ProxyRoutes(() => settings.read().proxyUrl);
  const { store, accounts, refresher, usage, usageAnswer, identity, platform } = await composeAccounts(
    options,
    proxies,
  );

  const recorder = new Recorder(clock, redactor, (headers) => clientKind(headers).label);
  const catalogueAccess = () => {
    const account = accounts.anyUsable();
    return account === null
      ? null
      : { baseUrl: upstreamUrl, headers: buildSideHeaders(identity(), credentialsOf(account)) };
  };
  const catalogue = new Catalogue(clock, defaultProfile.version, catalogueAccess, proxies);
  const pool = new SocketPool(clock, proxies);
  const http = new HttpExecutor(proxies);
  let lastLookMs = Number.NEGATIVE_INFINITY;
  const runner = new TurnRunner({
    accounts,
    refresher,
    pool,
    http,
    catalogue,
    watcher: options.records === false ? silentWatcher : recorder,
    clock,
    log,
    upstreamUrl,
    platform,
    settings: () => settings.read(),
    readResting: async () => {
      if (clock.monotonicMs() - lastLookMs < restingLookEveryMs) return;
      lastLookMs = clock.monotonicMs();
      await usage.readResting();
    },
  });
  const listener = new Listener({
    runner,
    catalogue,
    clock,
    log,
    apiKey: () => settings.read().apiKey,
    allowedOrigins: () => settings.read().allowedOrigins,
    readUsage: async () => {
      const account = accounts.choose(null, new Set());
      return usageAnswer(account);
    },
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
  let accountTimer: Timer | null = null;
  accounts.onChange(() => {
    if (accounts.resting().length > 0) usage.watchResting();
    accountTimer ??= clock.after(accountBatchMs, () => {
      accountTimer = null;
      emit({ kind: 'accounts', accounts: accounts.views() });
    });
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
  const accountPolicy = (): AccountPolicy => {
    const { strategy, pinnedAccountId } = settings.read();
    return { strategy, pinnedAccountId };
  };
  const snapshot = (): Snapshot => ({
    seq,
    app: appInfo(),
    fastPolicy: settings.read().fastPolicy,
    accountPolicy: accountPolicy(),
    accounts: accounts.views(),
    requests: recorder.rows(),
  });

  const appSettings = (): AppSettings => {
    const { allowedOrigins, originator, proxyUrl } = settings.read();
    return { allowedOrigins, originator, proxyUrl };
  };
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
    'settings.get': appSettings,
    'settings.set': (patch) => {
      settings.write(Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)));
      return appSettings();
    },
    'accounts.list': () => accounts.views(),
    'accounts.import': async ({ text }) => {
      const account = await accounts.importAuthFile(text);
      void catalogue.refresh();
      void usage.read(account);
      return accounts.views();
    },
    'accounts.setEnabled': async ({ id, enabled }) => accounts.view(await store.update(id, { enabled })),
    'accounts.setWebsockets': async ({ id, websockets }) => {
      runner.transports.forget(id);
      return accounts.view(await store.update(id, { websockets }));
    },
    'accounts.remove': async ({ id }) => {
      await store.remove(id);
      pool.closeAccount(id);
      return null;
    },
    'accounts.setPolicy': ({ strategy, pinnedAccountId }) => {
      if (typeof pinnedAccountId === 'string' && store.get(pinnedAccountId) === null)
        throw new SlipstreamError('account_unknown');
      settings.write({
        ...(strategy === undefined ? {} : { strategy }),
        ...(pinnedAccountId === undefined ? {} : { pinnedAccountId }),
      });
      emit({ kind: 'accountPolicy', accountPolicy: accountPolicy() });
      return accountPolicy();
    },
    'accounts.readUsage': async ({ id }) => {
      const account = store.get(id);
      if (account === null) throw new SlipstreamError('account_unknown');
      await usage.read(account);
      return accounts.view(account);
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
      pool.drain();
      const late = Promise.withResolvers<void>();
      const timer = clock.after(drainTimeoutMs, late.resolve);
      await Promise.race([runner.idle(), late.promise]);
      timer.cancel();
      runner.abortAll();
      accountTimer?.cancel();
      usage.stop();
      feed.flush();
      listener.close();
      pool.closeAll();
      await proxies.close();
    },
  };
}
