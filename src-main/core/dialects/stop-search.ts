/** What a piece of text adds up to: what can be told by now, and the sequence that ends it. */
interface Searched {
  readonly text: string;
  /** The sequence that the text ran into; null while there was none. */
  readonly hit: string | null;
}

/** Looks for stop sequences in a text that comes in pieces, and holds back what may be the beginning of one. */
export class StopSearch {
  readonly #stops: readonly string[];
  #held = '';

  /** `stops` are not empty texts. */
  constructor(stops: readonly string[]) {
    this.#stops = stops;
  }

  /** Takes the next piece. After a hit nothing more may come. */
  piece(piece: string): Searched {
    const text = this.#held + piece;
    const hit = this.#firstHit(text);
    if (hit !== null) return { text: text.slice(0, hit.start), hit: hit.stop };
    const heldChars = this.#possibleChars(text);
    this.#held = text.slice(text.length - heldChars);
    return { text: text.slice(0, text.length - heldChars), hit: null };
  }

  /** What was held back: the text is over, so it was no beginning after all. */
  rest(): string {
    const held = this.#held;
    this.#held = '';
    return held;
  }

  /** The sequence that is whole first, as a model would have stopped at it; of several, the longest. */
  #firstHit(text: string): { readonly start: number; readonly stop: string } | null {
    const hits = this.#stops.flatMap((stop) => {
      const start = text.indexOf(stop);
      return start === -1 ? [] : [{ start, stop, end: start + stop.length }];
    });
    return hits.toSorted((a, b) => a.end - b.end || a.start - b.start)[0] ?? null;
  }

  /** How many characters at the end may be the beginning of a sequence. */
  #possibleChars(text: string): number {
    const longest = Math.max(0, ...this.#stops.map((stop) => stop.length - 1));
    for (let chars = Math.min(longest, text.length); chars > 0; chars -= 1) {
      const end = text.slice(text.length - chars);
      if (this.#stops.some((stop) => stop.startsWith(end))) return chars;
    }
    return 0;
  }
}
