import type { Change } from '../../shared/model.ts';
import { tell } from '../../shared/words/told.ts';
import { AgedMap } from '../aged-map.ts';
import { isJsonObject, type Json, type JsonObject, parseJsonObject, textMember } from '../json.ts';
import { ownBuffer } from '../own-memory.ts';

const maxBytes = 8 * 1024 * 1024;
/** Of an entry beside its text, about. */
const entryBytes = 256;

/** A body whose references are the items themselves, as far as they are known. */
interface Resolved {
  readonly body: JsonObject;
  readonly changes: readonly Change[];
}

/** Items that clients were told and may name by their ids alone, as they can where answers are stored: upstream stores none. */
export class ToldItems {
  readonly #items = new AgedMap<string, Buffer>();
  #bytes = 0;

  /** Keeps the item of a `response.output_item.done`, the latest as far as there is room. */
  keep(data: Buffer): void {
    const text = data.toString('utf8');
    const item = parseJsonObject(text)?.item;
    const id = isJsonObject(item) ? textMember(item, 'id') : null;
    if (id === null) return;
    this.#bytes += costOf(data) - costOf(this.#items.get(id));
    // A copy: what came may be a piece of something longer.
    this.#items.renew(id, ownBuffer(text));
    while (this.#bytes > maxBytes) this.#bytes -= costOf(this.#items.takeOldest()?.[1]) || this.#bytes;
  }

  /** A request with items for their references; null where it has none. Reasoning that is not known any more is left out. */
  resolve(body: JsonObject): Resolved | null {
    if (!Array.isArray(body.input) || !body.input.some(isReference)) return null;
    const changes: Change[] = [];
    const input = body.input.flatMap((item: Json, index) => {
      if (!isReference(item)) return [item];
      const id = textMember(item, 'id') ?? '';
      const known = this.#items.get(id);
      const isLost = known === undefined && id.startsWith('rs_');
      if (known === undefined && !isLost) return [item];
      const path = `body.input[${index}]`;
      changes.push({ step: 'body', path, action: isLost ? 'removed' : 'set', why: tell('why.item.reference') });
      return known === undefined ? [] : [parseJsonObject(known.toString('utf8'))?.item ?? item];
    });
    return changes.length === 0 ? null : { body: { ...body, input }, changes };
  }
}

function costOf(data: Buffer | undefined): number {
  return data === undefined ? 0 : data.length + entryBytes;
}

function isReference(item: Json): item is JsonObject {
  return isJsonObject(item) && item.type === 'item_reference';
}
