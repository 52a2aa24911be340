/** A time in ms to the microsecond: the digits beyond tell nothing, and with them half as many turns fit a page of the database. */
export function toMicroseconds(timeMs: number): number {
  return Math.round(timeMs * 1000) / 1000;
}
