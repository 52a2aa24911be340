import { chmodSync, constants, copyFileSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { checkPlainFile, readPlainFile, tooLarge } from '../core/plain-file.ts';
import type { Logger, SettingsStore } from '../core/ports.ts';
import { SlipstreamError } from '../shared/errors.ts';
import { Listeners } from '../shared/listeners.ts';
import { Settings } from '../shared/settings.ts';
import { english } from '../shared/words/english.ts';
import { said } from '../shared/words/said.ts';
import { tell } from '../shared/words/told.ts';
import type { Told } from '../shared/words/told-text.ts';
import { systemCode, writeProblem } from '../shared/write-problem.ts';
import { writeProblemText } from '../shared/write-problem-text.ts';
import { systemClock } from './clock.ts';
import { removeHalfWritten } from './half-written.ts';
import { firstSettings, isTooDeep, readHead, readSettings, salvage, withoutMark } from './read-settings.ts';
import { type OpenSettingsFile, openPlainFile, type SettingsFile } from './settings-file.ts';

interface SettingsOptions {
  readonly dataDir: string;
  readonly openFile?: OpenSettingsFile;
  /** Where it is said that somebody who hears of changes failed. */
  readonly log: Pick<Logger, 'error'>;
}

const fileName = 'settings.json';
const asideName = /^settings\.corrupt-\d+\.json$/;
const editedName = /^settings\.edited-\d+\.json$/;
/** Of those copies; the oldest goes first. */
const maxEdited = 5;
/**
 * The settings file of a data folder. It is read once: its owner holds the instance lock, so no other program writes it.
 * What a person has changed in it meanwhile is copied beside it before it is written again. Bad values fall to their
 * defaults one by one and stay in the file until they are set anew. A file that is no JSON in UTF-8, is far too large or too
 * deep is set aside; what can be read of it, at least the API key, is taken over. One of a newer version is only written to
 * after it was copied.
 */
export function openSettings({ dataDir, log, openFile = openPlainFile }: SettingsOptions): SettingsStore {
  const open = () =>
    openFile({
      cwd: dataDir,
      name: 'settings',
      configFileMode: 0o600,
      deserialize: parseFile,
    });
  const { file, taken } = openOrSetAside(dataDir, open);
  let raw: Record<string, unknown> = { ...file.store, ...taken };
  const { settings, bad, isNewer } = readSettings(raw);
  const stillBad = new Map(bad);
  let current = settings;
  let isCopied = !isNewer;
  const write = (content: Record<string, unknown>) => {
    try {
      if (!isCopied) copyNewer(dataDir, raw.version);
      isCopied = true;
      keepEdited(dataDir, raw);
      file.store = content;
    } catch (cause) {
      throw new SlipstreamError('store_unwritable', {
        ...said('failures.write', { path: join(dataDir, fileName), why: writeProblem(cause) }),
        cause,
      });
    }
    raw = content;
  };
  // Clients hold the key, and turns are told by the id: neither may change again with the next start.
  const { apiKey, installationId } = current;
  const version = isNewer ? raw.version : current.version;
  const begun = isNewer ? { ...raw, apiKey, installationId } : { ...current, ...raw, version, apiKey, installationId };
  if (bad.has('apiKey') || bad.has('installationId')) copyForOwner(dataDir, asidePath(dataDir));
  if (!isDeepStrictEqual({ ...file.store }, begun)) write(begun);
  const listeners = new Listeners(log);
  return {
    read: () => current,
    write: (patch) => {
      const next = Settings.parse({ ...current, ...patch });
      const set = Object.fromEntries(Object.entries(next).filter(([name]) => Object.hasOwn(patch, name)));
      write({ ...raw, ...set, version });
      current = next;
      for (const name of Object.keys(set)) stillBad.delete(name);
      listeners.tell();
    },
    onChange: (hear) => void listeners.add(hear),
    problems: () => [
      ...[...stillBad].map(([name, why]) => badMember(name, why)),
      ...(isNewer ? [tell('problems.newer', { version: String(raw.version) })] : []),
      ...filesNamed(asideName, dataDir).map((path) => tell('problems.aside', { path })),
      ...filesNamed(editedName, dataDir).map((path) => tell('problems.edited', { path })),
    ],
  };
}

/** The same settings, once what could not be read of them was logged. */
export function toldSettings(settings: SettingsStore, log: Logger): SettingsStore {
  for (const problem of settings.problems()) log.warn(english.told(problem));
  return settings;
}

function badMember(name: string, why: Told): Told {
  // No value is shown: it may be a secret.
  return name === 'apiKey' ? tell('problems.key') : tell('problems.setting', { name, why });
}

/** The file, and what was taken over from one that had to be set aside. Throws `store_unwritable`. */
function openOrSetAside(
  dataDir: string,
  open: () => SettingsFile,
): { readonly file: SettingsFile; readonly taken: Readonly<Record<string, unknown>> } {
  try {
    if (existsSync(dataDir)) removeHalfWritten(dataDir);
    try {
      checkIfThere(join(dataDir, fileName));
      return { file: open(), taken: {} };
    } catch (cause) {
      if (![tooLarge, ''].includes(systemCode(cause))) throw cause;
    }
    const read = salvage(readHead(join(dataDir, fileName)));
    const aside = asidePath(dataDir);
    renameSync(join(dataDir, fileName), aside);
    chmodSync(aside, 0o600);
    return { file: open(), taken: { ...firstSettings(), ...read } };
  } catch (cause) {
    const why = writeProblemText(cause);
    throw new SlipstreamError('store_unwritable', {
      message: `The settings in ${dataDir} cannot be read: ${why}.`,
      cause,
    });
  }
}

function checkIfThere(path: string): void {
  try {
    checkPlainFile(path);
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT') throw cause;
  }
}

/** Throws for what is no JSON object, or one that could not be written again. */
function parseFile(text: string): Record<string, unknown> {
  const content = z.looseObject({}).parse(JSON.parse(withoutMark(text)));
  if (Object.values(content).some((value) => isTooDeep(value))) throw new Error('the settings are nested too deep');
  return content;
}

function asidePath(dataDir: string): string {
  return join(dataDir, `settings.corrupt-${systemClock.epochMs()}.json`);
}

/** Keeps the file as it is, to the byte, unless it was moved away. */
function copyForOwner(dataDir: string, copyPath: string, mode = 0): void {
  if (!existsSync(join(dataDir, fileName))) return;
  copyFileSync(join(dataDir, fileName), copyPath, mode);
  chmodSync(copyPath, 0o600);
}

/** Keeps what somebody has written into the file since it was read or written here: it would be lost. */
function keepEdited(dataDir: string, known: Readonly<Record<string, unknown>>): void {
  const path = join(dataDir, fileName);
  if (!existsSync(path)) return;
  if (isFileOf(path, known)) return;
  copyForOwner(dataDir, join(dataDir, `settings.edited-${systemClock.epochMs()}.json`));
  for (const old of filesNamed(editedName, dataDir).toSorted().slice(0, -maxEdited)) rmSync(old, { force: true });
}

/** Throws what the system says of a file that cannot be read. */
function isFileOf(path: string, content: Readonly<Record<string, unknown>>): boolean {
  const text = readPlainFile(path);
  try {
    return isDeepStrictEqual(asWritten(parseFile(text)), asWritten(content));
  } catch {
    return false;
  }
}

/** Some numbers that can be read cannot be written as they are, such as one that is too large. */
function asWritten(content: Readonly<Record<string, unknown>>): unknown {
  return JSON.parse(JSON.stringify(content));
}

/** None where the folder cannot be read: somebody may have removed it, and no file descriptor may be left. */
function filesNamed(name: RegExp, dataDir: string): string[] {
  let files: readonly string[];
  try {
    files = readdirSync(dataDir);
  } catch {
    return [];
  }
  return files.filter((file) => name.test(file)).map((file) => join(dataDir, file));
}

/** A copy for the newer program, once; what it kept there is not ours to judge. */
function copyNewer(dataDir: string, version: unknown): void {
  const copyPath = join(dataDir, `settings.version-${Number(version)}.json`);
  if (!existsSync(copyPath)) copyForOwner(dataDir, copyPath, constants.COPYFILE_EXCL);
}
