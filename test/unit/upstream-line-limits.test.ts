import { describe, expect, it } from 'vitest';
import { LineManners, type LineState, lineLimitMs } from '../../src-main/core/upstream/line-limits.ts';

const fresh: LineState = { idleMs: 0, isSuspect: false, isSlow: false, isMute: false, longestMuteMs: 0 };

describe('how long a turn may get nothing at all', () => {
  it.each<[string, Partial<LineState>, number]>([
    ['on a line that was alive a moment ago', {}, 15_000],
    ['on one that was idle for 3 s', { idleMs: 3_000 }, 15_000],
    ['on one that was idle for longer', { idleMs: 3_001 }, 3_000],
    ['on an idle one that is slow', { idleMs: 60_000, isSlow: true }, 5_000],
    ['on one that may have died though it was just used', { isSuspect: true }, 3_000],
    ['on one that answers no pings', { idleMs: 60_000, isMute: true }, 3_000],
    ['on such a one where answers take 8 s', { idleMs: 60_000, isMute: true, longestMuteMs: 8_000 }, 16_000],
    ['on such a one where answers take minutes', { idleMs: 60_000, isMute: true, longestMuteMs: 200_000 }, 60_000],
    ['on one that answers pings where others do not', { idleMs: 60_000, longestMuteMs: 200_000 }, 3_000],
  ])('%s', (_what, state, expected) => {
    expect(lineLimitMs({ ...fresh, ...state })).toBe(expected);
  });
});

it('upstream counts as one that answers no pings until it answers one; its slowest first event is remembered', () => {
  const manners = new LineManners();
  for (const waitedMs of [200, 9_000, 400]) manners.noteMute(waitedMs);
  expect([manners.isMute, manners.longestMuteMs]).toEqual([true, 9_000]);
  manners.noteAnswer();
  expect(manners.isMute).toBe(false);
});
