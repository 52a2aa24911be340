import { childrenOf, type JsonNode, memberOf, nodeText, parsedNode, rootOf } from '../../../../lib/json-text.ts';
import type { Entry, Title } from './blocks.ts';
import { entryOf, systemEntry } from './entries.ts';

/** What a request says, found in its body without building all of it: each item is parsed when it is shown. */

/** An item of the request's conversation. */
export interface RequestItem {
  /** Where it stands in the body. */
  readonly node: JsonNode;
  /** Its place beside the conversation, where it is no item of it. */
  readonly titleId: Title | null;
}

export interface RequestItems {
  /** The body as one value; null where it is none. */
  readonly root: JsonNode | null;
  readonly items: readonly RequestItem[];
  readonly tools: readonly string[];
  /** The response that it goes on from: what was said before it is not in this body. */
  readonly goesOnFrom: string | null;
  /** More items than can be shown, or the body lacks its end. */
  readonly isCut: boolean;
}

/** Of one item: a longer one is shown as the text it is. */
const maxItemChars = 8_000_000;
const maxTools = 200;
/** Lists of what was said, by dialect: Responses, then Chat Completions and Claude Messages. */
const lists = ['input', 'messages'] as const;
/** What the model is told beside them. */
const prompts = { instructions: 'instructions', system: 'prompt' } as const;

function toolNames(text: string, tools: JsonNode | null): string[] {
  if (tools === null) return [];
  return childrenOf(text, tools)
    .children.slice(0, maxTools)
    .map(({ node }) => {
      const own = memberOf(text, node, 'name') ?? memberOf(text, memberOf(text, node, 'function') ?? node, 'name');
      const type = memberOf(text, node, 'type');
      return own === null ? (type === null ? '' : nodeText(text, type)) : nodeText(text, own);
    });
}

/** Reads a client's or upstream's body, of any dialect; what is cut off is told as far as it goes. */
export function requestItems(text: string): RequestItems {
  const root = rootOf(text);
  const none = { root, items: [], tools: [], goesOnFrom: null, isCut: root?.isWhole === false };
  if (root?.kind !== 'object') return none;
  const members = childrenOf(text, root).children;
  const named = (name: string): JsonNode | null => members.findLast((child) => child.name === name)?.node ?? null;
  const items: RequestItem[] = [];
  for (const [name, titleId] of Object.entries(prompts)) {
    const node = named(name);
    if (node !== null && node.end - node.start > 2 && node.kind !== 'word') items.push({ node, titleId });
  }
  let isCut = !root.isWhole;
  for (const name of lists) {
    const node = named(name);
    if (node === null) continue;
    if (node.kind !== 'array') items.push({ node, titleId: null });
    const read = childrenOf(text, node);
    isCut ||= read.isCut;
    if (node.kind === 'array') for (const child of read.children) items.push({ node: child.node, titleId: null });
  }
  const previous = named('previous_response_id');
  return {
    root,
    items,
    tools: toolNames(text, named('tools')),
    goesOnFrom: previous?.kind === 'string' ? nodeText(text, previous) : null,
    isCut,
  };
}

/** The item as a reader wants it; one that is cut off, or no JSON, as the text it is. */
export function requestEntry(text: string, { node, titleId }: RequestItem): Entry {
  const value = parsedNode(text, node, maxItemChars);
  if (value === undefined) {
    const source = nodeText(text, node);
    return { role: 'user', titleId: node.isWhole ? null : 'cut', blocks: [{ kind: 'text', text: source }] };
  }
  if (titleId === null) return entryOf(value);
  return systemEntry(value, titleId) ?? { role: 'system', titleId, blocks: [] };
}
