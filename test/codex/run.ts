import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { installCodex } from './install.ts';

// Entry of `npm run test:codex`: installs the CLI outside the tree, runs the tests that drive it, and prints their totals.
const launcher = installCodex();
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const folder = mkdtempSync(join(tmpdir(), 'slipstream-codex-report-'));
const report = join(folder, 'report.json');
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const args = [
  vitest,
  'run',
  '--config',
  'test/vitest.config.ts',
  '--project',
  'codex',
  ...reporters,
  ...process.argv.slice(2),
];
const run = spawnSync(process.execPath, args, { stdio: 'inherit', env: { ...process.env, CODEX_LAUNCHER: launcher } });
const totals = JSON.parse(readFileSync(report, 'utf8')) as { numPassedTests: number; numFailedTests: number };
rmSync(folder, { recursive: true });
process.stdout.write(`${totals.numPassedTests} passed, ${totals.numFailedTests} failed\n`);
process.exitCode = run.status ?? 1;
