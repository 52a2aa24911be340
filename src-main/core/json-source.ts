/** The text that an object or list was read from. What stays as it was read is written as it came. */

const sources = new WeakMap<object, Buffer>();

/** Remembers the text of a value that nobody changes. */
export function noteSource(value: unknown, text: Buffer): void {
  if (typeof value === 'object' && value !== null) sources.set(value, text);
}

/** Null for a value that was made here, or read at once with what holds it. */
export function sourceOf(value: unknown): Buffer | null {
  return typeof value === 'object' && value !== null ? (sources.get(value) ?? null) : null;
}
