/** `node test/perf/soak.ts [seconds]`: 200 streams while upstream fails at random; prints what came of them as JSON. */
import { spawnSync } from 'node:child_process';
import { readArguments } from '../support/arguments.ts';
import { runSoak } from '../support/soak.ts';

const { positionals } = readArguments({ allowPositionals: true });
const seconds = Number(positionals[0] ?? 60);
const collectGarbage = globalThis.gc;

if (collectGarbage === undefined) {
  const again = ['--expose-gc', '--disable-warning=ExperimentalWarning', import.meta.filename, String(seconds)];
  process.exitCode = spawnSync(process.execPath, again, { stdio: 'inherit' }).status ?? 1;
} else {
  const report = await runSoak({
    until: { seconds },
    streams: 200,
    warmUpTurns: 3_000,
    probability: 0.08,
    collectGarbage: () => void collectGarbage(),
  });
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  const { before, after } = report.heapMiB;
  const isSound =
    report.violations.length === 0 && after <= before * 1.1 && report.handles.after <= report.handles.before;
  process.exit(isSound ? 0 : 1);
}
