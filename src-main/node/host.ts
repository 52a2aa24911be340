import { FileTroubles } from '../core/file-troubles.ts';
import type { Redactor } from '../core/traces/redaction.ts';
import { english } from '../shared/words/english.ts';
import { noAutostart } from './autostart.ts';
import { systemClock } from './clock.ts';
import type { FaceHost } from './face-host.ts';
import { isIssuerPage } from './issuer-page.ts';
import { createProgramLog } from './log.ts';
import type { LogLevel } from './log-levels.ts';
import { createSignInOpener } from './open-browser.ts';
import { machineResources } from './resources.ts';
import { plainSecrets } from './secrets.ts';
import { openSettings, toldSettings } from './settings.ts';

interface NodeHostOptions {
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  readonly redactor: Redactor;
  /** Its pages are the only ones that are opened. */
  readonly issuerUrl: string;
}

/** The core's host on plain Node. The caller holds the data folder's instance lock. */
export function createNodeHost({ dataDir, logLevel, redactor, issuerUrl }: NodeHostOptions): FaceHost {
  const { log, recentProblems } = createProgramLog({ level: logLevel, redactor });
  const opener = createSignInOpener(dataDir, systemClock);
  return {
    clock: systemClock,
    log,
    recentProblems,
    secrets: plainSecrets,
    settings: toldSettings(openSettings({ dataDir, log }), log),
    resources: machineResources(),
    autostart: noAutostart,
    dataDir,
    troubles: new FileTroubles(dataDir, log),
    openUrl: (url) => {
      if (isIssuerPage(url, issuerUrl)) void opener.open(url);
      else log.warn("A page that is not the issuer's was not opened.");
    },
    notify: (title, body) => log.warn(english.told(title), { body: english.told(body) }),
  };
}
