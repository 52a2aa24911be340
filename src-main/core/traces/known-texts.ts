/** Values that are known, in every form that texts write them in. */

import { BoundedMap } from '../bounded-map.ts';

/** What stands for a secret. */
export const mark = '<redacted>';
const maxKnownValues = 40_000;

const escapeForPattern = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** Known texts, each with what is shown in its place; found in any case, or only in their own. */
export class KnownTexts {
  readonly #standIns = new BoundedMap<string, string>(maxKnownValues);
  readonly #cases: 'exact' | 'any';
  /** All of them as one pattern, longest first; null until it is wanted. */
  #pattern: RegExp | null = null;

  constructor(cases: 'exact' | 'any') {
    this.#cases = cases;
  }

  add(given: string, standIn: string): void {
    const text = this.#keyOf(given);
    if (this.#standIns.has(text)) return;
    this.#standIns.set(text, standIn);
    this.#pattern = null;
  }

  takeOut(text: string): string {
    if (this.#standIns.size === 0) return text;
    this.#pattern ??= new RegExp(
      [...this.#standIns.keys()]
        .toSorted((a, b) => b.length - a.length)
        .map(escapeForPattern)
        .join('|'),
      this.#cases === 'any' ? 'gi' : 'g',
    );
    return text.replace(this.#pattern, (found, at: number) => {
      const standIn = this.#standIns.get(this.#keyOf(found)) ?? mark;
      return `${found.slice(0, escapeAt(text, at))}${standIn}${endsEscaping(found) ? '\\' : ''}`;
    });
  }

  #keyOf(text: string): string {
    return this.#cases === 'any' ? text.toLowerCase() : text;
  }
}

function backslashesBefore(text: string, at: number): number {
  let run = 0;
  while (text[at - run - 1] === '\\') run += 1;
  return run;
}

/** How many characters from `at` on belong to a JSON escape that begins before it: they stay, or the escape is broken. */
export function escapeAt(text: string, at: number): number {
  if (backslashesBefore(text, at) % 2 === 1) return text[at] === 'u' ? 5 : 1;
  for (let digits = 1; digits <= 4; digits += 1) {
    const letter = at - digits;
    if (text[letter] === 'u' && backslashesBefore(text, letter) % 2 === 1) return 5 - digits;
  }
  return 0;
}

/** Whether a text ends with a backslash that escapes what follows it. */
function endsEscaping(text: string): boolean {
  return backslashesBefore(text, text.length) % 2 === 1;
}

/** A value as texts write it: plain, escaped as JSON in three ways, percent-encoded. */
export function writtenForms(value: string): Set<string> {
  const json = JSON.stringify(value).slice(1, -1);
  const percent = encodeURIComponent(value.toWellFormed());
  return new Set([
    value,
    json,
    json.replaceAll('/', '\\/'),
    json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    percent,
  ]);
}

/** A value in forms whose digits are written in either case: percent-encoded where needed and everywhere, hex, and every unit of it escaped. */
export function eitherCaseForms(value: string): Set<string> {
  const percent = encodeURIComponent(value.toWellFormed());
  const escaped = value.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const hex = Buffer.from(value.toWellFormed()).toString('hex');
  const forms = [hex, hex.replace(/../g, '%$&'), escaped];
  return new Set(percent === value ? forms : [...forms, percent]);
}

/** A value as base64 without its padding, and base64url. */
export function encodedForms(value: string): Set<string> {
  const bytes = Buffer.from(value.toWellFormed());
  const base64 = bytes.toString('base64').split('=', 1)[0] ?? '';
  return new Set([base64, bytes.toString('base64url')]);
}
