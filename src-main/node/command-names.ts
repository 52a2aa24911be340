import { Command } from 'commander';

/** Commander's word on a call that is not understood, in one line; the help of a command that lacks its verb stays as it is. */
export function complaint(text: string): string {
  if (text.startsWith('Usage: ')) return text;
  return `slipstream: ${text.replace(/^error: /, '').replaceAll('\n', ' ')}`;
}

/** The same call with `--help` in place of the word: `key help add` and `help key add` are `key add --help`. */
export function withHelpOption(args: readonly string[], program: Command): readonly string[] {
  const { next, at } = namedBy(args, program);
  return next === 'help' ? withHelpOption([...args.slice(0, at), ...args.slice(at + 1), '--help'], program) : args;
}

/** What is wrong with the words that name a command, also where its help is asked for; null where nothing is. */
export function wrongName(args: readonly string[], program: Command): string | null {
  const { command, path, next } = namedBy(args, program);
  const isName = command === program || command.registeredArguments.length === 0;
  return next === null || !isName ? null : unknown(next, path, command);
}

/** Whether the words name a command that the program has so far. */
export function namesCommand(args: readonly string[], program: Command): boolean {
  return namedBy(args, program).command !== program;
}

interface Named {
  readonly command: Command;
  readonly path: readonly string[];
  /** The word in the place of another name, which is none of a command, and its index; null where there is none. */
  readonly next: string | null;
  readonly at: number;
}

/** The command that the words name, past the options among them. */
function namedBy(args: readonly string[], program: Command): Named {
  const chain = [program];
  let command = program;
  let at = 0;
  for (; at < args.length && command.commands.length > 0; at += 1) {
    const word = args[at] ?? '';
    if (word.startsWith('-')) {
      const option = optionOf(word, chain);
      if (option === undefined) break;
      if (option.required && !word.includes('=')) at += 1;
      continue;
    }
    const found = command.commands.find((each) => each.name() === word);
    if (found === undefined) return { command, path: pathOf(chain), next: word, at };
    command = found;
    chain.push(found);
  }
  return { command, path: pathOf(chain), next: null, at };
}

const pathOf = (chain: readonly Command[]) => chain.slice(1).map((command) => command.name());

function optionOf(word: string, chain: readonly Command[]) {
  const [flag = ''] = word.split('=');
  return chain.flatMap((command) => command.options).find(({ long, short }) => flag === long || flag === short);
}

function unknown(word: string, path: readonly string[], command: Command): string {
  const close = closest(word, command);
  const hint = close === null ? '' : ` Did you mean "${close}"?`;
  const names =
    path.length === 0 ? '' : ` "${path.join(' ')}" has ${command.commands.map((each) => each.name()).join(', ')}.`;
  const words = path.map((name) => `${name} `).join('');
  return `there is no command "${[...path, word].join(' ')}".${hint}${names} Run "npx slipstream ${words}--help".`;
}

/** The command that was probably meant; null where none is near. */
function closest(typed: string, { commands }: Command): string | null {
  const lookUp = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  for (const command of commands) lookUp.command(command.name());
  try {
    lookUp.parse([typed], { from: 'user' });
    return null;
  } catch (thrown) {
    return thrown instanceof Error ? (/Did you mean (?:one of )?([\w-]+)/.exec(thrown.message)?.[1] ?? null) : null;
  }
}
