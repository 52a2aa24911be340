/** Random names in the shapes upstream gives them. */
import { randomFillSync, randomUUID } from 'node:crypto';

// One call to the system for many names: a turn needs several, and benchmarks run thousands of turns.
const pool = Buffer.alloc(8192);
let used = pool.length;

/** Random bytes, a copy. */
export function someBytes(count: number): Buffer {
  if (used + count > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += count;
  return Buffer.from(pool.subarray(used - count, used));
}

/** `resp_…`, `msg_…`: prefix and 48 hex digits, below upstream's limit of 64 characters. */
export function newId(prefix: string): string {
  return `${prefix}_${someBytes(24).toString('hex')}`;
}

/** A tool call's id: `call_` and 24 letters. */
export function newCallId(): string {
  return `call_${someBytes(18).toString('base64url')}`;
}

/** A random UUID. */
export function newUuid(): string {
  return randomUUID();
}

/** A random name in base64url, for tokens and codes. */
export function newSecret(bytes: number): string {
  return someBytes(bytes).toString('base64url');
}
