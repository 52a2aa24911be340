import { fstatSync, writeFileSync } from 'node:fs';
import { SlipstreamError } from '../shared/errors.ts';
import { english } from '../shared/words/english.ts';
import { systemCode, writeProblem } from '../shared/write-problem.ts';

const standardOutput = 1;
/** Whoever reads it has gone, such as `head`; that is no failure of ours. */
const goneCodes = ['EPIPE', 'ERR_STREAM_DESTROYED'];

/** Writes a whole text to standard output. Rejects with `store_unwritable` where not all of it could be written. */
export async function writeOut(text: string): Promise<void> {
  try {
    await (isFile() ? writeFileSync(standardOutput, text) : writeToStream(text));
  } catch (cause) {
    if (goneCodes.includes(systemCode(cause))) return;
    const message = `Standard output cannot be written: ${english.told(writeProblem(cause))}.`;
    throw new SlipstreamError('store_unwritable', { message, cause });
  }
}

/** Node's stream for one writes once, and says nothing of what a full disk has not taken. */
function isFile(): boolean {
  try {
    return fstatSync(standardOutput).isFile();
  } catch {
    return false;
  }
}

function writeToStream(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
