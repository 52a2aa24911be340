import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** Every call of `node:fs` that changes the disk and that synchronous writers use. */
const changing = [
  'openSync',
  'writeFileSync',
  'writeSync',
  'renameSync',
  'rmSync',
  'rmdirSync',
  'unlinkSync',
  'mkdirSync',
  'chmodSync',
  'chownSync',
  'fchmodSync',
  'fchownSync',
] as const satisfies readonly (keyof typeof fs)[];

type Call = (...given: unknown[]) => unknown;

function isReading(name: string, flags: unknown): boolean {
  return name === 'openSync' && (flags === undefined || flags === 'r');
}

/**
 * Lets the first calls that change the disk through and makes every later one fail, cleaning up included: what is on the
 * disk then is what a power cut leaves. Gives whether it came to that.
 */
export async function withPowerCutAfter(calls: number, act: () => unknown): Promise<boolean> {
  const table = fs as unknown as Record<string, Call>;
  const originals = new Map<string, Call>();
  let left = calls;
  let isCut = false;
  for (const name of changing) {
    const original = table[name];
    if (original === undefined) continue;
    originals.set(name, original);
    table[name] = (...given) => {
      if (isReading(name, given[1])) return original(...given);
      if (left === 0) {
        isCut = true;
        throw new Error('power cut');
      }
      left -= 1;
      return original(...given);
    };
  }
  syncBuiltinESMExports();
  try {
    await act();
  } catch (error) {
    if (!isCut) throw error;
  } finally {
    for (const [name, original] of originals) table[name] = original;
    syncBuiltinESMExports();
  }
  return isCut;
}
