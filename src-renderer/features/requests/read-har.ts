import type { CallInput, CallOutput } from '../../../src-main/shared/contract.ts';
import type { Result } from '../../../src-main/shared/result.ts';
import type { TraceCursor, TraceFilter } from '../../../src-main/shared/trace-query.ts';

/** An export ends here, and says so before it begins. */
export const maxHarTurns = 5_000;
export const maxHarMegabytes = 200;
const maxHarChars = maxHarMegabytes * 1_000_000;
const partTurns = 100;

export interface HarProgress {
  readonly turns: number;
  readonly chars: number;
}

export interface ReadHar extends HarProgress {
  readonly fileName: string;
  /** The file's text is these, one after the other. */
  readonly texts: readonly string[];
}

type Ask = (input: CallInput<'export.har'>) => Promise<Result<CallOutput<'export.har'>>>;

interface HarWish {
  readonly filter: TraceFilter;
  readonly withBodies: boolean;
  readonly isCancelled: () => boolean;
  readonly onProgress: (progress: HarProgress) => void;
}

/** Reads the ended turns that match part by part; parts are put together as they are, without being read. Null: cancelled. */
export async function readHar(ask: Ask, wish: HarWish): Promise<Result<ReadHar | null>> {
  const { filter, withBodies, isCancelled, onProgress } = wish;
  const inside: string[] = [];
  let [turns, chars] = [0, 0];
  let cursor: TraceCursor | null = null;
  for (;;) {
    const limit = Math.min(partTurns, maxHarTurns - turns);
    const part: Result<CallOutput<'export.har'>> = await ask({ ids: null, filter, cursor, limit, withBodies });
    if (isCancelled()) return { ok: true, value: null };
    if (!part.ok) return part;
    const { text, entriesStart, entriesEnd, entries, fileName, next } = part.value;
    if (entries > 0) inside.push(text.slice(entriesStart, entriesEnd));
    turns += part.value.turns;
    chars += entriesEnd - entriesStart;
    cursor = next;
    onProgress({ turns, chars });
    if (cursor === null || turns >= maxHarTurns || chars >= maxHarChars) {
      // Parts come newest first; the file begins with the oldest.
      const list = inside.reverse().flatMap((entry, index) => (index === 0 ? [entry] : [',\n', entry]));
      const texts = [text.slice(0, entriesStart), ...list, text.slice(entriesEnd)];
      return { ok: true, value: { fileName, texts, turns, chars } };
    }
  }
}
