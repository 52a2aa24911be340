import type { Json } from './json.ts';

/** Whole numbers for which JavaScript's own have no room, such as ids of 64 bits: read as their digits, and written as they came. */

/** What a reviver is told third. */
type Context = { readonly source?: string };

/** From so many digits on a number may not be its own text any more. */
export const exactDigits = 16;

const wholeNumber = /^-?\d{16,}$/;

function exact(_name: string, value: unknown, ...[context]: readonly Context[]): unknown {
  const text = context?.source ?? '';
  return typeof value === 'number' && wholeNumber.test(text) && String(value) !== text ? JSON.rawJSON(text) : value;
}

/** The value of a text, with whole numbers that would be rounded as what JSON.stringify writes as it came. Throws a SyntaxError. */
export function parseExactly(text: string): Json {
  return JSON.parse(text, exact);
}
