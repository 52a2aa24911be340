import { constants, createInflateRaw, type InflateRaw } from 'node:zlib';
import type { WebSocket } from 'ws';
import { engineOf, member, ownChunkBytes, type ZlibEngine } from '../zlib-engine.ts';

/** Ends every deflated message and is left out on the wire (RFC 7692, 7.2.2). */
const trailer = Buffer.from([0x00, 0x00, 0xff, 0xff]);
/** What one go may make before others get their turn: about 2 ms. */
const sliceBytes = 1024 * 1024;
/** Shared, since what comes of a step is copied before the next. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024);

type Inflated = (error: Error | null, data?: Buffer) => void;

/** The part of ws that decodes messages: a call at a time, answered later. */
interface Decoder {
  decompress(data: Buffer, isLast: boolean, inflated: Inflated): void;
  cleanup(): void;
}

/** A message on its way. */
interface Job {
  readonly inputs: Buffer[];
  readonly parts: Buffer[];
  readonly inflated: Inflated;
  madeBytes: number;
}

/**
 * Inflates what comes on a socket in this thread: events are small and many, and a job in zlib's thread pool for each costs
 * fifty times the inflating. Long messages are worked on in slices. Call it once the socket is open. Where this Node or ws has
 * another inside, ws goes on by its own means; false where that is known at once. A message over `maxBytes` is cut just behind them, so that ws refuses it.
 */
export function inflateInThread(socket: WebSocket, maxBytes: number): boolean {
  const extensions: unknown = Reflect.get(socket, '_extensions');
  const decoder = member(extensions, 'permessage-deflate');
  if (!isDecoder(decoder)) return false;
  const cleanup = decoder.cleanup.bind(decoder);
  const byWs = decoder.decompress.bind(decoder);
  let inflater: FrameInflater | null = null;
  // Made when something comes: the turn that the socket was opened for need not wait for it.
  decoder.decompress = (data, isLast, inflated) => {
    const made = makeInflater(maxBytes);
    inflater = made;
    decoder.decompress = made === null ? byWs : (...job) => made.inflate(...job);
    decoder.decompress(data, isLast, inflated);
  };
  decoder.cleanup = () => {
    inflater?.close();
    cleanup();
  };
  return true;
}

function makeInflater(maxBytes: number): FrameInflater | null {
  const stream = createInflateRaw({ chunkSize: ownChunkBytes });
  const engine = engineOf(stream);
  if (engine !== null) return new FrameInflater(stream, engine, maxBytes);
  stream.close();
  return null;
}

class FrameInflater {
  readonly #stream: InflateRaw;
  readonly #engine: ZlibEngine;
  readonly #maxBytes: number;
  #sliceMadeBytes = 0;
  #isClosed = false;

  constructor(stream: InflateRaw, engine: ZlibEngine, maxBytes: number) {
    this.#stream = stream;
    this.#engine = engine;
    this.#maxBytes = maxBytes;
    // Told by `errored`, too, at once.
    stream.on('error', () => {});
  }

  inflate(data: Buffer, isLast: boolean, inflated: Inflated): void {
    const job = { inputs: isLast ? [data, trailer] : [data], parts: [], inflated, madeBytes: 0 };
    // ws takes no answer before its call is over.
    queueMicrotask(() => this.#run(job));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stream.close();
  }

  #run(job: Job): void {
    for (let input = job.inputs.shift(); input !== undefined; input = job.inputs.shift()) {
      if (this.#isClosed) return;
      const rest = this.#step(input, job);
      const { errored } = this.#stream;
      if (errored !== null) {
        job.inflated(errored);
        return;
      }
      if (rest !== null) job.inputs.unshift(rest);
      if (job.madeBytes > this.#maxBytes) break;
      if (this.#sliceMadeBytes > sliceBytes) {
        this.#sliceMadeBytes = 0;
        setImmediate(() => this.#run(job));
        return;
      }
    }
    const [only] = job.parts;
    job.inflated(null, job.parts.length === 1 && only !== undefined ? only : Buffer.concat(job.parts));
  }

  /** Inflates until the output is full; what is left of the input, which may still be to come out with none left; null at its end. */
  #step(input: Buffer, job: Job): Buffer | null {
    const { engine, state } = this.#engine;
    engine.writeSync(constants.Z_SYNC_FLUSH, input, 0, input.length, scratch, 0, scratch.length);
    const [spareBytes = 0, leftBytes = 0] = state;
    const madeBytes = scratch.length - spareBytes;
    if (madeBytes > 0) job.parts.push(Buffer.from(scratch.subarray(0, madeBytes)));
    job.madeBytes += madeBytes;
    this.#sliceMadeBytes += madeBytes;
    const rest = input.subarray(input.length - leftBytes);
    if (spareBytes === 0) return rest;
    if (leftBytes === 0 || this.#stream.errored !== null) return null;
    // Upstream ended its stream within the message; what is left begins anew.
    this.#stream.reset();
    return rest;
  }
}

function isDecoder(value: unknown): value is Decoder {
  return typeof member(value, 'decompress') === 'function' && typeof member(value, 'cleanup') === 'function';
}
