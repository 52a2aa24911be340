import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { semiSpaceOption } from './heap-cap.ts';

/**
 * Keeps V8 from holding what it could give back, by what it can still be told when it runs (test/perf/README.md). Threads that start
 * from now on have little for short-lived objects: the process's own cap goes before what they are made with. And what a function
 * was compiled with is given back at once, and not by a thread that gets no time.
 */
export function keepMemorySmall(): void {
  setFlagsFromString(`${semiSpaceOption}=2`);
  setFlagsFromString('--no-maglev-destroy-on-background');
}

/**
 * Has V8 look through its heap when that has grown by three fifths, and not only at four times what lives. For what runs long,
 * once it is up: a start throws nothing away and would take longer.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=60');
}

/** Has V8 give back what nothing refers to any more: after a start that is a third of its heap. Takes tens of milliseconds. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
}
