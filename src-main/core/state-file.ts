import { copyFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { saidInEnglish } from '../shared/words/said.ts';
import { tell } from '../shared/words/told.ts';
import type { Told } from '../shared/words/told-text.ts';
import { systemCode, writeProblem } from '../shared/write-problem.ts';
import { type FileTrouble, type FileTroubles, type StateFileKind, stateFiles } from './file-troubles.ts';
import { type JsonObject, numberMember, parseJsonObject } from './json.ts';
import { readPlainFile, tooLarge } from './plain-file.ts';
import type { Clock, Logger } from './ports.ts';

/** What the file of a data folder needs of its host. */
export interface StateFileHost {
  readonly dataDir: string;
  readonly clock: Pick<Clock, 'epochMs'>;
  readonly log: Pick<Logger, 'warn' | 'error'>;
  /** Where everybody is told of what cannot be read. */
  readonly troubles: FileTroubles;
}

interface StateFileParts extends StateFileHost {
  readonly kind: Exclude<StateFileKind, 'accounts' | 'clients'>;
  /** What this program writes, and reads. */
  readonly version: number;
  readonly versionMember?: string;
  readonly maxBytes?: number;
}

/**
 * A small JSON file of the data folder, as it was found at start. Never throws. What this program cannot use it does not
 * write over: a file that the system does not give, or of a newer Slipstream, stays as it is; a damaged one is set aside.
 */
export interface StateFile {
  readonly path: string;
  /** Of this version; null where there is none that can be used. */
  readonly content: JsonObject | null;
  /** Why it must not be written, as the end of a sentence that begins with its path; null where it may be. */
  readonly leftAlone: Told | null;
  /** Keeps a copy of what was found, for a part of it cannot be read and will not be written again. */
  keepCopy(): void;
}

/** Some editors put it before the text. */
const byteOrderMark = /^\ufeff/;

/** Reads it; see `StateFile`. */
export function openStateFile(parts: StateFileParts): StateFile {
  const { dataDir, kind, version, versionMember = 'version', maxBytes } = parts;
  const { clock, log, troubles } = parts;
  const path = join(dataDir, stateFiles[kind]);
  const asidePath = () => `${path}.damaged-${clock.epochMs()}`;
  const keepCopy = () => {
    const copy = asidePath();
    if (isDone(() => copyFileSync(path, copy))) log.warn(said(troubles.noteAside(kind, path, copy)));
    else log.error(said(troubles.note(kind, path, { why: 'damaged' })));
  };
  const leave = (trouble: FileTrouble, why: Told): StateFile => {
    log.error(said(troubles.note(kind, path, trouble)));
    return { path, content: null, leftAlone: why, keepCopy };
  };
  const read = readText(path, maxBytes);
  if (read.kind === 'refused') {
    const cause = writeProblem(read.cause);
    return leave({ why: 'refused', cause }, tell('failures.left.unreadable', { why: cause }));
  }
  const content = read.kind === 'read' ? parseJsonObject(read.text.replace(byteOrderMark, '')) : null;
  const found = numberMember(content, versionMember);
  if (found !== null && found > version) return leave({ why: 'newer' }, tell('failures.left.newer'));
  if (read.kind !== 'none' && found !== version) {
    const aside = asidePath();
    if (!isDone(() => renameSync(path, aside))) return leave({ why: 'damaged' }, tell('failures.left.damaged'));
    log.error(said(troubles.noteAside(kind, path, aside)));
    return { path, content: null, leftAlone: null, keepCopy };
  }
  return { path, content, leftAlone: null, keepCopy };
}

const said = (text: Told) => saidInEnglish(text).message;

type ReadText =
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly cause: unknown }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'read'; readonly text: string };

function readText(path: string, maxBytes: number | undefined): ReadText {
  try {
    return { kind: 'read', text: readPlainFile(path, maxBytes) };
  } catch (cause) {
    const code = systemCode(cause);
    if (code === tooLarge) return { kind: 'too-long' };
    return code === 'ENOENT' ? { kind: 'none' } : { kind: 'refused', cause };
  }
}

function isDone(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}
