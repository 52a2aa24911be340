/** Turns that are kept at most where the disk cannot be used. */
export const memoryStoreTurns = 2_000;

/** Turns that the passive comparison looks at, at most: the latest. */
export const maxPassiveTurns = 20_000;

/** Turns that stay whatever the limits are: at most so many, or the limits would be none. */
export const maxStarredTurns = 1_000;

/** The longest note beside a turn, in characters. */
export const maxNoteChars = 2_000;

/** Of a body or a frame's text, in one answer. */
export const maxPieceChars = 512 * 1024;

/** Frames in one answer, which ends sooner where their texts are long. */
export const maxPayloads = 500;
