import type { RawHeader } from '../../shared/model.ts';
import type { RawHeaders } from '../headers.ts';
import { isJsonObject, type Json } from '../json.ts';

/** The one redactor. Everything that leaves the core for a disk, a log, an export or a screen passes it. */

const mark = '<redacted>';
const shortestSecret = 8;
const maxKnownValues = 20_000;
/** Of values within values; what is deeper is cut, since looking into it has a stack. */
const maxDepth = 200;

/** Headers and members whose value is a secret whatever it looks like. */
const secretNames =
  /^(authorization|proxy-authorization|cookie|set-cookie|x-api-key|chatgpt-account-id|api[-_]?key|.*[-_]?(token|secret|password|ticket)|accessToken|refreshToken|idToken|apiKey|controlToken|code_verifier)$/i;

/** Names that end like a secret but count or name things. */
const harmlessNames = /^(max_.*tokens?|.*_tokens|x-codex-.*|input_tokens.*|output_tokens.*)$/i;

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
/** `name=value` of a URL or a form. */
const namedParameter = /([?&#]|^)(code|key|[A-Za-z][\w-]{2,40})=([^&#\s"'<>\\]+)/g;
/** Secret as a parameter alone: an authorization code. */
const secretParameters = /^(code|key)$/i;

function isSecretName(name: string): boolean {
  return secretNames.test(name) && !harmlessNames.test(name);
}

const escapeForPattern = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** Replaces secrets: the values it was told of, and whatever looks like a token or bears a secret's name. */
export class Redactor {
  /** Value, in each form it may be written → what stands for it. */
  readonly #known = new Map<string, string>();
  /** All known values as one pattern, longest first; null until it is wanted. */
  #pattern: RegExp | null = null;

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
    let clean = this.#known.size === 0 ? text : this.#withoutKnown(text);
    if (shapeStarts.test(clean)) {
      if (clean.includes(jwtStart)) clean = clean.replace(dottedWord, withoutJwts);
      for (const shape of shapes) {
        clean = clean.replace(shape, (_match, prefix: unknown) =>
          typeof prefix === 'string' ? `${prefix}${mark}` : mark,
        );
      }
    }
    if (clean.includes('":') || clean.includes('" :')) clean = withoutNamedMembers(clean);
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

  #withoutKnown(text: string): string {
    this.#pattern ??= new RegExp(
      [...this.#known.keys()]
        .toSorted((a, b) => b.length - a.length)
        .map(escapeForPattern)
        .join('|'),
      'g',
    );
    return text.replace(this.#pattern, (found) => this.#known.get(found) ?? mark);
  }

  #add(value: string | null, standIn: string): void {
    if (value === null || value.length < shortestSecret || wholeJwt.test(value)) return;
    for (const form of new Set([value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed())])) {
      if (this.#known.has(form)) continue;
      this.#known.set(form, standIn);
      this.#pattern = null;
    }
    const oldest = this.#known.keys().next();
    if (this.#known.size > maxKnownValues && !oldest.done) this.#known.delete(oldest.value);
  }
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
