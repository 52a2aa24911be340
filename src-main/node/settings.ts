import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import Conf, { type Options } from 'conf';
import type { SettingsStore } from '../core/ports.ts';
import { SlipstreamError } from '../shared/errors.ts';
import { Settings } from '../shared/settings.ts';
import { systemClock } from './clock.ts';

/** The part of `conf` (and so of `electron-store`) that is used. */
interface SettingsFile {
  store: Record<string, unknown>;
}

export type OpenSettingsFile = (options: Options<Record<string, unknown>>) => SettingsFile;

interface SettingsOptions {
  readonly dataDir: string;
  /** Told where a file that could not be read was put. */
  readonly onCorrupt: (setAsidePath: string) => void;
  readonly openFile?: OpenSettingsFile;
}

/** What a first start begins with; the key and the id are new each time. */
function firstSettings(): Settings {
  return Settings.parse({
    version: 1,
    fastPolicy: 'auto',
    apiKey: randomBytes(32).toString('base64url'),
    installationId: randomUUID(),
  });
}

/**
 * The settings file of a data folder. It is read once: its owner holds the instance lock, so nobody else writes it.
 * A file that is not valid is set aside and a new one begun.
 */
export function openSettings({ dataDir, onCorrupt, openFile = openConf }: SettingsOptions): SettingsStore {
  const open = () => openFile({ cwd: dataDir, configName: 'settings', configFileMode: 0o600 });
  let file: SettingsFile;
  let current: Settings;
  try {
    file = open();
    // Keys that a newer version has added come from the defaults.
    current = Settings.parse({ ...firstSettings(), ...file.store });
  } catch (cause) {
    if (cause instanceof Error && 'syscall' in cause) {
      throw new SlipstreamError('store_unwritable', { message: `The settings in ${dataDir} cannot be read.`, cause });
    }
    setAside(dataDir, onCorrupt);
    file = open();
    current = firstSettings();
  }
  const write = (settings: Settings) => {
    try {
      file.store = settings;
    } catch (cause) {
      throw new SlipstreamError('store_unwritable', { cause });
    }
  };
  if (!isDeepStrictEqual({ ...file.store }, current)) write(current);
  const listeners = new Set<() => void>();
  return {
    read: () => current,
    write: (patch) => {
      const next = Settings.parse({ ...current, ...patch });
      write(next);
      current = next;
      for (const hear of listeners) hear();
    },
    onChange: (hear) => void listeners.add(hear),
  };
}

function openConf(options: Options<Record<string, unknown>>): SettingsFile {
  return new Conf(options);
}

function setAside(dataDir: string, onCorrupt: (setAsidePath: string) => void): void {
  const path = join(dataDir, 'settings.json');
  if (existsSync(path)) {
    const setAsidePath = join(dataDir, `settings.corrupt-${systemClock.epochMs()}.json`);
    renameSync(path, setAsidePath);
    chmodSync(setAsidePath, 0o600);
    onCorrupt(setAsidePath);
  }
}
