import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { closeBracket, comma, openBracket } from '../json-marks.ts';
import { type JsonMember, membersOf, skipValue } from '../json-scan.ts';
import { sourceOf } from '../json-source.ts';
import { digest } from './items-hash.ts';

/**
 * Hashes of the latest bodies, by what they begin with: a client that resends its history has only what is new in it hashed.
 * What is taken over was compared byte for byte.
 */

/** A conversation up to and with one of its canonical items. */
export interface ItemMark {
  readonly hash: string;
  /** Index in `input` where what follows begins. */
  readonly nextIndex: number;
  readonly speaker: 'system' | 'user' | 'model';
  /** It ends in what the model says, which may go on. */
  readonly isOpen: boolean;
}

/** Of every member but the input, and of the instructions alone. */
export interface FieldHashes {
  readonly fields: string;
  readonly instructions: string;
}

/** A hashed body. */
interface KnownBody {
  /** Its items, from the first one's first byte to the last one's end. */
  readonly items: Buffer;
  /** In `items`. */
  readonly ends: readonly number[];
  readonly marks: readonly ItemMark[];
  readonly members: ReadonlyMap<string, Buffer>;
  readonly hashes: FieldHashes;
}

/** Where a body is in its text. */
interface Place {
  readonly key: string;
  readonly raw: Buffer;
  /** Where the first item begins. */
  readonly start: number;
  readonly items: readonly Json[];
  readonly members: ReadonlyMap<string, Buffer>;
}

/** What is known of a body: the marks of the items that it shares with a former one, and its members' hashes where they are the same. */
export interface Recalled {
  readonly marks: readonly ItemMark[];
  readonly hashes: FieldHashes | null;
  /** Remembers the whole body. */
  readonly note: (marks: readonly ItemMark[], hashes: FieldHashes) => void;
}

/** Shorter ones are hashed in less time than they are found. */
const leastBodyBytes = 8 * 1024;
const maxBodies = 256;
const maxTotalBytes = 16 * 1024 * 1024;
const maxBodyBytes = 4 * 1024 * 1024;
/** Of a mark, about. */
const markBytes = 160;
/** Of a conversation's first words, what it is looked up by. */
const openingBytes = 2 * 1024;

const nothing: Recalled = { marks: [], hashes: null, note: () => {} };

/** Remembers the bodies that were hashed last, within a limit of bytes. */
export class KnownBodies {
  readonly #bodies = new Map<string, KnownBody>();
  #bytes = 0;

  get size(): number {
    return this.#bodies.size;
  }

  /** `raw` is the text of `body` and stays as it is; members that `ignored` names are not hashed. */
  recall(body: JsonObject, raw: Buffer, ignored: ReadonlySet<string>): Recalled {
    const place = raw.length < leastBodyBytes ? null : placeOf(body, raw, ignored);
    if (place === null) return nothing;
    const known = this.#bodies.get(place.key);
    const shared = known === undefined ? 0 : sharedItems(known, place);
    const note: Recalled['note'] = (marks, hashes) => this.#note(place, known, shared, marks, hashes);
    if (known === undefined) return { marks: [], hashes: null, note };
    const last = known.marks.findLastIndex(({ nextIndex, isOpen }) => nextIndex <= shared && !isOpen);
    const hashes = areSame(known.members, place.members) ? known.hashes : null;
    return { marks: known.marks.slice(0, last + 1), hashes, note };
  }

  #note(
    place: Place,
    known: KnownBody | undefined,
    shared: number,
    marks: readonly ItemMark[],
    hashes: FieldHashes,
  ): void {
    const ends = [...(known?.ends.slice(0, shared) ?? [])];
    for (const end of endsFrom(place, ends.length, ends.at(-1) ?? null)) ends.push(end);
    if (known !== undefined) this.#forget(place.key, known);
    const items = place.raw.subarray(place.start, place.start + (ends.at(-1) ?? 0));
    if (ends.length !== place.items.length || items.length > maxBodyBytes) return;
    const made: KnownBody = { items, ends, marks, members: place.members, hashes };
    this.#bodies.set(place.key, made);
    this.#bytes += costOf(made);
    for (const [oldest, body] of this.#bodies) {
      if (this.#bytes <= maxTotalBytes && this.#bodies.size <= maxBodies) break;
      this.#forget(oldest, body);
    }
  }

  #forget(key: string, body: KnownBody): void {
    if (this.#bodies.delete(key)) this.#bytes -= costOf(body);
  }
}

/** The text that a body was cut out of stays with it. */
function costOf({ items, marks }: KnownBody): number {
  return items.buffer.byteLength + marks.length * markBytes;
}

function placeOf(body: JsonObject, raw: Buffer, ignored: ReadonlySet<string>): Place | null {
  if (!Array.isArray(body.input) || body.input.length === 0) return null;
  const items: readonly Json[] = body.input;
  const members = new Map<string, Buffer>();
  let input: JsonMember | null = null;
  for (const member of membersOf(raw)) {
    if (member.key === 'input') input = member;
    else if (!ignored.has(member.key)) members.set(member.key, raw.subarray(member.valueStart, member.end));
  }
  if (input === null) return null;
  const start = raw.indexOf(openBracket, input.valueStart) + 1;
  const place = { key: '', raw, start, items, members };
  const opening = items.findIndex((item) => !isSystem(item)) + 1 || items.length;
  let end: number | null = null;
  for (const each of endsFrom({ ...place, items: items.slice(0, opening) }, 0, null)) end = each;
  if (end === null) return null;
  const text = raw.subarray(start, start + end);
  const key = digest(
    `${end} ${text.toString('latin1', 0, openingBytes)}${text.toString('latin1', Math.max(openingBytes, end - openingBytes))}`,
  );
  return { ...place, key };
}

function isSystem(item: Json): boolean {
  return (
    isJsonObject(item) && (item.role === 'developer' || item.role === 'system' || item.type === 'additional_tools')
  );
}

/** Where the items from one on end, counted from the first one's start; nothing more from one on whose end would have to be searched for long. */
function* endsFrom({ raw, start, items }: Omit<Place, 'key'>, from: number, before: number | null): Generator<number> {
  let at = before === null ? 0 : before + 1;
  const isLong = raw.length > maxSearchedBytes;
  for (let index = from; index < items.length; index += 1) {
    const source = isLong ? sourceOf(items[index]) : null;
    if (isLong && source?.buffer !== raw.buffer) return;
    const end =
      skipValue(raw, source === null ? start + at : source.byteOffset - raw.byteOffset + source.length) - start;
    yield end;
    at = end + 1;
  }
}

/** In longer texts the ends of items are known from their reading. */
const maxSearchedBytes = 256 * 1024;

/** How many items a body shares with a known one, from the first on. */
function sharedItems({ items, ends }: KnownBody, { raw, start }: Place): number {
  const isShared = (count: number) => {
    const end = ends[count - 1] ?? 0;
    const next = raw[start + end];
    // A number may go on where the known one ended.
    if (next !== comma && next !== closeBracket) return false;
    return items.compare(raw, start, start + end, 0, end) === 0;
  };
  if (isShared(ends.length)) return ends.length;
  let [least, most] = [0, ends.length - 1];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (isShared(middle)) least = middle;
    else most = middle - 1;
  }
  return least;
}

function areSame(known: ReadonlyMap<string, Buffer>, members: ReadonlyMap<string, Buffer>): boolean {
  if (known.size !== members.size) return false;
  for (const [key, text] of members) if (known.get(key)?.equals(text) !== true) return false;
  return true;
}
