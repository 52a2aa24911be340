import type { Json } from './json.ts';

/** Numbers for which JavaScript's own have no room, such as ids of 64 bits, long fractions and 1e400: kept, and written, as they came. */

/** What a reviver is told third. */
type Context = { readonly source?: string };

/** From so many digits on a number may not be its own text any more. */
export const exactDigits = 16;

/** The digits on both sides of the point count. */
const longNumber = /(?:\d\.?){16}/;

function exact(_name: string, value: unknown, ...[context]: readonly Context[]): unknown {
  const text = context?.source ?? '';
  return typeof value === 'number' && String(value) !== text && isBeyond(text, value) ? JSON.rawJSON(text) : value;
}

/** Whether the number would be written with other digits, as an infinity, or as nothing although it is something. */
function isBeyond(text: string, value: number): boolean {
  return longNumber.test(text) || !Number.isFinite(value) || (value === 0 && /^[^e]*[1-9]/i.test(text));
}

/** The value of a text, with numbers that would be rounded as what JSON.stringify writes as it came. Throws a SyntaxError. */
export function parseExactly(text: string): Json {
  return JSON.parse(text, exact);
}
