import { createHash } from 'node:crypto';
import type { Change } from '../../shared/model.ts';
import { tell } from '../../shared/words/told.ts';
import type { Told } from '../../shared/words/told-text.ts';
import { looksEncrypted } from '../encrypted-reasoning.ts';
import { isJsonObject, type Json, type JsonObject, textMember } from '../json.ts';
import { noteSource } from '../json-source.ts';
import type { Slices } from '../slices.ts';
import { withEdits } from './edits.ts';

/** Rules for the items of `input` of clients that are not Codex (PROTOCOL.md, What upstream refuses, Numbered cases 8 and 9). */

const maxIdLength = 64;
const keptIdLength = 47;
/** Items between two rests. */
const itemsPerSlice = 1_000;

/** Prefixes that upstream demands of item ids, by item type. */
const idPrefixes: Readonly<Record<string, string>> = {
  message: 'msg',
  reasoning: 'rs',
  function_call: 'fc',
  custom_tool_call: 'ctc',
  custom_tool_call_output: 'ctco',
};

function marked(text: string, origin: string): string {
  return `${text.slice(0, keptIdLength)}_${createHash('sha256').update(origin).digest('hex').slice(0, 16)}`;
}

/** An item id that upstream accepts for the type; the same id always gives the same result. */
export function validItemId(id: string, type: string): string {
  const prefix = Object.hasOwn(idPrefixes, type) ? idPrefixes[type] : undefined;
  const prefixed = prefix === undefined || id.startsWith(`${prefix}_`) ? id : `${prefix}_${id}`;
  return prefixed.length <= maxIdLength ? prefixed : marked(prefixed, prefixed);
}

function typeOf(item: JsonObject): string {
  return textMember(item, 'type') ?? (item.role === undefined ? '' : 'message');
}

/** Valid ids for the items of one request: ids that differ stay different, and a valid one is nobody else's. */
class ItemIds {
  /** Valid id → the id it stands for. */
  readonly #owners = new Map<string, string>();

  /** Takes note of the ids that are valid as they are; before any other is made valid. */
  *read(items: readonly Json[]): Slices<void> {
    for (const [index, item] of items.entries()) {
      if (index % itemsPerSlice === itemsPerSlice - 1) yield;
      const id = isJsonObject(item) ? textMember(item, 'id') : null;
      if (id !== null && isJsonObject(item) && validItemId(id, typeOf(item)) === id) this.#owners.set(id, id);
    }
  }

  valid(id: string, type: string): string {
    const plain = validItemId(id, type);
    let valid = plain;
    for (let other = 0; (this.#owners.get(valid) ?? id) !== id; other += 1) valid = marked(plain, `${other} ${id}`);
    this.#owners.set(valid, id);
    return valid;
  }
}

function without(item: JsonObject, key: string): JsonObject {
  return withEdits(item, new Map([[key, undefined]]));
}

type Note = (path: string, action: Change['action'], why: Told) => void;

function cleanReasoning(item: JsonObject, path: string, note: Note): JsonObject | null {
  const encrypted = item.encrypted_content;
  if (typeof encrypted === 'string' && looksEncrypted(encrypted)) {
    if ((textMember(item, 'id')?.length ?? 0) <= maxIdLength) return item;
    note(path, 'removed', tell('why.item.longId'));
    return null;
  }
  let cleaned = item;
  if (encrypted !== undefined && encrypted !== null) {
    cleaned = without(cleaned, 'encrypted_content');
    note(`${path}.encrypted_content`, 'removed', tell('why.item.notEncrypted'));
  }
  if (cleaned.id === undefined) return cleaned;
  note(`${path}.id`, 'removed', tell('why.item.id'));
  return without(cleaned, 'id');
}

function cleanContent(item: JsonObject, path: string, note: Note): JsonObject {
  if (!Array.isArray(item.content)) return item;
  const parts: readonly Json[] = item.content;
  const hasBreakpoint = parts.some((part) => isJsonObject(part) && part.prompt_cache_breakpoint !== undefined);
  const hasNameless = parts.some(isNamelessFile);
  if (!hasBreakpoint && !hasNameless) return item;
  if (hasBreakpoint) note(`${path}.content`, 'removed', tell('why.item.breakpoint'));
  if (hasNameless) note(`${path}.content`, 'set', tell('why.item.filename'));
  const content = parts.map((part) => {
    if (!isJsonObject(part)) return part;
    const kept = without(part, 'prompt_cache_breakpoint');
    return isNamelessFile(part) ? withEdits(kept, new Map([['filename', filenameOf(part)]])) : kept;
  });
  return withEdits(item, new Map([['content', content]]));
}

/** A file that is sent itself without a name, which upstream takes for no file; the vendor's types leave the name out. */
function isNamelessFile(part: Json): boolean {
  return isJsonObject(part) && part.type === 'input_file' && typeof part.file_data === 'string' && !part.filename;
}

/** A name that tells of what kind it is, as far as its data says so. */
function filenameOf(part: JsonObject): string {
  const media = /^data:(?:application|text)\/([a-z0-9]{1,16})[;,]/.exec(
    (textMember(part, 'file_data') ?? '').slice(0, 64),
  );
  const kind = media?.[1] === 'plain' ? 'txt' : (media?.[1] ?? 'pdf');
  return `document.${kind}`;
}

function cleanItem(item: Json, ids: ItemIds, path: string, note: Note): Json | null {
  if (!isJsonObject(item)) return item;
  const type = typeOf(item);
  if (type === 'reasoning') return cleanReasoning(item, path, note);
  const cleaned = cleanContent(item, path, note);
  const edits = new Map<string, Json>();
  if (cleaned.role === 'system') {
    edits.set('role', 'developer');
    note(`${path}.role`, 'set', tell('why.item.developer'));
  }
  const id = textMember(cleaned, 'id');
  const valid = id === null ? null : ids.valid(id, type);
  if (valid !== null && valid !== id) {
    edits.set('id', valid);
    note(`${path}.id`, 'set', tell('why.item.idKind'));
  }
  return edits.size === 0 ? cleaned : withEdits(cleaned, edits);
}

/** A text as a message, known by its text where that of its own is given. */
function userMessage(text: string, source: Buffer | null): JsonObject {
  const message = { type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
  if (source === null) return message;
  const [before = '', after = ''] = JSON.stringify({ ...message, content: [{ type: 'input_text', text: '' }] }).split(
    '""',
  );
  noteSource(message, before, source, after);
  return message;
}

/**
 * `input` as upstream accepts it: always a list. Items that need nothing are the same objects as before. `source`: its own text,
 * where it is a long one. With rests, for there may be many.
 */
export function* cleanInput(
  input: Json | undefined,
  note: Note,
  source: Buffer | null = null,
): Slices<Json | undefined> {
  if (typeof input === 'string') {
    note('body.input', 'set', tell('why.item.list'));
    return [userMessage(input, source)];
  }
  if (!Array.isArray(input)) return input;
  let changed = false;
  const items: Json[] = [];
  const ids = new ItemIds();
  yield* ids.read(input);
  for (const [index, item] of input.entries()) {
    if (index % itemsPerSlice === itemsPerSlice - 1) yield;
    const cleaned = cleanItem(item, ids, `body.input[${index}]`, note);
    if (cleaned !== item) changed = true;
    if (cleaned !== null) items.push(cleaned);
  }
  return changed ? items : input;
}
