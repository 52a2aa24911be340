import { cutText } from '../../../shared/cut-text.ts';
import { SlipstreamError } from '../../../shared/errors.ts';
import { tell } from '../../../shared/words/told.ts';
import { isJsonObject, type Json, type JsonObject, objectMember, textMember } from '../../json.ts';
import type { ChangeNotes } from '../change-notes.ts';

function refused(path: string, why: string): SlipstreamError {
  return new SlipstreamError('request_invalid', { message: `${path}: ${why}` });
}

/** A message's content as a list of blocks; a text is one block. Throws `request_invalid`. */
export function blocksOf(content: Json | undefined, path: string): readonly JsonObject[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) throw refused(path, 'must be a text or a list of content blocks.');
  return content.map((block: Json, index) => {
    if (isJsonObject(block) && typeof block.type === 'string') return block;
    throw refused(`${path}[${index}]`, 'must be a content block with a "type".');
  });
}

function imagePart(block: JsonObject, path: string): JsonObject {
  const source = objectMember(block, 'source');
  const data = textMember(source, 'data');
  const url = textMember(source, 'url');
  if (source?.type === 'base64' && data !== null)
    return {
      type: 'input_image',
      image_url: `data:${textMember(source, 'media_type') ?? 'image/png'};base64,${data}`,
    };
  if (source?.type === 'url' && url !== null) return { type: 'input_image', image_url: url };
  throw refused(`${path}.source`, 'an image must come as base64 or as a url; the Files API is not served.');
}

function documentParts(block: JsonObject, path: string, notes: ChangeNotes): JsonObject[] {
  const source = objectMember(block, 'source');
  const title = textMember(block, 'title');
  const heading: JsonObject[] = [title, textMember(block, 'context')].flatMap((text) =>
    text === null || text === '' ? [] : [{ type: 'input_text', text }],
  );
  const data = textMember(source, 'data');
  const url = textMember(source, 'url');
  if (source?.type === 'base64' && data !== null) {
    if (source.media_type !== 'application/pdf')
      throw refused(`${path}.source.media_type`, 'only application/pdf documents can be sent as base64.');
    const file = { type: 'input_file', filename: 'document.pdf', file_data: `data:application/pdf;base64,${data}` };
    return [...heading, file];
  }
  if (source?.type === 'url' && url !== null) return [...heading, { type: 'input_file', file_url: url }];
  if (source?.type === 'text' && data !== null) return [...heading, { type: 'input_text', text: data }];
  if (source?.type === 'content') return [...heading, ...contentParts(source.content, `${path}.source.content`, notes)];
  throw refused(`${path}.source`, 'a document must come as base64, text or a url; the Files API is not served.');
}

function searchResultParts(block: JsonObject, path: string, notes: ChangeNotes): JsonObject[] {
  const heading = [textMember(block, 'title'), textMember(block, 'source')].filter((text) => text !== null).join('\n');
  return [{ type: 'input_text', text: heading }, ...contentParts(block.content, `${path}.content`, notes)];
}

/** A mark of what is to be cached, which any block and tool can have. */
export function noteCacheControl(block: JsonObject, path: string, notes: ChangeNotes): void {
  if (block.cache_control !== undefined && block.cache_control !== null)
    notes.add(`${path}.cache_control`, 'dropped', tell('why.messages.cacheControl'));
}

/** One block of a user's message, or of a tool's result, as parts of a Responses message. Throws `request_invalid`. */
export function blockParts(block: JsonObject, path: string, notes: ChangeNotes): JsonObject[] {
  noteCacheControl(block, path, notes);
  if (objectMember(block, 'citations')?.enabled === true)
    notes.add(`${path}.citations`, 'dropped', tell('why.messages.citations'));
  switch (block.type) {
    case 'text': {
      const text = textMember(block, 'text');
      if (text === null) throw refused(`${path}.text`, 'must be a text.');
      return text === '' ? [] : [{ type: 'input_text', text }];
    }
    case 'image':
      return [imagePart(block, path)];
    case 'document':
      return documentParts(block, path, notes);
    case 'search_result':
      return searchResultParts(block, path, notes);
    case 'tool_addition':
    case 'tool_removal':
      return [];
    case 'tool_reference':
      return [{ type: 'input_text', text: `The tool ${textMember(block, 'tool_name') ?? ''} is loaded.` }];
    default:
      notes.add(path, 'dropped', tell('why.messages.block', { type: cutText(String(block.type), 60) }));
      return [];
  }
}

/** A whole content as parts. Throws `request_invalid`. */
export function contentParts(content: Json | undefined, path: string, notes: ChangeNotes): JsonObject[] {
  return blocksOf(content, path).flatMap((block, index) => blockParts(block, `${path}[${index}]`, notes));
}
