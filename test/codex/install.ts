import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Installs a version of the official Codex CLI outside the tree, once, and returns the path of its launcher. */
export function installCodex(version: string): string {
  const root = process.env.SLIPSTREAM_CODEX_DIR ?? join(homedir(), '.cache', 'slipstream-test');
  const folder = join(root, `codex-${version}`);
  const launcher = join(folder, 'node_modules', '@openai', 'codex', 'bin', 'codex.js');
  if (existsSync(launcher)) return launcher;
  mkdirSync(folder, { recursive: true });
  process.stdout.write(`Installing @openai/codex ${version} (about 400 MB) into ${folder}\n`);
  const npm = spawnSync(
    'npm',
    ['install', '--prefix', folder, '--no-save', '--no-package-lock', `@openai/codex@${version}`],
    {
      stdio: 'inherit',
      shell: process.platform === 'win32',
    },
  );
  if (npm.status !== 0 || !existsSync(launcher))
    throw new Error('The Codex CLI could not be installed from the npm registry.');
  return launcher;
}
