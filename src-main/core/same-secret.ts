import { timingSafeEqual } from 'node:crypto';

/** Compares in a time that does not depend on where the texts differ, nor on the length of the one that is expected. */
export function sameSecret(given: string, expected: string): boolean {
  const wanted = Buffer.from(expected);
  // As long as the other, whatever came.
  const came = Buffer.alloc(wanted.length);
  came.write(given);
  return timingSafeEqual(came, wanted) && Buffer.byteLength(given) === wanted.length;
}
