import type { RawHeader } from '../shared/model.ts';

/** Headers as they are on the wire: order, case and repeats kept. The only form the core passes around. */
export type RawHeaders = readonly RawHeader[];

/** Node's flat `rawHeaders` list as pairs. */
export function pairHeaders(flat: readonly string[]): RawHeader[] {
  const pairs: RawHeader[] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) pairs.push([flat[index] ?? '', flat[index + 1] ?? '']);
  return pairs;
}

/** The same as Node writes them. */
export function flatHeaders(headers: RawHeaders): string[] {
  const flat: string[] = [];
  for (const [name, value] of headers) flat.push(name, value);
  return flat;
}

/** The first value of a header, whatever its case; null when it is absent. */
export function headerValue(headers: RawHeaders, name: string): string | null {
  const wanted = name.toLowerCase();
  for (const [key, value] of headers) {
    if (key.length === wanted.length && key.toLowerCase() === wanted) return value;
  }
  return null;
}

/** Every value of a header, whatever its case. */
export function headerValues(headers: RawHeaders, name: string): string[] {
  const wanted = name.toLowerCase();
  return headers
    .filter(([key]) => key.length === wanted.length && key.toLowerCase() === wanted)
    .map(([, value]) => value);
}

/** Whether HTTP can carry a header; what was made of JSON may hold anything. */
export function isSendable([name, value]: RawHeader): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}

/** Pairs as the object that ws and undici take; repeats become lists. */
export function headerRecord(headers: RawHeaders): Record<string, string | string[]> {
  // Without a prototype, so that no name of a header means anything but itself.
  const record: Record<string, string | string[]> = Object.create(null);
  for (const [key, value] of headers) {
    const before = record[key];
    record[key] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return record;
}
