import type { KeyboardEvent } from 'react';

const letters: ReadonlyMap<string, number> = new Map([
  ['j', 1],
  ['k', -1],
]);

/**
 * How many rows a key moves a list's cursor, infinite to an end; null for any other key. `pageRows` is what a page key moves.
 * Without letters where they are typed to find something.
 */
export function rowsOfKey(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>,
  pageRows: number,
  hasLetters: boolean,
): number | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  switch (event.key) {
    case 'ArrowDown':
      return 1;
    case 'ArrowUp':
      return -1;
    case 'PageDown':
      return Math.max(1, pageRows);
    case 'PageUp':
      return -Math.max(1, pageRows);
    case 'Home':
      return Number.NEGATIVE_INFINITY;
    case 'End':
      return Number.POSITIVE_INFINITY;
    default:
      return (hasLetters ? letters.get(event.key) : undefined) ?? null;
  }
}
