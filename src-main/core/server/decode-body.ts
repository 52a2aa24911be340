import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib';
import { SlipstreamError } from '../../shared/errors.ts';
import { GrowingBody } from './growing-body.ts';

/** Undoing `content-encoding`, with limits that end it the moment they are passed. */

/** Three times what a websocket of upstream's takes: room for every image that a request may have. */
export const maxBodyBytes = 48 * 1024 * 1024;
const maxEncodings = 2;
/** Text comes to a few dozen times its packed size; beyond this it was made to burst. */
const mostRatio = 250;
const ratioFromBytes = 4 * 1024 * 1024;

const decoders: ReadonlyMap<string, (encoded: Buffer) => Transform> = new Map<string, (encoded: Buffer) => Transform>([
  ['gzip', () => createGunzip()],
  ['x-gzip', () => createGunzip()],
  ['deflate', (encoded) => (hasZlibHead(encoded) ? createInflate() : createInflateRaw())],
  ['br', () => createBrotliDecompress()],
  ['zstd', () => createZstdDecompress()],
]);

/** The encodings to undo, last one first. Throws `encoding_unsupported`. */
function encodingsOf(
  contentEncoding: string | null,
): readonly { readonly name: string; make(encoded: Buffer): Transform }[] {
  const names = (contentEncoding ?? '')
    .split(',', 16)
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  if (names.length > maxEncodings) throw new SlipstreamError('encoding_unsupported');
  return names.toReversed().map((name) => {
    const make = decoders.get(name);
    if (make === undefined) throw new SlipstreamError('encoding_unsupported');
    return { name, make };
  });
}

/** Of `deflate` there are two: that of the standard, and without its head, as .NET's DeflateStream writes it. */
function hasZlibHead(encoded: Buffer): boolean {
  return encoded.length >= 2 && ((encoded[0] ?? 0) & 0x0f) === 8 && encoded.readUInt16BE(0) % 31 === 0;
}

/** Whether there is anything to undo. Throws `encoding_unsupported`. */
export function isEncoded(contentEncoding: string | null): boolean {
  return encodingsOf(contentEncoding).length > 0;
}

/**
 * A body without its encodings; `grow` is asked for room as it comes out. Throws `body_too_large`, `encoding_unsupported`,
 * `request_invalid`, and what `grow` throws.
 */
export async function decodeBody(
  encoded: Buffer,
  contentEncoding: string | null,
  grow: (bytes: number) => Promise<void> | null = () => null,
): Promise<Buffer> {
  let body = encoded;
  for (const { name, make } of encodingsOf(contentEncoding)) body = await undo(body, name, make(body), grow);
  return body;
}

async function undo(
  encoded: Buffer,
  name: string,
  decoder: Transform,
  grow: (bytes: number) => Promise<void> | null,
): Promise<Buffer> {
  const body = new GrowingBody(Math.min(2 * encoded.length, maxBodyBytes));
  let size = 0;
  decoder.end(encoded);
  try {
    for await (const chunk of decoder) {
      size += chunk.length;
      if (size > maxBodyBytes || (size > ratioFromBytes && size > encoded.length * mostRatio))
        throw new SlipstreamError('body_too_large');
      await grow(size);
      body.add(chunk);
    }
  } catch (cause) {
    if (cause instanceof SlipstreamError) throw cause;
    throw new SlipstreamError('request_invalid', { message: `The request body is not valid ${name}.`, cause });
  } finally {
    decoder.destroy();
  }
  return body.whole();
}
