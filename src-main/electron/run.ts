import { join } from 'node:path';
import { app, Menu, protocol, session } from 'electron';
import type { App, ComposeOptions } from '../app/app.ts';
import { Redactor } from '../core/traces/redaction.ts';
import { readAssets } from '../node/assets.ts';
import { createBridge } from '../node/bridge-server.ts';
import { systemClock } from '../node/clock.ts';
import type { Demo } from '../node/demo.ts';
import type { FaceHost } from '../node/face-host.ts';
import { holdInstance } from '../node/instance.ts';
import { type Instance, runInstance } from '../node/run-instance.ts';
import { waitForStop } from '../node/stop-signals.ts';
import type { Handlers } from '../shared/contract.ts';
import { toggledFast } from '../shared/tiers.ts';
import { tell } from '../shared/words/told.ts';
import { buildAppMenu } from './app-menu.ts';
import { appScheme, createAppHandler } from './app-protocol.ts';
import { type DesktopOptions, hiddenFlag, loginArguments } from './arguments.ts';
import { createAutostart } from './autostart.ts';
import { guardAgainstCrash, relaunch } from './crash-guard.ts';
import { screenOfArguments, screenOfLink } from './deep-link.ts';
import { desktopWords } from './desktop-words.ts';
import { createFastShortcut } from './fast-shortcut.ts';
import { createHarDrag } from './har-drag.ts';
import { hardenSession } from './harden.ts';
import { createDesktopHost, logPathOf } from './host.ts';
import { previousKeeper, readInstallation } from './installation.ts';
import { serveIpc } from './ipc-main.ts';
import { showJumpList } from './jump-list.ts';
import { listenOrAsk } from './port-dialog.ts';
import { watchPower } from './power.ts';
import { askForRestart } from './restart-dialog.ts';
import { createTray } from './tray.ts';
import { createTrayActions } from './tray-actions.ts';
import { feedTray } from './tray-feed.ts';
import { noTrayHost } from './tray-host.ts';
import { whyNoUpdates } from './update-rules.ts';
import { createUpdates, type Updates } from './updates.ts';
import { createMainWindow } from './window.ts';

/** On macOS the new version is handed to the system first, which copies it. */
const installLimitMs = 120_000;

/** Where the parts of the installation are. */
export interface DesktopPaths {
  /** Builds the core. */
  readonly compose: (options: ComposeOptions) => Promise<App>;
  /** Whether the desktop shows tray icons. */
  readonly hasTrayHost: () => Promise<boolean>;
  /** How long the tray's menu stays as it is at least. */
  readonly menuRestMs?: number;
  readonly rendererDir: string;
  readonly preloadDir: string;
  readonly assetsDir: string;
}

interface RunOptions {
  readonly options: DesktopOptions;
  readonly paths: DesktopPaths;
  readonly demo: Demo | null;
  /** Which build this is; a second start says which one it is. */
  readonly build: string;
  /** What ends a program that cannot go on. */
  readonly fail: (thrown: unknown) => void;
}

/** Runs the desktop face, once Electron is ready. Resolves when all of it stands. */
export async function runDesktop({ options, paths, demo, build, fail }: RunOptions): Promise<void> {
  hardenSession(session.defaultSession);
  protocol.handle(appScheme, createAppHandler(readAssets(paths.rendererDir)));

  const hold = await holdInstance(options.dataDir, () => {});
  const redactor = new Redactor();
  const shortcut = createFastShortcut(() => menuActions.toggleFast());
  const host = createDesktopHost({
    dataDir: options.dataDir,
    logLevel: options.logLevel ?? 'info',
    redactor,
    issuerUrl: options.issuer,
    autostart: createAutostart({
      platform: process.platform,
      env: process.env,
      isDemo: demo !== null,
      args: loginArguments(options),
    }),
    shortcut,
    isDemo: demo !== null,
    openWindow: (screen) => window.show(screen),
    restart: () => restart(),
  });
  const { clock, log, settings } = host;
  const words = () => desktopWords(settings.read().language);
  guardAgainstCrash({ source: process, log, logPath: logPathOf(options.dataDir), words });
  const window = createMainWindow({ ...paths, clock, log });
  const instance = await runInstance({
    hold,
    redactor,
    compose: paths.compose,
    createHost: () => host,
    core: {
      face: 'desktop',
      version: app.getVersion(),
      port: options.port,
      listenIp: options.listen ?? null,
      upstreamUrl: options.upstream,
      issuerUrl: options.issuer,
      demo: demo !== null,
    },
  });
  const { app: core, handlers, controlToken } = instance;
  const harDrag = createHarDrag({
    dir: join(options.dataDir, 'dragged'),
    icon: join(paths.assetsDir, 'tray', 'idle-outlined@2x.png'),
    clock,
    window: window.current,
    exportHar: handlers['export.har'],
  });
  const installation = readInstallation(demo !== null);
  const updates = createUpdates({
    clock,
    log,
    load: async () => (await import('./app-updater.ts')).appUpdater(),
    whyOff: whyNoUpdates(installation),
    settings: settings.read,
    runningTurns: async () => (await handlers['app.status'](null)).running,
    notify: host.notify,
    quit: () => quit(),
    keepPrevious: previousKeeper(installation, options.dataDir),
  });
  const ownHandlers: Handlers = {
    ...handlers,
    'requests.dragHar': harDrag.handler,
    'updates.get': updates.view,
    'updates.check': updates.check,
    'updates.download': updates.download,
    'updates.install': updates.install,
    'updates.postpone': updates.postpone,
  };
  const bridge = createBridge({
    handlers: ownHandlers,
    onDelta: core.onDelta,
    controlToken,
    browsers: null,
    clock,
    log,
  });
  core.mount(bridge);
  await demo?.populate(core);
  const listening = await listenOrAsk(core.listen, options.port, words().t);
  if (listening === null) {
    await leave(instance, demo);
    return;
  }
  instance.announce(listening, { readyFile: options.readyFile, dashboardUrl: () => null });

  serveIpc({ window: window.current, handlers: ownHandlers, onDelta: core.onDelta, log });
  const quit = stopOnce(async () => {
    // Who starts it again meanwhile gets an instance of its own, which waits for this one to end.
    app.releaseSingleInstanceLock();
    demo?.stopTraffic();
    feed.stop();
    tray.destroy();
    bridge.close();
    harDrag.clean();
    updates.stop();
    await leave(instance, demo, updates);
  }, fail);
  const refresh = () => feed.refresh();
  const act = createTrayActions({ core, handlers, log, open: window.show, quit, notify: host.notify, refresh });
  const tray = createTray({
    assetsDir: paths.assetsDir,
    clock,
    act,
    clickMeans: () => settings.read().trayClick,
    ...(paths.menuRestMs === undefined ? {} : { menuRestMs: paths.menuRestMs }),
  });
  const feed = feedTray(core, desktopWords, tray.show);
  const showMenu = () =>
    Menu.setApplicationMenu(Menu.buildFromTemplate(buildAppMenu(process.platform, words().t, menuActions)));
  const menuActions = {
    open: () => window.show(),
    toggleFast: () => act({ kind: 'set', settings: { fastPolicy: toggledFast(settings.read().fastPolicy) } }),
    togglePause: () => act({ kind: 'set', settings: { paused: !core.snapshot().settings.paused } }),
    copyDiagnostics: () => act({ kind: 'copy', what: 'diagnostics' }),
    quit,
  };
  const showMenus = () => {
    showMenu();
    showJumpList(words().t);
  };
  showMenus();
  settings.onChange(showMenus);
  takeShortcut(host);

  const restart = () => {
    relaunch();
    quit();
  };
  /** Of which the user was told. */
  let known = build;
  app.on('second-instance', (_event, args, _folder, second) => {
    const screen = screenOfArguments(args);
    if (screen === null && args.includes(hiddenFlag)) return;
    window.show(screen ?? undefined);
    const installed = buildOf(second) ?? known;
    if (installed === known) return;
    known = installed;
    // Parts of this one that are loaded later may not be there any more.
    askForRestart(words().t, 'version').then((isWanted) => isWanted && restart(), fail);
  });
  // macOS tells of a link so; elsewhere it starts the program with it.
  app.on('open-url', (event, url) => {
    event.preventDefault();
    const screen = screenOfLink(url);
    if (screen !== null) window.show(screen);
  });
  app.on('activate', () => window.show());
  // Without a listener Electron quits with its last window; Slipstream stays in the tray.
  app.on('window-all-closed', () => {});
  app.on('before-quit', (event) => {
    if (updates.isInstalling()) return;
    event.preventDefault();
    quit();
  });
  // Windows ends the session without a signal.
  app.on('browser-window-created', (_event, window) => window.on('session-end', quit));
  watchPower({ log, stale: core.connectionsStale, quit });
  void waitForStop(process, systemClock, () => app.exit(1)).then(quit);
  const isTrayShown = await paths.hasTrayHost();
  if (!isTrayShown) log.warn(noTrayHost);
  const linked = screenOfArguments(process.argv);
  if (linked !== null) window.show(linked);
  else if (options.open && !isHiddenStart(options)) window.show();
  // Nothing else would say that it runs.
  else if (options.open && !isTrayShown) window.showMinimised();
  else app.dock?.hide();
  updates.start();
  demo?.startTraffic(listening.baseUrl, () => core.apiKey);
}

/** Null where a start, of an older version perhaps, does not say it. */
function buildOf(start: unknown): string | null {
  return typeof start === 'object' && start !== null && 'build' in start ? String(start.build) : null;
}

/** The keys may have become somebody else's since they were chosen. */
function takeShortcut({ shortcut, settings, notify }: FaceHost): void {
  const { fastShortcut } = settings.read();
  try {
    shortcut?.set(fastShortcut);
  } catch {
    notify(tell('notices.shortcut'), tell('notices.shortcut.body', { keys: fastShortcut ?? '' }));
  }
}

/** A login start opens no window; macOS passes it no arguments, and says so in another way. */
function isHiddenStart({ hidden }: DesktopOptions): boolean {
  return hidden === true || (process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin);
}

/** Lets running turns end, gives the data folder back and exits. */
async function leave(instance: Instance, demo: Demo | null, updates?: Updates): Promise<void> {
  await instance.stop();
  await demo?.stop();
  if (updates?.finish() === true) {
    // The installer quits the program, unless something is wrong with it.
    systemClock.after(installLimitMs, () => app.exit(0));
    return;
  }
  app.exit(0);
}

/** Quitting comes from the tray, from the system and from signals, often at the same time. */
function stopOnce(stop: () => Promise<void>, fail: (thrown: unknown) => void): () => void {
  let isStopping = false;
  return () => {
    if (!isStopping) {
      isStopping = true;
      void stop().catch(fail);
    }
  };
}
