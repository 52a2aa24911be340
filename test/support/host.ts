import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileTroubles } from '../../src-main/core/file-troubles.ts';
import type { Clock, Host, Logger, Resources } from '../../src-main/core/ports.ts';
import { noAutostart } from '../../src-main/node/autostart.ts';
import { Settings } from '../../src-main/shared/settings.ts';

/** The real clock, for tests with real sockets. */
export const realClock: Clock = {
  monotonicMs: () => performance.now(),
  epochMs: () => Date.now(),
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

export interface LogLine {
  readonly level: keyof Logger;
  readonly message: string;
  readonly fields: Record<string, unknown> | undefined;
}

/** A log that keeps its lines. */
export function recordingLog(): Logger & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const write = (level: keyof Logger) => (message: string, fields?: Record<string, unknown>) => {
    lines.push({ level, message, fields });
  };
  return { lines, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

/** Troubles of a data folder, as its host keeps them. */
export const troublesIn = (dataDir: string) => new FileTroubles(dataDir, recordingLog());

export interface TestHost extends Host {
  readonly log: ReturnType<typeof recordingLog>;
  /** Removes the data folder. */
  dispose(): void;
}

/** A host on a data folder of its own, with settings in memory. */
export function testHost(
  overrides: Partial<Settings> = {},
  clock: Clock = realClock,
  resources: Partial<Resources> = {},
): TestHost {
  const dataDir = mkdtempSync(join(tmpdir(), 'slipstream-test-'));
  const log = recordingLog();
  let settings = Settings.parse({
    version: 1,
    fastPolicy: 'auto',
    apiKey: 'local-key-0123456789abcdef',
    installationId: '11111111-2222-4333-8444-555555555555',
    ...overrides,
  });
  const listeners = new Set<() => void>();
  return {
    clock,
    log,
    secrets: {
      encrypts: false,
      seal: async (plain) => plain,
      open: async (sealed) => ({ plain: sealed, isStale: false }),
    },
    settings: {
      read: () => settings,
      write: (patch) => {
        settings = { ...settings, ...patch };
        for (const hear of listeners) hear();
      },
      onChange: (hear) => void listeners.add(hear),
      problems: () => [],
    },
    resources: { maxOpenFiles: null, openFiles: () => null, freeMemoryBytes: () => null, ...resources },
    autostart: noAutostart,
    dataDir,
    troubles: new FileTroubles(dataDir, log),
    openUrl: () => {},
    notify: () => {},
    dispose: () => rmSync(dataDir, { recursive: true, force: true }),
  };
}
