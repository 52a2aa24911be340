import type { RawHeader } from '../../shared/model.ts';
import type { RawHeaders } from '../headers.ts';
import { isJsonObject, type Json } from '../json.ts';

/** The one redactor. Everything that leaves the core for a disk, a log, an export or a screen passes it. */

const mark = '<redacted>';
const shortestSecret = 8;
const maxKnownValues = 2_000;

/** Headers and members whose value is a secret whatever it looks like. */
const secretNames =
  /^(authorization|proxy-authorization|cookie|set-cookie|x-api-key|chatgpt-account-id|api[-_]?key|.*[-_]?(token|secret|password|ticket)|accessToken|refreshToken|idToken|apiKey|controlToken|code_verifier)$/i;

/** Names that end like a secret but count or name things. */
const harmlessNames = /^(max_.*tokens?|.*_tokens|x-codex-.*|input_tokens.*|output_tokens.*)$/i;

/** Secrets by shape: JWTs, refresh tokens, API keys, bearer values. */
const shapes: readonly RegExp[] = [
  /eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]*/g,
  /\brt[_.][A-Za-z0-9._-]{8,}/g,
  /\bsk-[A-Za-z0-9_-]{8,}/g,
  /\b(Bearer\s+)(?!<redacted>)[^\s"',;]{4,}/gi,
];

function isSecretName(name: string): boolean {
  return secretNames.test(name) && !harmlessNames.test(name);
}

export class Redactor {
  /** Value → what stands for it. */
  readonly #known = new Map<string, string>();

  /** A value that must never be seen again: a token, a key, a ticket. */
  addSecret(value: string | null): void {
    this.#add(value, mark);
  }

  /** A value that is personal rather than secret, such as an e-mail address. */
  addPersonal(value: string | null, standIn: string): void {
    this.#add(value, standIn);
  }

  /** A text without any known or secret-shaped value. */
  text(text: string): string {
    let clean = text;
    for (const [value, standIn] of this.#known) {
      if (clean.includes(value)) clean = clean.replaceAll(value, standIn);
    }
    for (const shape of shapes) {
      clean = clean.replace(shape, (_match, prefix: unknown) =>
        typeof prefix === 'string' ? `${prefix}${mark}` : mark,
      );
    }
    return clean;
  }

  headers(headers: RawHeaders): RawHeader[] {
    return headers.map(([name, value]) => [name, this.#named(name, value)]);
  }

  /** A copy of a JSON-like value with its texts redacted, by name and by value. */
  value(value: unknown, name = ''): Json {
    if (typeof value === 'string') return this.#named(name, value);
    if (value instanceof Error) return this.text(value.stack ?? value.message);
    if (Array.isArray(value)) return value.map((item) => this.value(item, name));
    if (isJsonObject(value)) {
      return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, this.value(member, key)]));
    }
    return typeof value === 'number' || typeof value === 'boolean' ? value : null;
  }

  #named(name: string, value: string): string {
    if (!isSecretName(name)) return this.text(value);
    return /^Bearer\s/i.test(value) ? `Bearer ${mark}` : mark;
  }

  #add(value: string | null, standIn: string): void {
    if (value === null || value.length < shortestSecret || this.#known.has(value)) return;
    this.#known.set(value, standIn);
    const oldest = this.#known.keys().next();
    if (this.#known.size > maxKnownValues && !oldest.done) this.#known.delete(oldest.value);
  }
}
