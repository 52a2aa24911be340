import { describe, expect, it } from 'vitest';
import { LineLife } from '../../src-main/core/upstream/line-life.ts';
import { LineManners } from '../../src-main/core/upstream/line-limits.ts';
import { fakeClock } from './fake-clock.ts';

/** What has come is read by then. */
const read = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A line, with the pings that went over it and why it died. */
function open(more: { isSlow?: boolean; manners?: LineManners } = {}) {
  const clock = fakeClock();
  const seen = { pings: 0, died: [] as string[], setMs: 0 };
  const line = new LineLife({
    clock: {
      ...clock,
      epochMs: () => clock.epochMs() + seen.setMs,
    },
    manners: more.manners ?? new LineManners(),
    isSlow: more.isSlow ?? false,
    ping: () => {
      seen.pings += 1;
    },
    isRead: () => true,
    died: (reason) => {
      line.close();
      seen.died.push(reason);
    },
  });
  return { clock, line, seen };
}

describe('a line to upstream', () => {
  it('is asked as it opens, and with a turn after some seconds of silence', () => {
    const { clock, line, seen } = open();
    line.pong();
    clock.advance(3_001);
    line.turn(true);
    expect(seen.pings).toBe(2);
  });

  it('that was alive a moment ago is asked only where a turn has got nothing for a second', async () => {
    const { clock, line, seen } = open();
    line.pong();
    line.turn(true);
    clock.advance(999);
    line.event();
    line.turn(true);
    clock.advance(999);
    await read();
    expect(seen.pings).toBe(1);
    clock.advance(1);
    await read();
    expect(seen.pings).toBe(2);
  });

  it('that was alive a moment ago may leave a ping without an answer for 15 s', async () => {
    const { clock, line, seen } = open();
    line.pong();
    line.turn(true);
    clock.advance(1_000);
    await read();
    clock.advance(14_999);
    await read();
    expect(seen.died).toEqual([]);
    clock.advance(1);
    await read();
    expect(seen.died).toHaveLength(1);
  });

  it.each<[string, number, boolean, number]>([
    ['3 s on a quick one', 20, false, 3_000],
    ['5 s on one whose last answer took more than a second', 1_200, false, 5_000],
    ['5 s on one that took long to open and has not answered since', 0, true, 5_000],
  ])('that was idle may leave a turn without a sign for %s', async (_what, pongMs, isSlow, limitMs) => {
    const { clock, line, seen } = open({ isSlow });
    clock.advance(pongMs);
    if (pongMs > 0) line.pong();
    clock.advance(10_000);
    line.turn(true);
    clock.advance(limitMs - 1);
    await read();
    expect(seen.died).toEqual([]);
    clock.advance(1);
    await read();
    expect(seen.died).toHaveLength(1);
  });

  it.each<[string, (line: LineLife) => void]>([
    ['the answer to the ping', (line) => line.pong()],
    ['an event', (line) => line.event()],
  ])('lives where %s comes', async (_what, comes) => {
    const { clock, line, seen } = open();
    line.pong();
    clock.advance(10_000);
    line.turn(true);
    clock.advance(2_000);
    comes(line);
    clock.advance(20_000);
    await read();
    expect([seen.died, clock.pending]).toEqual([[], 1]);
  });

  it('counts as idle after a sleep that only the wall clock saw', async () => {
    const { clock, line, seen } = open();
    line.pong();
    seen.setMs = 3_600_000;
    line.turn(true);
    clock.advance(3_000);
    await read();
    expect(seen.died).toHaveLength(1);
  });

  it.each([3_000, 100_000])(
    'lives where the answer had come, but was not read when the timers rang (%i ms late)',
    async (ms) => {
      const { clock, line, seen } = open();
      line.pong();
      clock.advance(10_000);
      line.turn(true);
      clock.advance(ms);
      line.pong();
      await read();
      expect(seen.died).toEqual([]);
    },
  );

  it('is dead where it answered once, and then three pings in a row were for nothing', async () => {
    const { clock, line, seen } = open();
    line.pong();
    clock.advance(75_000);
    expect(seen.died).toEqual([]);
    await read();
    expect(seen.died).toEqual([expect.stringContaining('no longer answers pings')]);
  });

  it('is not watched where a turn is tried for the second time', async () => {
    const { clock, line, seen } = open();
    line.turn(false);
    clock.advance(24_000);
    await read();
    expect([seen.died, seen.pings]).toEqual([[], 1]);
  });
});
