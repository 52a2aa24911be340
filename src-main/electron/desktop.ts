import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, protocol } from 'electron';
import { systemClock } from '../node/clock.ts';
import { ensureDataDir, madePrivate } from '../node/data-dir.ts';
import { startDemo } from '../node/demo.ts';
import { waitForStop } from '../node/stop-signals.ts';
import { SlipstreamError } from '../shared/errors.ts';
import { visibleText } from '../shared/visible-text.ts';
import { appSchemes } from './app-protocol.ts';
import { type DesktopOptions, readDesktopOptions } from './arguments.ts';
import { linkScheme } from './deep-link.ts';
import { hardenContents } from './harden.ts';
import { type DesktopPaths, runDesktop } from './run.ts';

/** Windows shows notifications under it; the packages carry the same one. */
const appId = 'app.slipstream.desktop';

/** An AppImage adds the switch by itself where it cannot make user namespaces. */
const noSandbox =
  'Slipstream does not show its pages without a sandbox, and this start has none (--no-sandbox). ' +
  'Where the system lets an AppImage make no user namespaces, install the deb package instead.';

const complain = (line: string) => process.stderr.write(`${visibleText(line)}\n`);

/**
 * Starts the desktop face. What must be settled before Electron is ready is settled when this resolves; the caller awaits it
 * at its top level, which is what holds Electron back. It never rejects: Electron would show the error in a box of its own,
 * which holds every signal back until it is closed.
 */
export async function startDesktop(paths: DesktopPaths): Promise<void> {
  app.enableSandbox();
  // For the pages; this process's own heap stands already.
  app.commandLine.appendSwitch('js-flags', '--max-semi-space-size=4');
  if (process.platform === 'linux') prepareLinux();
  if (process.platform === 'win32') {
    app.setAppUserModelId(appId);
    // The other packages say so to their systems themselves.
    if (app.isPackaged) app.setAsDefaultProtocolClient(linkScheme);
  }
  protocol.registerSchemesAsPrivileged(appSchemes);
  app.on('web-contents-created', (_event, contents) => hardenContents(contents));
  const options = readDesktopOptions(process.argv.slice(app.isPackaged ? 1 : 2), complain);
  if (options === null) {
    app.exit(1);
    return;
  }
  try {
    await startWith(options, paths);
  } catch (thrown) {
    // A dialog needs an app that is ready.
    void app.whenReady().then(() => fail(thrown));
  }
}

/**
 * Who ends a session, a unit or what runs in a terminal signals every process of it. Chromium cannot start its GPU process
 * anew then, and gives up in the middle of turns: so it draws without one, and without drivers, which could crash in here.
 */
function prepareLinux(): void {
  app.disableHardwareAcceleration();
  app.commandLine.appendSwitch('in-process-gpu');
  // On Wayland only the desktop gives shortcuts out. A switch of the user's own stands.
  const given = app.commandLine.getSwitchValue('enable-features');
  app.commandLine.appendSwitch(
    'enable-features',
    [...(given === '' ? [] : [given]), 'GlobalShortcutsPortal'].join(','),
  );
}

async function startWith(options: DesktopOptions, paths: DesktopPaths): Promise<void> {
  const demo = options.demo ? await startDemo() : null;
  const placed = demo === null ? options : { ...options, ...demo.place };
  if (ensureDataDir(placed.dataDir)) complain(madePrivate(placed.dataDir));
  app.setPath('userData', placed.dataDir);
  // Chromium's own files stay out of the way of ours.
  app.setPath('sessionData', demo?.browserDir ?? join(placed.dataDir, 'chromium'));
  demo?.removeAfterExit();
  const build = buildIn(paths.rendererDir);
  if (!app.requestSingleInstanceLock({ build })) {
    await demo?.stop();
    app.exit(0);
    return;
  }
  void app.whenReady().then(() => {
    if (app.isPackaged && app.commandLine.hasSwitch('no-sandbox')) {
      end(noSandbox);
      return;
    }
    return runDesktop({ options: placed, paths, demo, build, fail }).catch(fail);
  });
}

/** What tells one build from another: an installed one has its version alone. */
function buildIn(rendererDir: string): string {
  const stamp = join(rendererDir, '..', 'build-stamp');
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : app.getVersion();
}

/** A start that cannot go on: there may be no terminal, so a dialog says why. */
function fail(thrown: unknown): void {
  end(thrown instanceof SlipstreamError ? thrown.message : `Slipstream cannot start: ${String(thrown)}`);
}

function end(message: string): void {
  const exit = () => app.exit(1);
  // Not an error box: it would hold every signal back until it is closed.
  void waitForStop(process, systemClock, exit).then(exit);
  complain(`slipstream: ${message}`);
  void dialog.showMessageBox({ type: 'error', title: 'Slipstream', message, noLink: true }).then(exit, exit);
}
