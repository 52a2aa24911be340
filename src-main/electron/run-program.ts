import { execFile } from 'node:child_process';

/** Runs a program; what it said. Rejects as `execFile` does. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<string>;

/** At most five seconds. */
export function runProgram(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: 5_000 }, (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
  });
}
