import { type Profiler, Session } from 'node:inspector';

/** Which blocks of code run in this thread, as V8 counts them. Functions that ran before the start have no blocks. */

let session: Session | null = null;

/** Begins to count, once: what has stopped finds no blocks again in functions that ran. */
function counting(): Session {
  if (session !== null) return session;
  session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return session;
}

/** The blocks that ran since it was last asked, of the scripts that count. */
export function takeBlocks(isCounted: (url: string) => boolean): Set<string> {
  const blocks = new Set<string>();
  // Within its own thread a session answers before `post` returns.
  counting().post('Profiler.takePreciseCoverage', (error, taken) => {
    if (error !== null) throw error;
    for (const script of taken.result) if (isCounted(script.url)) note(script, blocks);
  });
  return blocks;
}

/** Code runs faster where nobody counts. */
export function stopCounting(): void {
  session?.post('Profiler.stopPreciseCoverage');
  session?.disconnect();
  session = null;
}

/** Function → the starts of its blocks, as far as they were told of: a block that ran as often as what holds it is not. */
const known = new Map<string, Set<number>>();

function note({ scriptId, functions }: Profiler.ScriptCoverage, blocks: Set<string>): void {
  for (const { ranges } of functions) {
    const key = `${scriptId}:${ranges[0]?.startOffset}`;
    const starts = known.get(key) ?? new Set();
    known.set(key, starts);
    for (const { startOffset } of ranges) starts.add(startOffset);
    for (const start of starts) {
      // Ranges stand from the outermost in.
      const own = ranges.findLast(({ startOffset, endOffset }) => startOffset <= start && start < endOffset);
      if (own !== undefined && own.count > 0) blocks.add(`${key}:${start}`);
    }
  }
}
