import { createHash, type Hash, hash as hashOnce } from 'node:crypto';
import { cutAt } from '../../shared/cut-text.ts';
import { isJsonObject, type Json, textMember } from '../json.ts';
import { jsonPieces } from '../json-write.ts';
import type { Slices } from '../slices.ts';

/** What is hashed between two rests. */
const sliceChars = 128 * 1024;

/** SHA-256 of a text. */
export function digest(text: string): string {
  return hashOnce('sha256', text, 'base64');
}

/** SHA-256 of a text that is told in pieces, with a rest now and then. */
export function* digestOf(start: string, pieces: Iterable<string>): Slices<string> {
  const sum = createHash('sha256').update(start);
  let sinceRest = 0;
  for (const piece of pieces) {
    sum.update(piece);
    sinceRest += piece.length;
    if (sinceRest < sliceChars) continue;
    sinceRest = 0;
    yield;
  }
  return sum.digest('base64');
}

/** The words of an item that is nothing but what the model said; null for every other. */
function wordsOf(item: Json): string | null {
  if (!isJsonObject(item) || item.role !== 'assistant' || !Array.isArray(item.content)) return null;
  const parts: readonly Json[] = item.content;
  const words = parts.map((part) =>
    isJsonObject(part) ? (textMember(part, 'text') ?? textMember(part, 'refusal')) : null,
  );
  return words.every((word) => word !== null) ? words.join('') : null;
}

function isCall(item: Json): boolean {
  return isJsonObject(item) && (item.type === 'function_call' || item.type === 'custom_tool_call');
}

/**
 * Rolling hash over canonical items. What the model says in one go, words and calls, counts as one whatever its parts: clients
 * of Chat send several messages back as one, with an empty line between them, and those of Messages several parts as messages.
 */
export class ItemsHash {
  /** Up to where the model began to speak. */
  #before = '';
  #calls = '';
  #words: Hash | null = null;

  /** One that goes on from a hash that does not end in what the model said. */
  static after(value: string): ItemsHash {
    const hash = new ItemsHash();
    hash.#before = value;
    return hash;
  }

  /** Whether the model's words are still open, so that the hash alone does not say how to go on. */
  get isSpeaking(): boolean {
    return this.#words !== null;
  }

  /** The hash of all items so far. */
  get value(): string {
    if (this.#words === null) return this.#before;
    return digest(`${this.#before}\n${this.#calls}\n${this.#words.copy().digest('base64')}`);
  }

  add(item: Json): void {
    const words = wordsOf(item);
    if (words === null && !isCall(item)) {
      this.#before = digest(`${this.value}\n${JSON.stringify(item)}`);
      this.#calls = '';
      this.#words = null;
      return;
    }
    this.#words ??= createHash('sha256');
    if (words === null) this.#calls = digest(`${this.#calls}\n${JSON.stringify(item)}`);
    else this.#words.update(words.replaceAll('\n', ''));
  }

  /** The same with rests, for an item that may be long. */
  *addInSlices(item: Json): Slices<void> {
    const words = wordsOf(item);
    if (words !== null) {
      this.#words ??= createHash('sha256');
      for (let from = 0; from < words.length; ) {
        const to = cutAt(words, from + sliceChars);
        this.#words.update(words.slice(from, to).replaceAll('\n', ''));
        from = to;
        yield;
      }
      return;
    }
    if (isCall(item)) {
      this.#words ??= createHash('sha256');
      this.#calls = yield* digestOf(`${this.#calls}\n`, jsonPieces(item));
      return;
    }
    this.#before = yield* digestOf(`${this.value}\n`, jsonPieces(item));
    this.#calls = '';
    this.#words = null;
  }

  /** One that goes on by itself. */
  copy(): ItemsHash {
    const copy = new ItemsHash();
    copy.#before = this.#before;
    copy.#calls = this.#calls;
    copy.#words = this.#words?.copy() ?? null;
    return copy;
  }
}
