import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
// The writer of `electron-store`, so that both faces write the file alike: it waits for whoever holds it on Windows.
import { writeFileSync } from 'atomically';

/** What is used of `electron-store`; plain Node keeps the same file without all that a store would load. */
export interface SettingsFile {
  /** Set, it is written whole. */
  store: Record<string, unknown>;
}

interface SettingsFileOptions {
  readonly cwd: string;
  /** Of the file, without its `.json`. */
  readonly name: string;
  readonly configFileMode: number;
  readonly deserialize: (text: string) => Record<string, unknown>;
}

export type OpenSettingsFile = (options: SettingsFileOptions) => SettingsFile;

/** Reads it; empty where there is none yet. Throws what the file system or `deserialize` says. */
export const openPlainFile: OpenSettingsFile = ({ cwd, name, configFileMode: mode, deserialize }) => {
  const path = join(cwd, `${name}.json`);
  const text = readIfThere(path);
  if (text === null) mkdirSync(cwd, { recursive: true });
  let content = text === null ? {} : deserialize(text);
  return {
    get store() {
      return content;
    },
    set store(next) {
      writeFileSync(path, JSON.stringify(next, undefined, '\t'), { mode });
      content = next;
    },
  };
};

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw cause;
  }
}
