import { existsSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import type { App, ComposeOptions } from './app/app.ts';
import { runCommandLine } from './node/command-line.ts';
import { keepOwnCode } from './node/keep-own-code.ts';
import { StandardOutput } from './node/standard-output.ts';
import { loadQuietly } from './node/stop-signals.ts';
import { keepMemorySmall } from './node/v8-memory.ts';
import { hardenPrototypes } from './shared/harden-prototypes.ts';
import { visibleText } from './shared/visible-text.ts';

/** The core is most of the program, and few commands need it. */
async function compose(options: ComposeOptions): Promise<App> {
  const core = await loadQuietly(() => import('./app/app.ts'));
  keepOwnCode(import.meta.dirname);
  return core.compose(options);
}

const lingerMs = 1_000;
const longestTimerMs = 2 ** 31 - 1;

/** Beside the built program, whose parts lie one folder deeper, or where the build goes when this runs from its sources. */
const rendererDirs = ['../renderer', '../../renderer', '../out/renderer'].map((path) =>
  join(import.meta.dirname, path),
);

hardenPrototypes();
keepMemorySmall();
// Where the system limits how large files grow, Node has a write beyond that fail like any other; a library that hears the
// signal of it (signal-exit, through write-file-atomic) would end the process instead.
process.on('SIGXFSZ', () => {});
// A terminal that was closed takes no more words; that is no reason to end without a clean stop.
process.stderr.on('error', () => {});
const output = new StandardOutput();
const complain = (line: string) => {
  process.stderr.write(`${visibleText(line)}\n`);
};
// The core's own timers and threads keep no process alive; a command at work does.
const alive = setInterval(() => {}, longestTimerMs);
process.exitCode = await runCommandLine(process.argv.slice(2), {
  compose,
  version: packageJson.version,
  rendererDir: rendererDirs.find((path) => existsSync(path)) ?? '',
  print: (line) => output.print(`${visibleText(line)}\n`),
  write: (text) => output.write(text),
  complain,
});
await output.end().catch((error: Error) => {
  // What was asked for may have failed as well; what it said of itself stays.
  if (process.exitCode === 0) {
    complain(`slipstream: ${error.message}`);
    process.exitCode = 1;
  }
});
clearInterval(alive);
// Whatever still keeps the event loop busy must not keep a finished command alive.
setTimeout(() => process.exit(), lingerMs).unref();
