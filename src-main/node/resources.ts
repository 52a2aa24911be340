import { readdirSync } from 'node:fs';
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
  return { maxOpenFiles: maxOpenFiles(), openFiles, freeMemoryBytes };
}

/** The limit as Node has raised it; it stays the same while the process lives. */
function maxOpenFiles(): number | null {
  if (openFilesDirs[process.platform] === undefined) return null;
  // Else it looks up the names of every address. The types of Node do not know the switch.
  Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = process.report.getReport() as Report;
  const limit = Number(userLimits?.open_files?.soft);
  return Number.isSafeInteger(limit) && limit > 0 ? limit : null;
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
