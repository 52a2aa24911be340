import type { FrameRecord } from '../../shared/model.ts';

const maxFrames = 2_000;
const maxDataBytes = 4 * 1024 * 1024;
const maxTypes = 500;

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
  // A copy: a part of a longer text would keep all of it.
  const copy = Buffer.from(type).toString();
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

/** The frames of a running exchange. Once it has ended they are packed into one buffer, so that they can be budgeted. */
export class FrameLog {
  readonly #budget: FrameBudget;
  readonly #atMs: number[] = [];
  readonly #bytes: number[] = [];
  readonly #kinds: number[] = [];
  readonly #data: (Buffer | null)[] = [];
  #dataBytes = 0;
  #dropped = 0;

  /** How many frames are kept. */
  constructor(budget: FrameBudget) {
    this.#budget = budget;
  }

  get kept(): number {
    return this.#atMs.length;
  }

  /** Frames beyond those kept. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Notes a frame; its bytes are kept while they fit the limit. */
  add(direction: Direction, type: string, bytes: number, atMs: number, data: Buffer | null): void {
    if (this.#atMs.length >= maxFrames) {
      this.#dropped += 1;
      return;
    }
    const keepsData = data !== null && this.#dataBytes + data.length <= maxDataBytes && this.#budget.hold(data.length);
    if (keepsData) this.#dataBytes += data.length;
    this.#atMs.push(atMs);
    this.#bytes.push(bytes);
    this.#kinds.push(numberOf(type) * directions.length + directions.indexOf(direction));
    this.#data.push(keepsData ? data : null);
  }

  /** The frames kept, in the order they came. */
  list(): KeptFrame[] {
    return this.#atMs.map((atMs, index) => {
      const kind = this.#kinds[index] ?? 0;
      return {
        atMs,
        direction: directions[kind % directions.length] ?? 'upstream-in',
        type: types[Math.floor(kind / directions.length)] ?? 'other',
        bytes: this.#bytes[index] ?? 0,
        data: this.#data[index] ?? null,
      };
    });
  }

  /** All of it as one buffer, see `unpackFrames`; the log is done then. */
  pack(): Buffer {
    this.#budget.release(this.#dataBytes);
    const packed = Buffer.allocUnsafe(this.#atMs.length * headBytes + this.#dataBytes);
    let at = 0;
    for (let index = 0; index < this.#atMs.length; index += 1) {
      const data = this.#data[index] ?? null;
      const kind = this.#kinds[index] ?? 0;
      packed.writeDoubleLE(this.#atMs[index] ?? 0, at);
      packed.writeUInt32LE(this.#bytes[index] ?? 0, at + 8);
      packed.writeInt32LE(data === null ? -1 : data.length, at + 12);
      packed.writeUInt16LE(Math.floor(kind / directions.length), at + 16);
      packed.writeUInt16LE(kind % directions.length, at + 18);
      at += headBytes;
      if (data !== null) at += data.copy(packed, at);
    }
    return packed;
  }
}

/** Frames from `FrameLog.pack`, in this process. */
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
