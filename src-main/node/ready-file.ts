import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { SlipstreamError } from '../shared/errors.ts';
import { writeProblemText } from '../shared/write-problem-text.ts';

/** What a script that starts Slipstream waits for; part of the stable command line. */
export interface ReadyRecord {
  readonly pid: number;
  readonly baseUrl: string;
  /** With a ticket in its fragment; null where there is no dashboard. */
  readonly dashboardUrl: string | null;
  readonly apiKey: string;
}

/**
 * Writes the file whole, for its owner only: it holds the API key. It may lie where others write, too: what has its name is
 * neither followed nor kept the owner of, and the name of the file that takes its place cannot be guessed.
 */
export function writeReadyFile(path: string, record: ReadyRecord): void {
  const made = `${path}.${randomUUID()}`;
  try {
    writeFileSync(made, `${JSON.stringify(record)}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(made, path);
  } catch (cause) {
    rmSync(made, { force: true });
    const why = writeProblemText(cause);
    throw new SlipstreamError('store_unwritable', {
      message: `The ready file ${path} cannot be written: ${why}.`,
      cause,
    });
  }
}
