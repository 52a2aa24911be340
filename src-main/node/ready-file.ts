import writeFileAtomic from 'write-file-atomic';
import { SlipstreamError } from '../shared/errors.ts';
import { english } from '../shared/words/english.ts';
import { writeProblem } from '../shared/write-problem.ts';

/** What a script that starts Slipstream waits for; part of the stable command line. */
export interface ReadyRecord {
  readonly pid: number;
  readonly baseUrl: string;
  /** With a ticket in its fragment; null where there is no dashboard. */
  readonly dashboardUrl: string | null;
  readonly apiKey: string;
}

/** Writes the file whole, for its owner only: it holds the API key. */
export function writeReadyFile(path: string, record: ReadyRecord): void {
  try {
    // Of this run alone, so nobody waits for the disk.
    writeFileAtomic.sync(path, `${JSON.stringify(record)}\n`, { mode: 0o600, fsync: false });
  } catch (cause) {
    const why = english.told(writeProblem(cause));
    throw new SlipstreamError('store_unwritable', {
      message: `The ready file ${path} cannot be written: ${why}.`,
      cause,
    });
  }
}
