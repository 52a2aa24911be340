import { within } from '../core/in-time.ts';
import { openCoinFile } from '../core/latency/coin-file.ts';
import { Catalogue } from '../core/models/catalogue.ts';
import { modelFacts } from '../core/models/model-facts.ts';
import { type OfferedModel, offeredModels } from '../core/models/offered-models.ts';
import { NetworkWatch } from '../core/network-watch.ts';
import { resolveModel } from '../core/normalise/normalise.ts';
import type { Host, OwnRoutes } from '../core/ports.ts';
import { Listener } from '../core/server/listener.ts';
import { severalWatchers } from '../core/several-watchers.ts';
import type { Redactor } from '../core/traces/redaction.ts';
import { TurnRunner } from '../core/turn/runner.ts';
import { SessionFile } from '../core/turn/session-file.ts';
import { HttpExecutor } from '../core/upstream/http.ts';
import { SocketPool } from '../core/upstream/pool.ts';
import { defaultPoolLimits } from '../core/upstream/pool-limits.ts';
import { ProxyRoutes } from '../core/upstream/proxy.ts';
import type { CoreHandlers } from '../shared/contract.ts';
import type { AppInfo, Delta, Snapshot } from '../shared/model.ts';
import { accountHandlers } from './account-handlers.ts';
import { composeAccounts } from './accounts.ts';
import { keyHandlers } from './api-key.ts';
import { batched, toldOnChange } from './changes.ts';
import { Deltas } from './deltas.ts';
import { KeptProxy } from './kept-proxy.ts';
import { composeKeys } from './keys.ts';
import { composeLab } from './lab.ts';
import { composeLearning } from './learning.ts';
import { composeMetrics } from './metrics.ts';
import { problemsOf } from './problems.ts';
import { composeSettings } from './settings-document.ts';
import { traceHandlers } from './trace-handlers.ts';
import { composeTraces, type TraceKeeping } from './traces.ts';
import { wayHandlers } from './ways.ts';

const drainTimeoutMs = 10_000;
/** For turns that were ended to tell their clients. */
const abortLimitMs = 1_000;
/** The issuer's answer is waited for as long as requests to it last. */
const renewalLimitMs = 40_000;

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
  /** Where turns are kept; the database where it is absent. */
  readonly traceKeeping?: TraceKeeping;
  /** Version of the Codex command on this machine, asked once it listens; nobody is asked where it is absent. Never rejects. */
  readonly installedCodex?: () => Promise<string | null>;
  /** Ports a sign-in may come back to; where it is absent, the official client's, and any for a demo. */
  readonly signInPorts?: readonly number[];
  /** What the machine says of its network; tests say it themselves. */
  readonly lookAtNetwork?: () => string | null;
}

/** The running program, without a face. */
export interface App {
  readonly handlers: CoreHandlers;
  readonly apiKey: string;
  /** What other programs can be pointed at; `baseUrl` is null until it listens. */
  offered(): { readonly baseUrl: string | null; readonly models: readonly OfferedModel[] };
  snapshot(): Snapshot;
  /** Calls back on every change after the snapshot; returns its undo. */
  onDelta(listener: (delta: Delta) => void): () => void;
  /** Adds routes of the face to the loopback port; before `listen`. */
  mount(routes: OwnRoutes): void;
  /** Starts the proxy, on the port of the options unless another is named. Throws `port_taken`; may be tried again. */
  listen(port?: number): Promise<{ readonly port: number; readonly baseUrl: string }>;
  /** The machine goes to sleep, or has woken: idle connections have to show that they live, and dates are looked at anew. */
  connectionsStale(): void;
  /**
   * Takes no new turns, lets running ones end for up to 10 s, tells `stopping` to the clients of the others, waits for sign-ins
   * that are being renewed, closes and flushes.
   */
  stop(): Promise<void>;
}

/** Account changes come with every turn; screens get them in batches. */
const accountBatchMs = 50;

/** Builds the program from its parts. The only place that knows them all. Throws `store_unwritable`. */
export async function compose(options: ComposeOptions): Promise<App> {
  const { host, redactor, upstreamUrl } = options;
  const { clock, log, settings } = host;
  redactor.addSecret(settings.read().apiKey);
  const proxy = await KeptProxy.open({ host, hide: (secret) => redactor.addSecret(secret) });
  const caFile = () => settings.read().caFile;
  const proxies = new ProxyRoutes(() => proxy.address, clock, { system: host.systemProxy, caFile });
  const accountParts = await composeAccounts(options, proxies);
  const { store, accounts, refresher, usage, usageAnswer, routing, signIns, newestVersion, platform } = accountParts;

  const learning = composeLearning({ host, redactor, newestVersion, changed: () => profileNews.ask() });
  const traces = composeTraces({
    host,
    redactor,
    profiles: learning.book,
    keeping: options.traceKeeping ?? 'database',
    onProblem: () => tellProblems(),
  });
  const { recorder } = traces;
  const passing = learning.watching(traces.watcher);
  const catalogue = new Catalogue(clock, () => newestVersion.version, accountParts.catalogueAccess, proxies);
  const kept = new SessionFile(host);
  const coinFile = await openCoinFile(host);
  const pool = new SocketPool(clock, proxies, defaultPoolLimits, () => settings.read().opensAhead);
  const http = new HttpExecutor(proxies);
  const metrics = composeMetrics({
    host,
    redactor,
    proxies,
    version: options.version,
    moment: () => ({ runningTurns: runner.runningCount, upstreamSockets: pool.size, accounts: accounts.views() }),
    baseUrl: () => appInfo().baseUrl,
  });
  const keys = composeKeys({ host, redactor, stopTurns: (name) => runner.stopTurnsOf(name) });
  const runner = new TurnRunner({
    accounts,
    refresher,
    pool,
    http,
    catalogue,
    routingOverride: (account) => routing.overrideFor(account),
    watcher: severalWatchers(() => [passing, ...metrics.watchers(), ...keys.watchers()]),
    profiles: learning.book,
    clock,
    log,
    upstreamUrl,
    scrub: (value) => redactor.value(value),
    platform,
    newestVersion,
    settings: () => settings.read(),
    sessions: kept.sessions,
    mayKeepSpares: () => settings.read().opensAhead && !listener.isPaused,
    coin: (question) => lab.coins.fallFor(question),
    readResting: () => usage.lookAtResting(),
  });
  const listener = new Listener({
    runner,
    catalogue,
    clock,
    log,
    keys: () => ({ apiKey: settings.read().apiKey, find: (given) => keys.book.find(given) }),
    resources: host.resources,
    metrics: metrics.door,
    closeIdleUpstream: () => pool.closeIdle(),
    allowedOrigins: () => settings.read().allowedOrigins,
    readUsage: async () => usageAnswer(accounts.forQuestions() ?? accounts.choose(null, new Set())),
  });

  let port = options.port;
  let isListening = false;
  const deltas = new Deltas(clock, log, recorder);
  const { emit } = deltas;
  const accountNews = batched(clock, accountBatchMs, () => {
    runner.spares.review();
    emit({ kind: 'accounts', accounts: accounts.views() });
  });
  accounts.onChange(accountNews.ask);

  const startedAt = clock.epochMs();
  const appInfo = (): AppInfo => ({
    version: options.version,
    face: options.face,
    demo: options.demo,
    baseUrl: `http://127.0.0.1:${port}`,
    upstream: upstreamUrl,
    dataDir: host.dataDir,
    profile: learning.book.forOthers().id,
    startedAt,
    autostartUnsupported: host.autostart.unsupported,
  });
  const document = composeSettings({
    host,
    pause: listener,
    proxy,
    hasAccount: (id) => store.has(id),
    hasProfile: (version) => learning.knows(version),
    changed: (changes) => {
      runner.spares.close();
      emit({ kind: 'settings', settings: changes });
    },
  });
  const problems = () => problemsOf(host, traces.problem());
  const tellProblems = toldOnChange(problems, (now) => emit({ kind: 'problems', problems: now }));
  settings.onChange(tellProblems);
  host.troubles.onChange(tellProblems);
  const profileNews = batched(
    clock,
    accountBatchMs,
    toldOnChange(learning.view, (profiles) => emit({ kind: 'profiles', profiles })),
  );
  settings.onChange(profileNews.ask);
  signIns.onChange(() => emit({ kind: 'signIn', signIn: signIns.view() }));
  const snapshot = (): Snapshot => ({
    seq: deltas.seq,
    app: appInfo(),
    settings: document.read(),
    accounts: accounts.views(),
    signIn: signIns.view(),
    problems: problems(),
    profiles: learning.view(),
    coins: lab.coins.views(),
    requests: recorder.rows(),
  });

  const lab = composeLab({
    host,
    runner,
    traces,
    coinFile,
    accountFor: (id) => accounts.choose(id, new Set()),
    tiersOf: (model) => catalogue.tiersOf(model),
    tell: emit,
    version: options.version,
    profile: () => learning.book.forOthers().id,
  });
  const handlers: CoreHandlers = {
    'app.snapshot': snapshot,
    'app.status': () => ({
      app: appInfo(),
      fastPolicy: settings.read().fastPolicy,
      accounts: store.list().length,
      running: runner.runningCount,
      pid: process.pid,
    }),
    ...keyHandlers(settings, redactor),
    // A face with a dashboard answers this call itself.
    'app.dashboardUrl': () => ({ url: null }),
    ...document.handlers,
    ...accountHandlers(accountParts, {
      added: () => void catalogue.refresh(),
      setSettings: (patch) => document.handlers['settings.set'](patch),
      transportForgotten: (id) => runner.transports.forget(id),
      removed: (id) => {
        runner.accountRemoved(id);
        pool.closeAccount(id);
        lab.coins.leaveOf(id);
        if (settings.read().pinnedAccountId === id) settings.write({ pinnedAccountId: null });
      },
    }),
    ...traceHandlers({
      host,
      accounts,
      redactor,
      traces,
      runner,
      models: modelFacts(catalogue),
      plainModel: (name) => resolveModel(name, (slug) => catalogue.tiersOf(slug)).model,
      version: options.version,
      baseUrl: () => appInfo().baseUrl,
      deltas,
    }),
    ...metrics.handlers,
    ...keys.handlers,
    ...wayHandlers({ host, proxy, store, proxies, upstreamUrl, issuerUrl: options.issuerUrl }),
    ...lab.handlers,
    ...learning.handlers,
  };

  const connectionsStale = () => {
    proxies.networkChanged();
    pool.suspectIdle();
    accounts.verdicts.lift(null, 'network');
    accounts.ways.doubtAll();
    if (isListening) accountParts.schedule.replan();
  };
  const networkWatch = new NetworkWatch({
    clock,
    isNeeded: () => pool.size > 0,
    changed: (what) => {
      log.info(what === 'network' ? 'The network has changed.' : 'The clock has jumped, or the machine slept.');
      connectionsStale();
    },
    ...(options.lookAtNetwork === undefined ? {} : { look: options.lookAtNetwork }),
  });
  pool.onOpen(() => networkWatch.wake());

  return {
    handlers,
    get apiKey() {
      return settings.read().apiKey;
    },
    offered: () => ({ baseUrl: isListening ? appInfo().baseUrl : null, models: offeredModels(catalogue.models()) }),
    snapshot,
    onDelta: (hear) => deltas.onDelta(hear),
    mount: (routes) => listener.mount(routes),
    listen: async (wantedPort = options.port) => {
      port = await listener.listen(wantedPort, options.listenIp);
      isListening = true;
      accountParts.schedule.start();
      for (const account of accounts.renewable()) void routing.overrideFor(account);
      void options.installedCodex?.().then((version) => newestVersion.see(version));
      void catalogue.refresh();
      return { port, baseUrl: appInfo().baseUrl };
    },
    connectionsStale,
    stop: async () => {
      listener.stopAccepting();
      pool.drain();
      const labStopped = lab.stop();
      accountParts.schedule.stop();
      await within(clock, drainTimeoutMs, runner.idle());
      runner.abortAll();
      await within(clock, abortLimitMs, runner.idle());
      await listener.close();
      // A token that the issuer has rotated is lost with a program that ends before it is stored.
      await within(clock, renewalLimitMs, refresher.idle());
      await within(clock, renewalLimitMs, accountParts.store.idle());
      accountNews.cancel();
      profileNews.cancel();
      signIns.stop();
      accountParts.linked.stop();
      usage.stop();
      deltas.flush();
      networkWatch.stop();
      pool.closeAll();
      await proxies.close();
      await labStopped;
      await kept.close();
      await learning.stop();
      await traces.close();
      await metrics.close();
      await keys.book.close();
    },
  };
}
