import { type JsonObject, numberMember } from '../json.ts';
import { bodyOf, makeEvent, type WireEvent } from '../wire-event.ts';
import { itemAsItCame, type OpenItem, OpenItems, type OpenPart, partAsItCame, partsOf } from './open-items.ts';

/** A response that is cut off: what is left to tell of its items, and all of them as far as they came. */
interface CutItems {
  readonly events: readonly WireEvent[];
  readonly items: readonly JsonObject[];
}

/** The events that end what a call is given, by type of item. */
const givenDone = new Map<unknown, readonly [type: string, member: string]>([
  ['function_call', ['response.function_call_arguments.done', 'arguments']],
  ['custom_tool_call', ['response.custom_tool_call_input.done', 'input']],
]);

/** The answer of a client that is told of items: cut off here, it ends as upstream would end it, item by item. */
export class CutAnswer {
  readonly #items = new OpenItems();
  #sequenceNumber: number | null = null;

  /** Takes in one of upstream's events, each before it is told. */
  note(event: WireEvent): void {
    this.#sequenceNumber = numberMember(bodyOf(event), 'sequence_number') ?? this.#sequenceNumber;
    this.#items.note(event);
  }

  /** Ends the items that are open; `items` has those that were whole before, too. */
  close(): CutItems {
    const cut = this.#items.open.map((open) => ({ open, whole: itemAsItCame(open, 'incomplete') }));
    return {
      events: cut.flatMap(({ open, whole }) => this.#closed(open, whole)),
      items: [...this.#items.done, ...cut.map(({ whole }) => whole)],
    };
  }

  /** An event with the number that it has in the stream, where upstream numbers them. */
  numbered(body: JsonObject & { readonly type: string }): WireEvent {
    if (this.#sequenceNumber === null) return makeEvent(body);
    this.#sequenceNumber += 1;
    return makeEvent({ ...body, sequence_number: this.#sequenceNumber });
  }

  #closed(open: OpenItem, whole: JsonObject): WireEvent[] {
    const { place } = open;
    const given = givenDone.get(whole.type);
    const untold = [...partsOf(open, 'summary'), ...partsOf(open, 'content')].filter(({ isDone }) => !isDone);
    return [
      ...untold.flatMap((part) => this.#closedPart(place, part)),
      ...(given === undefined ? [] : [this.numbered({ type: given[0], ...place, [given[1]]: whole[given[1]] })]),
      this.numbered({ type: 'response.output_item.done', output_index: place.output_index, item: whole }),
    ];
  }

  #closedPart(item: JsonObject, part: OpenPart): WireEvent[] {
    const isSummary = part.list === 'summary';
    const place = { ...item, [isSummary ? 'summary_index' : 'content_index']: part.index };
    return [
      this.numbered({ ...textDone(part), ...place }),
      this.numbered({
        type: isSummary ? 'response.reasoning_summary_part.done' : 'response.content_part.done',
        ...place,
        part: partAsItCame(part),
      }),
    ];
  }
}

/** The event that ends a part's text, less its place. */
function textDone({ part, text }: OpenPart): JsonObject & { readonly type: string } {
  switch (part.type) {
    case 'refusal':
      return { type: 'response.refusal.done', refusal: text };
    case 'summary_text':
      return { type: 'response.reasoning_summary_text.done', text };
    case 'reasoning_text':
      return { type: 'response.reasoning_text.done', text };
    default:
      return { type: 'response.output_text.done', text, logprobs: [] };
  }
}
