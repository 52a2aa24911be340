import { createHash, type Hash, hash as hashOnce } from 'node:crypto';
import { isJsonObject, type Json, textMember } from '../json.ts';

/** SHA-256 of a text. */
export function digest(text: string): string {
  return hashOnce('sha256', text, 'base64');
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

  /** One that goes on by itself. */
  copy(): ItemsHash {
    const copy = new ItemsHash();
    copy.#before = this.#before;
    copy.#calls = this.#calls;
    copy.#words = this.#words?.copy() ?? null;
    return copy;
  }
}
