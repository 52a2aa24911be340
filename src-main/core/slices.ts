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
