import type { Clock } from '../core/ports.ts';

/** A terminal, npm and a parent process each pass Ctrl-C on: copies of one press come within this time. */
const samePressMs = 250;

/** SIGHUP is a closed terminal or a dropped ssh session, on Windows a closed console window; SIGBREAK is its Ctrl-Break. */
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const;

interface SignalSource {
  on(signal: (typeof stopSignals)[number], listener: (signal: NodeJS.Signals) => void): unknown;
  removeAllListeners(signal: (typeof stopSignals)[number]): unknown;
}

/**
 * Lets no library hear the signals that ask to stop. One that tidies up at the end (when-exit, through conf) sends its process
 * the signal once more: it ends who hears it once, and on a busy machine comes late enough to be taken for a second one.
 */
export function silenceLibraries(source: Pick<SignalSource, 'removeAllListeners'>): void {
  for (const signal of stopSignals) source.removeAllListeners(signal);
}

/**
 * Calls `stop` at a signal that asks to stop, while a command waits for work that would go on without it. The same signal once
 * more ends the program at once. Returns its own undo.
 */
export function onStopSignal(stop: () => void): () => void {
  for (const signal of stopSignals) process.once(signal, stop);
  return () => {
    for (const signal of stopSignals) process.off(signal, stop);
  };
}

/** Resolves at the first signal that asks to stop; a second one calls `exitNow`. Nobody else hears them from now on. */
export function waitForStop(source: SignalSource, clock: Clock, exitNow: () => void): Promise<void> {
  return new Promise((resolve) => {
    let first: { readonly signal: NodeJS.Signals; readonly atMs: number } | null = null;
    const hear = (signal: NodeJS.Signals) => {
      const atMs = clock.monotonicMs();
      if (first === null) {
        first = { signal, atMs };
        resolve();
      } else if (signal !== first.signal || atMs - first.atMs > samePressMs) {
        exitNow();
      }
    };
    silenceLibraries(source);
    for (const signal of stopSignals) source.on(signal, hear);
  });
}
