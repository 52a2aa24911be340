import { SlipstreamError } from '../../../shared/errors.ts';
import { ownMember } from '../../../shared/own-member.ts';
import { isJsonObject, type Json, type JsonObject, numberMember, objectMember, textMember } from '../../json.ts';
import { parseExactly } from '../../json-exact.ts';
import type { SseMessage } from '../translation.ts';

interface PartialBlock {
  readonly start: JsonObject;
  /** Texts by the member of the block that they belong to. */
  readonly texts: Map<string, string[]>;
  readonly citations: Json[];
}

/** Members of a block that grow by deltas, by type of delta. */
const grownBy: Readonly<Record<string, string>> = {
  text_delta: 'text',
  thinking_delta: 'thinking',
  signature_delta: 'signature',
  input_json_delta: 'partial_json',
};

/** Adds a stream's messages up to the one object that a client gets which asked for no stream. */
export class WholeMessage {
  #start: JsonObject = {};
  #end: JsonObject | null = null;
  readonly #blocks: PartialBlock[] = [];

  /** Takes in the next message of the stream. */
  add({ data }: SseMessage): void {
    if (typeof data === 'string') return;
    switch (data.type) {
      case 'message_start':
        this.#start = objectMember(data, 'message') ?? {};
        break;
      case 'content_block_start':
        this.#blocks.push({ start: objectMember(data, 'content_block') ?? {}, texts: new Map(), citations: [] });
        break;
      case 'content_block_delta':
        this.#grow(this.#blocks[numberMember(data, 'index') ?? 0], objectMember(data, 'delta') ?? {});
        break;
      case 'message_delta':
        this.#end = data;
        break;
    }
  }

  /** Throws `upstream_invalid` where the stream has no end. */
  message(): JsonObject {
    if (this.#end === null) throw new SlipstreamError('upstream_invalid');
    const usage = { ...objectMember(this.#start, 'usage'), ...objectMember(this.#end, 'usage') };
    return { ...this.#start, content: this.#blocks.map(wholeBlock), ...objectMember(this.#end, 'delta'), usage };
  }

  #grow(block: PartialBlock | undefined, delta: JsonObject): void {
    if (delta.type === 'citations_delta') block?.citations.push(delta.citation ?? null);
    const member = ownMember(grownBy, textMember(delta, 'type') ?? '');
    const text = member === undefined ? null : textMember(delta, member);
    if (block === undefined || member === undefined || text === null) return;
    const texts = block.texts.get(member);
    if (texts === undefined) block.texts.set(member, [text]);
    else texts.push(text);
  }
}

function wholeBlock({ start, texts, citations }: PartialBlock): JsonObject {
  const { partial_json: input, ...grown } = Object.fromEntries(
    [...texts].map(([member, pieces]) => [member, pieces.join('')]),
  );
  return {
    ...start,
    ...grown,
    ...(input === undefined ? {} : { input: inputOf(input) }),
    ...(citations.length === 0 ? {} : { citations }),
  };
}

/** What a call gives its tool, with numbers as the model wrote them; nothing where that is no object. */
function inputOf(text: string): JsonObject {
  try {
    const value = parseExactly(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
