/** The text that an object or list was read from. What stays as it was read is written as it came. */

import { atOnce, type Slices } from './slices.ts';

type Pieces = readonly (Buffer | string)[];

/** Copied between two rests. */
const sliceBytes = 4 * 1024 * 1024;

const sources = new WeakMap<object, Pieces>();

/** Remembers the text of a value that nobody changes, in one piece or several. */
export function noteSource(value: unknown, ...text: Pieces): void {
  if (typeof value === 'object' && value !== null) sources.set(value, text);
}

/** In its pieces; null for a value that was made here, or read at once with what holds it. */
export function sourcePieces(value: unknown): Pieces | null {
  return typeof value === 'object' && value !== null ? (sources.get(value) ?? null) : null;
}

/** The same as one text, which was one before if it came so. */
export function sourceOf(value: unknown): Buffer | null {
  const pieces = sourcePieces(value);
  return pieces === null ? null : joined(pieces);
}

/** One text of several pieces. */
function joined(pieces: Pieces): Buffer {
  return atOnce(joinInSlices(pieces));
}

/** The same with rests. */
export function* joinInSlices(pieces: Pieces): Slices<Buffer> {
  const [only] = pieces;
  if (pieces.length === 1 && Buffer.isBuffer(only)) return only;
  const bytes = pieces.reduce(
    (sum, piece) => sum + (typeof piece === 'string' ? Buffer.byteLength(piece) : piece.length),
    0,
  );
  // A turn keeps it for as long as it runs: in Node's shared pool it would keep much more than itself.
  const text = Buffer.allocUnsafeSlow(bytes);
  let [at, restAt] = [0, sliceBytes];
  for (const piece of pieces) {
    if (typeof piece === 'string') at += text.write(piece, at);
    else
      for (let from = 0; from < piece.length; from += sliceBytes) {
        at += piece.copy(text, at, from, from + sliceBytes);
        if (at < restAt) continue;
        restAt = at + sliceBytes;
        yield;
      }
  }
  return text;
}
