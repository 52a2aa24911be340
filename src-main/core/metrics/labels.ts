/** Where a label would have more values than that, or one that is no plain word. */
export const otherLabel = 'other';

const maxChars = 60;
const plain = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** Lets the first so many values of a label be themselves: what clients call themselves must not fill a time series database. */
export class BoundedLabel {
  readonly #seen = new Set<string>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The value, or `other`. */
  of(value: string): string {
    if (this.#seen.has(value)) return value;
    if (this.#seen.size >= this.#limit || value.length > maxChars || !plain.test(value)) return otherLabel;
    this.#seen.add(value);
    return value;
  }
}
