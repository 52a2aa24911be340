import { describe, expect, it } from 'vitest';
import { english } from '../../src-main/shared/words/english.ts';
import { lastEventText } from '../../src-renderer/lib/silence.ts';

describe('what is said of the silence of a turn that runs', () => {
  it.each([
    [{ startedAt: 0 }, 4_000, 'no event yet', false],
    [{ startedAt: 0 }, 20_000, 'no event yet', true],
    [{ startedAt: 0, lastEventAt: 30_000 }, 42_000, '12 s ago', false],
    [{ startedAt: 0, lastEventAt: 30_000 }, 49_999, '19 s ago', false],
    [{ startedAt: 0, lastEventAt: 30_000 }, 50_000, '20 s ago', true],
    [{ startedAt: 0, lastEventAt: 30_000 }, 29_900, 'now', false],
  ])('%j at %i: %s', (row, nowMs, short, isStalled) => {
    const text = lastEventText(english, row, nowMs);
    expect([text.short, text.isStalled]).toEqual([short, isStalled]);
    expect(text.long.includes('may have stalled')).toBe(isStalled);
  });
});
