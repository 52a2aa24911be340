import { crc32 } from 'node:zlib';

/** Pictures of one size and kind as one moving PNG (the PNG specification, third edition: acTL, fcTL, fdAT). */

export interface Frame {
  readonly png: Buffer;
  readonly delayMs: number;
}

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Throws where a picture is none, or differs from the first in size or kind. */
export function makeApng(frames: readonly Frame[]): Buffer {
  const read = frames.map(({ png, delayMs }) => ({ chunks: readChunks(png), delayMs }));
  const header = read[0]?.chunks.find(({ type }) => type === 'IHDR');
  if (header === undefined) throw new Error('There is no picture to begin with.');
  let sequence = 0;
  const numbered = (type: string, ...parts: readonly Buffer[]) => {
    const at = Buffer.alloc(4);
    at.writeUInt32BE(sequence++);
    return writeChunk({ type, data: Buffer.concat([at, ...parts]) });
  };
  const count = Buffer.alloc(8);
  count.writeUInt32BE(frames.length);
  const parts = read.flatMap(({ chunks, delayMs }, index) => {
    const own = chunks.find(({ type }) => type === 'IHDR');
    if (own === undefined || !own.data.equals(header.data)) throw new Error(`Picture ${index + 1} is of another kind.`);
    const control = Buffer.alloc(22);
    header.data.copy(control, 0, 0, 8);
    control.writeUInt16BE(delayMs, 16);
    control.writeUInt16BE(1000, 18);
    const images = chunks.filter(({ type }) => type === 'IDAT');
    return [
      numbered('fcTL', control),
      ...images.map((image) => (index === 0 ? writeChunk(image) : numbered('fdAT', image.data))),
    ];
  });
  const head = [writeChunk(header), writeChunk({ type: 'acTL', data: count })];
  return Buffer.concat([signature, ...head, ...parts, writeChunk({ type: 'IEND', data: Buffer.alloc(0) })]);
}

/** The parts of a PNG file, in their order. Throws for what is none. */
export function readChunks(png: Buffer): readonly Chunk[] {
  if (!png.subarray(0, signature.length).equals(signature)) throw new Error('This is not a PNG file.');
  const chunks: Chunk[] = [];
  for (let at = signature.length; at + 12 <= png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + length);
    if (png.readUInt32BE(at + 8 + length) !== crc32(png.subarray(at + 4, at + 8 + length)))
      throw new Error(`The part ${type} is damaged.`);
    chunks.push({ type, data });
    at += 12 + length;
  }
  return chunks;
}

function writeChunk({ type, data }: Chunk): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
