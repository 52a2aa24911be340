import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { parseJsonObject } from '../json.ts';
import type { Logger } from '../ports.ts';
import { CoinRecord } from './coin-throws.ts';

/** Coins of a data folder. Small and written whole: a session's tier is on disk before its first turn goes up. */

const fileName = 'coins.json';
const maxFileBytes = 4 * 1024 * 1024;

/** What a file keeps; a coin that is not as it was written is left out. Pure. */
export function parseCoins(text: string): CoinRecord[] {
  const coins = parseJsonObject(text)?.coins;
  return Array.isArray(coins) ? coins.flatMap((coin) => CoinRecord.safeParse(coin).data ?? []) : [];
}

/** Never throws: a file that is damaged, or cannot be read, counts as none. */
export function readCoins(dataDir: string): CoinRecord[] {
  const path = join(dataDir, fileName);
  try {
    return statSync(path).size <= maxFileBytes ? parseCoins(readFileSync(path, 'utf8')) : [];
  } catch {
    // Without a coin there is none.
    return [];
  }
}

/** Never throws. */
export function writeCoins(dataDir: string, coins: readonly CoinRecord[], log: Logger): void {
  try {
    // What a power cut loses is one coin of one session.
    writeFileAtomic.sync(join(dataDir, fileName), JSON.stringify({ version: 1, coins }), { mode: 0o600, fsync: false });
  } catch (error) {
    log.warn(`The coins could not be kept: ${error}`);
  }
}
