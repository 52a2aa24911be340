import type { RawHeader } from '../../shared/model.ts';
import { BoundedMap } from '../bounded-map.ts';
import type { RawHeaders } from '../headers.ts';
import { isExactNumber, isJsonObject, type Json } from '../json.ts';
import { ownText } from '../own-memory.ts';
import { eitherCaseForms, encodedForms, escapeAt, KnownTexts, mark, writtenForms } from './known-texts.ts';

/** The one redactor. Everything that leaves the core for a disk, a log, an export or a screen passes it. */

const shortestSecret = 8;
const mostPasses = 4;
/** Short texts come again and again: names, paths, reasons. Those that hide nothing are known then, up to a limit. */
const longestRemembered = 400;
const mostRemembered = 1_000;
/** Of values within values; what is deeper is cut, since looking into it has a stack. */
const maxDepth = 200;

/** Parts of a name, in lower case and without dashes, that make its value a secret wherever they stand. */
const secretParts =
  /token|secret|password|passwd|passphrase|pwd$|ticket|cookie|credential|authorization|apikey|privatekey|accesskey|signingkey|encryptionkey|^x?auth$|^xauth|^codeverifier$|^devicecode$|^devicekey$|^xoaiattestation$|^chatgptaccountid$/;

/** Names that count or name things and hold such a part. */
const harmlessNames =
  /tokens|tokencount|tokenlimit|tokenbudget|tokentype|tokenusage|tokenizer|tokenratio|authmode|authmethod|authtype|authprovider|(?:url|uri|endpoint|expiresat|expiresin|expiry|count|type|name)$|^envkey$|^xcodex|^(?:has|is|show|use|no)(?:token|secret|password|cookie|credential)|^secretref/;

/** The names of a program come again and again: what was made out of one is kept, up to a limit. */
const verdicts = new BoundedMap<string, boolean>(2_000);

/** JWTs are caught wherever they stand, so known ones need not be remembered. */
const wholeJwt = /^eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]*$/;
/** What a JWT may be part of. It is looked at once, part by part: one pattern for it would take time by the square. */
const dottedWord = /[A-Za-z0-9._-]{12,}/g;
const jwtStart = 'eyJ';
const shortestJwtHead = 8;

/** Secrets by shape: refresh tokens, API keys, bearer values. They begin a word, or stand behind an escape, whose letter is none. */
const shapes: readonly RegExp[] = [
  /(?:\b|(?<=\\[bfnrt]|\\u[0-9A-Fa-f]{4}))rt[_.][A-Za-z0-9._-]{8,}/g,
  /(?:\b|(?<=\\[bfnrt]|\\u[0-9A-Fa-f]{4}))sk-[A-Za-z0-9_-]{8,}/g,
  /(?:\b|(?<=\\[bfnrt]|\\u[0-9A-Fa-f]{4}))(Bearer\s+)(?!<redacted>)[^\s"',;\\]{4,}/gi,
];

/** What every shape begins with: a text with none of it has no shape to look for. */
const shapeStarts = /eyJ|rt[_.]|sk-|bearer/i;

/** Up to the value of `"name": value` inside a text; JSON that is a text in JSON has backslashes before its quotes. */
const memberHead = /(?<!\\)(\\{0,15})"([A-Za-z][\w-]{2,40})\1"[ \t\r\n]{0,64}:[ \t\r\n]{0,64}/g;
/** One that was cut off has no end. */
const emptyContainer = /^[[{]\s*[\]}]?$/;
/** A number that short is a count, not a code. */
const longNumber = /^\d{6,}$/;
const numberHere = /-?\d[\d.eE+-]{5,400}/y;
/** User and password of an address. */
const addressCredentials = /([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@"'<>\\]{1,256}@/gi;
/** White space may stand before the colon; a bounded run, so that the time stays linear. */
const anyMember = /"[ \t\r\n]{0,64}:/;
/** `name=value` of a URL or a form. */
const namedParameter = /([?&#]|^)(code|key|[A-Za-z][\w-]{2,40})=([^&#\s"'<>\\]+)/g;
/** Secret as a parameter alone: an authorization code. */
const secretParameters = /^(code|key)$/i;

/** Whether a name says that its value is a secret, in whichever spelling: camelCase, kebab-case, snake_case or upper case. */
export function isSecretName(name: string): boolean {
  const known = verdicts.get(name);
  if (known !== undefined) return known;
  const bare = name.toLowerCase().replace(/[-_. ]/g, '');
  const isSecret = secretParts.test(bare) && !harmlessNames.test(bare);
  verdicts.set(name, isSecret);
  return isSecret;
}

/** Replaces secrets: the values it was told of, and whatever looks like a token or bears a secret's name. */
export class Redactor {
  readonly #known = new KnownTexts('exact');
  /** Personal values, and forms with digits that both cases write. */
  readonly #anyCase = new KnownTexts('any');
  /** Looked for last: a part of a token may be such a form of an e-mail, and without it the rest has no token's shape. */
  readonly #encoded = new KnownTexts('exact');
  /** Texts that hide nothing of what is known so far. */
  readonly #harmless = new BoundedMap<string, true>(mostRemembered);

  /** A value that must never be seen again: a token, a key, a ticket. */
  addSecret(value: string | null): void {
    this.#add(value, mark, this.#known);
  }

  /** A value that is personal rather than secret, such as an e-mail address. */
  addPersonal(value: string | null, standIn: string): void {
    this.#add(value, standIn, this.#anyCase);
  }

  /** A text without any known, named or secret-shaped value. What is clean stays as it is. */
  text(text: string): string {
    if (text.length > longestRemembered) return this.#cleaned(text);
    if (this.#harmless.has(text)) return text;
    const clean = this.#cleaned(text);
    if (clean === text) this.#harmless.set(ownText(text), true);
    return clean;
  }

  #cleaned(text: string): string {
    let before = text;
    let clean = this.#once(text);
    // What was hidden may have stood before another secret; a clean text is looked at once.
    for (let again = 0; clean !== before && again < mostPasses; again += 1) {
      before = clean;
      clean = this.#once(clean);
    }
    return clean;
  }

  #once(text: string): string {
    let clean = this.#anyCase.takeOut(this.#known.takeOut(text));
    if (shapeStarts.test(clean)) {
      if (clean.includes(jwtStart)) clean = clean.replace(dottedWord, withoutJwts);
      for (const shape of shapes) {
        clean = clean.replace(shape, (match: string, ...rest: unknown[]) => {
          const [prefix] = rest;
          if (typeof prefix === 'string') return `${prefix}${mark}`;
          const at = rest.find((value) => typeof value === 'number') ?? 0;
          // What begins with the letter of an escape is another word.
          return escapeAt(clean, at) > 0 ? match : mark;
        });
      }
    }
    clean = this.#encoded.takeOut(clean);
    if (anyMember.test(clean)) clean = withoutNamedMembers(clean);
    if (clean.includes('@') && clean.includes('://')) clean = clean.replace(addressCredentials, `$1${mark}@`);
    if (clean.includes('=')) {
      clean = clean.replace(namedParameter, (match, before: string, name: string) =>
        secretParameters.test(name) || isSecretName(name) ? `${before}${name}=${mark}` : match,
      );
    }
    return clean;
  }

  /** `text` for a list in which few texts come again and again. */
  repeatedText(): (text: string) => string {
    const known = new Map<string, string>();
    return (text) => {
      const clean = known.get(text) ?? this.text(text);
      known.set(text, clean);
      return clean;
    };
  }

  /** Headers with their values redacted, by name and by value. */
  headers(headers: RawHeaders): RawHeader[] {
    return headers.map(([name, value]) => [name, this.#named(name, value)]);
  }

  /** A copy of a JSON-like value with its texts redacted, by name and by value; member names are texts, too. */
  value(value: unknown, name = '', depth = 0): Json {
    if (typeof value === 'string') return this.#named(name, value);
    if (typeof value === 'number' && longNumber.test(String(value)) && isSecretName(name)) return mark;
    if (isExactNumber(value)) return isSecretName(name) ? mark : value;
    if (value instanceof Error) return this.text(value.stack ?? value.message);
    if (depth > maxDepth) return '…';
    if (Array.isArray(value)) return value.map((item) => this.value(item, name, depth + 1));
    if (isJsonObject(value)) {
      return Object.fromEntries(
        // What a secret's name stands over is secret as a whole.
        Object.entries(value).map(([key, member]) => [
          this.text(key),
          this.value(member, isSecretName(name) ? name : key, depth + 1),
        ]),
      );
    }
    return typeof value === 'number' || typeof value === 'boolean' ? value : null;
  }

  #named(name: string, value: string): string {
    return isSecretName(name) ? hidden(value) : this.text(value);
  }

  #add(value: string | null, standIn: string, table: KnownTexts): void {
    if (value === null || value.length < shortestSecret || wholeJwt.test(value)) return;
    this.#harmless.clear();
    for (const form of writtenForms(value)) table.add(form, standIn);
    for (const form of eitherCaseForms(value)) this.#anyCase.add(form, standIn);
    for (const form of encodedForms(value)) this.#encoded.add(form, standIn);
  }
}

function hidden(value: string): string {
  return /^Bearer\s/i.test(value) ? `Bearer ${mark}` : mark;
}

function withoutNamedMembers(text: string): string {
  const parts: string[] = [];
  let rest = text;
  memberHead.lastIndex = 0;
  for (let head = memberHead.exec(rest); head !== null; head = memberHead.exec(rest)) {
    const [, escapes = '', name = ''] = head;
    if (!isSecretName(name)) continue;
    const start = memberHead.lastIndex;
    const hiding = hiddenValue(rest, start, escapes);
    if (hiding === null) continue;
    parts.push(rest.slice(0, start), hiding.text);
    // What follows is read as it will stand, behind the stand-in; a slice of a text costs nothing.
    rest = rest.slice(hiding.end);
    memberHead.lastIndex = 0;
  }
  return parts.join('') + rest;
}

/** What stands for a secret's value that begins at `start`, and where it ends; null for one that hides nothing. */
function hiddenValue(
  text: string,
  start: number,
  escapes: string,
): { readonly text: string; readonly end: number } | null {
  const quote = `${escapes}"`;
  if (text.startsWith(quote, start)) {
    const from = start + quote.length;
    const end = valueEnd(text, from, escapes.length);
    return { text: `${quote}${end === from ? '' : hidden(text.slice(from, end))}`, end };
  }
  const opening = text[start];
  if (opening === '[' || opening === '{') {
    const end = containerEnd(text, start, escapes);
    return isEmptyContainer(text, start, end) ? null : { text: `${quote}${mark}${quote}`, end: wordEnd(text, end) };
  }
  numberHere.lastIndex = start;
  const number = numberHere.exec(text)?.[0];
  return number === undefined ? null : { text: `${quote}${mark}${quote}`, end: wordEnd(text, start + number.length) };
}

/** What clings to a number or a list would be taken for a member's name behind the quote that comes before it. */
function wordEnd(text: string, start: number): number {
  let at = start;
  while (/[\w-]/.test(text[at] ?? '')) at += 1;
  return at;
}

/** Index after the list or object that begins at `start`; the text's end where nothing closes it. */
function containerEnd(text: string, start: number, escapes: string): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const character = text[at];
    if (character === '"') {
      const closing = closingEscapes(text, at, start, escapes.length);
      // The string that holds it ends first.
      if (closing !== null && closing !== escapes.length) return at - closing;
      const end = valueEnd(text, at + 1, escapes.length);
      if (!text.startsWith(`${escapes}"`, end)) return end;
      at = end + escapes.length + 1;
      continue;
    }
    if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    at += 1;
    if (depth === 0) return at;
  }
  return text.length;
}

function isEmptyContainer(text: string, start: number, end: number): boolean {
  return emptyContainer.test(text.slice(start, end));
}

/**
 * How many backslashes a quote takes with it that ends a value, or the string that the value lies in; null for one that is part
 * of the value. Each depth of JSON in JSON doubles the backslashes and adds one; a quote within has one more of its own.
 */
function closingEscapes(text: string, quote: number, start: number, escapes: number): number | null {
  let run = 0;
  while (quote - run > start && text[quote - run - 1] === '\\') run += 1;
  for (let own = escapes; own >= 0; own = own === 0 ? -1 : (own - 1) >> 1) {
    const rest = run % (2 * (own + 1));
    if (rest === own) return own;
    if (own === escapes && rest === 2 * own + 1) return null;
  }
  return null;
}

/** Where a value ends: before its own closing quote, before that of the string it lies in, or at the text's end. */
function valueEnd(text: string, start: number, escapes: number): number {
  for (let quote = text.indexOf('"', start); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    const closing = closingEscapes(text, quote, start, escapes);
    if (closing !== null) return quote - closing;
  }
  return text.length;
}

/** A word without its JWTs: three parts with dots between them, of which the first holds `eyJ`. */
function withoutJwts(word: string): string {
  const parts = word.split('.');
  const kept: string[] = [];
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] ?? '';
    const at = part.indexOf(jwtStart);
    const isJwt =
      at !== -1 &&
      part.length - at >= shortestJwtHead &&
      (parts[index + 1]?.length ?? 0) >= 2 &&
      parts[index + 2] !== undefined;
    kept.push(isJwt ? `${part.slice(0, at)}${mark}` : part);
    if (isJwt) index += 2;
  }
  return kept.join('.');
}
