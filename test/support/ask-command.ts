import { compose } from '../../src-main/app/app.ts';
import type { TraceKeeping } from '../../src-main/app/traces.ts';
import { runCommandLine } from '../../src-main/node/command-line.ts';
import type { Finished } from './headless.ts';

/**
 * Runs a command to its end in this process, from its sources: a tenth of what a start of the program costs, for tests of what
 * a command does and says. Signals, exit and log of the process are for `Headless.run`.
 */
export async function askCommand(
  dataDir: string,
  args: readonly string[],
  traceKeeping: TraceKeeping = 'memory',
): Promise<Finished> {
  const said = { stdout: '', stderr: '' };
  const listening = process.listeners('uncaughtException');
  try {
    const code = await runCommandLine([...args, '--data-dir', dataDir], {
      compose: (options) => compose({ ...options, traceKeeping }),
      version: '0.0.0-test',
      rendererDir: '',
      print: (line) => {
        said.stdout += `${line}\n`;
      },
      write: async (text) => {
        said.stdout += text;
      },
      complain: (line) => {
        said.stderr += `${line}\n`;
      },
    });
    return { code, ...said };
  } finally {
    // A command ends its process at an error that nothing catches; this process is not its own.
    for (const each of process.listeners('uncaughtException')) {
      if (!listening.includes(each)) process.off('uncaughtException', each);
    }
  }
}
