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
