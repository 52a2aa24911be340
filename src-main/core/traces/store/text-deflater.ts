import { constants, createDeflate, type Deflate, deflateSync } from 'node:zlib';
import { engineOf, ownChunkBytes, type ZlibEngine } from '../../zlib-engine.ts';

const level = 1;
/** Most texts are shorter; what a longer one needs is made for it alone. */
const roomBytes = 128 * 1024;
/** What cannot be made smaller grows by a few bytes in each block. */
const marginBytes = 1024;
const longestUtf8 = 3;

/**
 * Deflates one text after the other with one zlib stream, in memory that stays: `deflateSync` makes both anew for each, and
 * V8 lets what hangs on them lie until it has tens of megabytes.
 */
export class TextDeflater {
  readonly #from = Buffer.allocUnsafeSlow(roomBytes);
  readonly #to = Buffer.allocUnsafeSlow(roomBytes + marginBytes);
  readonly #stream: Deflate = createDeflate({ level, chunkSize: ownChunkBytes });
  readonly #engine: ZlibEngine | null = engineOf(this.#stream);

  /** A text, or its UTF-8, for `inflate`; good until the next call. */
  deflated(text: string | Uint8Array): Uint8Array {
    return this.#inPlace(text) ?? deflateSync(text, { level });
  }

  /** Null where it is too long, or this Node has another zlib inside. */
  #inPlace(text: string | Uint8Array): Uint8Array | null {
    const isText = typeof text === 'string';
    if (this.#engine === null || text.length * (isText ? longestUtf8 : 1) > roomBytes) return null;
    const { engine, state } = this.#engine;
    const length = isText ? this.#from.write(text) : text.length;
    this.#stream.reset();
    engine.writeSync(constants.Z_FINISH, isText ? this.#from : text, 0, length, this.#to, 0, this.#to.length);
    const [spareBytes = 0, leftBytes = 0] = state;
    return leftBytes > 0 || spareBytes === 0 ? null : this.#to.subarray(0, this.#to.length - spareBytes);
  }
}
