import type { RequestRow } from './model.ts';
import { absent } from './turn-words.ts';

export const tierIds = ['priority'] as const;

/** `priority` is what fast mode sends. */
export function tierLabel(tier: string): string {
  return tier === absent ? `${absent} (none)` : tier;
}

/** Which tier group a row is counted in; null while nothing went upstream, since then no tier was sent. */
export function tierGroup(row: RequestRow): 'priority' | 'standard' | 'other' | null {
  if (row.transport === null) return null;
  if (row.tierSent === null) return 'standard';
  return row.tierSent === 'priority' ? 'priority' : 'other';
}
