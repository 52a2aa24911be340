import type { CommandContext } from './context.ts';

/** A command that a text names, as every text writes it; in JSON its quotes have a backslash each. */
const named = /"(npx slipstream(?: [^"\\\n]*)?)(\\?)"/g;

/** What the user has told a command of the instance it is for. */
export interface Place {
  /** Null where none is named. */
  readonly dataDir: string | null;
  readonly demo: boolean;
}

/** The commands that a text names in quotes, with the options that lead them to that instance too. */
export function aimHints(text: string, place: Place, platform: NodeJS.Platform): string {
  const options = optionsOf(place, platform);
  const inJson = JSON.stringify(options).slice(1, -1);
  return text.replace(named, (_found, command: string, slash: string) => {
    return `"${command}${slash === '' ? options : inJson}${slash}"`;
  });
}

/** A context that aims the commands named in what is printed. Of the place it asks each time: it is known once options are read. */
export function withHints(context: CommandContext, place: () => Place): CommandContext {
  const aimed = (line: string) => aimHints(line, place(), process.platform);
  return {
    ...context,
    print: (line) => context.print(aimed(line)),
    complain: (line) => context.complain(aimed(line)),
  };
}

function optionsOf({ dataDir, demo }: Place, platform: NodeJS.Platform): string {
  const folder = dataDir === null ? '' : ` --data-dir ${shellWord(dataDir, platform)}`;
  return `${demo ? ' --demo' : ''}${folder}`;
}

/** One word for the shell of the system; most paths are one as they are. */
export function shellWord(text: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') return /^[\w.:\\/~+-]+$/.test(text) ? text : `"${text}"`;
  return /^[\w./@%+=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
