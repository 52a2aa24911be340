import { readdirSync, readFileSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import type { Resources } from '../core/ports.ts';

/** Of Node's report, as much as is read. */
interface Report {
  readonly userLimits?: { readonly open_files?: { readonly soft?: unknown } };
}

/** Where a system lists a process's open files. */
const openFilesDirs: Partial<Record<NodeJS.Platform, string>> = { linux: '/proc/self/fd', darwin: '/dev/fd' };

/** What this machine lets the process have. */
export function machineResources(): Resources {
  // Read while there are files left to read it by.
  const told = limitOfProc();
  let limit: number | null | undefined;
  return {
    get maxOpenFiles() {
      limit ??= maxOpenFiles(told);
      return limit;
    },
    openFiles,
    freeMemoryBytes,
  };
}

/** The limit as Node has raised it; it stays the same while the process lives. */
function maxOpenFiles(told: string | null): number | null {
  if (openFilesDirs[process.platform] === undefined) return null;
  const limit = Number(told ?? limitOfReport());
  return Number.isSafeInteger(limit) && limit > 0 ? limit : null;
}

/** As Linux tells it; null elsewhere. */
function limitOfProc(): string | null {
  try {
    return readFileSync('/proc/self/limits', 'utf8').match(/^Max open files\s{1,40}(\d{1,20})/m)?.[1] ?? null;
  } catch {
    return null;
  }
}

/** A report looks through all of the process, which takes a tenth of a second and more. */
function limitOfReport(): unknown {
  // Else it looks up the names of every address. The types of Node do not know the switch.
  Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = process.report.getReport() as Report;
  return userLimits?.open_files?.soft;
}

function openFiles(): number | null {
  const dir = openFilesDirs[process.platform];
  if (dir === undefined) return null;
  try {
    return readdirSync(dir).length;
  } catch (error) {
    // No descriptor is left to count them with.
    return error instanceof Error && 'code' in error && error.code === 'EMFILE' ? Number.MAX_SAFE_INTEGER : null;
  }
}

/** Of the heap, and of the machine or its container where the system says what is really free. */
function freeMemoryBytes(): number {
  const { heap_size_limit: limit, used_heap_size: used } = getHeapStatistics();
  return Math.min(limit - used, process.platform === 'linux' ? process.availableMemory() : Number.POSITIVE_INFINITY);
}
