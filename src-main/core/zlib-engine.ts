import type { Zlib } from 'node:zlib';

/** What node:zlib runs a stream by. It works in the calling thread, which the public calls only do for whole streams. */
interface Engine {
  writeSync(
    flush: number,
    from: Uint8Array,
    fromAt: number,
    fromBytes: number,
    to: Buffer,
    toAt: number,
    toBytes: number,
  ): void;
}

export interface ZlibEngine {
  readonly engine: Engine;
  /** Room left in the output and bytes left of the input, after each step. */
  readonly state: Uint32Array;
}

/** The least that zlib takes for a stream's own buffer, which is not used where its engine is. */
export const ownChunkBytes = 64;

/** The engine of a zlib stream; null where this Node has another inside. */
export function engineOf(stream: Zlib): ZlibEngine | null {
  const engine = member(stream, '_handle');
  const state = member(stream, '_writeState');
  return isEngine(engine) && state instanceof Uint32Array ? { engine, state } : null;
}

/** A member of what another program's parts hold, whose types are not told. */
export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function isEngine(value: unknown): value is Engine {
  return typeof member(value, 'writeSync') === 'function';
}
