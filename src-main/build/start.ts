import { spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfStale } from './build-if-stale.ts';
import { chooseFace, findElectron } from './face.ts';

const installLimitMs = 20_000;
const earlyEndMs = 5_000;
/** As `npm run serve` has it; the main process's own heap stands before it could set this itself. */
const heapSwitch = '--js-flags=--max-semi-space-size=4';
const rootDir = resolve(import.meta.dirname, '..', '..');
const electronDir = dirname(createRequire(join(rootDir, 'package.json')).resolve('electron/package.json'));

const say = (line: string) => process.stderr.write(`${line}\n`);

/** Builds what is stale, picks a face and becomes it. */
async function start(args: readonly string[]): Promise<void> {
  buildIfStale(rootDir, say);
  const facts = { args, platform: process.platform, env: process.env, isRoot: process.getuid?.() === 0 } as const;
  let choice = chooseFace({ ...facts, runtime: electronPath() === null ? 'missing' : 'present' });
  if (choice.face === 'install') {
    installElectron();
    choice = chooseFace({ ...facts, runtime: electronPath() === null ? 'refused' : 'present' });
  }
  const passedOn = args.filter((arg) => arg !== '--headless');
  const electron = electronPath();
  if (choice.face === 'desktop' && electron !== null) {
    runDesktop(electron, passedOn);
    return;
  }
  if (choice.face === 'headless' && choice.reason !== null) {
    say(`Running headless: ${choice.reason}.`);
  }
  await runHeadless(passedOn);
}

function electronPath(): string | null {
  return findElectron(electronDir, process.env, process.platform);
}

function installElectron(): void {
  say(`Installing the Electron runtime (at most ${installLimitMs / 1000} s) …`);
  spawnSync(process.execPath, [join(electronDir, 'install.js')], {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: installLimitMs,
    killSignal: 'SIGKILL',
  });
}

function runDesktop(electron: string, args: readonly string[]): void {
  const { ELECTRON_RUN_AS_NODE: _asNode, ...env } = process.env;
  const child = spawn(electron, [rootDir, heapSwitch, ...args], { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const)
    process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    say(`Electron could not be started: ${error.message}`);
    process.exitCode = 1;
  });
  const startedMs = performance.now();
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
    // Where the system forbids Electron's sandbox, it dies at its start.
    if (code !== 0 && performance.now() - startedMs < earlyEndMs) {
      say('The desktop app ended at once; its output is above. "npm start -- --headless" runs without it.');
    }
  });
}

/** In this process: signals and exit code need no passing on. */
async function runHeadless(args: readonly string[]): Promise<void> {
  const entry = join(rootDir, 'out', 'main', 'headless.js');
  process.argv = [process.execPath, entry, ...args];
  await import(pathToFileURL(entry).href);
}

await start(process.argv.slice(2)).catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
