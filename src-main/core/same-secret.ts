import { hash, timingSafeEqual } from 'node:crypto';

/** Compares in a time that does not depend on where the texts differ, nor on their lengths. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => hash('sha256', text, 'buffer');
  return timingSafeEqual(digest(given), digest(expected));
}
