/** What an entry is made of: the parts of every dialect as blocks. Whatever is not known is kept as it is. */

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
  /** A document or a sound: its name, address or form, and its size where it is within the text. */
  | { readonly kind: 'file'; readonly name: string; readonly bytes: number | null }
  | { readonly kind: 'tools'; readonly names: readonly string[] }
  /** Between which agents it goes. */
  | { readonly kind: 'route'; readonly from: string; readonly to: string }
  /** Another item, by its id. */
  | { readonly kind: 'reference'; readonly id: string }
  /** What an item says by being there; the end of the id of a text. */
  | { readonly kind: 'note'; readonly noteId: 'sealed' | 'compact' | 'approved' | 'declined' }
  | { readonly kind: 'other'; readonly label: string; readonly json: string };

/** What an entry is where its role does not say it: the end of the id of a text. */
export type Title =
  | 'developer'
  | 'reasoning'
  | 'compaction'
  | 'instructions'
  | 'prompt'
  | 'cut'
  | 'agent'
  | 'tools'
  | 'approval';

export type Role = 'system' | 'user' | 'assistant' | 'tool';

export interface Entry {
  readonly role: Role;
  readonly titleId: Title | null;
  readonly blocks: readonly Block[];
}

export type Members = Readonly<Record<string, unknown>>;

export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function member(value: unknown, name: string): unknown {
  return isMembers(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

export function textOf(value: unknown, name: string): string | null {
  const found = member(value, name);
  return typeof found === 'string' ? found : null;
}

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const jsonOf = (value: unknown): string => JSON.stringify(value, null, 2) ?? '';

export const sealedBlock: Block = { kind: 'note', noteId: 'sealed' };

/** Pictures that are shown: those that are within the text, of kinds that can hold no script. */
const shownImage = /^data:image\/(?:png|jpeg|gif|webp|avif);base64,[A-Za-z0-9+/=\s]+$/;
const maxImageChars = 6_000_000;
const maxUrlChars = 300;

const bytesOf = (chars: number): number => Math.round((chars * 3) / 4);

export function imageBlock(url: string): Block {
  if (!url.startsWith('data:')) return { kind: 'remote image', url: url.slice(0, maxUrlChars) };
  const type = url.slice(5, 60).match(/^[\w/+.-]*/)?.[0] ?? '';
  const isShown = url.length <= maxImageChars && shownImage.test(url);
  return { kind: 'image', src: isShown ? url : null, type, bytes: bytesOf(url.length) };
}

/** A document or a sound that is called so; `data` is what there is of it in base64, or an address that holds that. */
function fileBlock(name: string | null, data: string | null): Block {
  const bytes = data === null ? null : bytesOf(data.length - data.indexOf(',') - 1);
  return { kind: 'file', name: (name ?? '').slice(0, maxUrlChars), bytes };
}

/** A picture's address, or itself as one, in any of the dialects. */
function imageUrl(part: unknown): string | null {
  const source = member(part, 'source');
  const data = textOf(source, 'data');
  return (
    textOf(part, 'image_url') ??
    textOf(member(part, 'image_url'), 'url') ??
    (data === null ? textOf(source, 'url') : `data:${textOf(source, 'media_type') ?? ''};base64,${data}`)
  );
}

/** A document in any of the dialects: one of plain text is that text. */
function documentBlock(part: unknown): Block {
  const source = member(part, 'source');
  const data = textOf(source, 'data');
  if (textOf(source, 'type') === 'text' && data !== null) return { kind: 'text', text: data };
  const given = isMembers(member(part, 'file')) ? member(part, 'file') : part;
  const name = ['filename', 'title', 'file_id', 'file_url'].map((key) => textOf(given, key)).find(Boolean);
  return fileBlock(name ?? textOf(source, 'url') ?? textOf(source, 'file_id'), textOf(given, 'file_data') ?? data);
}

/** One part of a message's content, in any of the dialects. */
function partBlocks(part: unknown): readonly Block[] {
  if (typeof part === 'string') return [{ kind: 'text', text: part }];
  const type = textOf(part, 'type') ?? '';
  const text = textOf(part, 'text') ?? textOf(part, 'refusal');
  if (/^(?:input_|output_|summary_|reasoning_)?text$|^refusal$/.test(type) && text !== null)
    return [{ kind: 'text', text }];
  if (/^(?:[a-z_]{1,40}_)?tool_use$/.test(type))
    return [callBlock(textOf(part, 'name'), textOf(part, 'id'), member(part, 'input'))];
  if (/^(?:[a-z_]{1,40}_)?tool_result$/.test(type))
    return resultBlocks(textOf(part, 'tool_use_id'), member(part, 'content'), member(part, 'is_error') === true);
  switch (type) {
    case 'input_image':
    case 'image_url':
    case 'image':
    case 'computer_screenshot': {
      const url = imageUrl(part);
      return url === null ? [otherBlock(part, 'image')] : [imageBlock(url)];
    }
    case 'input_file':
    case 'file':
    case 'document':
      return [documentBlock(part)];
    case 'input_audio':
    case 'output_audio': {
      const sound = member(part, 'input_audio') ?? part;
      return [fileBlock(textOf(sound, 'format') ?? textOf(part, 'audio_url') ?? type, textOf(sound, 'data'))];
    }
    case 'thinking':
      return [{ kind: 'reasoning', text: textOf(part, 'thinking') ?? '', isHidden: textOf(part, 'thinking') === '' }];
    case 'redacted_thinking':
      return [{ kind: 'reasoning', text: '', isHidden: true }];
    case 'encrypted_content':
      return [sealedBlock];
    default:
      return text !== null && type === '' ? [{ kind: 'text', text }] : [otherBlock(part, type)];
  }
}

export function otherBlock(value: unknown, label: string): Block {
  return { kind: 'other', label, json: jsonOf(value) };
}

export function callBlock(name: string | null, callId: string | null, input: unknown): Block {
  return {
    kind: 'call',
    name,
    callId,
    input: typeof input === 'string' ? prettyJson(input) : jsonOf(input),
  };
}

export function resultBlocks(callId: string | null, output: unknown, isError = false): readonly Block[] {
  return [{ kind: 'result', callId, isError }, ...contentBlocks(output)];
}

export function contentBlocks(content: unknown): readonly Block[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }];
  return Array.isArray(content) ? content.flatMap(partBlocks) : partBlocks(content);
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
