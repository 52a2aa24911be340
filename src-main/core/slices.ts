import { setImmediate as nextTurnOfLoop } from 'node:timers/promises';

/** Long work in slices: it rests where it yields, and others go on meanwhile. */
export type Slices<T> = Generator<unknown, T>;

/** Does work without a rest. */
export function atOnce<T>(work: Slices<T>): T {
  for (;;) {
    const next = work.next();
    if (next.done) return next.value;
  }
}

let lastInLine: Promise<unknown> = Promise.resolve();

/** Does work with a turn of the event loop at each rest; one piece of work after the other, or each turn would hold a slice of all. */
export function inSlices<T>(work: Slices<T>): Promise<T> {
  const done = lastInLine.then(async () => {
    for (;;) {
      const next = work.next();
      if (next.done) return next.value;
      await nextTurnOfLoop();
    }
  });
  lastInLine = done.catch(() => {});
  return done;
}

/** Bytes of bodies on which work begins in one turn of the event loop: many middling ones would hold it as a long one does. */
const bytesPerTurn = 1024 * 1024;
/** What the shortest body costs, in bytes of a longer one. */
const leastBytes = 32 * 1024;
let begunBytes = 0;

/** Whether work on a body of so many bytes may begin in this turn of the event loop; counts it in where it may. */
export function mayBegin(bytes: number): boolean {
  const cost = Math.max(bytes, leastBytes);
  if (begunBytes > 0 && begunBytes + cost > bytesPerTurn) return false;
  if (begunBytes === 0)
    setImmediate(() => {
      begunBytes = 0;
    });
  begunBytes += cost;
  return true;
}

/** Resolves in a turn of the event loop in which work on a body of so many bytes may begin, at once where that is this one. */
export async function turnToBegin(bytes: number): Promise<void> {
  while (!mayBegin(bytes)) await nextTurnOfLoop();
}
