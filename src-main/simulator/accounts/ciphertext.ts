/** `encrypted_content` that only the account it was made for can send back. */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { someBytes } from '../ids.ts';

// A Fernet token: version, 8 bytes of time, 16 of IV, whole cipher blocks, 32 of HMAC (PROTOCOL.md, What upstream refuses).
const VERSION = 0x80;
const HEAD_BYTES = 1 + 8 + 16;
const BLOCK_BYTES = 16;
const MAC_BYTES = 32;
export const MIN_CIPHERTEXT_BYTES = HEAD_BYTES + BLOCK_BYTES + MAC_BYTES;

/** Texts that are known by their blobs; the oldest go first. */
const MOST_TEXTS = 1_000;

export type CiphertextCheck = 'ok' | 'malformed' | 'foreign';

export class CiphertextSeal {
  #key = randomBytes(32);
  /** What was hidden, by its blob. */
  readonly #texts = new Map<string, string>();

  /** A new blob for `accountId`, of `blocks` cipher blocks. */
  seal(accountId: string, blocks = 12): string {
    const body = Buffer.alloc(HEAD_BYTES + blocks * BLOCK_BYTES);
    body[0] = VERSION;
    body.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000)), 1);
    someBytes(body.length - 9).copy(body, 9);
    return Buffer.concat([body, this.#mac(accountId, body)])
      .toString('base64')
      .replaceAll('+', '-')
      .replaceAll('/', '_');
  }

  /** A blob for `accountId` that stands for a text. */
  hide(accountId: string, text: string): string {
    const blob = this.seal(accountId, Math.max(1, Math.ceil(text.length / BLOCK_BYTES)));
    this.#texts.set(blob, text);
    const [oldest = blob] = this.#texts.keys();
    if (this.#texts.size > MOST_TEXTS) this.#texts.delete(oldest);
    return blob;
  }

  /** The text that was hidden in a blob; an empty one for every other. */
  read(blob: string): string {
    return this.#texts.get(blob) ?? '';
  }

  /** Whether `text` has the shape, and was made for `accountId`. */
  check(accountId: string, text: string): CiphertextCheck {
    if (!/^gAAAA[A-Za-z0-9_-]*={0,2}$/.test(text)) return 'malformed';
    const bytes = Buffer.from(text, 'base64url');
    const cipherBytes = bytes.length - HEAD_BYTES - MAC_BYTES;
    if (bytes.length < MIN_CIPHERTEXT_BYTES || bytes[0] !== VERSION || cipherBytes % BLOCK_BYTES !== 0) {
      return 'malformed';
    }
    const body = bytes.subarray(0, bytes.length - MAC_BYTES);
    const mac = bytes.subarray(bytes.length - MAC_BYTES);
    return timingSafeEqual(mac, this.#mac(accountId, body)) ? 'ok' : 'foreign';
  }

  /** A keyed hash; nobody attacks it, so it need not be an HMAC. */
  #mac(accountId: string, body: Buffer): Buffer {
    return hash('sha256', Buffer.concat([this.#key, Buffer.from(accountId), body]), 'buffer');
  }
}
