import { foldCase } from '../../../shared/fold-case.ts';
import { absent } from '../../../shared/turn-words.ts';

/** Texts as numbers, in the order they were first seen; none (null) is one of them, and no text is mistaken for it. */
export class Dictionary {
  readonly texts: (string | null)[] = [];
  readonly #numbers = new Map<string | null, number>();
  /** Mostly the next one is the same. */
  #latest = -1;

  numberOf(text: string | null): number {
    if (this.texts[this.#latest] !== text) this.#latest = this.#numbers.get(text) ?? this.#take(text);
    return this.#latest;
  }

  #take(text: string | null): number {
    this.#numbers.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }

  /** Numbers of what lists of a filter call by a name: of none and of the text, where `absent` is both. */
  named(name: string): readonly number[] {
    const texts = name === absent ? [name, null] : [name];
    return texts.flatMap((text) => this.#numbers.get(text) ?? []);
  }

  /** Numbers of the texts that hold a folded word. */
  holding(word: string): ReadonlySet<number> {
    const numbers = this.texts.flatMap((text, number) =>
      text !== null && foldCase(text).includes(word) ? [number] : [],
    );
    return new Set(numbers);
  }
}
