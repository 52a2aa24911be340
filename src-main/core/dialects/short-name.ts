import { createHash } from 'node:crypto';

/** Upstream's limit for names of tools and ids of calls (PROTOCOL.md, What upstream refuses). */
export const maxNameLength = 64;
const keptLength = 47;

/** A name of at most 64 characters; the same name always gives the same result, so that calls and outputs still meet. */
export function shortName(name: string): string {
  if (name.length <= maxNameLength) return name;
  return `${name.slice(0, keptLength)}_${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
}
