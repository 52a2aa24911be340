import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { readArguments } from '../support/arguments.ts';
import { type Sample, sampleText } from './draw.ts';
import { judged, partOf, pathsOfNothing } from './judged.ts';
import { type Report, told } from './tell.ts';

/**
 * Entry of `npm run mutate`: changes the program in small ways, one at a time, and sees whether a test notices.
 * `npm run mutate` takes what the last commit and the work since changed, `-- --since REF` more of it, `-- --all` every judged
 * part, `-- NAME…` judged parts, `-- PATH…` files or folders. `--sample PERCENT` takes that share of the mutants, drawn at random
 * with `--seed N`; the figures say so. `--integration` also runs the tests over sockets, which is slow, and `--with GLOB` those
 * of one name; `--at-once N` says how many processes there are.
 */

const root = resolve(import.meta.dirname, '../..');

const { values, positionals } = readArguments({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    since: { type: 'string', default: 'HEAD~1' },
    integration: { type: 'boolean', default: false },
    with: { type: 'string', multiple: true, default: [] },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    'at-once': { type: 'string' },
  },
});

function git(...args: string[]): string[] {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean);
}

/** Throws where a path that is judged, or was named, is none of the program: nothing of it would be looked at. */
function filesToMutate(): string[] {
  const tracked = git('ls-files', 'src-main').filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
  const named = positionals.flatMap((name) => judged[name] ?? [name]);
  const ofNothing = pathsOfNothing([...named, ...Object.values(judged).flat()], tracked);
  if (ofNothing.length > 0) throw new Error(`No file of the program: ${ofNothing.join(', ')}`);
  if (named.length > 0) return tracked.filter((file) => pathsOfNothing(named, [file]).length < named.length);
  const ruled = tracked.filter((file) => partOf(file) !== null);
  if (values.all) return ruled;
  const changed = new Set(git('diff', '--name-only', values.since));
  return ruled.filter((file) => changed.has(file));
}

function sampleWanted(): Sample | null {
  if (values.sample === undefined) return null;
  const [percent, seed] = [Number(values.sample), Number(values.seed)];
  if (!(percent > 0 && percent <= 100)) throw new Error('--sample takes per cent, above 0 and up to 100.');
  if (!Number.isSafeInteger(seed)) throw new Error('--seed takes a whole number.');
  return { percent, seed };
}

const sample = sampleWanted();
const mutate = filesToMutate();
if (mutate.length === 0) {
  process.stdout.write('Nothing was changed that is judged; name files, or say --all.\n');
} else {
  const folder = mkdtempSync(join(tmpdir(), 'slipstream-mutate-'));
  const reportFile = join(folder, 'report.json');
  const config = {
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner', join(import.meta.dirname, 'draw-checker.ts')],
    ...(sample === null ? {} : { checkers: ['draw'] }),
    ...(values['at-once'] === undefined ? {} : { concurrency: Number(values['at-once']) }),
    vitest: { configFile: 'test/mutate/vitest.config.ts', related: true },
    mutate,
    coverageAnalysis: 'perTest',
    // Those over sockets take long together.
    dryRunTimeoutMinutes: 30,
    reporters: ['progress-append-only', 'json'],
    jsonReporter: { fileName: reportFile },
    tempDirName: join(folder, 'sandbox'),
    ignorePatterns: ['out', 'node_modules/.cache'],
    // It would read the one that is there with an interface that TypeScript 7 does not have.
    tsconfigFile: 'none.json',
  };
  const configFile = join(folder, 'stryker.json');
  writeFileSync(configFile, JSON.stringify(config));
  const stryker = join(
    dirname(createRequire(import.meta.url).resolve('@stryker-mutator/core/package.json')),
    'bin/stryker.js',
  );
  const env = {
    ...process.env,
    MUTATE_WITH: [...(values.integration ? ['*'] : []), ...values.with].join(' '),
    // Code that is instrumented, and the load of many runs.
    TEST_SLOWNESS: '20',
    MUTATE_SAMPLE: sampleText(sample),
  };
  const run = spawnSync(process.execPath, [stryker, 'run', configFile], { cwd: root, stdio: 'inherit', env });
  const { text, isEnough } =
    run.status === 0
      ? told(JSON.parse(readFileSync(reportFile, 'utf8')) as Report, sample)
      : { text: '', isEnough: false };
  process.stdout.write(text);
  rmSync(folder, { recursive: true });
  process.exitCode = isEnough ? 0 : 1;
}
