import writeFileAtomic from 'write-file-atomic';
import { SlipstreamError } from '../../shared/errors.ts';
import { said } from '../../shared/words/said.ts';
import { openStateFile, type StateFileHost } from '../state-file.ts';
import type { CoinRecord } from './coin-record.ts';

const version = 1;
/** Twenty coins at their longest come to 5 MB; what an earlier program let grow beyond that may be read, too. */
const maxFileBytes = 16 * 1024 * 1024;

/** Coins of a data folder. Small and written whole: a session's tier is on disk before its first turn goes up. */
export interface CoinFile {
  /** Those that were kept. */
  readonly records: readonly CoinRecord[];
  /** Throws `store_unwritable` where no coin could be kept, for the file must stay as it is. */
  check(): void;
  /** Never throws. */
  write(records: readonly CoinRecord[]): void;
}

/** Reads the file. Never rejects. */
export async function openCoinFile(host: StateFileHost): Promise<CoinFile> {
  const file = openStateFile({ ...host, kind: 'coins', version, maxBytes: maxFileBytes });
  const { path, content } = file;
  // Few have one, and a start need not wait for what reads it.
  const records = content === null ? [] : (await import('./coin-record.ts')).parseCoins(content);
  const kept = content?.coins;
  if (content !== null && !(Array.isArray(kept) && kept.length === records.length)) file.keepCopy();
  return {
    records,
    check: () => {
      if (file.leftAlone === null) return;
      throw new SlipstreamError('store_unwritable', said('failures.left.coins', { path, why: file.leftAlone }));
    },
    write: (coins) => {
      if (file.leftAlone !== null) return;
      try {
        // What a power cut loses is one coin of one session.
        writeFileAtomic.sync(path, JSON.stringify({ version, coins }), { mode: 0o600, fsync: false });
      } catch (error) {
        host.log.warn(`The coins could not be kept: ${error}`);
      }
    },
  };
}
