import { join } from 'node:path';
import { safeStorage, session } from 'electron';
import { FileTroubles } from '../core/file-troubles.ts';
import type { Autostart, FastShortcut } from '../core/ports.ts';
import type { Redactor } from '../core/traces/redaction.ts';
import { systemClock } from '../node/clock.ts';
import type { FaceHost } from '../node/face-host.ts';
import { createProgramLog } from '../node/log.ts';
import { LogFile } from '../node/log-file.ts';
import type { LogLevel } from '../node/log-levels.ts';
import { machineResources } from '../node/resources.ts';
import { openSettings, toldSettings } from '../node/settings.ts';
import { desktopWords } from './desktop-words.ts';
import { isKeyringOpen } from './keyring-state.ts';
import { createNotifier } from './notifications.ts';
import { askForPlain } from './plain-dialog.ts';
import { askForRestart } from './restart-dialog.ts';
import { openExternal } from './safe-shell.ts';
import { createSafeSecrets } from './secrets.ts';
import { openElectronStore } from './settings.ts';

interface DesktopHostOptions {
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  readonly redactor: Redactor;
  readonly issuerUrl: string;
  readonly autostart: Autostart;
  readonly shortcut: FastShortcut;
  readonly isDemo: boolean;
  /** Opens the window, on a screen if one is named; what a click on a notification does. */
  readonly openWindow: (screen?: string) => void;
  /** Ends this run, in good order, and begins another. */
  readonly restart: () => void;
}

/** The log file of a data folder; older ones are beside it. */
export function logPathOf(dataDir: string): string {
  return join(dataDir, 'logs', 'slipstream.log');
}

/** The core's host in Electron; after the app is ready. The caller holds the data folder's instance lock. */
export function createDesktopHost(options: DesktopHostOptions): FaceHost {
  const { dataDir, logLevel, redactor, issuerUrl, autostart, shortcut, isDemo, openWindow, restart } = options;
  const file = logLevel === 'silent' ? null : new LogFile({ path: logPathOf(dataDir) });
  const { log, recentProblems } = createProgramLog({ level: logLevel, redactor, also: (line) => file?.write(line) });
  const settings = toldSettings(openSettings({ dataDir, log, openFile: openElectronStore }), log);
  const words = () => desktopWords(settings.read().language);
  return {
    clock: systemClock,
    log,
    recentProblems,
    secrets: createSafeSecrets({
      storage: safeStorage,
      platform: process.platform,
      // The accounts of a demo are made up.
      askForPlain: isDemo ? async () => true : (keyring) => askForPlain(words().t, keyring),
      hasOpened: () => isKeyringOpen(process.platform),
      offerRestart: () => void askForRestart(words().t, 'keyring').then((isWanted) => isWanted && restart()),
    }),
    settings,
    resources: machineResources(),
    autostart,
    shortcut,
    dataDir,
    troubles: new FileTroubles(dataDir, log),
    systemProxy: (url) => session.defaultSession.resolveProxy(url),
    openUrl: (url) => {
      openExternal(url, issuerUrl).then(
        (opened) => opened || log.warn('A page outside the allowed hosts was not opened.'),
        (error: unknown) => log.warn('No browser could be opened.', { error }),
      );
    },
    notify: createNotifier({
      platform: process.platform,
      log,
      clock: systemClock,
      open: openWindow,
      words,
      settings: settings.read,
    }),
  };
}
