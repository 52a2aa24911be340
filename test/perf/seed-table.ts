/**
 * The table of the change this project began with (S6): first token and total, omitted against priority.
 * The simulator is set to its latencies; what Slipstream measures must come out within 3 %. Our interval stands beside it.
 * `node test/perf/seed-table.ts [--pairs N]`; JSON out; exit code 1 where a median is further off.
 */
import { LabRequest } from '../../src-main/shared/lab.ts';
import { readArguments } from '../support/arguments.ts';
import { startRig } from '../support/slipstream.ts';

const { values: options } = readArguments({ options: { pairs: { type: 'string', default: '18' } } });

/** Milliseconds; as users report them. */
const seed = {
  standard: { firstTokenMs: 1_280, totalMs: 1_940 },
  priority: { firstTokenMs: 1_120, totalMs: 1_810 },
};
/** The enumeration's, as the simulator counts them: a one-word answer has no time after its first token. */
const tokens = 300;
/** A little noise, or the interval would be a point. */
const jitterSigma = 0.02;
const mostOffPercent = 3;

const pace = ({ firstTokenMs, totalMs }: { readonly firstTokenMs: number; readonly totalMs: number }) => ({
  firstTokenMs,
  tokensPerSecond: ((tokens - 1) * 1_000) / (totalMs - firstTokenMs),
});

const timing = { ...pace(seed.standard), jitterSigma, tier: { priority: pace(seed.priority) } };
const rig = await startRig({ traceKeeping: 'database', simulator: { timing } });
try {
  const ended = Promise.withResolvers<void>();
  rig.app.onDelta((delta) => {
    if (delta.kind !== 'lab') return;
    const { turnsDone, turnsTotal, state } = delta.experiment;
    if (process.stderr.isTTY) process.stderr.write(`\r${turnsDone}/${turnsTotal} turns`);
    if (state !== 'running') ended.resolve();
  });
  const request = LabRequest.parse({ pairs: Number(options.pairs) });
  const { id } = await rig.app.handlers['lab.start'](request);
  await ended.promise;
  const { result, problem } = await rig.app.handlers['lab.get']({ id });
  const rows = (['standard', 'priority'] as const).flatMap((arm) =>
    (['firstTokenMs', 'totalMs'] as const).map((figure) => {
      const { n, median } = result[arm][figure];
      const offPercent = median === null ? Number.NaN : (median / seed[arm][figure] - 1) * 100;
      return {
        arm: arm === 'standard' ? 'omitted' : 'priority',
        figure: figure === 'firstTokenMs' ? 'first token' : 'total',
        n,
        seedSeconds: seed[arm][figure] / 1_000,
        measuredSeconds: median === null ? null : Number((median / 1_000).toFixed(3)),
        offPercent: Number(offPercent.toFixed(2)),
        met: Math.abs(offPercent) <= mostOffPercent,
      };
    }),
  );
  process.stdout.write(`${JSON.stringify({ rows, sentence: problem ?? result.sentence, result }, null, 2)}\n`);
  process.exitCode = rows.every(({ met }) => met) ? 0 : 1;
} finally {
  await rig.stop();
}
