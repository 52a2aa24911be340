import {
  type Block,
  callBlock,
  contentBlocks,
  type Entry,
  imageBlock,
  isMembers,
  listOf,
  type Members,
  member,
  otherBlock,
  resultBlocks,
  sealedBlock,
  textOf,
} from './blocks.ts';

/** Items of Responses that are no messages, told apart by their type: what the vendor's types and the Codex client have. */

const maxTools = 200;
/** Those of a call that its block shows, or that say nothing of it. */
const calledBy = new Set(['type', 'id', 'call_id', 'status', 'name', 'namespace', 'arguments', 'input', 'action']);

const said = (blocks: readonly Block[]): Entry => ({ role: 'assistant', titleId: null, blocks });
const came = (blocks: readonly Block[]): Entry => ({ role: 'tool', titleId: null, blocks });

function reasoningEntry(item: Members): Entry {
  const parts = [...listOf(item.summary), ...listOf(item.content)];
  const text = parts.map((part) => textOf(part, 'text') ?? '').join('\n\n');
  return { role: 'assistant', titleId: 'reasoning', blocks: [{ kind: 'reasoning', text, isHidden: text === '' }] };
}

/** What agents of a Codex client write to each other; what the model wrote is sealed. */
function agentEntry(item: Members): Entry {
  const [from, to] = [textOf(item, 'author'), textOf(item, 'recipient')];
  const route: readonly Block[] =
    from === null && to === null ? [] : [{ kind: 'route', from: from ?? '?', to: to ?? '?' }];
  const sealed = textOf(item, 'encrypted_content') === null ? [] : [sealedBlock];
  return { role: 'user', titleId: 'agent', blocks: [...route, ...contentBlocks(item.content), ...sealed] };
}

function toolNames(tools: unknown, within = ''): readonly string[] {
  return listOf(tools).flatMap((tool) => {
    const name = `${within}${textOf(tool, 'name') ?? textOf(member(tool, 'function'), 'name') ?? textOf(tool, 'type') ?? ''}`;
    return textOf(tool, 'type') === 'namespace' ? toolNames(member(tool, 'tools'), `${name}.`) : [name];
  });
}

function toolsBlock(tools: unknown, within = ''): Block {
  return { kind: 'tools', names: toolNames(tools, within).slice(0, maxTools) };
}

/** A tool's name, after that of the namespace or server that it belongs to. */
function toolName(item: Members, fallback: string): string {
  const within = textOf(item, 'namespace') ?? textOf(item, 'server_label');
  const name = textOf(item, 'name') ?? fallback;
  return within === null || within === '' ? name : `${within}.${name}`;
}

/** The members that are not shown otherwise. */
function restOf(item: Members, shown: readonly string[]): Members {
  return Object.fromEntries(Object.entries(item).filter(([key]) => !calledBy.has(key) && !shown.includes(key)));
}

function pictureEntry(item: Members, callId: string | null): Entry {
  const { result, error } = item;
  const form = textOf(item, 'output_format') ?? 'png';
  const picture =
    typeof result === 'string' && result !== '' ? [imageBlock(`data:image/${form};base64,${result}`)] : [];
  const failed = isMembers(error) ? resultBlocks(callId, textOf(error, 'message') ?? error, true) : [];
  const call = callBlock('image generation', callId, restOf(item, ['result', 'error']));
  return said([call, ...picture, ...failed]);
}

/** What a program that upstream ran has written, and the pictures it drew. */
function ranEntry(item: Members, callId: string | null): Entry {
  const outputs = listOf(item.outputs).flatMap((output): readonly Block[] => {
    const url = textOf(output, 'type') === 'image' ? textOf(output, 'url') : null;
    return url === null ? contentBlocks(textOf(output, 'logs') ?? output) : [imageBlock(url)];
  });
  const result: readonly Block[] = outputs.length === 0 ? [] : [...resultBlocks(callId, null), ...outputs];
  return said([callBlock('code interpreter', callId, textOf(item, 'code') ?? ''), ...result]);
}

function patchCall(item: Members, callId: string | null): Entry {
  const { operation } = item;
  const [type, path, diff] = ['type', 'path', 'diff'].map((name) => textOf(operation, name));
  const isRead = type != null && path != null;
  return said([callBlock('apply patch', callId, isRead ? `${type} ${path}\n${diff ?? ''}`.trimEnd() : operation)]);
}

/** The streams of commands; how one ended is told where it did not end well. */
function shellResult(item: Members, callId: string | null): Entry {
  let isError = false;
  const blocks = listOf(item.output).flatMap((part): readonly Block[] => {
    if (textOf(part, 'stdout') === null && textOf(part, 'stderr') === null) return contentBlocks([part]);
    const outcome = member(part, 'outcome');
    const isGood = outcome === undefined || member(outcome, 'exit_code') === 0;
    isError ||= !isGood;
    const streams = [textOf(part, 'stdout'), textOf(part, 'stderr')].flatMap(contentBlocks);
    return isGood ? streams : [...streams, otherBlock(outcome, 'outcome')];
  });
  return came([...resultBlocks(callId, typeof item.output === 'string' ? item.output : null, isError), ...blocks]);
}

function callEntry(item: Members, type: string, callId: string | null): Entry {
  const rest = restOf(item, ['server_label', 'output', 'error']);
  const input = item.arguments ?? item.input ?? item.action ?? rest;
  const call = callBlock(toolName(item, type.replace(/_call$/, '').replaceAll('_', ' ')), callId, input);
  const { output, error } = item;
  const failed = error == null ? [] : resultBlocks(callId, textOf(error, 'message') ?? error, true);
  return said([call, ...(output == null ? [] : resultBlocks(callId, output)), ...failed]);
}

/** An item by its type; null for one that is not known. */
export function typedEntry(item: Members, type: string): Entry | null {
  const callId = textOf(item, 'call_id') ?? textOf(item, 'id');
  switch (type) {
    case 'reasoning':
      return reasoningEntry(item);
    case 'agent_message':
      return agentEntry(item);
    case 'additional_tools':
      return { role: 'system', titleId: 'tools', blocks: [toolsBlock(item.tools)] };
    case 'tool_search_output':
      return came([...resultBlocks(callId, item.output), toolsBlock(item.tools)]);
    case 'mcp_list_tools': {
      const failed = item.error == null ? [] : resultBlocks(callId, item.error, true);
      const server = textOf(item, 'server_label');
      const tools = toolsBlock(item.tools, server === null ? '' : `${server}.`);
      return { role: 'tool', titleId: 'tools', blocks: [...failed, tools] };
    }
    case 'mcp_approval_request':
      return {
        role: 'assistant',
        titleId: 'approval',
        blocks: [callBlock(toolName(item, ''), callId, item.arguments)],
      };
    case 'mcp_approval_response': {
      const note: Block = { kind: 'note', noteId: item.approve === true ? 'approved' : 'declined' };
      return { role: 'user', titleId: 'approval', blocks: [note, ...contentBlocks(item.reason)] };
    }
    case 'image_generation_call':
      return pictureEntry(item, callId);
    case 'code_interpreter_call':
      return ranEntry(item, callId);
    case 'apply_patch_call':
      return patchCall(item, callId);
    case 'shell_call_output':
      return shellResult(item, callId);
    case 'program':
      return said([callBlock('program', callId, textOf(item, 'code') ?? '')]);
    case 'item_reference': {
      const id = textOf(item, 'id');
      return id === null ? null : { role: 'system', titleId: null, blocks: [{ kind: 'reference', id }] };
    }
    case 'compaction_trigger':
      return { role: 'system', titleId: 'compaction', blocks: [{ kind: 'note', noteId: 'compact' }] };
    case 'compaction':
    case 'compaction_summary':
    case 'context_compaction':
      return { role: 'system', titleId: 'compaction', blocks: [sealedBlock] };
    default:
      if (type.endsWith('_output'))
        return came(resultBlocks(callId, item.output ?? item.result, textOf(item, 'status') === 'failed'));
      return type.endsWith('_call') ? callEntry(item, type, callId) : null;
  }
}
