import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
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
