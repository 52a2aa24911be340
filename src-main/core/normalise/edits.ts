import type { Json, JsonObject } from '../json.ts';
import { type JsonMember, membersOf } from '../json-scan.ts';
import { joinInSlices, noteSource, sourceOf } from '../json-source.ts';
import { jsonText } from '../json-write.ts';
import { atOnce, type Slices } from '../slices.ts';

/** What is shorter is written anew in less time than its text is edited in. */
const longTextBytes = 2 * 1024;

/** Edits of a JSON object's own members: a value sets the member, undefined removes it. */
export type Edits = ReadonlyMap<string, Json | undefined>;

/**
 * Applies edits to the text of a JSON object; members not named keep their very bytes and their order.
 * A new `type` comes first, where upstream looks for it, other new members last. A repeated member is edited as one.
 */
export function applyEdits(text: Buffer, edits: Edits): Buffer {
  return atOnce(editInSlices(text, edits));
}

/** The same with rests. */
export function* editInSlices(text: Buffer, edits: Edits): Slices<Buffer> {
  return edits.size === 0 ? text : yield* joinInSlices(editedPieces(text, edits));
}

/** Names of an object's members once they are edited. */
export function editedNames(object: JsonObject, edits: Edits): readonly string[] {
  const names = new Set(Object.keys(object));
  for (const [key, value] of edits) {
    if (value === undefined) names.delete(key);
    else names.add(key);
  }
  return [...names];
}

function editedPieces(text: Buffer, edits: Edits): readonly (Buffer | string)[] {
  const members = membersOf(text);
  const present = new Set(members.map((member) => member.key));
  const edited = new EditedText(text);
  const type = edits.get('type');
  if (type !== undefined && !present.has('type')) edited.write('type', type);
  const written = new Set<string>();
  for (const member of members) {
    const { key } = member;
    if (!edits.has(key)) {
      edited.keep(member);
      continue;
    }
    const value = edits.get(key);
    if (value === undefined || written.has(key)) continue;
    written.add(key);
    edited.write(key, value);
  }
  for (const [key, value] of edits) {
    if (value !== undefined && key !== 'type' && !present.has(key)) edited.write(key, value);
  }
  return edited.pieces();
}

/** An object's text in pieces, as few as there can be: each of them costs a copy. */
class EditedText {
  readonly #source: Buffer;
  readonly #pieces: (Buffer | string)[] = [];
  /** Behind the last piece. */
  #words = '{';
  /** Of the source, behind the words. */
  #start = 0;
  #end = 0;
  #isEmpty = true;

  constructor(source: Buffer) {
    this.#source = source;
  }

  /** A member as it is. */
  keep({ start, end }: JsonMember): void {
    const follows = this.#end > this.#start && start === this.#end + 1;
    if (!follows) {
      this.#separate();
      this.#start = start;
    }
    this.#end = end;
  }

  write(key: string, value: Json): void {
    this.#separate();
    this.#words += `${JSON.stringify(key)}:`;
    for (const piece of jsonText(value)) {
      if (typeof piece === 'string') this.#words += piece;
      else this.#add(piece);
    }
  }

  pieces(): readonly (Buffer | string)[] {
    this.#close();
    return [...this.#pieces, `${this.#words}}`];
  }

  #separate(): void {
    this.#close();
    if (!this.#isEmpty) this.#words += ',';
    this.#isEmpty = false;
  }

  /** Takes in what was kept so far. */
  #close(): void {
    if (this.#end > this.#start) this.#add(this.#source.subarray(this.#start, this.#end));
    this.#start = this.#end;
  }

  #add(piece: Buffer): void {
    if (this.#words !== '') this.#pieces.push(this.#words);
    this.#pieces.push(piece);
    this.#words = '';
  }
}

/** An object with other members, which is still known by its text where it was. */
export function withEdits(object: JsonObject, edits: Edits): JsonObject {
  const edited = Object.fromEntries(
    [...Object.entries(object).filter(([key]) => !edits.has(key)), ...edits].filter(([, value]) => value !== undefined),
  );
  const source = sourceOf(object);
  if (source !== null && source.length > longTextBytes) noteSource(edited, ...editedPieces(source, edits));
  return edited;
}
