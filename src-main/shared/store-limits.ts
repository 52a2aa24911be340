/** Turns that are kept at most where the disk cannot be used. */
export const memoryStoreTurns = 2_000;

/** Turns that the passive comparison looks at, at most: the latest. */
export const maxPassiveTurns = 20_000;
