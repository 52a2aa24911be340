import { compose } from '../../src-main/app/app.ts';
import type { TraceKeeping } from '../../src-main/app/traces.ts';
import { runCommandLine } from '../../src-main/node/command-line.ts';
import type { Finished } from './headless.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const;

/** A command under way in this process. */
export interface AskedCommand {
  /** What matches on standard output, once it is there. Rejects where the command ends before. */
  says(pattern: RegExp): Promise<string>;
  readonly finished: Promise<Finished>;
}

/**
 * Runs a command to its end in this process, from its sources: a tenth of what a start of the program costs, for tests of what
 * a command does and says. Signals, exit and log of the process are for `Headless.run`. Without a folder it is for the one
 * that the arguments, or the surroundings, name.
 */
export function askCommand(
  dataDir: string | null,
  args: readonly string[],
  traceKeeping: TraceKeeping = 'memory',
): Promise<Finished> {
  return startCommand(dataDir, args, traceKeeping).finished;
}

/** Starts a command in this process that a test listens to, and ends. */
export function startCommand(
  dataDir: string | null,
  args: readonly string[],
  traceKeeping: TraceKeeping = 'memory',
): AskedCommand {
  const said = { stdout: '', stderr: '' };
  const looks = new Set<() => void>();
  const say = (text: string) => {
    said.stdout += text;
    for (const look of looks) look();
  };
  const putBack = rememberListeners();
  const place = dataDir === null ? [] : ['--data-dir', dataDir];
  const finished = runCommandLine([...args, ...place], {
    compose: (options) => compose({ ...options, signInPorts: [0], traceKeeping }),
    version: '0.0.0-test',
    rendererDir: '',
    print: (line) => say(`${line}\n`),
    write: async (text) => say(text),
    complain: (line) => {
      said.stderr += `${line}\n`;
    },
  })
    .then((code) => ({ code, ...said }))
    .finally(putBack);
  const says = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(said.stdout)?.[0];
        if (found === undefined) return;
        looks.delete(look);
        resolve(found);
      };
      looks.add(look);
      look();
      finished.then(() => reject(new Error(`it ended: ${said.stderr}`)), reject);
    });
  return { says, finished };
}

/** A command changes who hears what of its process; a test's process is not its own, so this puts back who heard before. */
function rememberListeners(): () => void {
  const name = 'uncaughtException';
  const putBack = [
    remember(
      () => process.listeners(name),
      (each) => process.on(name, each),
      (each) => process.off(name, each),
    ),
    ...signals.map((signal) =>
      remember(
        () => process.listeners(signal),
        (each) => process.on(signal, each),
        (each) => process.off(signal, each),
      ),
    ),
  ];
  return () => {
    for (const each of putBack) each();
  };
}

function remember<Listener>(list: () => Listener[], add: (each: Listener) => void, drop: (each: Listener) => void) {
  const before = list();
  return () => {
    const after = list();
    for (const each of after) if (!before.includes(each)) drop(each);
    for (const each of before) if (!after.includes(each)) add(each);
  };
}
