import { hash } from 'node:crypto';

const maxValues = 20_000;
/** Upstream issues nothing that long. */
const maxValueChars = 4 * 1024 * 1024;

/** Which account issued an opaque value that means nothing to any other. Only hashes are kept; the oldest goes first. */
export class Issuers {
  readonly #accountIds = new Map<string, string>();
  readonly #maxValues: number;

  constructor(max = maxValues) {
    this.#maxValues = max;
  }

  get size(): number {
    return this.#accountIds.size;
  }

  note(value: string, accountId: string): void {
    if (value.length > maxValueChars) return;
    const key = digest(value);
    this.#accountIds.delete(key);
    this.#accountIds.set(key, accountId);
    const oldest = this.#accountIds.keys().next();
    if (this.#accountIds.size > this.#maxValues && !oldest.done) this.#accountIds.delete(oldest.value);
  }

  /** Null for a value that was never seen, or too long ago. */
  of(value: string): string | null {
    return value.length > maxValueChars ? null : (this.#accountIds.get(digest(value)) ?? null);
  }
}

function digest(value: string): string {
  return hash('sha256', value, 'base64');
}
