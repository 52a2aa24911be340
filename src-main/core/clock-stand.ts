import type { Clock } from './ports.ts';

/** What the two clocks drift apart by while neither is set. */
const driftMs = 2_000;

/**
 * How far the clock of dates is ahead of the monotonic one, which nobody sets. Kept beside a date, it tells later whether the
 * clock was set back.
 */
export function clockStand(clock: Clock): number {
  return clock.epochMs() - clock.monotonicMs();
}

/**
 * How far the clock was set back since it stood like that, ms; 0 where it was not. Dates noted then are as much later now
 * than they say. In a sleep the monotonic clock may stand still, so that a clock set ahead cannot be told from one: the
 * date counts.
 */
export function setBackMs(clock: Clock, standThen: number): number {
  const backMs = standThen - clockStand(clock);
  return backMs > driftMs ? Math.round(backMs) : 0;
}
