import type { Host } from '../core/ports.ts';
import type { Redactor } from '../core/traces/redaction.ts';
import { systemClock } from './clock.ts';
import { createRedactedLog, type LogLevel } from './log.ts';
import { openInBrowser } from './open-browser.ts';
import { plainSecrets } from './secrets.ts';
import { openSettings } from './settings.ts';

interface NodeHostOptions {
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  readonly redactor: Redactor;
}

/** The core's host on plain Node. The caller holds the data folder's instance lock. */
export function createNodeHost({ dataDir, logLevel, redactor }: NodeHostOptions): Host {
  const log = createRedactedLog(logLevel, redactor);
  return {
    clock: systemClock,
    log,
    secrets: plainSecrets,
    settings: openSettings({
      dataDir,
      onCorrupt: (setAsidePath) => log.warn('The settings could not be read; new ones were made.', { setAsidePath }),
    }),
    dataDir,
    openUrl: (url) => {
      if (URL.parse(url)?.protocol === 'https:') {
        void openInBrowser(url);
      }
    },
    notify: (title, body) => log.warn(title, { body }),
  };
}
