import { join } from 'node:path';
import { app, dialog, Menu, protocol, session } from 'electron';
import { type App, compose } from '../compose.ts';
import { Redactor } from '../core/traces/redaction.ts';
import { readAssets } from '../node/assets.ts';
import { makeSecret } from '../node/bridge-credentials.ts';
import { createBridge } from '../node/bridge-server.ts';
import { systemClock } from '../node/clock.ts';
import { ensureDataDir } from '../node/data-dir.ts';
import { type Demo, startDemo } from '../node/demo.ts';
import { holdInstance } from '../node/instance.ts';
import type { ServeOptions } from '../node/options.ts';
import { writeReadyFile } from '../node/ready-file.ts';
import { waitForStop } from '../node/stop-signals.ts';
import { ownPaths } from '../shared/channels.ts';
import { SlipstreamError } from '../shared/errors.ts';
import { appScheme, appSchemes, createAppHandler } from './app-protocol.ts';
import { readDesktopOptions } from './arguments.ts';
import { hardenContents, hardenSession } from './harden.ts';
import { createDesktopHost } from './host.ts';
import { serveIpc } from './ipc-main.ts';
import { createTray } from './tray.ts';
import type { TrayAction } from './tray-menu.ts';
import { createMainWindow } from './window.ts';

/** Where the parts of the installation are. */
export interface DesktopPaths {
  readonly rendererDir: string;
  readonly preloadDir: string;
  readonly assetsDir: string;
}

const complain = (line: string) => process.stderr.write(`${line}\n`);

/**
 * Starts the desktop face. What must be settled before Electron is ready is settled when this resolves; the caller awaits it
 * at its top level, which is what holds Electron back.
 */
export async function startDesktop(paths: DesktopPaths): Promise<void> {
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged(appSchemes);
  app.on('web-contents-created', (_event, contents) => hardenContents(contents));
  const options = readDesktopOptions(process.argv.slice(app.isPackaged ? 1 : 2), complain);
  if (options === null) {
    app.exit(1);
    return;
  }
  const demo = options.demo ? await startDemo() : null;
  const placed = demo === null ? options : { ...options, ...demo.place };
  ensureDataDir(placed.dataDir);
  app.setPath('userData', placed.dataDir);
  // Chromium's own files stay out of the way of ours.
  app.setPath('sessionData', join(placed.dataDir, 'chromium'));
  if (!app.requestSingleInstanceLock()) {
    await demo?.stop();
    app.exit(0);
    return;
  }
  void app.whenReady().then(() => run(placed, paths, demo).catch(fail));
}

async function run(options: ServeOptions, paths: DesktopPaths, demo: Demo | null): Promise<void> {
  hardenSession(session.defaultSession);
  protocol.handle(appScheme, createAppHandler(readAssets(paths.rendererDir)));
  // Without it macOS has no copy and paste; elsewhere the default menu would offer developer tools and outside links.
  Menu.setApplicationMenu(
    process.platform === 'darwin'
      ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }])
      : null,
  );

  const hold = await holdInstance(options.dataDir);
  const redactor = new Redactor();
  const controlToken = makeSecret();
  redactor.addSecret(controlToken);
  const host = await createDesktopHost({ dataDir: options.dataDir, logLevel: options.logLevel ?? 'info', redactor });
  const core = await compose({
    host,
    redactor,
    face: 'desktop',
    version: app.getVersion(),
    port: options.port,
    listenIp: options.listen ?? null,
    upstreamUrl: options.upstream,
    issuerUrl: options.issuer,
    demo: demo !== null,
  });
  const { handlers, onDelta } = core;
  const { clock, log } = host;
  const bridge = createBridge({ handlers, onDelta, controlToken, allowDashboard: false, clock, log });
  core.mount(bridge);
  await demo?.populate(core);
  const { port, baseUrl } = await core.listen();
  const controlUrl = `ws://127.0.0.1:${port}${ownPaths.bridge}`;
  hold.announce({ pid: process.pid, startedAt: clock.epochMs(), controlUrl, controlToken });
  if (options.readyFile !== undefined) {
    writeReadyFile(options.readyFile, { pid: process.pid, baseUrl, dashboardUrl: null, apiKey: core.apiKey });
  }

  const window = createMainWindow(paths);
  serveIpc({ window: window.current, handlers, onDelta, log });
  const quit = stopOnce(async () => {
    demo?.stopTraffic();
    tray.destroy();
    bridge.close();
    await core.stop();
    hold.release();
    await demo?.stop();
    app.exit(0);
  });
  const tray = createTray({
    assetsDir: paths.assetsDir,
    act: (action) => act(action, core, { quit, open: window.show }),
  });
  const showState = async () => {
    const { app: info, fastPolicy, accounts, running } = await handlers['app.status'](null);
    tray.show({ baseUrl: info.baseUrl, fastPolicy, accounts, running });
  };
  onDelta(() => void showState());
  await showState();

  app.on('second-instance', window.show);
  app.on('activate', window.show);
  // Without a listener Electron quits with its last window; Slipstream stays in the tray.
  app.on('window-all-closed', () => {});
  app.on('before-quit', (event) => {
    event.preventDefault();
    quit();
  });
  void waitForStop(process, systemClock, () => app.exit(1)).then(quit);
  if (options.open) {
    window.show();
  }
  demo?.startTraffic(baseUrl, core.apiKey);
}

interface TrayTargets {
  readonly quit: () => void;
  readonly open: () => void;
}

function act(action: TrayAction, core: App, { quit, open }: TrayTargets): void {
  switch (action.kind) {
    case 'open':
      open();
      break;
    case 'quit':
      quit();
      break;
    case 'fast':
      void core.handlers['fast.set']({ policy: action.policy });
  }
}

/** Quitting comes from the tray, from the system and from signals, often at the same time. */
function stopOnce(stop: () => Promise<void>): () => void {
  let isStopping = false;
  return () => {
    if (!isStopping) {
      isStopping = true;
      void stop().catch(fail);
    }
  };
}

/** A start that cannot go on: there may be no terminal, so a dialog says why. */
function fail(thrown: unknown): void {
  const message = thrown instanceof SlipstreamError ? thrown.message : `Slipstream cannot start: ${String(thrown)}`;
  complain(`slipstream: ${message}`);
  dialog.showErrorBox('Slipstream', message);
  app.exit(1);
}
