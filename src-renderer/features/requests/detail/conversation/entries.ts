import {
  type Block,
  callBlock,
  contentBlocks,
  type Entry,
  isMembers,
  listOf,
  type Members,
  member,
  otherBlock,
  type Role,
  resultBlocks,
  type Title,
  textOf,
} from './blocks.ts';
import { typedEntry } from './typed-items.ts';

/** What was said, as a reader wants it: the items of every dialect as entries of blocks. Whatever is not known is kept as it is. */

function roleOf(role: string | null): Role {
  if (role === 'assistant' || role === 'tool' || role === 'user') return role;
  return role === 'system' || role === 'developer' ? 'system' : 'user';
}

/** A message of Chat Completions, Claude Messages or Responses. */
function messageEntry(item: Members): Entry {
  const said = textOf(item, 'role');
  const role = roleOf(said);
  const calls = listOf(item.tool_calls).map((call) => {
    const named = member(call, 'function') ?? member(call, 'custom');
    return callBlock(textOf(named, 'name'), textOf(call, 'id'), member(named, 'arguments') ?? member(named, 'input'));
  });
  const thoughts = textOf(item, 'reasoning_content') ?? textOf(item, 'reasoning');
  const blocks: readonly Block[] = [
    ...(thoughts === null ? [] : [{ kind: 'reasoning', text: thoughts, isHidden: false } as const]),
    ...(role === 'tool'
      ? resultBlocks(textOf(item, 'tool_call_id'), item.content)
      : contentBlocks(item.content ?? item.refusal)),
    ...calls,
  ];
  const isOnlyResults = blocks.some(({ kind }) => kind === 'result') && role === 'user';
  return { role: isOnlyResults ? 'tool' : role, titleId: said === 'developer' ? 'developer' : null, blocks };
}

/** An item of a conversation, of whichever dialect. */
export function entryOf(item: unknown): Entry {
  if (typeof item === 'string') return { role: 'user', titleId: null, blocks: [{ kind: 'text', text: item }] };
  if (!isMembers(item)) return { role: 'user', titleId: null, blocks: [otherBlock(item, '')] };
  const type = textOf(item, 'type') ?? '';
  const typed = type === 'message' ? null : typedEntry(item, type);
  if (typed !== null) return typed;
  if (type === 'message' || textOf(item, 'role') !== null) return messageEntry(item);
  return { role: 'system', titleId: null, blocks: [otherBlock(item, type)] };
}

/** A system prompt beside the messages: a text, or a list of parts. */
export function systemEntry(content: unknown, titleId: Title): Entry | null {
  const blocks = contentBlocks(content);
  return blocks.length === 0 ? null : { role: 'system', titleId, blocks };
}
