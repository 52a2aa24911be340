import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { App } from '../../src-main/app/app.ts';
import { feedTray } from '../../src-main/electron/tray-feed.ts';
import { english } from '../../src-main/shared/words/english.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** What the kept turns say of the first token. */
const latency = vi.fn(async () => ({ groups: [{ summary: { p50: 840 } }] }));

/** A core that tells how many turns run, and what listens to it. */
function stillCore() {
  const listeners = new Set<() => void>();
  const core = {
    snapshot: () => ({
      app: { baseUrl: 'http://127.0.0.1:2575' },
      settings: {},
      accounts: [],
      problems: [],
      coins: [],
    }),
    handlers: { 'app.status': async () => ({ running: 0 }), 'latency.query': latency },
    onDelta: (hear: () => void) => {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
  } as unknown as App;
  return { core, listeners };
}

const longMs = 10_000;

describe('what feeds the tray', () => {
  it('shows what is at once, and many changes as one', async () => {
    const { core, listeners } = stillCore();
    const show = vi.fn();
    feedTray(core, () => english, show);
    await vi.advanceTimersByTimeAsync(0);
    expect(show).toHaveBeenCalledOnce();
    for (let count = 0; count < 20; count += 1) for (const hear of listeners) hear();
    await vi.advanceTimersByTimeAsync(longMs);
    expect(show).toHaveBeenCalledTimes(2);
  });

  it('reads today’s median time to the first token at most twice a minute, and goes on where that fails', async () => {
    const { core, listeners } = stillCore();
    const show = vi.fn();
    latency.mockClear();
    feedTray(core, () => english, show);
    for (let second = 0; second < 100; second += 1) {
      for (const hear of listeners) hear();
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(latency.mock.calls.length).toBeGreaterThan(1);
    expect(latency.mock.calls.length).toBeLessThanOrEqual(4);
    latency.mockRejectedValue(new Error('no store'));
    await vi.advanceTimersByTimeAsync(60_000);
    for (const hear of listeners) hear();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(show.mock.lastCall).toMatchObject([{ firstTokenMs: 840 }]);
  });

  it('shows nothing once it is stopped: not what it was reading, and not what is asked for after', async () => {
    const { core, listeners } = stillCore();
    const show = vi.fn();
    const feed = feedTray(core, () => english, show);
    feed.stop();
    feed.refresh();
    await vi.advanceTimersByTimeAsync(longMs);
    expect(show).not.toHaveBeenCalled();
    expect(listeners.size).toBe(0);
  });
});
