import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * Entry of `npm run mutate`: changes the program in small ways, one at a time, and sees whether a test notices.
 * `npm run mutate` takes what the last commit and the work since changed, `-- --since REF` more of it, `-- --all` every folder,
 * `-- PATH…` files or folders. `--integration` also runs the tests over sockets, which is slow.
 */

const root = resolve(import.meta.dirname, '../..');

/** Where the rules are that tests have to hold. */
const judged = [
  'src-main/core/normalise',
  'src-main/core/turn',
  'src-main/core/accounts',
  'src-main/core/upstream',
  'src-main/core/latency',
  'src-main/core/traces/redaction',
];
/** Of each folder's mutants, in per cent. */
const leastKilled = 85;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    since: { type: 'string', default: 'HEAD~1' },
    integration: { type: 'boolean', default: false },
  },
});

function git(...args: string[]): string[] {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean);
}

function filesToMutate(): string[] {
  const tracked = git('ls-files', 'src-main').filter((file) => file.endsWith('.ts'));
  if (positionals.length > 0) return tracked.filter((file) => positionals.some((path) => file.startsWith(path)));
  const ruled = tracked.filter((file) => judged.some((path) => file.startsWith(path)));
  if (values.all) return ruled;
  const changed = new Set(git('diff', '--name-only', values.since));
  return ruled.filter((file) => changed.has(file));
}

interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>;
}

function tell(report: Report): boolean {
  let isEnough = true;
  const folders = Map.groupBy(Object.entries(report.files), ([file]) => dirname(file));
  for (const [folder, files] of folders) {
    const statuses = files.flatMap(([, { mutants }]) => mutants.map(({ status }) => status));
    const count = (...wanted: string[]) => statuses.filter((status) => wanted.includes(status)).length;
    const killed = count('Killed', 'Timeout');
    const lived = count('Survived', 'NoCoverage');
    const percent = killed + lived === 0 ? 100 : (killed * 100) / (killed + lived);
    if (percent < leastKilled) isEnough = false;
    process.stdout.write(
      `${folder}: ${killed} of ${killed + lived} noticed (${percent.toFixed(1)} %), ${count('NoCoverage')} where no test comes\n`,
    );
  }
  return isEnough;
}

const mutate = filesToMutate();
if (mutate.length === 0) {
  process.stdout.write('Nothing was changed that is judged; name files, or say --all.\n');
} else {
  const folder = mkdtempSync(join(tmpdir(), 'slipstream-mutate-'));
  const reportFile = join(folder, 'report.json');
  const config = {
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'test/mutate/vitest.config.ts', related: true },
    mutate,
    coverageAnalysis: 'perTest',
    reporters: ['clear-text', 'json'],
    clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
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
  const env = { ...process.env, MUTATE_INTEGRATION: values.integration ? '1' : '' };
  const run = spawnSync(process.execPath, [stryker, 'run', configFile], { cwd: root, stdio: 'inherit', env });
  const isEnough = run.status === 0 && tell(JSON.parse(readFileSync(reportFile, 'utf8')));
  rmSync(folder, { recursive: true });
  process.exitCode = isEnough ? 0 : 1;
}
