import { cutText } from '../../shared/cut-text.ts';
import type { FrameRecord } from '../../shared/model.ts';
import { ownText } from '../own-memory.ts';
import { isEnd } from './end-frames.ts';

const maxFrames = 5_000;
const maxDataBytes = 4 * 1024 * 1024;
/** Beyond those, for frames that tell how an item or the turn ended. */
const moreEnds = 500;
const moreEndBytes = 4 * 1024 * 1024;
/** Types that are kept once for all frames, and how long each may be. */
const maxTypes = 500;
const maxTypeChars = 80;
/** A short turn fits the first; a slab is twice the last, up to the largest. */
const smallestSlabBytes = 2 * 1024;
const largestSlabBytes = 256 * 1024;

const noSlab = Buffer.alloc(0);
const noHeads = new DataView(noSlab.buffer);

type Direction = FrameRecord['direction'];
const directions: readonly Direction[] = ['client-in', 'upstream-out', 'upstream-in', 'client-out'];

/** Time (8), size (4), kept bytes (4), type (2), direction (1), bytes of a type in words behind the head (1). */
const headBytes = 20;
/** In place of a type's number: it stands behind the head. */
const inWords = 0xffff;
const noWords = Buffer.alloc(0);

/** Event types are few and come often; each is kept once. */
const types: string[] = [];
const typeNumbers = new Map<string, number>();

function numberOf(type: string): number {
  const known = typeNumbers.get(type);
  if (known !== undefined) return known;
  // Whoever makes up types takes the room of none that come later.
  if (types.length >= maxTypes || type.length > maxTypeChars) return inWords;
  const copy = ownText(type);
  types.push(copy);
  typeNumbers.set(copy, types.length - 1);
  return types.length - 1;
}

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
  #slab = noSlab;
  /** The slab, for the numbers in it. */
  #heads = noHeads;
  #used = 0;
  /** The slab is within the budget, so that it may take more than notes. */
  #isHeld = true;
  #heldBytes = 0;
  #dataBytes = 0;
  #kept = 0;
  /** The latest type, and what is known by it; null until there is one. */
  #lastType: string | null = null;
  #lastNumber = inWords;
  #lastWords = noWords;
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
    if (type !== this.#lastType) this.#noteType(type);
    const endsSomething = direction === 'client-out' || this.#lastEnds;
    if (this.#kept >= (endsSomething ? maxFrames + moreEnds : maxFrames)) {
      this.#dropped += 1;
      return;
    }
    this.#kept += 1;
    const room = endsSomething ? maxDataBytes + moreEndBytes : maxDataBytes;
    const fits = data !== null && this.#dataBytes + data.length <= room;
    const words = this.#lastWords;
    const noteBytes = headBytes + words.length;
    const kept = fits && this.#makeRoom(noteBytes + data.length, false) ? data : null;
    // That a frame came is known in any case.
    if (kept === null) this.#makeRoom(noteBytes, true);
    const head = this.#heads;
    head.setFloat64(this.#used, atMs, true);
    head.setUint32(this.#used + 8, bytes, true);
    head.setInt32(this.#used + 12, kept === null ? -1 : kept.length, true);
    head.setUint16(this.#used + 16, this.#lastNumber, true);
    head.setUint8(this.#used + 18, directions.indexOf(direction));
    head.setUint8(this.#used + 19, words.length);
    if (words.length > 0) this.#slab.set(words, this.#used + headBytes);
    this.#used += noteBytes;
    if (kept === null) return;
    this.#slab.set(kept, this.#used);
    this.#used += kept.length;
    this.#dataBytes += kept.length;
  }

  /** Most frames are of the type that came before. */
  #noteType(type: string): void {
    this.#lastType = type;
    this.#lastNumber = numberOf(type);
    this.#lastWords = this.#lastNumber === inWords ? Buffer.from(cutText(type, maxTypeChars)) : noWords;
    this.#lastEnds = isEnd(type);
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
    this.#heads = new DataView(this.#slab.buffer);
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
    const number = packed.readUInt16LE(at + 16);
    const dataStart = at + headBytes + packed.readUInt8(at + 19);
    const dataEnd = dataStart + Math.max(0, dataBytes);
    frames.push({
      atMs: packed.readDoubleLE(at),
      direction: directions[packed.readUInt8(at + 18)] ?? 'upstream-in',
      type: types[number] ?? packed.toString('utf8', at + headBytes, dataStart),
      bytes: packed.readUInt32LE(at + 8),
      data: dataBytes < 0 ? null : packed.subarray(dataStart, dataEnd),
    });
    at = dataEnd;
  }
  return frames;
}
