import type { IncomingMessage } from 'node:http';
import { SlipstreamError } from '../../shared/errors.ts';
import { lookAfter } from '../patience.ts';
import type { Clock } from '../ports.ts';
import type { BodyShare } from './body-budget.ts';
import { decodeBody, isEncoded, maxBodyBytes } from './decode-body.ts';
import { GrowingBody } from './growing-body.ts';

export const stallTimeoutMs = 30_000;
/** For those nobody is asked for room. */
const shortBytes = 64 * 1024;

/**
 * Reads a request's whole body, decoded, within its share of what all requests may hold. Throws `body_too_large`,
 * `body_timeout`, `bodies_full`, `encoding_unsupported`, `client_gone`.
 */
export async function readBody(request: IncomingMessage, clock: Clock, share: BodyShare): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > maxBodyBytes) throw new SlipstreamError('body_too_large');
  const encoding = request.headers['content-encoding'] ?? null;
  const needsDecoding = isEncoded(encoding);
  if (announced > 0) await share.reserve(announced);
  const encoded = takeWhole(request, announced) ?? (await collect(request, clock, share, announced));
  return needsDecoding ? decodeBody(encoded, encoding, (bytes) => share.reach(encoded.length + bytes)) : encoded;
}

/** A body that has come whole by now, as short ones have: nobody need wait for it. Null for every other. */
function takeWhole(request: IncomingMessage, announced: number): Buffer | null {
  if (announced === 0 || announced > shortBytes || request.readableLength !== announced || request.destroyed)
    return null;
  const body = new GrowingBody(announced);
  for (let chunk = request.read(); chunk !== null; chunk = request.read()) body.add(chunk);
  request.resume();
  return body.whole();
}

function collect(request: IncomingMessage, clock: Clock, share: BodyShare, announced: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const body = new GrowingBody(Math.min(announced, maxBodyBytes));
    let size = 0;
    let lastDataMs = clock.monotonicMs();
    const watch = () => {
      const waitedMs = clock.monotonicMs() - lastDataMs;
      if (waitedMs >= stallTimeoutMs) fail(new SlipstreamError('body_timeout'));
      else timer = lookAfter(clock, stallTimeoutMs - waitedMs, watch);
    };
    let timer = lookAfter(clock, stallTimeoutMs, watch);
    const finish = (settle: () => void) => {
      timer.cancel();
      request.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      // What still comes is read and thrown away, so that the answer can be delivered.
      request.resume();
      settle();
    };
    const fail = (error: unknown) => finish(() => reject(error));
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      lastDataMs = clock.monotonicMs();
      if (size > maxBodyBytes) {
        fail(new SlipstreamError('body_too_large'));
        return;
      }
      body.add(chunk);
      const room = share.reach(size);
      if (room === null) return;
      request.pause();
      room.then(() => {
        lastDataMs = clock.monotonicMs();
        request.resume();
      }, fail);
    };
    const onEnd = () => finish(() => resolve(body.whole()));
    const onGone = () => fail(new SlipstreamError('client_gone'));
    // It may have left while it waited for room.
    if (request.destroyed) onGone();
    else request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}
