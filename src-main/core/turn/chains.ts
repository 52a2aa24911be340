import { BoundedMap } from '../bounded-map.ts';
import { isJsonObject, type Json, type JsonObject, parseJsonObject, textMember } from '../json.ts';
import { jsonPieces } from '../json-write.ts';
import type { Slices } from '../slices.ts';
import { digest, digestOf, ItemsHash } from './items-hash.ts';
import type { FieldHashes, ItemMark, KnownBodies } from './known-bodies.ts';
import type { Session } from './sessions.ts';

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
  readonly session: Session;
  readonly accountId: string;
  readonly socketKey: string;
  readonly fieldsHash: string;
  /** Rolling hash over its canonical items. */
  readonly itemsHash: string;
  /** Where its conversation began; null where only its client knows. */
  readonly line: Line | null;
  /** The client's websocket that extends it by its id; null where the client resends, or is on HTTP. */
  readonly connectionId: string | null;
}

/** What tells the lines of one session apart: a conversation from the titles, summaries and sub-agents beside it. */
export interface Line {
  readonly fieldsHash: string;
  /** What the model is told to be: of the instructions, and of the system's items that the input begins with. */
  readonly headHash: string;
  /** Of the same with the first item after it. */
  readonly openingHash: string;
  /** The model has spoken in it before. */
  readonly hasHistory: boolean;
}

/** A request's conversation, hashed at each of its items. */
export interface ChainProbe extends Line {
  /** For each canonical item: the hash up to and with it, and the index in `input` where what follows begins. */
  readonly prefixes: readonly { readonly hash: string; readonly nextIndex: number }[];
  /** The user has spoken in it. */
  readonly hasUser: boolean;
  /** Over all of it. */
  readonly items: ItemsHash;
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

/** Longer arguments are compared as they are written. */
const maxArgumentsChars = 256 * 1024;
/** Hashed between two rests. */
const itemsPerSlice = 200;

/** Arguments of a call as JSON writes them: clients that keep them as objects write them anew, and none as an empty one. */
function canonicalArguments(text: Json | undefined): Json | undefined {
  if (text === '') return '{}';
  const parsed = typeof text === 'string' && text.length <= maxArgumentsChars ? parseJsonObject(text) : null;
  return parsed === null ? text : JSON.stringify(parsed);
}

/** What clients of Chat and Messages have no place for, and cannot send back: reasoning, and the tools that upstream itself runs. */
const unsaidTypes = new Set<unknown>([
  ...['reasoning', 'web_search_call', 'file_search_call', 'code_interpreter_call', 'image_generation_call'],
]);

/**
 * An item without the members that change when a client sends it back: ids, status, annotations. Null for an item that many
 * clients cannot send back at all.
 */
export function canonicalItem(item: Json): Json | null {
  if (!isJsonObject(item)) return item;
  if (unsaidTypes.has(item.type)) return null;
  if (item.role !== undefined) {
    const role = item.role === 'system' ? 'developer' : item.role;
    return { role, content: canonicalContent(item.content) };
  }
  const dropped = new Set(['id', 'status', 'internal_chat_message_metadata_passthrough']);
  return Object.fromEntries(
    Object.entries(item)
      .filter(([key, value]) => !dropped.has(key) && value !== null)
      .map(([key, value]) => [key, key === 'arguments' ? canonicalArguments(value) : value] as const)
      // By the names alone: without that each value would be written out to be compared.
      .toSorted(byName),
  );
}

function byName([a]: readonly [string, ...unknown[]], [b]: readonly [string, ...unknown[]]): number {
  return a < b ? -1 : 1;
}

/** Hashes of a request's members, the same whatever its model and tier are. */
export interface BodyHashes extends Omit<ChainProbe, 'fieldsHash'> {
  /** Of every member but the input. */
  readonly fields: string;
}

/** The instructions, which may be long, are hashed by themselves. */
function otherFields(body: JsonObject): Json {
  const fields = Object.entries(body).filter(
    ([key, value]) => !ignoredFields.has(key) && key !== 'instructions' && value !== undefined,
  );
  return fields.toSorted(byName).map(([key, value]) => [key, value ?? null]);
}

function itemsOf(input: Json | undefined): readonly Json[] {
  if (typeof input === 'string') return [{ role: 'user', content: input }];
  return Array.isArray(input) ? input : [];
}

const historyTypes = new Set(['compaction', 'compaction_summary', 'item_reference']);

function speakerOf(item: Json): ItemMark['speaker'] {
  if (!isJsonObject(item)) return 'user';
  const type = textMember(item, 'type') ?? '';
  if (item.role === 'developer' || type === 'additional_tools') return 'system';
  return item.role === 'assistant' || type.endsWith('_call') || historyTypes.has(type) ? 'model' : 'user';
}

/** Whether the model has spoken in a request, by its items alone. */
export function hasHistory({ input }: JsonObject): boolean {
  return itemsOf(input).some((item) => speakerOf(item) === 'model');
}

/** How a body is hashed. */
export interface HashWays {
  /** Too long for one turn of the event loop. */
  readonly isLong?: boolean;
  /** What was hashed before, and the body's own text, by which it is found there. */
  readonly known?: { readonly bodies: KnownBodies; readonly raw: Buffer };
}

/** Hashes what a client sent, so that what it goes on from can be found; rests now and then where the body is long. */
export function* hashBody(body: JsonObject, { isLong = false, known }: HashWays = {}): Slices<BodyHashes> {
  const recalled = known?.bodies.recall(body, known.raw, ignoredFields);
  const marks: ItemMark[] = [...(recalled?.marks ?? [])];
  const from = marks.at(-1)?.nextIndex ?? 0;
  const items = ItemsHash.after(marks.at(-1)?.hash ?? '');
  const input = itemsOf(body.input);
  let sinceRest = 0;
  for (let index = from; index < input.length; index += 1) {
    const canonical = canonicalItem(input[index] ?? null);
    if (canonical === null) continue;
    if (isLong) yield* items.addInSlices(canonical);
    else items.add(canonical);
    marks.push({
      hash: items.value,
      nextIndex: index + 1,
      speaker: speakerOf(canonical),
      isOpen: items.isSpeaking,
    });
    sinceRest += 1;
    if (sinceRest % itemsPerSlice === 0) yield;
  }
  const found = marks.findIndex(({ speaker }) => speaker !== 'system');
  const first = found < 0 ? marks.length : found;
  const hashes = recalled?.hashes ?? (yield* hashFields(body, isLong));
  recalled?.note(marks, hashes);
  return {
    fields: hashes.fields,
    headHash: `${hashes.instructions}${marks[first - 1]?.hash ?? ''}`,
    openingHash: `${hashes.instructions}${marks[first]?.hash ?? items.value}`,
    hasHistory: marks.some(({ speaker }) => speaker === 'model'),
    hasUser: marks.some(({ speaker }) => speaker === 'user'),
    prefixes: marks,
    items,
  };
}

function* hashFields(body: JsonObject, isLong: boolean): Slices<FieldHashes> {
  const instructions = yield* digestOfJson(body.instructions ?? '', isLong);
  return { instructions, fields: yield* digestOfJson([instructions, otherFields(body)], isLong) };
}

function* digestOfJson(value: Json, isLong: boolean): Slices<string> {
  return isLong ? yield* digestOf('', jsonPieces(value)) : digest(JSON.stringify(value));
}

/** What a request's conversation is known by; `model` and `tier` as they go upstream. */
export function probeChain({ fields, ...hashes }: BodyHashes, model: string, tier: string | null): ChainProbe {
  return { ...hashes, fieldsHash: digest(JSON.stringify([model, tier, fields])) };
}

/**
 * Whether a whole request may run on the socket that holds a chain, which loses its place there. A conversation that begins
 * anew, is edited or asked otherwise may; so may a question of the same kind where neither has gone on so far.
 */
export function mayReplace(request: Line, chain: Line): boolean {
  if (request.openingHash === chain.openingHash) return true;
  return !chain.hasHistory && request.fieldsHash === chain.fieldsHash && request.headHash === chain.headHash;
}

/** The hash after a response's output; null when it holds nothing of the assistant's, so that there is nothing to go on from. */
export function extendWithOutput(probe: Pick<ChainProbe, 'items'>, output: readonly Json[]): string | null {
  const said = output.map(canonicalItem).filter((item) => item !== null);
  if (said.length === 0) return null;
  const items = probe.items.copy();
  for (const item of said) items.add(item);
  return items.value;
}

function keyOf(session: Session, fieldsHash: string, itemsHash: string): string {
  return `${session.id}${fieldsHash}${itemsHash}`;
}

/** A chain that a request goes on from, and where its new items begin. */
export interface ChainMatch {
  readonly chain: Chain;
  readonly nextIndex: number;
}

/** The latest chains, by what they say. */
export class Chains {
  readonly #chains = new BoundedMap<string, Chain>(maxChains);
  readonly #byResponse = new BoundedMap<string, Chain>(maxChains);

  get size(): number {
    return this.#chains.size;
  }

  remember(chain: Chain): void {
    this.#chains.renew(keyOf(chain.session, chain.fieldsHash, chain.itemsHash), chain);
    this.#byResponse.renew(chain.responseId, chain);
  }

  /** The chain that ends in a response; null when it is not known. */
  endingIn(responseId: string): Chain | null {
    return this.#byResponse.get(responseId) ?? null;
  }

  /** The longest chain of the session that the request goes on from with new items, and that `isUsable`; null where there is none. */
  find(session: Session, probe: ChainProbe, isUsable: (chain: Chain) => boolean): ChainMatch | null {
    // The whole input as a chain would leave nothing new to send.
    for (const { hash, nextIndex } of probe.prefixes.slice(0, -1).toReversed()) {
      const chain = this.#chains.get(keyOf(session, probe.fieldsHash, hash));
      if (chain !== undefined && isUsable(chain)) return { chain, nextIndex };
    }
    return null;
  }
}
