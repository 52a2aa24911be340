import { constants } from 'node:os';
import type { Clock } from '../core/ports.ts';
import { systemClock } from './clock.ts';

/** A terminal, npm and a parent process each pass Ctrl-C on: copies of one press come within this time. */
const samePressMs = 250;

/** SIGHUP is a closed terminal or a dropped ssh session, on Windows a closed console window; SIGBREAK is its Ctrl-Break. */
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const;

interface SignalSource {
  on(signal: (typeof stopSignals)[number], listener: (signal: NodeJS.Signals) => void): unknown;
  removeAllListeners(signal: (typeof stopSignals)[number]): unknown;
}

type ListenerSource = Pick<NodeJS.Process, 'listeners' | 'removeListener'>;

/**
 * Loads code, and lets none of its libraries hear the signals that ask to stop. One that tidies up at the end (when-exit, through
 * conf) sends its process the signal once more: it ends who hears it once, and on a busy machine comes late enough to be taken
 * for a second one. Who heard them before hears them still.
 */
export async function loadQuietly<T>(load: () => Promise<T>, source: ListenerSource = process): Promise<T> {
  const before = stopSignals.map((signal) => source.listeners(signal));
  const loaded = await load();
  for (const [index, signal] of stopSignals.entries())
    for (const listener of source.listeners(signal))
      if (before[index]?.includes(listener) !== true) source.removeListener(signal, listener);
  return loaded;
}

/** Resolves at the first signal that asks to stop; a second one calls `exitNow`. Nobody else hears them from now on. */
export function waitForStop(source: SignalSource, clock: Clock, exitNow: () => void): Promise<void> {
  return new Promise((resolve) => {
    let first: Press | null = null;
    const hear = (signal: NodeJS.Signals) => {
      const atMs = clock.monotonicMs();
      if (first === null) {
        first = { signal, atMs };
        resolve();
      } else if (!isSame(first, { signal, atMs })) {
        exitNow();
      }
    };
    for (const signal of stopSignals) {
      source.removeAllListeners(signal);
      source.on(signal, hear);
    }
  });
}

/** A signal that was heard first, and when. */
interface Press {
  readonly signal: NodeJS.Signals;
  readonly atMs: number;
}

const isSame = (first: Press, press: Press) => first.signal === press.signal && press.atMs - first.atMs <= samePressMs;

/** What a command has begun that must not be left half done. */
const begun = new Set<() => unknown>();
/** What a command does itself when it is asked to stop, once. */
let own: { readonly stop: () => void; first: Press | null } | null = null;
/** The signal that ends a command, and what never settles: it goes no further. */
let ending: { readonly first: Press; readonly never: Promise<never> } | null = null;

/**
 * Puts something in order before a signal ends this command, such as a sign-in that is being renewed: its old token is spent, and
 * the new one would be lost. A second signal ends it at once. Returns its undo, which a command that is being ended does not come
 * back from.
 */
export function tidyAtStop(tidy: () => unknown): () => Promise<void> {
  begun.add(tidy);
  listen();
  return async () => {
    await ending?.never;
    begun.delete(tidy);
    listen();
  };
}

/**
 * Calls `stop` at a signal that asks to stop, while a command waits for work that would go on without it. Another one ends the
 * command. Returns its own undo.
 */
export function onStopSignal(stop: () => void): () => void {
  own = { stop, first: null };
  listen();
  return () => {
    own = null;
    listen();
  };
}

function listen(): void {
  for (const signal of stopSignals) {
    process.off(signal, hear);
    if (own !== null || begun.size > 0) process.on(signal, hear);
  }
}

async function hear(signal: NodeJS.Signals): Promise<void> {
  const press = { signal, atMs: systemClock.monotonicMs() };
  // As a shell names the end by a signal.
  const exit = () => process.exit(128 + constants.signals[signal]);
  if (own !== null && own.first === null) {
    own.first = press;
    own.stop();
  } else if (own?.first && isSame(own.first, press)) {
    // npm and the launcher pass it on, too.
  } else if (ending === null) {
    ending = { first: press, never: new Promise<never>(() => {}) };
    await Promise.allSettled([...begun].map(async (tidy) => tidy()));
    exit();
  } else if (!isSame(ending.first, press)) exit();
}
