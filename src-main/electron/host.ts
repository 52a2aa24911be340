import { Notification, safeStorage } from 'electron';
import type { Host } from '../core/ports.ts';
import type { Redactor } from '../core/traces/redaction.ts';
import { systemClock } from '../node/clock.ts';
import { createRedactedLog, type LogLevel } from '../node/log.ts';
import { openSettings } from '../node/settings.ts';
import { openExternal } from './safe-shell.ts';
import { createSafeSecrets } from './secrets.ts';
import { openElectronStore } from './settings.ts';

interface DesktopHostOptions {
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  readonly redactor: Redactor;
  readonly issuerUrl: string;
}

/** The core's host in Electron; after the app is ready. The caller holds the data folder's instance lock. */
export async function createDesktopHost({ dataDir, logLevel, redactor, issuerUrl }: DesktopHostOptions): Promise<Host> {
  const log = createRedactedLog(logLevel, redactor);
  return {
    clock: systemClock,
    log,
    secrets: await createSafeSecrets(safeStorage, process.platform),
    settings: openSettings({
      dataDir,
      openFile: openElectronStore,
      onCorrupt: (setAsidePath) => log.warn('The settings could not be read; new ones were made.', { setAsidePath }),
    }),
    dataDir,
    openUrl: (url) => {
      openExternal(url, issuerUrl).then(
        (opened) => opened || log.warn('A page outside the allowed hosts was not opened.'),
        (error: unknown) => log.warn('No browser could be opened.', { error }),
      );
    },
    notify: (title, body) => {
      if (Notification.isSupported()) {
        new Notification({ title, body }).show();
      } else {
        log.warn(title, { body });
      }
    },
  };
}
