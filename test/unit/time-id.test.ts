import { validate, version } from 'uuid';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { timeId } from '../../src-main/core/time-id.ts';

describe('an id by time', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is a UUID of version 7, and none is made twice', () => {
    const ids = Array.from({ length: 1_000 }, timeId);
    expect(ids.every((id) => validate(id) && version(id) === 7)).toBe(true);
    expect(new Set(ids.map((id) => id.slice(14))).size).toBe(ids.length);
  });

  it('sorts by when it was made', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const ids = [1, 2, 300, 70_000, 5_000_000_000].map((ms) => {
      vi.setSystemTime(1_790_000_000_000 + ms);
      return timeId();
    });
    expect(ids.toSorted()).toEqual(ids);
  });
});
