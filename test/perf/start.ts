/**
 * Start to listening of the built program without a desktop, and what it takes while nobody asks anything (test/perf/README.md).
 * `npm run build`, then `node test/perf/start.ts [--starts N] [--idle-seconds N]`; JSON out; exit code 1 where a budget is missed. Linux.
 */
import { isStale } from '../../src-main/build/stale.ts';
import { median } from '../../src-main/shared/statistics.ts';
import { readArguments } from '../support/arguments.ts';
import { Headless, rootDir } from '../support/headless.ts';
import { cpuSeconds, rssMib } from './process-use.ts';

const { values: options } = readArguments({
  options: { starts: { type: 'string', default: '10' }, 'idle-seconds': { type: 'string', default: '30' } },
});
const starts = Math.min(50, Number(options.starts));
const idleSeconds = Math.min(600, Number(options['idle-seconds']));
const budgets = { startMs: 200, idleCpuPercent: 0.3, idleRssMib: 85 } as const;
/** After the start there is still work: the catalogue, and V8 gives back what the start has left, which lasts 25 to 60 s. */
const settleSeconds = 60;

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

if (process.platform !== 'linux') throw new Error('this benchmark reads /proc and runs on Linux alone');
if (isStale(rootDir)) throw new Error('the built files do not fit the sources: run "npm run build" first');

const startMs: number[] = [];
const headless = new Headless();
try {
  for (let count = 0; count < starts; count += 1) {
    const beganMs = performance.now();
    const { child, finished } = await headless.serve();
    startMs.push(performance.now() - beganMs);
    child.kill('SIGTERM');
    await finished;
  }
  const { child, pid, finished } = await headless.serve();
  await pause(settleSeconds);
  const before = cpuSeconds(pid);
  await pause(idleSeconds);
  const idleCpuPercent = ((cpuSeconds(pid) - before) / idleSeconds) * 100;
  const idleRssMib = rssMib(pid);
  child.kill('SIGTERM');
  await finished;
  const result = {
    starts,
    startP50Ms: Math.round(median(startMs)),
    startMaxMs: Math.round(Math.max(...startMs)),
    idleSeconds,
    idleCpuPercent: Number(idleCpuPercent.toFixed(2)),
    idleRssMib: Number(idleRssMib.toFixed(1)),
    budgets,
  };
  const met =
    result.startP50Ms <= budgets.startMs &&
    idleCpuPercent <= budgets.idleCpuPercent &&
    idleRssMib <= budgets.idleRssMib;
  process.stdout.write(`${JSON.stringify({ ...result, met }, null, 2)}\n`);
  process.exitCode = met ? 0 : 1;
} finally {
  headless.dispose();
}
