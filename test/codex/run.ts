import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { installCodex } from './install.ts';

interface CodexPlan {
  readonly version: string;
  /** Test files that run with it; all where there are none. */
  readonly files: readonly string[];
}

/** Everything runs with the newest; with the one before what clients of different versions could do differently. */
const plans: readonly CodexPlan[] = [
  { version: '0.171.0', files: [] },
  {
    version: '0.169.0',
    files: ['agents', 'first-turn', 'gated-model', 'message-limit', 'steering', 'tools', 'upgrades', 'verdicts'],
  },
];

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const folder = mkdtempSync(join(tmpdir(), 'slipstream-codex-report-'));
const report = join(folder, 'report.json');
const asked = process.argv.slice(2);

interface Totals {
  readonly passed: number;
  readonly failed: number;
}

function runWith({ version, files }: CodexPlan): Totals {
  process.stdout.write(`=== Codex ${version}\n`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const filters = asked.length > 0 ? asked : files.map((file) => `test/codex/${file}`);
  const args = [vitest, 'run', '--config', 'test/vitest.config.ts', '--project', 'codex', ...reporters, ...filters];
  const env = { ...process.env, CODEX_LAUNCHER: installCodex(version), CODEX_VERSION: version };
  const run = spawnSync(process.execPath, args, { stdio: 'inherit', env });
  const totals = JSON.parse(readFileSync(report, 'utf8')) as { numPassedTests: number; numFailedTests: number };
  rmSync(report);
  // A file that could not be loaded fails without a test of its own.
  const failed = run.status === 0 ? 0 : Math.max(1, totals.numFailedTests);
  return { passed: totals.numPassedTests, failed };
}

// Entry of `npm run test:codex`: installs the CLIs outside the tree, runs the tests that drive them, and prints their totals.
const all = plans.map(runWith);
rmSync(folder, { recursive: true });
const sum = (of: keyof Totals) => all.reduce((total, each) => total + each[of], 0);
process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`);
process.exitCode = sum('failed') === 0 ? 0 : 1;
