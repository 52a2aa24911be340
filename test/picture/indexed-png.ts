import { deflateSync, inflateSync } from 'node:zlib';
import { type Chunk, readChunks, signature, writeChunk } from './apng.ts';

/** What a palette holds at most. */
const mostColours = 256;
const frequentColours = 160;

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** One number a pixel, 0xRRGGBB. */
  readonly colours: Uint32Array;
}

/** The same picture with its most frequent colours alone: a page of text has few. Takes a PNG of 8-bit RGB without interlacing. */
export function makeIndexed(png: Buffer): Buffer {
  const { width, height, colours } = readPixels(png);
  const counts = new Map<number, number>();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const palette = paletteOf([...counts].toSorted(([, a], [, b]) => b - a).map(([colour]) => colour));
  const indexes = new Map(palette.map((colour, index) => [colour, index]));
  const rows = Buffer.alloc((width + 1) * height);
  colours.forEach((colour, at) => {
    const index = indexes.get(colour) ?? nearest(palette, colour);
    indexes.set(colour, index);
    rows[Math.floor(at / width) * (width + 1) + 1 + (at % width)] = index;
  });
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3], 8);
  const parts: readonly Chunk[] = [
    { type: 'IHDR', data: head },
    { type: 'PLTE', data: Buffer.from(palette.flatMap(channels)) },
    { type: 'IDAT', data: deflateSync(rows, { level: 9, memLevel: 9 }) },
    { type: 'IEND', data: Buffer.alloc(0) },
  ];
  return Buffer.concat([signature, ...parts.map(writeChunk)]);
}

/** Most of it what is frequent, then one by one whatever is farthest from all before: a logo is small. */
function paletteOf(byCount: readonly number[]): readonly number[] {
  const palette = byCount.slice(0, frequentColours);
  const others = byCount.slice(frequentColours).map((colour) => ({ colour, distance: Number.POSITIVE_INFINITY }));
  let fresh = palette;
  while (palette.length < Math.min(mostColours, byCount.length)) {
    for (const other of others)
      other.distance = Math.min(other.distance, ...fresh.map((colour) => distance(colour, other.colour)));
    const farthest = others.reduce((best, other) => (other.distance > best.distance ? other : best));
    palette.push(farthest.colour);
    fresh = [farthest.colour];
  }
  return palette;
}

const channels = (colour: number): readonly number[] => [colour >> 16, (colour >> 8) & 0xff, colour & 0xff];

function distance(one: number, other: number): number {
  const [red = 0, green = 0, blue = 0] = channels(one);
  const [r = 0, g = 0, b = 0] = channels(other);
  return (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
}

function nearest(palette: readonly number[], colour: number): number {
  const distances = palette.map((other) => distance(other, colour));
  return distances.indexOf(Math.min(...distances));
}

function readPixels(png: Buffer): Pixels {
  const chunks = readChunks(png);
  const head = chunks.find(({ type }) => type === 'IHDR')?.data ?? Buffer.alloc(13);
  if (head[8] !== 8 || head[9] !== 2 || head[12] !== 0) throw new Error('The picture is of another kind.');
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
  const data = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map((chunk) => chunk.data)));
  const stride = width * 3;
  let above = new Uint8Array(stride);
  const colours = new Uint32Array(width * height);
  for (let row = 0; row < height; row += 1) {
    const from = row * (stride + 1);
    above = unfiltered(data.subarray(from + 1, from + 1 + stride), data[from] ?? 0, above);
    for (let column = 0; column < width; column += 1) {
      const [red = 0, green = 0, blue = 0] = above.subarray(column * 3, column * 3 + 3);
      colours[row * width + column] = (red << 16) | (green << 8) | blue;
    }
  }
  return { width, height, colours };
}

/** A row as it was before one of the five filters of the PNG specification. */
function unfiltered(row: Uint8Array, filter: number, above: Uint8Array): Uint8Array<ArrayBuffer> {
  const found = new Uint8Array(row.length);
  for (let at = 0; at < row.length; at += 1) {
    const left = found[at - 3] ?? 0;
    const up = above[at] ?? 0;
    const corner = above[at - 3] ?? 0;
    const guess = [0, left, up, (left + up) >> 1, paeth(left, up, at < 3 ? 0 : corner)][filter] ?? 0;
    found[at] = (row[at] ?? 0) + guess;
  }
  return found;
}

function paeth(left: number, up: number, corner: number): number {
  const toLeft = Math.abs(up - corner);
  const toUp = Math.abs(left - corner);
  const toCorner = Math.abs(left + up - 2 * corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
