import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const path = join(resolve(import.meta.dirname, '..', '..', '..'), 'node_modules', 'electron', 'electron.d.ts');

/** The lines of electron.d.ts. */
export const typeLines: readonly string[] = readFileSync(path, 'utf8').split('\n');

/** Of a class or an interface of electron.d.ts: the members that not every system has, and the systems that do. */
export function limitedMembers(name: string): ReadonlyMap<string, ReadonlySet<string>> {
  const start = typeLines.findIndex((line) => new RegExp(`^  (class|interface) ${name}[ <].*{$`).test(line));
  if (start < 0) throw new Error(`electron.d.ts has no ${name}`);
  const found = new Map<string, ReadonlySet<string>>();
  let had: string | null = null;
  for (const line of typeLines.slice(start + 1, typeLines.indexOf('  }', start))) {
    if (line === '    /**') had = null;
    had = /^ {5}\* @platform (\S+)/.exec(line)?.[1] ?? had;
    const member = /^ {4}(?:static )?(?:readonly )?([a-zA-Z_]\w*)\??[:(<]/.exec(line)?.[1];
    if (member !== undefined && had !== null && !/^(on|off|once|addListener|removeListener)$/.test(member))
      found.set(member, new Set(had.split(',')));
  }
  return found;
}
