import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { installCodex } from './install.ts';

// Entry of `npm run test:codex`: installs the CLI outside the tree, then runs the tests that drive it.
const launcher = installCodex();
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const args = [vitest, 'run', '--config', 'test/vitest.config.ts', '--project', 'codex', ...process.argv.slice(2)];
const run = spawnSync(process.execPath, args, { stdio: 'inherit', env: { ...process.env, CODEX_LAUNCHER: launcher } });
process.exitCode = run.status ?? 1;
