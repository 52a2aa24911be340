import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, type InputType, inflate, zstdDecompress } from 'node:zlib';
import { SlipstreamError } from '../../shared/errors.ts';
import type { Clock } from '../ports.ts';

export const maxBodyBytes = 64 * 1024 * 1024;
const maxEncodings = 2;
const stallTimeoutMs = 30_000;

type Decoder = (input: InputType, options: { maxOutputLength: number }) => Promise<Buffer>;

const decoders: Readonly<Record<string, Decoder>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/** Undoes `content-encoding`; an output over the limit is refused before it is made. */
export async function decodeBody(
  encoded: Buffer,
  contentEncoding: string | null,
  limitBytes = maxBodyBytes,
): Promise<Buffer> {
  const encodings = (contentEncoding ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  if (encodings.length > maxEncodings) throw new SlipstreamError('encoding_unsupported');
  let body = encoded;
  for (const name of encodings.toReversed()) {
    const decode = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
    if (decode === undefined) throw new SlipstreamError('encoding_unsupported');
    body = await decode(body, { maxOutputLength: limitBytes }).catch((cause: unknown) => {
      throw isTooLarge(cause)
        ? new SlipstreamError('body_too_large')
        : new SlipstreamError('request_invalid', { message: `The request body is not valid ${name}.`, cause });
    });
  }
  return body;
}

function isTooLarge(error: unknown): boolean {
  return error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}

/** Reads a request's whole body, decoded. Throws `body_too_large`, `body_timeout`, `encoding_unsupported`, `client_gone`. */
export async function readBody(request: IncomingMessage, clock: Clock): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > maxBodyBytes) throw new SlipstreamError('body_too_large');
  const encoded = await collect(request, clock);
  return decodeBody(encoded, request.headers['content-encoding'] ?? null);
}

function collect(request: IncomingMessage, clock: Clock): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let lastDataMs = clock.monotonicMs();
    const watch = () => {
      const waitedMs = clock.monotonicMs() - lastDataMs;
      if (waitedMs >= stallTimeoutMs) finish(() => reject(new SlipstreamError('body_timeout')));
      else timer = clock.after(stallTimeoutMs - waitedMs, watch);
    };
    let timer = clock.after(stallTimeoutMs, watch);
    const finish = (settle: () => void) => {
      timer.cancel();
      request.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      // What still comes is read and thrown away, so that the answer can be delivered.
      request.resume();
      settle();
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      lastDataMs = clock.monotonicMs();
      if (size > maxBodyBytes) finish(() => reject(new SlipstreamError('body_too_large')));
      else chunks.push(chunk);
    };
    const onEnd = () =>
      finish(() => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));
    const onGone = () => finish(() => reject(new SlipstreamError('client_gone')));
    request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}
