import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress, zstdCompress } from 'node:zlib';
import { headerValue, type RawHeaders } from '../headers.ts';

const decoders = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
} as const;

function isKnown(name: string): name is keyof typeof decoders {
  return Object.hasOwn(decoders, name);
}

const encoders: Readonly<Record<string, (body: Buffer) => Promise<Buffer>>> = { zstd: promisify(zstdCompress) };

/** A request's body in the `content-encoding` that its headers name. Rejects where nobody here can write that. */
export async function encodedBody(body: Buffer, headers: RawHeaders): Promise<Buffer> {
  const name = headerValue(headers, 'content-encoding');
  if (name === null) return body;
  const encode = encoders[name];
  if (encode === undefined) throw new Error(`there is no encoder for ${name}`);
  return encode(body);
}

/** An answer's body without its `content-encoding`, as it comes; one that breaks off, or is in a code nobody knows, ends with an error. */
export function decodedBody(body: Readable, headers: RawHeaders): Readable {
  const name = headerValue(headers, 'content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (name === 'identity' || name === '') return body;
  if (!isKnown(name)) return body.destroy(new Error('upstream answered in a content-encoding that nobody asked for'));
  const decoder = decoders[name]();
  body.on('error', (error) => decoder.destroy(error));
  decoder.on('close', () => body.destroy());
  return body.pipe(decoder);
}
