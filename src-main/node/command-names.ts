import { Command } from 'commander';

/** Commander's word on a call that is not understood, in one line; the help of a command that lacks its verb stays as it is. */
export function complaint(text: string): string {
  if (text.startsWith('Usage: ')) return text;
  return `slipstream: ${text.replace(/^error: /, '').replaceAll('\n', ' ')}`;
}

/** What is wrong with the words that name a command, also where its help is asked for; null where nothing is. */
export function wrongName(args: readonly string[], program: Command): string | null {
  let command = program;
  const path: string[] = [];
  for (const word of args[0] === 'help' ? args.slice(1) : args) {
    const isNamed = command.commands.length > 0 && (command === program || command.registeredArguments.length === 0);
    if (!isNamed || word.startsWith('-') || word === 'help') return null;
    const next = command.commands.find((each) => each.name() === word);
    if (next === undefined) return unknown(word, path, command);
    path.push(word);
    command = next;
  }
  return null;
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
