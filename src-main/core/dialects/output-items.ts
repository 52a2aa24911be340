import { type JsonObject, numberMember, objectMember, textMember } from '../json.ts';

/** Numbers the items of a response, so that its events find theirs: by id, else by place, else the last one. */
export class OutputItems {
  readonly #numbers = new Map<string, number>();
  /** Those whose beginning was told. */
  readonly #begun = new Set<number>();
  #count = 0;
  #last = 0;

  /** The item that an event says has begun: another one than that at its place, where its id is new, or it has no name at all. */
  begin(event: JsonObject, itemId: string | null): number {
    const place = numberMember(event, 'output_index');
    const isNamed = itemId !== null || place !== null;
    const isKnown = itemId === null ? isNamed : this.#numbers.has(`id ${itemId}`);
    const before = (place === null ? undefined : this.#numbers.get(`at ${place}`)) ?? (isNamed ? null : this.#last);
    if (!isKnown && before !== null && this.#begun.has(before)) {
      const number = this.#count++;
      if (itemId !== null) this.#numbers.set(`id ${itemId}`, number);
      if (place !== null) this.#numbers.set(`at ${place}`, number);
      this.#last = number;
    } else this.#last = this.numberOf(event, itemId);
    this.#count = Math.max(this.#count, this.#last + 1);
    this.#begun.add(this.#last);
    return this.#last;
  }

  /** The item that an event is about; `itemId` where the event holds the item itself. */
  numberOf(event: JsonObject, itemId = textMember(event, 'item_id')): number {
    const place = numberMember(event, 'output_index');
    const names = [...(itemId === null ? [] : [`id ${itemId}`]), ...(place === null ? [] : [`at ${place}`])];
    const known = names.map((name) => this.#numbers.get(name)).find((number) => number !== undefined);
    const number = known ?? (names.length === 0 ? this.#last : this.#count++);
    for (const name of names) this.#numbers.set(name, number);
    this.#last = number;
    return number;
  }
}

/** All that a call gives to its tool, of the call itself or of the event that ends it; some upstreams write arguments as an object. */
export function givenText(call: JsonObject): string {
  const { arguments: given } = call;
  const text = textMember(call, 'arguments') ?? textMember(call, 'input');
  return text ?? (objectMember(call, 'arguments') === null ? '' : JSON.stringify(given));
}

/** What stands between two messages, or two summaries, that are told as one text. */
export const textGap = '\n\n';

/** A text told piece by piece, in parts: what was told once is not told again when it comes as a whole. */
export class PartedText {
  readonly #told = new Set<string>();
  #lastGroup: string | null = null;

  /** A piece of a part, with an empty line before it where another `group` spoke last. */
  piece(part: string, group: string, text: string): string {
    if (text === '') return '';
    this.#told.add(part);
    const isNext = this.#lastGroup !== null && this.#lastGroup !== group;
    this.#lastGroup = group;
    return isNext ? `${textGap}${text}` : text;
  }

  /** A whole part; nothing where it was told in pieces. */
  whole(part: string, group: string, text: string): string {
    return this.#told.has(part) ? '' : this.piece(part, group, text);
  }
}
