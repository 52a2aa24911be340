import type { Json, JsonObject } from '../json.ts';
import { membersOf } from '../json-scan.ts';
import { noteSource, sourceOf } from '../json-source.ts';
import { jsonText } from '../json-write.ts';

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
  if (edits.size === 0) return text;
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
  if (pieces.length === 0) return Buffer.from('{}');
  pieces.push('}');
  return Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));
}

/** An object with other members, which is still known by its text where it was. */
export function withEdits(object: JsonObject, edits: Edits): JsonObject {
  const edited = Object.fromEntries(
    [...Object.entries(object).filter(([key]) => !edits.has(key)), ...edits].filter(([, value]) => value !== undefined),
  );
  const source = sourceOf(object);
  if (source !== null && source.length > longTextBytes) noteSource(edited, applyEdits(source, edits));
  return edited;
}
