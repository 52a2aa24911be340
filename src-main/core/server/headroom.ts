import { SlipstreamError } from '../../shared/errors.ts';
import type { Clock, Resources } from '../ports.ts';

/** Kept back for what runs: its next attempts, the traces' files, sign-ins that are renewed. */
const reservedFiles = 16;
/** What a turn may open: its client's connection, and its own up. */
const filesPerTurn = 2;
/** Below this the next turns could end those that run. */
const leastMemoryBytes = 24 * 1024 * 1024;
/** A look holds for so long, or until a share of what was seen free may be in use. */
const lookEveryMs = 1_000;
const shareBetweenLooks = 1 / 4;

interface HeadroomParts {
  readonly resources: Resources;
  readonly clock: Clock;
  /** Gives back what is only kept for later, such as idle connections. */
  readonly spare: () => void;
}

/** Whether this process can carry one more turn: new ones are refused early, so that those that run come to their end. */
export class Headroom {
  readonly #parts: HeadroomParts;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #short: string | null = null;
  /** Turns that may begin before the next look. */
  #turnsLeft = 0;

  constructor(parts: HeadroomParts) {
    this.#parts = parts;
  }

  /** Counts one turn; throws `resources_short` where there is no room for it. */
  take(): void {
    const nowMs = this.#parts.clock.monotonicMs();
    if (this.#turnsLeft <= 0 || nowMs - this.#lookedAtMs >= lookEveryMs) {
      this.#look();
      this.#lookedAtMs = nowMs;
    }
    this.#turnsLeft -= 1;
    if (this.#short !== null) throw new SlipstreamError('resources_short', { message: this.#short });
  }

  #look(): void {
    const { resources, spare } = this.#parts;
    const { maxOpenFiles } = resources;
    const openFiles = resources.openFiles();
    const freeFiles =
      openFiles === null || maxOpenFiles === null ? Number.POSITIVE_INFINITY : maxOpenFiles - openFiles - reservedFiles;
    const freeBytes = (resources.freeMemoryBytes() ?? Number.POSITIVE_INFINITY) - leastMemoryBytes;
    this.#short =
      freeFiles < filesPerTurn
        ? `Slipstream has almost no file descriptors left of ${maxOpenFiles}. Try again in a moment, or start it with a higher limit ("ulimit -n").`
        : freeBytes < 0
          ? 'Slipstream has almost no memory left. Try again in a moment, or give it more.'
          : null;
    if (this.#short !== null) spare();
    // While it is short each turn looks: room is there as soon as a turn has ended.
    this.#turnsLeft =
      this.#short === null ? Math.max(1, Math.floor((freeFiles / filesPerTurn) * shareBetweenLooks)) : 1;
  }
}
