import { cutText } from '../../../shared/cut-text.ts';
import { SlipstreamError } from '../../../shared/errors.ts';
import { tell } from '../../../shared/words/told.ts';
import { looksEncrypted } from '../../encrypted-reasoning.ts';
import { isJsonObject, type Json, type JsonObject, objectMember, textMember } from '../../json.ts';
import type { ChangeNotes } from '../change-notes.ts';
import { shortName } from '../short-name.ts';
import type { ToolNames } from '../tool-names.ts';
import { blockParts, blocksOf, contentParts, noteCacheControl } from './parts.ts';
import { webSearchCall } from './web-search.ts';

/** Claude Code's own accounting, new with each request: it says nothing to a model and would break every chain. */
const billingPrefix = 'x-anthropic-billing-header:';

function message(role: 'developer' | 'user', content: readonly JsonObject[]): JsonObject[] {
  return content.length === 0 ? [] : [{ type: 'message', role, content }];
}

function systemItems(system: Json | undefined, notes: ChangeNotes): JsonObject[] {
  if (system === undefined || system === null) return [];
  const parts = blocksOf(system, 'system').flatMap((block, index) => {
    const path = `system[${index}]`;
    if (!textMember(block, 'text')?.startsWith(billingPrefix)) return blockParts(block, path, notes);
    notes.add(path, 'dropped', tell('why.messages.accounting'));
    return [];
  });
  const items = message('developer', parts);
  if (items.length > 0) notes.add('system', 'set', tell('why.messages.system'));
  return items;
}

/** Reasoning goes out as a thinking block with upstream's ciphertext for a signature, and comes back as what it was. */
function reasoningItem(block: JsonObject, path: string, notes: ChangeNotes): JsonObject[] {
  const sealed = textMember(block, block.type === 'thinking' ? 'signature' : 'data') ?? '';
  if (!looksEncrypted(sealed)) {
    notes.add(path, 'dropped', tell('why.messages.foreignThinking'));
    return [];
  }
  const text = textMember(block, 'thinking') ?? '';
  const summary = text === '' ? [] : [{ type: 'summary_text', text }];
  return [{ type: 'reasoning', summary, encrypted_content: sealed }];
}

function assistantItems(
  blocks: readonly JsonObject[],
  path: string,
  names: ToolNames,
  notes: ChangeNotes,
): JsonObject[] {
  return blocks.flatMap((block, index): JsonObject[] => {
    const at = `${path}[${index}]`;
    noteCacheControl(block, at, notes);
    switch (block.type) {
      case 'text':
      // All that is left of what was said before it.
      case 'compaction': {
        const text = textMember(block, block.type === 'text' ? 'text' : 'content') ?? '';
        // One item for each, as upstream itself writes them: so a next turn is seen to go on from this one.
        return text === '' ? [] : [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }];
      }
      case 'thinking':
      case 'redacted_thinking':
        return reasoningItem(block, at, notes);
      case 'tool_use':
        return [
          {
            type: 'function_call',
            call_id: shortName(textMember(block, 'id') ?? ''),
            name: names.wire(textMember(block, 'name') ?? ''),
            arguments: JSON.stringify(objectMember(block, 'input') ?? {}),
          },
        ];
      default: {
        const search = webSearchCall(block);
        if (search !== null) return [search];
        notes.add(at, 'dropped', tell('why.messages.block', { type: cutText(String(block.type), 60) }));
        return [];
      }
    }
  });
}

function toolOutput(block: JsonObject, path: string, notes: ChangeNotes): Json {
  const given = block.content === undefined || block.content === null ? [] : block.content;
  const parts = contentParts(given, `${path}.content`, notes);
  const isError = block.is_error === true;
  if (isError) notes.add(`${path}.is_error`, 'set', tell('why.messages.isError'));
  const [first, ...rest] = parts;
  const text = rest.length === 0 ? textMember(first, 'text') : null;
  if (text !== null || parts.length === 0) return `${isError ? 'Error: ' : ''}${text ?? ''}`;
  return isError ? [{ type: 'input_text', text: 'Error:' }, ...parts] : parts;
}

function userItems(blocks: readonly JsonObject[], path: string, notes: ChangeNotes): JsonObject[] {
  const items: JsonObject[] = [];
  let parts: JsonObject[] = [];
  for (const [index, block] of blocks.entries()) {
    const at = `${path}[${index}]`;
    if (block.type !== 'tool_result') {
      parts.push(...blockParts(block, at, notes));
      continue;
    }
    noteCacheControl(block, at, notes);
    items.push(...message('user', parts));
    parts = [];
    items.push({
      type: 'function_call_output',
      call_id: shortName(textMember(block, 'tool_use_id') ?? ''),
      output: toolOutput(block, at, notes),
    });
  }
  return [...items, ...message('user', parts)];
}

function messageItems(entry: Json, path: string, names: ToolNames, notes: ChangeNotes): JsonObject[] {
  const role = isJsonObject(entry) ? entry.role : undefined;
  const content = isJsonObject(entry) ? entry.content : undefined;
  const at = `${path}.content`;
  switch (role) {
    case 'assistant':
      return assistantItems(blocksOf(content, at), at, names, notes);
    case 'user':
      return userItems(blocksOf(content, at), at, notes);
    case 'system':
      // One that only sets the effort of its turn says nothing.
      return content === undefined || content === null ? [] : message('developer', contentParts(content, at, notes));
    default:
      throw new SlipstreamError('request_invalid', {
        message: `${path}.role must be "user", "assistant" or "system".`,
      });
  }
}

/** System prompt and messages as the items of a Responses `input` (PROTOCOL.md, Other dialects). Throws `request_invalid`. */
export function inputItems(body: JsonObject, names: ToolNames, notes: ChangeNotes): JsonObject[] {
  const { messages } = body;
  if (!Array.isArray(messages) || messages.length === 0)
    throw new SlipstreamError('request_invalid', { message: '"messages" must be a list with at least one message.' });
  const lastUser = messages.findLastIndex((entry: Json) => isJsonObject(entry) && entry.role === 'user');
  const said = messages.flatMap((entry: Json, index) => {
    const path = `messages[${index}]`;
    const isOver = index < lastUser && isJsonObject(entry) && entry.clear_at === 'next_user_message';
    if (!isOver || entry.role !== 'system') return messageItems(entry, path, names, notes);
    notes.add(path, 'dropped', tell('why.messages.cleared'));
    return [];
  });
  const last: Json | undefined = messages.at(-1);
  if (isJsonObject(last) && last.role === 'assistant')
    notes.add(`messages[${messages.length - 1}]`, 'set', tell('why.messages.prefill'));
  return [...systemItems(body.system, notes), ...said];
}
