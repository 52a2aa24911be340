import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A Node that a user may have, with an npm that runs on it. */
export interface UserNode {
  readonly major: number;
  readonly path: string;
}

const npmLimitMs = 240_000;

/** npm's own program, of the npm that is on the path. */
function npmProgram(): string {
  const found = (process.env.PATH ?? '').split(delimiter).map((dir) => join(dir, 'npm'));
  const path = found.find((file) => existsSync(file));
  if (path === undefined) throw new Error('There is no npm on the path.');
  return realpathSync(path);
}

/** Runs npm on a Node, as if nothing of the tree that the tests run in were there. */
export function runNpm(node: string, args: readonly string[], cwd: string): SpawnSyncReturns<string> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(?!config_registry)|^NODE_/i.test(name)),
  );
  return spawnSync(node, [npmProgram(), ...args], { cwd, env, encoding: 'utf8', timeout: npmLimitMs });
}

/** A Node of a major version: this one, one on the path, or the one that npm has; null where none can be had. */
export function findNode(major: number, dir: string): UserNode | null {
  const onPath = (process.env.PATH ?? '').split(delimiter).map((place) => join(place, 'node'));
  const here = [process.execPath, ...onPath].find((path) => existsSync(path) && majorOf(path) === major);
  if (here !== undefined) return { major, path: here };
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const place = join(dir, `node-${major}`);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'package.json'), '{"private":true}');
  runNpm(process.execPath, ['install', '--no-fund', '--no-audit', `${name}@${major}`], place);
  const path = join(place, 'node_modules', name, 'bin', 'node');
  return existsSync(path) && majorOf(path) === major ? { major, path } : null;
}

function majorOf(path: string): number {
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return Number.parseInt((stdout ?? '').replace(/^v/, ''), 10);
}
