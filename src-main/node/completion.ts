import { ShellCompDirective } from '@bomb.sh/tab';
import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';

/** How commands call what is a file or a folder. */
const fileName = /^(?:path|file|dir)$/;
const fileOption = /^--(\S+) <(?:path|file|dir)>$/;

/**
 * Adds `complete`, for the words of a call. The library has every shell complete no file names: where an option or an argument
 * takes a file, it is told to.
 */
export function addCompletion(program: Command, words: readonly string[], print: (line: string) => void): void {
  const root = tab(program);
  let takesFile = isFileOfOption(program, words.slice(words.indexOf('--') + 1));
  for (const command of root.commands.values())
    for (const argument of command.arguments.values())
      if (fileName.test(argument.name))
        argument.handler = () => {
          takesFile = true;
        };
  const { ShellCompDirectiveDefault, ShellCompDirectiveNoFileComp } = ShellCompDirective;
  Object.defineProperty(root, 'directive', {
    configurable: true,
    get: () => (takesFile ? ShellCompDirectiveDefault : ShellCompDirectiveNoFileComp),
    set: () => {},
  });
  const complete = program.commands.find((command) => command.name() === 'complete');
  complete?.hook('postAction', () => {
    // Without this bash has no file names to fall back on; the script takes them away where there are none to be.
    if (words.at(-1) === 'bash') print(`complete -o default -F __${program.name()}_complete ${program.name()}`);
  });
}

/** Whether the last word is, or is to be, the value of an option that takes a file. */
function isFileOfOption(program: Command, typed: readonly string[]): boolean {
  const names = [program, ...program.commands]
    .flatMap(({ options }) => options)
    .flatMap(({ flags }) => fileOption.exec(flags)?.[1] ?? []);
  const [before = '', last = ''] = typed.slice(-2);
  return names.some((name) => before === `--${name}` || last.startsWith(`--${name}=`));
}
