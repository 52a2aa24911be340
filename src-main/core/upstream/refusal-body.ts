import { addAbortSignal, type Readable } from 'node:stream';
import type { RawHeaders } from '../headers.ts';
import { inTime } from '../in-time.ts';
import type { Clock } from '../ports.ts';
import { decodedBody } from './content-coding.ts';

const maxBytes = 256 * 1024;
const limitMs = 3_000;

/** What a refused upgrade or POST says, decoded, as far as it comes in time: the status says enough where it is endless, breaks off, or cannot be decoded. */
export async function readRefusal(body: Readable, headers: RawHeaders, clock: Clock): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    await inTime(clock, limitMs, async (late) => {
      for await (const chunk of addAbortSignal(late, decodedBody(body, headers))) {
        if (!Buffer.isBuffer(chunk)) continue;
        size += chunk.length;
        if (size > maxBytes) break;
        chunks.push(chunk);
      }
    });
  } catch {
    // What was read so far is all there is.
  }
  return Buffer.concat(chunks).toString('utf8');
}
