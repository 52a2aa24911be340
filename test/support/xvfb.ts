import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface Display {
  /** What `DISPLAY` has to be. */
  readonly name: string;
  stop(): void;
}

/** The virtual X server of this machine, or null. */
export function findXvfb(): string | null {
  const paths = (process.env.PATH ?? '').split(delimiter).map((dir) => join(dir, 'Xvfb'));
  return paths.find(isExecutable) ?? null;
}

/** Starts a display of its own that nobody sees; the server itself takes a free number and says which. */
export function startXvfb(program: string): Promise<Display> {
  const args = ['-displayfd', '1', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'];
  const server = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  return new Promise((resolve, reject) => {
    let said = '';
    server.on('error', reject);
    server.on('exit', (code) => reject(new Error(`Xvfb ended with ${code}.`)));
    server.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const number = /^(\d+)\n/.exec(said)?.[1];
      if (number !== undefined) resolve({ name: `:${number}`, stop: () => server.kill() });
    });
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
