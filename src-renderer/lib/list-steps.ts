import type { KeyboardEvent } from 'react';

/**
 * How many rows a key moves a list's cursor, infinite to an end; null for any other key. `pageRows` is what a page key moves;
 * `hasLetters`: j and k move it, too.
 */
export function rowsOfKey(
  { key, ctrlKey, metaKey, altKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>,
  pageRows: number,
  hasLetters: boolean,
): number | null {
  if (ctrlKey || metaKey || altKey) return null;
  switch (key) {
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
    case 'j':
      return hasLetters ? 1 : null;
    case 'k':
      return hasLetters ? -1 : null;
    default:
      return null;
  }
}
