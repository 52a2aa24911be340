import type { RawHeader } from '../../shared/model.ts';
import type { RawHeaders } from '../headers.ts';
import { isJsonObject, type Json } from '../json.ts';

/** The one redactor. Everything that leaves the core for a disk, a log, an export or a screen passes it. */

const mark = '<redacted>';
const shortestSecret = 8;
const maxKnownValues = 40_000;
/** Of values within values; what is deeper is cut, since looking into it has a stack. */
const maxDepth = 200;

/** Parts of a name, in lower case and without dashes, that make its value a secret wherever they stand. */
const secretParts =
  /token|secret|password|passwd|passphrase|pwd$|ticket|cookie|credential|authorization|apikey|privatekey|accesskey|signingkey|encryptionkey|^x?auth$|^xauth|^codeverifier$|^devicecode$|^devicekey$|^chatgptaccountid$/;

/** Names that count or name things and hold such a part. */
const harmlessNames =
  /tokens|tokencount|tokenlimit|tokenbudget|tokentype|tokenusage|tokenizer|tokenratio|authmode|authmethod|authtype|authprovider|(?:url|uri|endpoint|expiresat|expiresin|expiry|count|type|name)$|^envkey$|^xcodex|^(?:has|is|show|use|no)(?:token|secret|password|cookie|credential)|^secretref/;

/** The names of a program come again and again: what was made out of one is kept, up to a limit. */
const verdicts = new Map<string, boolean>();
const maxVerdicts = 2_000;

/** JWTs are caught wherever they stand, so known ones need not be remembered. */
const wholeJwt = /^eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]*$/;
/** What a JWT may be part of. It is looked at once, part by part: one pattern for it would take time by the square. */
const dottedWord = /[A-Za-z0-9._-]{12,}/g;
const jwtStart = 'eyJ';
const shortestJwtHead = 8;

/** Secrets by shape: refresh tokens, API keys, bearer values. */
const shapes: readonly RegExp[] = [
  /\brt[_.][A-Za-z0-9._-]{8,}/g,
  /\bsk-[A-Za-z0-9_-]{8,}/g,
  /\b(Bearer\s+)(?!<redacted>)[^\s"',;\\]{4,}/gi,
];

/** What every shape begins with: a text with none of it has no shape to look for. */
const shapeStarts = /eyJ|rt[_.]|sk-|bearer/i;

/** Up to the value of `"name": "value"` inside a text; JSON that is a text in JSON has backslashes before its quotes. */
const memberHead = /(?<!\\)(\\{0,15})"([A-Za-z][\w-]{2,40})\1"\s*:\s*\1"/g;
/** White space may stand before the colon; a bounded run, so that the time stays linear. */
const anyMember = /"[ \t\r\n]{0,64}:/;
/** `name=value` of a URL or a form. */
const namedParameter = /([?&#]|^)(code|key|[A-Za-z][\w-]{2,40})=([^&#\s"'<>\\]+)/g;
/** Secret as a parameter alone: an authorization code. */
const secretParameters = /^(code|key)$/i;

/** Whether a name says that its value is a secret, in whichever spelling: camelCase, kebab-case, snake_case or upper case. */
function isSecretName(name: string): boolean {
  const known = verdicts.get(name);
  if (known !== undefined) return known;
  const bare = name.toLowerCase().replace(/[-_. ]/g, '');
  const isSecret = secretParts.test(bare) && !harmlessNames.test(bare);
  if (verdicts.size >= maxVerdicts) verdicts.clear();
  verdicts.set(name, isSecret);
  return isSecret;
}

const escapeForPattern = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** Replaces secrets: the values it was told of, and whatever looks like a token or bears a secret's name. */
export class Redactor {
  readonly #known = new KnownTexts();
  /** Looked for last: a part of a token may be such a form of an e-mail, and without it the rest has no token's shape. */
  readonly #encoded = new KnownTexts();

  /** A value that must never be seen again: a token, a key, a ticket. */
  addSecret(value: string | null): void {
    this.#add(value, mark);
  }

  /** A value that is personal rather than secret, such as an e-mail address. */
  addPersonal(value: string | null, standIn: string): void {
    this.#add(value, standIn);
  }

  /** A text without any known, named or secret-shaped value. */
  text(text: string): string {
    let clean = this.#known.takeOut(text);
    if (shapeStarts.test(clean)) {
      if (clean.includes(jwtStart)) clean = clean.replace(dottedWord, withoutJwts);
      for (const shape of shapes) {
        clean = clean.replace(shape, (_match, prefix: unknown) =>
          typeof prefix === 'string' ? `${prefix}${mark}` : mark,
        );
      }
    }
    clean = this.#encoded.takeOut(clean);
    if (anyMember.test(clean)) clean = withoutNamedMembers(clean);
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

  headers(headers: RawHeaders): RawHeader[] {
    return headers.map(([name, value]) => [name, this.#named(name, value)]);
  }

  /** A copy of a JSON-like value with its texts redacted, by name and by value; member names are texts, too. */
  value(value: unknown, name = '', depth = 0): Json {
    if (typeof value === 'string') return this.#named(name, value);
    if (value instanceof Error) return this.text(value.stack ?? value.message);
    if (depth > maxDepth) return '…';
    if (Array.isArray(value)) return value.map((item) => this.value(item, name, depth + 1));
    if (isJsonObject(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([key, member]) => [this.text(key), this.value(member, key, depth + 1)]),
      );
    }
    return typeof value === 'number' || typeof value === 'boolean' ? value : null;
  }

  #named(name: string, value: string): string {
    return isSecretName(name) ? hidden(value) : this.text(value);
  }

  #add(value: string | null, standIn: string): void {
    if (value === null || value.length < shortestSecret || wholeJwt.test(value)) return;
    for (const form of writtenForms(value)) this.#known.add(form, standIn);
    for (const form of encodedForms(value)) this.#encoded.add(form, standIn);
  }
}

/** Texts that are known, each with what stands for it. */
class KnownTexts {
  readonly #standIns = new Map<string, string>();
  /** All of them as one pattern, longest first; null until it is wanted. */
  #pattern: RegExp | null = null;

  add(text: string, standIn: string): void {
    if (this.#standIns.has(text)) return;
    this.#standIns.set(text, standIn);
    this.#pattern = null;
    const oldest = this.#standIns.keys().next();
    if (this.#standIns.size > maxKnownValues && !oldest.done) this.#standIns.delete(oldest.value);
  }

  takeOut(text: string): string {
    if (this.#standIns.size === 0) return text;
    this.#pattern ??= new RegExp(
      [...this.#standIns.keys()]
        .toSorted((a, b) => b.length - a.length)
        .map(escapeForPattern)
        .join('|'),
      'g',
    );
    return text.replace(this.#pattern, (found) => this.#standIns.get(found) ?? mark);
  }
}

/** A value as texts write it: plain, escaped as JSON in three ways, percent-encoded. */
function writtenForms(value: string): Set<string> {
  const json = JSON.stringify(value).slice(1, -1);
  const percent = encodeURIComponent(value.toWellFormed());
  return new Set([
    value,
    json,
    json.replaceAll('/', '\\/'),
    json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    percent,
    percent.replace(/%[0-9A-F]{2}/g, (escaped) => escaped.toLowerCase()),
  ]);
}

/** A value as base64 without its padding, base64url and hex. */
function encodedForms(value: string): Set<string> {
  const bytes = Buffer.from(value.toWellFormed());
  const hex = bytes.toString('hex');
  const base64 = bytes.toString('base64').split('=', 1)[0] ?? '';
  return new Set([base64, bytes.toString('base64url'), hex, hex.toUpperCase()]);
}

function hidden(value: string): string {
  return /^Bearer\s/i.test(value) ? `Bearer ${mark}` : mark;
}

function withoutNamedMembers(text: string): string {
  const parts: string[] = [];
  let doneTo = 0;
  memberHead.lastIndex = 0;
  for (let head = memberHead.exec(text); head !== null; head = memberHead.exec(text)) {
    const [, escapes = '', name = ''] = head;
    if (!isSecretName(name)) continue;
    const start = memberHead.lastIndex;
    const end = valueEnd(text, start, escapes.length);
    parts.push(text.slice(doneTo, start), end === start ? '' : hidden(text.slice(start, end)));
    doneTo = end;
    memberHead.lastIndex = end;
  }
  return parts.join('') + text.slice(doneTo);
}

/** Where a value ends whose own quotes have so many backslashes before them; the text's end where nothing closes it. */
function valueEnd(text: string, start: number, escapes: number): number {
  for (let quote = text.indexOf('"', start); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let run = 0;
    while (quote - run > start && text[quote - run - 1] === '\\') run += 1;
    // Each depth doubles the backslashes; a quote within the value has one more of its own.
    const isWithin = run % (2 * (escapes + 1)) === 2 * escapes + 1;
    if (!isWithin) return quote - Math.min(run, escapes);
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
