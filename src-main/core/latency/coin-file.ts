import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { SlipstreamError } from '../../shared/errors.ts';
import type { JsonObject } from '../json.ts';
import type { Clock, Logger } from '../ports.ts';
import { openStateFile } from '../state-file.ts';
import { CoinRecord } from './coin-throws.ts';

const fileName = 'coins.json';
const version = 1;
const maxFileBytes = 4 * 1024 * 1024;

interface CoinFileParts {
  readonly dataDir: string;
  readonly clock: Pick<Clock, 'epochMs'>;
  readonly log: Logger;
}

/** Coins of a data folder. Small and written whole: a session's tier is on disk before its first turn goes up. */
interface CoinFile {
  /** Those that were kept. */
  readonly records: readonly CoinRecord[];
  /** Throws `store_unwritable` where no coin could be kept, for the file must stay as it is. */
  check(): void;
  /** Never throws. */
  write(records: readonly CoinRecord[]): void;
}

/** What a file keeps; a coin that is not as it was written is left out. Pure. */
export function parseCoins({ coins }: JsonObject): CoinRecord[] {
  return Array.isArray(coins) ? coins.flatMap((coin) => CoinRecord.safeParse(coin).data ?? []) : [];
}

/** Reads the file. Never throws. */
export function openCoinFile({ dataDir, clock, log }: CoinFileParts): CoinFile {
  const path = join(dataDir, fileName);
  const meaning = 'its coins decide nothing';
  const file = openStateFile({ path, version, maxBytes: maxFileBytes, meaning, clock, log });
  const records = parseCoins(file.content ?? {});
  const kept = file.content?.coins;
  if (file.content !== null && !(Array.isArray(kept) && kept.length === records.length)) file.keepCopy();
  return {
    records,
    check: () => {
      if (file.leftAlone === null) return;
      throw new SlipstreamError('store_unwritable', { message: `${path} ${file.leftAlone}. No coin can be kept.` });
    },
    write: (coins) => {
      if (file.leftAlone !== null) return;
      try {
        // What a power cut loses is one coin of one session.
        writeFileAtomic.sync(path, JSON.stringify({ version, coins }), { mode: 0o600, fsync: false });
      } catch (error) {
        log.warn(`The coins could not be kept: ${error}`);
      }
    },
  };
}
