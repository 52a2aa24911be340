import type { Json, JsonObject } from '../json.ts';
import { membersOf } from '../json-scan.ts';
import { joinInSlices, noteSource, sourceOf } from '../json-source.ts';
import { jsonText } from '../json-write.ts';
import { atOnce, type Slices } from '../slices.ts';

/** What is shorter is written anew in less time than its text is edited in. */
const longTextBytes = 2 * 1024;

/** Edits of a JSON object's own members: a value sets the member, undefined removes it. */
export type Edits = ReadonlyMap<string, Json | undefined>;

function memberText(key: string, value: Json): readonly (Buffer | string)[] {
  return [`${JSON.stringify(key)}:`, ...jsonText(value)];
}

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
  const pieces: (Buffer | string)[] = [];
  const add = (...parts: readonly (Buffer | string)[]) => pieces.push(pieces.length === 0 ? '{' : ',', ...parts);
  const addNew = (wanted: (key: string) => boolean) => {
    for (const [key, value] of edits) {
      if (value !== undefined && !present.has(key) && wanted(key)) add(...memberText(key, value));
    }
  };
  addNew((key) => key === 'type');
  const written = new Set<string>();
  for (const member of members) {
    if (!edits.has(member.key)) {
      add(text.subarray(member.start, member.end));
      continue;
    }
    const value = edits.get(member.key);
    if (value === undefined || written.has(member.key)) continue;
    written.add(member.key);
    add(...memberText(member.key, value));
  }
  addNew((key) => key !== 'type');
  return pieces.length === 0 ? ['{}'] : [...pieces, '}'];
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
