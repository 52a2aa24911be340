import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, lstatSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { SlipstreamError } from '../../shared/errors.ts';
import { systemCode } from '../../shared/write-problem.ts';
import { writeProblemText } from '../../shared/write-problem-text.ts';

interface BegunFile {
  /** Gives it its text and its name, or the next free one where another file has taken that meanwhile; answers which. */
  finish(text: string): string;
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
        return placeFree(part, file);
      }),
    drop: () => {
      if (!isOpen) return;
      isOpen = false;
      closeSync(open);
      rmSync(part, { force: true });
    },
  };
}

const mostNames = 100;

/** Somebody's work is not lost to a name: `turns-2.har` has it where `turns.har` is taken. */
function placeFree(part: string, file: string): string {
  const { dir, name, ext } = parse(file);
  for (let number = 1; ; number += 1) {
    const free = number === 1 ? file : join(dir, `${name}-${number}${ext}`);
    try {
      place(part, free);
      return free;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST' || number === mostNames) throw error;
    }
  }
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
      message: exists ? `${file} is there already.` : `${file} cannot be written: ${writeProblemText(cause)}.`,
      cause,
    });
  }
}
