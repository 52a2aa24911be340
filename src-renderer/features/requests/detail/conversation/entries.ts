/** What was said, as a reader wants it: the items of every dialect as entries of blocks. Whatever is not known is kept as it is. */

/** The end of the id of a text. */
export type Title = 'developer' | 'reasoning' | 'compaction' | 'instructions' | 'prompt' | 'cut';

type Role = 'system' | 'user' | 'assistant' | 'tool';

export type Block =
  | { readonly kind: 'text'; readonly text: string }
  /** A model's thoughts, as far as it tells them. */
  | { readonly kind: 'reasoning'; readonly text: string; readonly isHidden: boolean }
  | { readonly kind: 'call'; readonly name: string | null; readonly callId: string | null; readonly input: string }
  | { readonly kind: 'result'; readonly callId: string | null; readonly isError: boolean }
  /** A picture that is shown; one whose `src` is null is too large, or of a kind that is not. */
  | { readonly kind: 'image'; readonly src: string | null; readonly type: string; readonly bytes: number }
  /** It would have to be loaded from elsewhere. */
  | { readonly kind: 'remote image'; readonly url: string }
  | { readonly kind: 'other'; readonly label: string; readonly json: string };

export interface Entry {
  readonly role: Role;
  /** What it is where its role does not say it. */
  readonly titleId: Title | null;
  readonly blocks: readonly Block[];
}

type Members = Readonly<Record<string, unknown>>;

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function member(value: unknown, name: string): unknown {
  return isMembers(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function textOf(value: unknown, name: string): string | null {
  const found = member(value, name);
  return typeof found === 'string' ? found : null;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const jsonOf = (value: unknown): string => JSON.stringify(value, null, 2) ?? '';

/** Pictures that are shown: those that are within the text, of kinds that can hold no script. */
const shownImage = /^data:image\/(?:png|jpeg|gif|webp|avif);base64,[A-Za-z0-9+/=\s]+$/;
const maxImageChars = 6_000_000;
const maxUrlChars = 300;

function imageBlock(url: string): Block {
  if (!url.startsWith('data:')) return { kind: 'remote image', url: url.slice(0, maxUrlChars) };
  const type = url.slice(5, 60).match(/^[\w/+.-]*/)?.[0] ?? '';
  const isShown = url.length <= maxImageChars && shownImage.test(url);
  return { kind: 'image', src: isShown ? url : null, type, bytes: Math.round((url.length * 3) / 4) };
}

/** One part of a message's content, in any of the dialects. */
function partBlocks(part: unknown): readonly Block[] {
  if (typeof part === 'string') return [{ kind: 'text', text: part }];
  const type = textOf(part, 'type') ?? '';
  const text = textOf(part, 'text') ?? textOf(part, 'refusal');
  if (/^(?:input_|output_|summary_|reasoning_)?text$|^refusal$/.test(type) && text !== null)
    return [{ kind: 'text', text }];
  switch (type) {
    case 'input_image':
    case 'image_url':
    case 'image': {
      const source = member(part, 'source');
      const data = textOf(source, 'data');
      const url =
        textOf(part, 'image_url') ??
        textOf(member(part, 'image_url'), 'url') ??
        (data === null ? textOf(source, 'url') : `data:${textOf(source, 'media_type') ?? ''};base64,${data}`);
      return url === null ? [otherBlock(part, 'image')] : [imageBlock(url)];
    }
    case 'thinking':
      return [{ kind: 'reasoning', text: textOf(part, 'thinking') ?? '', isHidden: textOf(part, 'thinking') === '' }];
    case 'redacted_thinking':
      return [{ kind: 'reasoning', text: '', isHidden: true }];
    case 'tool_use':
    case 'server_tool_use':
      return [callBlock(textOf(part, 'name'), textOf(part, 'id'), member(part, 'input'))];
    case 'tool_result':
    case 'web_search_tool_result':
      return resultBlocks(textOf(part, 'tool_use_id'), member(part, 'content'), member(part, 'is_error') === true);
    default:
      return text !== null && type === '' ? [{ kind: 'text', text }] : [otherBlock(part, type)];
  }
}

function otherBlock(value: unknown, label: string): Block {
  return { kind: 'other', label, json: jsonOf(value) };
}

function callBlock(name: string | null, callId: string | null, input: unknown): Block {
  return {
    kind: 'call',
    name,
    callId,
    input: typeof input === 'string' ? prettyJson(input) : jsonOf(input),
  };
}

function resultBlocks(callId: string | null, output: unknown, isError = false): readonly Block[] {
  return [{ kind: 'result', callId, isError }, ...contentBlocks(output)];
}

function contentBlocks(content: unknown): readonly Block[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }];
  return Array.isArray(content) ? content.flatMap(partBlocks) : [otherBlock(content, '')];
}

const maxPrettyChars = 200_000;

/** JSON with its lines broken; any other text as it is. */
function prettyJson(text: string): string {
  if (text.length > maxPrettyChars || !/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

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

function reasoningEntry(item: Members): Entry {
  const parts = [...listOf(item.summary), ...listOf(item.content)];
  const text = parts.map((part) => textOf(part, 'text') ?? '').join('\n\n');
  return { role: 'assistant', titleId: 'reasoning', blocks: [{ kind: 'reasoning', text, isHidden: text === '' }] };
}

/** An item of a conversation, of whichever dialect. */
export function entryOf(item: unknown): Entry {
  if (typeof item === 'string') return { role: 'user', titleId: null, blocks: [{ kind: 'text', text: item }] };
  if (!isMembers(item)) return { role: 'user', titleId: null, blocks: [otherBlock(item, '')] };
  const type = textOf(item, 'type') ?? '';
  if (type === 'reasoning') return reasoningEntry(item);
  if (type === 'message' || textOf(item, 'role') !== null) return messageEntry(item);
  const callId = textOf(item, 'call_id') ?? textOf(item, 'id');
  if (type.endsWith('_call_output') || type.endsWith('_output'))
    return { role: 'tool', titleId: null, blocks: resultBlocks(callId, item.output) };
  if (type.endsWith('_call')) {
    const name = textOf(item, 'name') ?? type.replace(/_call$/, '').replaceAll('_', ' ');
    const known = new Set(['type', 'id', 'call_id', 'status', 'name', 'arguments', 'input', 'action']);
    const rest = Object.entries(item).filter(([key]) => !known.has(key));
    const input = item.arguments ?? item.input ?? item.action ?? (rest.length === 0 ? {} : Object.fromEntries(rest));
    return { role: 'assistant', titleId: null, blocks: [callBlock(name, callId, input)] };
  }
  if (type.startsWith('compaction'))
    return { role: 'system', titleId: 'compaction', blocks: [{ kind: 'reasoning', text: '', isHidden: true }] };
  return { role: 'system', titleId: null, blocks: [otherBlock(item, type)] };
}

/** A system prompt beside the messages: a text, or a list of parts. */
export function systemEntry(content: unknown, titleId: Title): Entry | null {
  const blocks = contentBlocks(content);
  return blocks.length === 0 ? null : { role: 'system', titleId, blocks };
}
