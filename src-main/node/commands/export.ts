import type { Bridge, CallOutput } from '../../shared/contract.ts';
import type { TraceCursor, TraceFilter } from '../../shared/trace-query.ts';
import { systemClock } from '../clock.ts';
import type { CommandContext } from '../context.ts';
import { tidyAtStop } from '../stop-signals.ts';
import { type ExportOptions, exportFilter } from './export-options.ts';
import { beginFile } from './new-file.ts';
import { call, withBridge } from './with-bridge.ts';

const partTurns = 100;
/** Of text held until it is written. */
const maxChars = 256 * 1024 * 1024;

interface Exported {
  readonly text: string;
  readonly turns: number;
  readonly entries: number;
  /** Turns that match. */
  readonly total: number;
}

/** A file name that stands for standard output. */
const standardOutput = '-';

/** Writes the newest turns that match to a HAR file that only its owner can read, or to standard output. */
export async function exportHar(file: string, options: ExportOptions, context: CommandContext): Promise<number> {
  const withBodies = options.bodies === true;
  const filter = exportFilter(options, systemClock.epochMs());
  const toFile = file !== standardOutput;
  // Begun first: a long export must not end with a folder that takes no file.
  const begun = toFile ? beginFile(file) : null;
  const letGo = begun === null ? async () => {} : tidyAtStop(begun.drop);
  let har: Exported;
  let written = file;
  try {
    har = await withBridge(options, context, (bridge) => readParts(bridge, { filter, withBodies, last: options.last }));
    if (begun === null) await context.write(har.text);
    else written = begun.finish(har.text);
  } finally {
    begun?.drop();
    await letGo();
  }
  const of = har.total > har.turns ? ` of ${har.total} that match` : '';
  // What goes to standard output is the file alone.
  const say = toFile ? context.print : context.complain;
  say(`Wrote ${har.turns} turns${of} (${har.entries} entries) to ${toFile ? written : 'standard output'}.`);
  if (withBodies) say('It holds what was said to the model. Look it through before you pass it on.');
  if (written === file) return 0;
  // Whoever reads the name that was asked for next would read another's file.
  context.complain(`${file} is another file, which came there meanwhile.`);
  return 1;
}

interface Wanted {
  readonly filter: TraceFilter;
  readonly withBodies: boolean;
  readonly last: number;
}

/** Parts come newest first; the file begins with the oldest. */
async function readParts(bridge: Bridge, { filter, withBodies, last }: Wanted): Promise<Exported> {
  const inside: string[] = [];
  let [head, tail, turns, entries, total, chars] = ['', '', 0, 0, 0, 0];
  let cursor: TraceCursor | null = null;
  do {
    const limit = Math.min(partTurns, last - turns);
    const part: CallOutput<'export.har'> = await call(bridge, 'export.har', {
      ids: null,
      filter,
      cursor,
      limit,
      withBodies,
    });
    head = part.text.slice(0, part.entriesStart);
    tail = part.text.slice(part.entriesEnd);
    if (part.entries > 0) inside.push(part.text.slice(part.entriesStart, part.entriesEnd));
    chars += part.entriesEnd - part.entriesStart;
    turns += part.turns;
    entries += part.entries;
    total = Math.max(total, part.total);
    cursor = part.next;
  } while (cursor !== null && turns < last && chars < maxChars);
  return { text: `${head}${inside.reverse().join(',\n')}${tail}`, turns, entries, total };
}
