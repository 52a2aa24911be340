import { monitorEventLoopDelay } from 'node:perf_hooks';

/** The longest that the event loop was held while something ran, in milliseconds. */
export async function longestStall(run: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  try {
    await run();
  } finally {
    delay.disable();
  }
  return delay.max / 1e6;
}

/** What a process went through while it was watched. */
export interface Watched {
  /** The longest turn of its event loop, in this thread's own processor time and on the clock. */
  readonly longestTurnMs: number;
  readonly longestTurnWallMs: number;
  /** The most memory above what it had when the watch began. */
  readonly extraMiB: number;
}

/** Watches this process's event loop until the answer is called. */
export function watchLoop(): () => Watched {
  const before = process.memoryUsage.rss();
  let [usedMs, wallMs] = [threadMs(), performance.now()];
  let [longestTurnMs, longestTurnWallMs, peak, turns] = [0, 0, before, 0];
  const look = () => {
    const [used, wall] = [threadMs(), performance.now()];
    longestTurnMs = Math.max(longestTurnMs, used - usedMs);
    longestTurnWallMs = Math.max(longestTurnWallMs, wall - wallMs);
    turns += 1;
    if (used - usedMs > 1 || turns % 64 === 0) peak = Math.max(peak, process.memoryUsage.rss());
    [usedMs, wallMs] = [threadMs(), performance.now()];
    next = setImmediate(look);
  };
  let next = setImmediate(look);
  return () => {
    clearImmediate(next);
    peak = Math.max(peak, process.memoryUsage.rss());
    return { longestTurnMs, longestTurnWallMs, extraMiB: (peak - before) / 2 ** 20 };
  };
}

/** Processor time of this thread, in milliseconds: unlike the clock's, what else the machine does is not in it. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
