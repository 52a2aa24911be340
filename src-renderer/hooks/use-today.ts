import { useSyncExternalStore } from 'react';

const everyMs = 20_000;

/** One timer for all who ask. */
function onLook(look: () => void): () => void {
  lookers.add(look);
  timer ??= setInterval(() => {
    for (const each of lookers) each();
  }, everyMs);
  return () => {
    lookers.delete(look);
    if (lookers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

const lookers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Midnight before now: what shows times of today as such is drawn anew when the day is over. */
export function useToday(): number {
  return useSyncExternalStore(onLook, () => new Date().setHours(0, 0, 0, 0));
}
