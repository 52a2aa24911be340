import { cutText } from '../../../shared/cut-text.ts';
import { tell } from '../../../shared/words/told.ts';
import { isJsonObject, type Json, type JsonObject, objectMember, textMember } from '../../json.ts';
import type { ChangeNotes } from '../change-notes.ts';
import { invalidRequest } from '../request-json.ts';

/** Whose words a content holds: upstream has other part types for the assistant's. */
export type Speaker = 'client' | 'assistant';

function image(part: JsonObject, path: string): JsonObject {
  const given = objectMember(part, 'image_url');
  const url = textMember(given, 'url') ?? textMember(part, 'image_url');
  if (url === null || url === '') throw invalidRequest(`${path}.image_url must have a "url".`);
  const detail = textMember(given, 'detail') ?? textMember(part, 'detail');
  return { type: 'input_image', image_url: url, ...(detail === null ? {} : { detail }) };
}

function file(part: JsonObject, path: string): JsonObject {
  const given = objectMember(part, 'file');
  const members = ['file_data', 'filename', 'file_id'].flatMap((key) => {
    const value = textMember(given, key);
    return value === null ? [] : [[key, value] as const];
  });
  if (members.every(([key]) => key === 'filename'))
    throw invalidRequest(`${path}.file must have "file_data" or "file_id".`);
  return { type: 'input_file', ...Object.fromEntries(members) };
}

function clientPart(part: JsonObject, path: string): JsonObject {
  switch (part.type) {
    case 'image_url':
      return image(part, path);
    case 'file':
      return file(part, path);
    case 'input_audio':
      throw invalidRequest(`${path} is audio, which upstream does not take. Send its words as text.`);
    default:
      throw invalidRequest(`${path}.type must be "text", "image_url" or "file".`);
  }
}

/** Members of parts that are read; `detail` stands beside the picture in some clients' requests. */
const readMembers = new Set(['type', 'text', 'image_url', 'detail', 'file', 'refusal']);
const caching = new Set(['cache_control', 'prompt_cache_breakpoint']);

function noteDropped(part: JsonObject, path: string, notes: ChangeNotes): void {
  for (const [name, value] of Object.entries(part)) {
    if (readMembers.has(name) || value === undefined || value === null) continue;
    const why = caching.has(name) ? tell('why.messages.cacheControl') : tell('why.chat.message.unknown');
    notes.add(`${path}.${cutText(name, 100)}`, 'dropped', why);
  }
}

function translatePart(part: Json, path: string, speaker: Speaker, notes: ChangeNotes): JsonObject {
  if (!isJsonObject(part)) throw invalidRequest(`${path} must be an object.`);
  noteDropped(part, path, notes);
  if (part.type === 'text') {
    if (typeof part.text !== 'string') throw invalidRequest(`${path}.text must be a text.`);
    return { type: speaker === 'assistant' ? 'output_text' : 'input_text', text: part.text };
  }
  if (speaker === 'client') return clientPart(part, path);
  if (part.type !== 'refusal' || typeof part.refusal !== 'string')
    throw invalidRequest(`${path}.type must be "text" or "refusal" in a message of the assistant.`);
  return { type: 'refusal', refusal: part.refusal };
}

/** A message's content as parts; none where it is empty or absent. Throws `request_invalid`. */
export function translateContent(
  content: Json | undefined,
  path: string,
  speaker: Speaker,
  notes: ChangeNotes,
): readonly JsonObject[] {
  if (content === undefined || content === null || content === '') return [];
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  if (!Array.isArray(parts)) throw invalidRequest(`${path} must be a text or a list of parts.`);
  return parts.map((part: Json, index) => translatePart(part, `${path}[${index}]`, speaker, notes));
}
