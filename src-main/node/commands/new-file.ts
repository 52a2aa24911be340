import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, lstatSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { SlipstreamError } from '../../shared/errors.ts';
import { english } from '../../shared/words/english.ts';
import { systemCode, writeProblem } from '../../shared/write-problem.ts';

interface BegunFile {
  /** Gives it its text and its name, where nothing else has taken that meanwhile. */
  finish(text: string): void;
  /** Removes what is not finished. */
  drop(): void;
}

/** A new file that gets its name once it is whole, however this process ends. Throws `store_unwritable`. */
export function beginFile(file: string): BegunFile {
  const part = `${file}.${randomUUID().slice(0, 8)}.part`;
  const open = named(file, () => {
    refuseTaken(file);
    return openSync(part, 'wx', 0o600);
  });
  let isOpen = true;
  return {
    finish: (text) =>
      named(file, () => {
        writeFileSync(open, text);
        fsyncSync(open);
        place(part, file);
      }),
    drop: () => {
      if (!isOpen) return;
      isOpen = false;
      closeSync(open);
      rmSync(part, { force: true });
    },
  };
}

/** Unlike to rename, to link takes the place of nothing; some file systems have no links. */
function place(part: string, file: string): void {
  try {
    linkSync(part, file);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw error;
    refuseTaken(file);
    renameSync(part, file);
  }
}

function refuseTaken(file: string): void {
  if (lstatSync(file, { throwIfNoEntry: false }) !== undefined)
    throw Object.assign(new Error('the name is taken'), { code: 'EEXIST' });
}

/** Does something with the file; throws `store_unwritable`. */
function named<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const exists = systemCode(cause) === 'EEXIST';
    throw new SlipstreamError('store_unwritable', {
      message: exists
        ? `${file} is there already.`
        : `${file} cannot be written: ${english.told(writeProblem(cause))}.`,
      cause,
    });
  }
}
