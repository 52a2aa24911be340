import { Transform, type TransformCallback } from 'node:stream';
import { Zstd } from 'compat-zstd';

type Done = (error: Error | null, body: Buffer) => void;
type Way = 'compress' | 'decompress';

async function code(way: Way, body: Uint8Array): Promise<Buffer> {
  const zstd = await Zstd.load();
  return Buffer.from(zstd[way](body));
}

const coded = (way: Way) => (body: Uint8Array, done: Done) => {
  code(way, body).then(
    (result) => done(null, result),
    (error: Error) => done(error, Buffer.alloc(0)),
  );
};

/** A whole body at a time: what is sent is small. */
const coder = (way: Way) => () => {
  const chunks: Uint8Array[] = [];
  return new Transform({
    transform: (chunk: Uint8Array, _encoding, done: TransformCallback) => {
      chunks.push(chunk);
      done();
    },
    flush: (done) => coded(way)(Buffer.concat(chunks), done),
  });
};

/** As `node:zlib` has them. */
export const zstdCompress = coded('compress');
export const zstdDecompress = coded('decompress');
export const createZstdCompress = coder('compress');
export const createZstdDecompress = coder('decompress');
