import type { FrameRecord } from '../../shared/model.ts';
import { ownText } from '../own-memory.ts';
import { isEnd } from './end-frames.ts';

const maxFrames = 5_000;
const maxDataBytes = 4 * 1024 * 1024;
/** Beyond those, for frames that tell how an item or the turn ended. */
const moreEnds = 500;
const moreEndBytes = 4 * 1024 * 1024;
const maxTypes = 500;
/** A short turn fits the first; a slab is twice the last, up to the largest. */
const smallestSlabBytes = 2 * 1024;
const largestSlabBytes = 256 * 1024;

type Direction = FrameRecord['direction'];
const directions: readonly Direction[] = ['client-in', 'upstream-out', 'upstream-in', 'client-out'];

/** Time (8), size (4), kept bytes (4), type (2), direction (1), spare (1). */
const headBytes = 20;

/** Event types are few and come often; each is kept once. */
const types: string[] = [];
const typeNumbers = new Map<string, number>();

function numberOf(type: string): number {
  const known = typeNumbers.get(type);
  if (known !== undefined) return known;
  if (types.length >= maxTypes) return numberOf('other');
  const copy = ownText(type);
  types.push(copy);
  typeNumbers.set(copy, types.length - 1);
  return types.length - 1;
}
numberOf('other');

/** A frame with its raw bytes, where they are kept. */
export interface KeptFrame extends FrameRecord {
  readonly data: Buffer | null;
}

/** What all running exchanges may keep of raw bytes, see `BodyMemory`. */
export interface FrameBudget {
  hold(sizeBytes: number): boolean;
  release(sizeBytes: number): void;
}

/**
 * The frames of a running exchange, copied one behind the other into slabs that grow: a frame as it came would keep the whole
 * piece of network it was read from. What the slabs take is what the budget is asked for.
 */
export class FrameLog {
  readonly #budget: FrameBudget;
  /** All but the last are full; what is used of each. */
  readonly #full: Buffer[] = [];
  #slab = Buffer.alloc(0);
  #used = 0;
  /** The slab is within the budget, so that it may take more than notes. */
  #isHeld = true;
  #heldBytes = 0;
  #dataBytes = 0;
  #kept = 0;
  #lastType = '';
  #lastEnds = false;
  #dropped = 0;

  constructor(budget: FrameBudget) {
    this.#budget = budget;
  }

  /** How many frames are kept. */
  get kept(): number {
    return this.#kept;
  }

  /** Frames beyond those kept. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Notes a frame; its bytes are kept while they fit the limit. */
  add(direction: Direction, type: string, bytes: number, atMs: number, data: Buffer | null): void {
    const endsSomething = direction === 'client-out' || this.#endsSomething(type);
    if (this.#kept >= (endsSomething ? maxFrames + moreEnds : maxFrames)) {
      this.#dropped += 1;
      return;
    }
    this.#kept += 1;
    const room = endsSomething ? maxDataBytes + moreEndBytes : maxDataBytes;
    const fits = data !== null && this.#dataBytes + data.length <= room;
    const kept = fits && this.#makeRoom(headBytes + data.length, false) ? data : null;
    // That a frame came is known in any case.
    if (kept === null) this.#makeRoom(headBytes, true);
    const slab = this.#slab;
    slab.writeDoubleLE(atMs, this.#used);
    slab.writeUInt32LE(bytes, this.#used + 8);
    slab.writeInt32LE(kept === null ? -1 : kept.length, this.#used + 12);
    slab.writeUInt16LE(numberOf(type), this.#used + 16);
    slab.writeUInt16LE(directions.indexOf(direction), this.#used + 18);
    this.#used += headBytes;
    if (kept === null) return;
    this.#used += kept.copy(slab, this.#used);
    this.#dataBytes += kept.length;
  }

  /** Most frames are of the type that came before. */
  #endsSomething(type: string): boolean {
    if (type !== this.#lastType) {
      this.#lastType = type;
      this.#lastEnds = isEnd(type);
    }
    return this.#lastEnds;
  }

  /** The frames kept, in the order they came. */
  list(): KeptFrame[] {
    return this.#parts().flatMap(unpackFrames);
  }

  /** All of it, out of the budget, to be copied in one, see `unpackFrames`; the log is done then. */
  pack(): Buffer[] {
    this.#budget.release(this.#heldBytes);
    return this.#parts();
  }

  #parts(): Buffer[] {
    return [...this.#full, this.#slab.subarray(0, this.#used)];
  }

  /** Room for so many bytes in the slab; false where the budget has none for another, unless it must be. */
  #makeRoom(bytes: number, mustBe: boolean): boolean {
    if (this.#used + bytes <= this.#slab.length && (mustBe || this.#isHeld)) return true;
    const grownBytes = Math.min(largestSlabBytes, Math.max(smallestSlabBytes, 2 * this.#slab.length));
    const slabBytes = mustBe ? smallestSlabBytes : Math.max(bytes, grownBytes);
    const isHeld = this.#budget.hold(slabBytes);
    if (!isHeld && !mustBe) return false;
    if (isHeld) this.#heldBytes += slabBytes;
    this.#isHeld = isHeld;
    if (this.#used > 0) this.#full.push(this.#slab.subarray(0, this.#used));
    this.#slab = Buffer.allocUnsafeSlow(slabBytes);
    this.#used = 0;
    return true;
  }
}

/** Frames from `FrameLog.pack` in one piece, in this process. */
export function unpackFrames(packed: Buffer): KeptFrame[] {
  const frames: KeptFrame[] = [];
  let at = 0;
  while (at + headBytes <= packed.length) {
    const dataBytes = packed.readInt32LE(at + 12);
    const dataEnd = at + headBytes + Math.max(0, dataBytes);
    frames.push({
      atMs: packed.readDoubleLE(at),
      direction: directions[packed.readUInt16LE(at + 18)] ?? 'upstream-in',
      type: types[packed.readUInt16LE(at + 16)] ?? 'other',
      bytes: packed.readUInt32LE(at + 8),
      data: dataBytes < 0 ? null : packed.subarray(at + headBytes, dataEnd),
    });
    at = dataEnd;
  }
  return frames;
}
