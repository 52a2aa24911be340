/**
 * Slipstream beside the bare relay, and beside any other proxy that speaks Responses, in one run (test/perf/README.md).
 * `npm run bench [-- --quick] [--rounds N] [--against URL --key K --name N] [--beside CHECKOUT]`; a table on standard error, JSON
 * on standard output. Without `--quick` the benchmarks of the other budgets run after it. Exit code 1 where a ratio to the bare
 * relay is 1.5 times the committed one, or a budget is missed.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArguments } from '../support/arguments.ts';
import { leastOf, type Ratios, ratiosOf, worseThan } from './bench-ratios.ts';
import { measureRows, type Row, type Spread } from './bench-rows.ts';
import { otherTarget, ownTarget, type Target } from './bench-targets.ts';
import { Part } from './part.ts';

const { values: options } = readArguments({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    against: { type: 'string' },
    key: { type: 'string', default: '' },
    name: { type: 'string', default: 'other' },
    beside: { type: 'string' },
    commit: { type: 'boolean', default: false },
  },
});
const rounds = Number(options.rounds ?? (options.quick ? 5 : 9));
/** Each in new processes, as long as something is worse. */
const mostMeasurements = 3;
const warmUps = options.quick ? 2 : 4;
const committedFile = join(import.meta.dirname, 'bench-committed.json');
/** With what is measured elsewhere, each in processes of its own. */
const others = ['streams', 'first-token', 'upload', 'start', 'memory', 'trace-store', 'long-bodies'] as const;

const say = (line: string) => process.stderr.write(`${line}\n`);

async function measure(): Promise<{ readonly rows: Row[]; readonly busy: Record<string, number> }> {
  const issuer = await Part.start({ role: 'simulator' });
  const upstreams = {
    plain: await Part.start({ role: 'flood', deflates: false }),
    deflated: await Part.start({ role: 'flood', deflates: true }),
  };
  const slipstream = (upstream: keyof typeof upstreams, records: boolean, checkout?: string) =>
    Part.start(
      {
        role: 'slipstream',
        upstreamUrl: upstreams[upstream].started.upstreamUrl ?? '',
        issuerUrl: issuer.started.issuerUrl ?? '',
        authJsons: issuer.started.authJsons ?? [],
        records,
      },
      checkout,
    );
  const bare = await Part.start({
    role: 'bare',
    upstreamUrl: upstreams.plain.started.upstreamUrl ?? '',
    headers: {},
  });
  const targets: Target[] = [
    await ownTarget('bare relay', bare, false),
    await ownTarget('Slipstream', await slipstream('plain', true), true),
    await ownTarget('Slipstream, upstream deflates', await slipstream('deflated', true), true),
  ];
  if (!options.quick)
    targets.push(await ownTarget('Slipstream, not recording', await slipstream('plain', false), true));
  if (options.beside !== undefined)
    targets.push(await ownTarget('the other checkout', await slipstream('plain', true, options.beside), true));
  if (options.against !== undefined) targets.push(otherTarget(options.name, options.against, options.key));
  const [startMs, load] = [performance.now(), process.cpuUsage()];
  const upstreamBefore = (await upstreams.plain.usage()).cpuMs;
  const rows = await measureRows(targets, rounds, warmUps);
  const tookMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(load);
  const share = (cpuMs: number) => Number((cpuMs / tookMs).toFixed(2));
  // A share of one processor: whoever is far below it did not hold the others up.
  const busy = {
    load: share((user + system) / 1000),
    upstream: share((await upstreams.plain.usage()).cpuMs - upstreamBefore),
  };
  for (const target of targets) target.stop();
  for (const part of [...Object.values(upstreams), issuer]) part.stop();
  return { rows, busy };
}

const shown = (spread: Spread | null) =>
  spread === null ? '' : `${spread.median} (${spread.least} to ${spread.most})`;

function tell(rows: readonly Row[]): void {
  say('| | | CPU µs each | CPU to the bare relay | first content, ms | events a second |\n|---|---|---|---|---|---|');
  for (const row of rows)
    say(
      `| ${row.work} | ${row.target} | ${shown(row.cpuUs)} | ${shown(row.cpuToBare)} | ${shown(row.firstContentMs)} | ${shown(row.eventsPerSecond)} |`,
    );
}

let { rows, busy } = await measure();
const committed: Ratios = JSON.parse(readFileSync(committedFile, 'utf8'));
// What a machine does to a measurement it seldom does to each round; what the program does is in all of them.
const measured = [ratiosOf(rows, 'least')];
let worse = options.commit ? [] : worseThan(committed, ratiosOf(rows));
while (worse.length > 0 && measured.length < mostMeasurements) {
  for (const line of worse) say(`worse, measured again: ${line}`);
  ({ rows, busy } = await measure());
  measured.push(ratiosOf(rows, 'least'));
  worse = worseThan(committed, leastOf(measured));
}
tell(rows);
say(`busy, of one processor: load ${busy.load}, upstream ${busy.upstream}`);
if (options.commit) writeFileSync(committedFile, `${JSON.stringify(ratiosOf(rows), null, 2)}\n`);
for (const line of worse) say(`WORSE: ${line}`);

const budgets = (options.quick ? [] : others).map((name) => {
  say(`=== ${name}`);
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, `${name}.ts`)],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 2 ** 26,
    },
  );
  say(`${name}: ${status === 0 ? 'met' : 'MISSED'}`);
  return { name, met: status === 0, result: stdout === '' ? null : JSON.parse(stdout) };
});
process.stdout.write(`${JSON.stringify({ rounds, rows, busy, ratios: ratiosOf(rows), worse, budgets }, null, 2)}\n`);
const passed = worse.length === 0 && budgets.every(({ met }) => met);
say(`bench: ${passed ? 1 : 0} passed, ${passed ? 0 : 1} failed`);
process.exitCode = passed ? 0 : 1;
