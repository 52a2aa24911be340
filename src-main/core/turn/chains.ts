import { hash as hashOnce } from 'node:crypto';
import { BoundedMap } from '../bounded-map.ts';
import { isJsonObject, type Json, type JsonObject, parseJsonObject, textMember } from '../json.ts';

/** Recognises a conversation that goes on, from what it says rather than from ids. */

const maxChains = 2_000;

/** Members that may differ between the turns of one conversation. */
const ignoredFields = new Set([
  'input',
  'client_metadata',
  'previous_response_id',
  'generate',
  'type',
  'stream',
  'service_tier',
  'model',
]);

/** A conversation as far as one upstream socket holds it. */
export interface Chain {
  readonly responseId: string;
  /** Whether the session that holds it has no name of the client's. */
  readonly isOneOff: boolean;
  readonly sessionId: string;
  readonly accountId: string;
  readonly socketKey: string;
  readonly fieldsHash: string;
  /** Rolling hash over its canonical items. */
  readonly itemsHash: string;
}

/** A request's conversation, hashed at each of its items. */
export interface ChainProbe {
  readonly fieldsHash: string;
  /** For each canonical item: the hash up to and with it, and the index in `input` where what follows begins. */
  readonly prefixes: readonly { readonly hash: string; readonly nextIndex: number }[];
}

function digest(text: string): string {
  return hashOnce('sha256', text, 'base64');
}

function canonicalPart(part: Json): Json {
  if (typeof part === 'string') return { text: part };
  if (!isJsonObject(part)) return part;
  const text = textMember(part, 'text');
  if (text !== null) return { text };
  return Object.fromEntries(Object.entries(part).filter(([key]) => key !== 'annotations' && key !== 'logprobs'));
}

function canonicalContent(content: Json | undefined): Json {
  if (typeof content === 'string') return [{ text: content }];
  return Array.isArray(content) ? content.map((part: Json) => canonicalPart(part)) : (content ?? null);
}

/** Arguments of a call as JSON writes them: clients that keep them as objects write them anew. */
function canonicalArguments(text: Json | undefined): Json | undefined {
  const parsed = typeof text === 'string' ? parseJsonObject(text) : null;
  return parsed === null ? text : JSON.stringify(parsed);
}

/** An item without what changes when a client sends it back: ids, status, annotations. Reasoning counts as nothing: null. */
export function canonicalItem(item: Json): Json | null {
  if (!isJsonObject(item)) return item;
  if (item.type === 'reasoning') return null;
  if (item.role !== undefined) {
    const role = item.role === 'system' ? 'developer' : item.role;
    return { role, content: canonicalContent(item.content) };
  }
  const dropped = new Set(['id', 'status', 'internal_chat_message_metadata_passthrough']);
  return Object.fromEntries(
    Object.entries(item)
      .filter(([key, value]) => !dropped.has(key) && value !== null)
      .map(([key, value]) => [key, key === 'arguments' ? canonicalArguments(value) : value] as const)
      .toSorted(),
  );
}

function extend(hash: string, item: Json): string {
  return digest(`${hash}\n${JSON.stringify(item)}`);
}

/** Hash of every field but the input; `tier` and `model` as they go upstream. */
function hashFields(body: JsonObject, model: string, tier: string | null): string {
  const fields = Object.entries(body).filter(([key, value]) => !ignoredFields.has(key) && value !== undefined);
  return digest(JSON.stringify([model, tier, fields.toSorted(([a], [b]) => (a < b ? -1 : 1))]));
}

function itemsOf(input: Json | undefined): readonly Json[] {
  if (typeof input === 'string') return [{ role: 'user', content: input }];
  return Array.isArray(input) ? input : [];
}

/** Hashes what a client sent, so that a chain it goes on from can be found. */
export function probeChain(body: JsonObject, model: string, tier: string | null): ChainProbe {
  const prefixes: { hash: string; nextIndex: number }[] = [];
  let hash = '';
  itemsOf(body.input).forEach((item, index) => {
    const canonical = canonicalItem(item);
    if (canonical === null) return;
    hash = extend(hash, canonical);
    prefixes.push({ hash, nextIndex: index + 1 });
  });
  return { fieldsHash: hashFields(body, model, tier), prefixes };
}

/** The hash after a response's output; null when it holds nothing of the assistant's, so that there is nothing to go on from. */
export function extendWithOutput(probe: ChainProbe, output: readonly Json[]): string | null {
  const items = output.map(canonicalItem).filter((item) => item !== null);
  if (items.length === 0) return null;
  return items.reduce<string>(extend, probe.prefixes.at(-1)?.hash ?? '');
}

/** A chain that a request goes on from, and where its new items begin. */
export interface ChainMatch {
  readonly chain: Chain;
  readonly nextIndex: number;
}

/** The latest chains, by what they say. */
export class Chains {
  readonly #chains = new BoundedMap<string, Chain>(maxChains);

  get size(): number {
    return this.#chains.size;
  }

  remember(chain: Chain): void {
    this.#chains.renew(`${chain.fieldsHash}${chain.itemsHash}`, chain);
  }

  /** The chain that ends in a response; null when it is not known. */
  endingIn(responseId: string): Chain | null {
    for (const chain of this.#chains.values()) if (chain.responseId === responseId) return chain;
    return null;
  }

  /** The longest chain the request goes on from with new items, that `isUsable`; null where there is none. */
  find(probe: ChainProbe, isUsable: (chain: Chain) => boolean): ChainMatch | null {
    // The whole input as a chain would leave nothing new to send.
    for (const { hash, nextIndex } of probe.prefixes.slice(0, -1).toReversed()) {
      const chain = this.#chains.get(`${probe.fieldsHash}${hash}`);
      if (chain !== undefined && isUsable(chain)) return { chain, nextIndex };
    }
    return null;
  }
}
