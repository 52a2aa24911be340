import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Of a process: what it was started with, and where its words go. */
interface Started {
  readonly argv: readonly string[];
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  exit(code: number): never;
}

/**
 * The arguments of a program of the tests. Asked for help it prints the program's own head comment and its options, and ends; on
 * arguments it does not know it ends with one line on standard error, and 2.
 */
export function readArguments<const T extends ParseArgsConfig>(
  config: T,
  started: Started = process,
): ReturnType<typeof parseArgs<T>> {
  const [, program = '', ...args] = started.argv;
  if (args.some((arg) => arg === '--help' || arg === '-h')) {
    started.stdout.write(`${usageText(readFileSync(program, 'utf8'), config)}\n`);
    return started.exit(0);
  }
  try {
    // What it takes decides what it gives; the arguments do not.
    return parseArgs({ ...config, args } as T);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replaceAll('\n', ' ').replace(/\.$/, '') : String(error);
    started.stderr.write(`${basename(program)}: ${reason}. --help tells what it takes.\n`);
    return started.exit(2);
  }
}

/** The first documentation comment of a source, and a line for each option. */
export function usageText(source: string, { options = {} }: ParseArgsConfig): string {
  const [, comment = ''] = /^\/\*\*([\s\S]*?)\*\//m.exec(source) ?? [];
  const head = comment.replaceAll(/^ *\* ?/gm, '').trim();
  const lines = Object.entries(options).map(([name, { type, default: preset }]) => {
    const otherwise = preset === undefined || String(preset) === '' ? '' : ` (else ${preset})`;
    return `  --${name}${type === 'boolean' ? '' : ` VALUE${otherwise}`}`;
  });
  return [head, ...(lines.length === 0 ? [] : ['', ...lines])].join('\n');
}
