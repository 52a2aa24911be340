import { describe, expect, it } from 'vitest';
import { BelievedTime } from '../../src-main/core/traces/store/believed-time.ts';

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;
const start = 1_795_449_000_000;

describe('the time that old turns are judged by', () => {
  it.each([
    ['goes with a clock that runs', dayMs, dayMs, dayMs],
    ['follows small corrections', dayMs + 5_000, dayMs, dayMs + 5_000],
    ['does not follow a clock set 40 days ahead', 40 * dayMs, 1_000, 1_000],
    ['goes back with a clock that is set back', -dayMs, 1_000, -dayMs],
  ])('%s', (_what, epochMs, monotonicMs, expected) => {
    expect(new BelievedTime(start, 0).now(start + epochMs, monotonicMs)).toBe(start + expected);
  });

  it('believes a clock that stays ahead, such as after a long sleep, within an hour', () => {
    const time = new BelievedTime(start, 0);
    expect(time.now(start + 40 * dayMs, 0)).toBe(start);
    expect(time.now(start + 40 * dayMs + hourMs, hourMs)).toBe(start + 40 * dayMs + hourMs);
    expect(time.now(start + 41 * dayMs, dayMs)).toBe(start + 41 * dayMs);
  });

  it('forgets a clock that was set ahead for a moment', () => {
    const time = new BelievedTime(start, 0);
    time.now(start + 40 * dayMs, 1_000);
    expect(time.now(start + 2_000, 2_000)).toBe(start + 2_000);
    expect(time.now(start + 40 * dayMs + 2 * hourMs, 2 * hourMs)).toBe(start + 2 * hourMs);
  });
});
