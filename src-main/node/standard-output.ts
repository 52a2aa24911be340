import { fstatSync, writeFileSync } from 'node:fs';
import { SlipstreamError } from '../shared/errors.ts';
import { systemCode } from '../shared/write-problem.ts';
import { writeProblemText } from '../shared/write-problem-text.ts';

const descriptor = 1;
/** Whoever reads it has gone, such as `head`; that is no failure of ours. */
const goneCodes = ['EPIPE', 'ERR_STREAM_DESTROYED'];

/** Standard output of this process, which remembers the first thing that kept it from being written. */
export class StandardOutput {
  #failure: unknown = null;

  constructor() {
    // Libraries print there too, and who has no listener ends with a stack.
    process.stdout.on('error', (error) => this.#fail(error));
  }

  /** Writes a text; where that fails, `end` says so. */
  print(text: string): void {
    try {
      if (isFile()) writeFileSync(descriptor, text);
      else process.stdout.write(text);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  /** Writes a whole text. Rejects with `store_unwritable` where not all of it could be written. */
  async write(text: string): Promise<void> {
    try {
      await (isFile() ? writeFileSync(descriptor, text) : writeToStream(text));
    } catch (cause) {
      if (goneCodes.includes(systemCode(cause))) return;
      throw unwritable(cause);
    }
  }

  /** Waits until all is written. Rejects with `store_unwritable` where something that was printed is not there. */
  async end(): Promise<void> {
    await writeToStream('').catch((cause: unknown) => this.#fail(cause));
    if (this.#failure !== null && !goneCodes.includes(systemCode(this.#failure))) throw unwritable(this.#failure);
  }

  #fail(cause: unknown): void {
    this.#failure ??= cause;
  }
}

function unwritable(cause: unknown): SlipstreamError {
  const message = `Standard output cannot be written: ${writeProblemText(cause)}.`;
  return new SlipstreamError('store_unwritable', { message, cause });
}

/** Node's stream for one writes once, and says nothing of what a full disk has not taken. */
function isFile(): boolean {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    return false;
  }
}

function writeToStream(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
