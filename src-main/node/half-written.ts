import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** As `atomically`, which writes the settings, and write-file-atomic name a file before they rename it into place. */
const halfWritten = /^[\w-]+\.(?:json|html)\.(?:tmp-[0-9a-f]+|\d+)$/;

/** Removes what a death in the middle of a write has left in the data folder, which may hold secrets. Its owner calls it. */
export function removeHalfWritten(dataDir: string): void {
  for (const entry of readdirSync(dataDir, { withFileTypes: true }))
    if (entry.isFile() && halfWritten.test(entry.name)) rmSync(join(dataDir, entry.name), { force: true });
}
