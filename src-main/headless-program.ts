import { existsSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { compose } from './app/app.ts';
import { runCommandLine } from './node/command-line.ts';
import { writeOut } from './node/standard-output.ts';
import { silenceLibraries } from './node/stop-signals.ts';
import { keepMemorySmall } from './node/v8-memory.ts';
import { hardenPrototypes } from './shared/harden-prototypes.ts';
import { visibleText } from './shared/visible-text.ts';

const lingerMs = 1_000;
const longestTimerMs = 2 ** 31 - 1;

/** Beside the built program, whose parts lie one folder deeper, or where the build goes when this runs from its sources. */
const rendererDirs = ['../renderer', '../../renderer', '../out/renderer'].map((path) =>
  join(import.meta.dirname, path),
);

hardenPrototypes();
silenceLibraries(process);
keepMemorySmall();
// A terminal that was closed takes no more words; that is no reason to end without a clean stop.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
// The core's own timers and threads keep no process alive; a command at work does.
const alive = setInterval(() => {}, longestTimerMs);
process.exitCode = await runCommandLine(process.argv.slice(2), {
  compose,
  version: packageJson.version,
  rendererDir: rendererDirs.find((path) => existsSync(path)) ?? '',
  print: (line) => process.stdout.write(`${visibleText(line)}\n`),
  write: writeOut,
  complain: (line) => process.stderr.write(`${visibleText(line)}\n`),
});
clearInterval(alive);
// Whatever still keeps the event loop busy must not keep a finished command alive.
setTimeout(() => process.exit(), lingerMs).unref();
