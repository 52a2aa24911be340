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

/** A block is known by its start: where it ends depends on how often its neighbours ran. */
function note({ scriptId, functions }: Profiler.ScriptCoverage, blocks: Set<string>): void {
  for (const { ranges } of functions) {
    for (const { startOffset, count } of ranges) if (count > 0) blocks.add(`${scriptId}:${startOffset}`);
  }
}
