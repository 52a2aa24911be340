import { type Json, numberMember, parseJsonObject } from '../json.ts';

const maxBytes = 16 * 1024 * 1024;

/** Finished output items of a response, unread: upstream may leave the list in its final event empty. */
export class FinishedItems {
  #events: Buffer[] = [];
  #bytes = 0;

  /** Keeps a `response.output_item.done`. */
  keep(data: Buffer): void {
    this.#bytes += data.length;
    if (this.#bytes <= maxBytes) this.#events.push(data);
    else this.#events = [];
  }

  /** The items in upstream's order, those without a place last; null where they are too many bytes to be kept. */
  list(): readonly Json[] | null {
    if (this.#bytes > maxBytes) return null;
    const placed = this.#events.flatMap((data) => {
      const body = parseJsonObject(data.toString('utf8'));
      return body?.item === undefined ? [] : [{ place: numberMember(body, 'output_index'), item: body.item }];
    });
    const unplaced = placed.filter(({ place }) => place === null);
    const ordered = placed.filter(({ place }) => place !== null).toSorted((a, b) => Number(a.place) - Number(b.place));
    return [...ordered, ...unplaced].map(({ item }) => item);
  }
}
