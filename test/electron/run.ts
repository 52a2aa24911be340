import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { buildIfStale } from '../../src-main/build/build-if-stale.ts';
import { getRuntime } from './runtime.ts';
import { makeStage, removeStage, type Stage } from './stage.ts';
import { hasProgram, notificationsAreHere } from './user-session.ts';

// Entry of `npm run test:electron`: gets an Electron, packages the program with it, and drives it on a display, a bus, a
// keyring and a panel that nobody sees. What cannot be had here is said and left out; a test that fails is a failure.
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
  }[];
}

/** For the tests; fetching and packaging have limits of their own. AppImages take longer to make. */
const limitMs = (process.env.ELECTRON_APPIMAGE === '1' ? 15 : 5) * 60_000;
const startedMs = performance.now();
const rootDir = resolve(import.meta.dirname, '..', '..');
const say = (line: string) => process.stdout.write(`${line}\n`);

/** Programs that the tests need, and the Debian packages that bring them. */
const programs: Readonly<Record<string, string>> = {
  Xvfb: 'xvfb',
  'dbus-daemon': 'dbus-daemon',
  'dbus-send': 'dbus-bin',
  'gnome-keyring-daemon': 'gnome-keyring',
  gdbus: 'libglib2.0-bin',
  setpriv: 'util-linux',
  xwininfo: 'x11-utils',
  xdotool: 'xdotool',
  notifications: 'libnotify4',
};
const notifications = 'notifications';
const missing = () => [
  ...Object.keys(programs).filter((program) => program !== notifications && !hasProgram(program)),
  ...(notificationsAreHere() ? [] : [notifications]),
];
/** What only a few tests need. */
const optional: ReadonlySet<string> = new Set(['gnome-keyring-daemon', 'xdotool', notifications]);

const obstacle = await runAll();
if (obstacle !== null) say(`Skipped, nothing was run: ${obstacle}.\n0 passed, 0 failed`);

/** Why nothing can be run here; null where something was. */
async function runAll(): Promise<string | null> {
  if (process.platform !== 'linux') return 'these tests need the X server and the bus of a Linux desktop';
  if (missing().length > 0 && process.env.CI === 'true' && process.getuid?.() === 0) installPrograms(missing());
  const lacking = missing().filter((program) => !optional.has(program));
  if (lacking.length > 0) return `${lacking.join(', ')} cannot be found`;
  for (const part of missing()) say(`Skipped: what needs ${part}.`);
  const runtime = await getRuntime(say);
  if (runtime === null) return 'no Electron runtime can be had';
  say(`Electron ${runtime.version}${runtime.compatPackages === null ? '' : ', with what its Node lacks beside it'}.`);
  buildIfStale(rootDir, say);
  const stage = await makeStage(runtime);
  try {
    runTests(stage);
  } finally {
    removeStage(stage);
  }
  return null;
}

function installPrograms(names: readonly string[]): void {
  const packages = names.map((name) => programs[name] ?? name);
  say(`Installing ${packages.join(' ')} …`);
  const options = {
    stdio: 'ignore',
    timeout: 120_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  } as const;
  spawnSync('apt-get', ['update'], options);
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...packages], options);
}

function runTests(stage: Stage): void {
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const scratch = mkdtempSync(join(tmpdir(), 'slipstream-electron-report-'));
  const path = join(scratch, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${path}`];
  const one = ['--maxWorkers=1', '--no-file-parallelism'];
  const args = [vitest, 'run', '--config', 'test/vitest.config.ts', '--project', 'electron', ...one, ...reporters];
  const run = spawnSync(process.execPath, [...args, ...process.argv.slice(2)], {
    stdio: 'inherit',
    cwd: rootDir,
    env: { ...process.env, ELECTRON_STAGE: JSON.stringify(stage) },
    timeout: limitMs,
  });
  const report = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Report) : null;
  rmSync(scratch, { recursive: true });
  if (report === null) {
    say('The tests were not done in time.\n0 passed, 1 failed');
    process.exitCode = 1;
    return;
  }
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  say(`\nWhat was run, on Electron ${stage.version}, in ${seconds} s:`);
  for (const { name, assertionResults } of report.testResults) {
    say(name.replace(/.*\/|\.test\.ts$/g, ''));
    for (const { title, status } of assertionResults) say(`  ${status}: ${title}`);
  }
  say(`${report.numPassedTests} passed, ${report.numFailedTests} failed`);
  process.exitCode = run.status ?? 1;
}
