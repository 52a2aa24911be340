import type { JsonObject } from '../json.ts';
import { isHandshake, makeEvent, type WireEvent } from '../wire-event.ts';
import { StopSearch } from './stop-search.ts';

/** A piece of text that waits, with the part it belongs to; null for what stands between two parts. */
interface Piece {
  readonly place: JsonObject | null;
  readonly text: string;
}

/** What can be told by now, and the stop sequence that ends the text; null while there was none. */
interface Released {
  readonly events: readonly WireEvent[];
  readonly hit: string | null;
}

/**
 * A text as its client reads it, whatever parts it comes in: searched for stop sequences across them. What may be the
 * beginning of one waits, and what comes after it waits behind it, so that the order stays.
 */
export class HeldText {
  readonly #search: StopSearch;
  readonly #waiting: (Piece | WireEvent)[] = [];

  /** `stops` are not empty texts. */
  constructor(stops: readonly string[]) {
    this.#search = new StopSearch(stops);
  }

  /** Takes the next piece of a part, or what the client reads between two. After a hit nothing more may come. */
  piece(place: JsonObject | null, piece: string): Released {
    const { text, hit } = this.#search.piece(piece);
    this.#waiting.push({ place, text: piece });
    return { events: this.#release(text.length), hit };
  }

  /** Takes an event that is no text. What only says that upstream lives need not wait. */
  other(event: WireEvent): readonly WireEvent[] {
    if (this.#waiting.length === 0 || isHandshake(event.type)) return [event];
    this.#waiting.push(event);
    return [];
  }

  /** All that waits: what was held back was no beginning after all. */
  rest(): readonly WireEvent[] {
    return this.#release(this.#search.rest().length);
  }

  /** So many characters, and every event that no text is before any more. */
  #release(chars: number): readonly WireEvent[] {
    const events: WireEvent[] = [];
    let left = chars;
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if ('data' in next) events.push(next);
      else {
        const text = next.text.slice(0, left);
        left -= text.length;
        if (text !== '' && next.place !== null)
          events.push(makeEvent({ type: 'response.output_text.delta', ...next.place, delta: text }));
        if (text.length < next.text.length) {
          this.#waiting[0] = { ...next, text: next.text.slice(text.length) };
          break;
        }
      }
      this.#waiting.shift();
    }
    return events;
  }
}
