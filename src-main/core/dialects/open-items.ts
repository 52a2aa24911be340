import { type JsonObject, numberMember, objectMember, textMember } from '../json.ts';
import { makeEvent, parseEvent, type WireEvent } from '../wire-event.ts';
import { OutputItems } from './output-items.ts';

/** A part of a message: as it began, with what was said of it. */
interface OpenPart {
  readonly part: JsonObject;
  text: string;
  isDone: boolean;
}

interface OpenItem {
  readonly item: JsonObject;
  /** What its events name it by. */
  readonly place: JsonObject;
  readonly parts: Map<number, OpenPart>;
  /** Of a call. */
  given: string;
}

/** A response that is cut off: what is left to tell of its items, and all of them as far as they came. */
interface ClosedItems {
  readonly events: readonly WireEvent[];
  readonly items: readonly JsonObject[];
}

/** The members that hold what a call was given, by type of item. */
const givenMembers = new Map<unknown, readonly [member: string, event: string]>([
  ['function_call', ['arguments', 'response.function_call_arguments.done']],
  ['custom_tool_call', ['input', 'response.custom_tool_call_input.done']],
]);

/** Items of a response that are not whole yet: one that is cut off here ends as upstream would end it, item by item. */
export class OpenItems {
  readonly #items = new OutputItems();
  readonly #open = new Map<number, OpenItem>();
  readonly #done: JsonObject[] = [];
  #sequenceNumber: number | null = null;

  /** Takes in one of upstream's events, each before it is told. */
  note(event: WireEvent): void {
    const body = parseEvent(event.data);
    this.#sequenceNumber = numberMember(body, 'sequence_number') ?? this.#sequenceNumber;
    const item = objectMember(body, 'item');
    const id = textMember(item, 'id') ?? textMember(body, 'item_id');
    const isBegun = event.type === 'response.output_item.added' && item !== null;
    const number = isBegun ? this.#items.begin(body, id) : this.#items.numberOf(body, id);
    if (event.type === 'response.output_item.done') {
      this.#open.delete(number);
      if (item !== null) this.#done.push(item);
    } else if (isBegun) this.#open.set(number, { item, place: placeOf(body, item), parts: new Map(), given: '' });
    else this.#notePart(event.type, body, this.#open.get(number));
  }

  #notePart(type: string, body: JsonObject, open: OpenItem | undefined): void {
    if (open === undefined) return;
    const text = textMember(body, 'delta') ?? '';
    switch (type) {
      case 'response.content_part.added':
        partOf(open, body, objectMember(body, 'part') ?? {});
        return;
      case 'response.content_part.done':
        partOf(open, body, objectMember(body, 'part') ?? {}).isDone = true;
        return;
      case 'response.output_text.delta':
        partOf(open, body, { type: 'output_text', text: '', annotations: [], logprobs: [] }).text += text;
        return;
      case 'response.refusal.delta':
        partOf(open, body, { type: 'refusal', refusal: '' }).text += text;
        return;
      case 'response.function_call_arguments.delta':
      case 'response.custom_tool_call_input.delta':
        open.given += text;
    }
  }

  /** Ends the items that are open; `items` has those that were whole before, too. */
  close(): ClosedItems {
    const closed = [...this.#open.values()].map((open) => this.#closed(open));
    return {
      events: closed.flatMap(({ events }) => events),
      items: [...this.#done, ...closed.map(({ item }) => item)],
    };
  }

  /** An event with the number that it has in the stream, where upstream numbers them. */
  numbered(body: JsonObject & { readonly type: string }): WireEvent {
    if (this.#sequenceNumber === null) return makeEvent(body);
    this.#sequenceNumber += 1;
    return makeEvent({ ...body, sequence_number: this.#sequenceNumber });
  }

  #closed({ item, place, parts, given }: OpenItem): { readonly events: WireEvent[]; readonly item: JsonObject } {
    const call = givenMembers.get(item.type);
    const said = [...parts].toSorted(([a], [b]) => a - b);
    const whole: JsonObject = {
      ...item,
      status: 'incomplete',
      ...(call === undefined ? {} : { [call[0]]: given }),
      ...(item.type === 'message' ? { content: said.map(([, part]) => wholePart(part)) } : {}),
    };
    const untold = said.filter(([, { isDone }]) => !isDone);
    return {
      item: whole,
      events: [
        ...untold.flatMap(([index, part]) => this.#closedPart({ ...place, content_index: index }, part)),
        ...(call === undefined ? [] : [this.numbered({ type: call[1], ...place, [call[0]]: given })]),
        this.numbered({ type: 'response.output_item.done', output_index: place.output_index ?? 0, item: whole }),
      ],
    };
  }

  #closedPart(place: JsonObject, part: OpenPart): WireEvent[] {
    const told: JsonObject & { readonly type: string } =
      part.part.type === 'refusal'
        ? { type: 'response.refusal.done', ...place, refusal: part.text }
        : { type: 'response.output_text.done', ...place, text: part.text, logprobs: [] };
    return [
      this.numbered(told),
      this.numbered({ type: 'response.content_part.done', ...place, part: wholePart(part) }),
    ];
  }
}

function placeOf(event: JsonObject, item: JsonObject): JsonObject {
  return { item_id: textMember(item, 'id') ?? '', output_index: numberMember(event, 'output_index') ?? 0 };
}

function partOf({ parts }: OpenItem, event: JsonObject, begun: JsonObject): OpenPart {
  const index = numberMember(event, 'content_index') ?? 0;
  const part = parts.get(index) ?? { part: begun, text: '', isDone: false };
  parts.set(index, part);
  return part;
}

function wholePart({ part, text }: OpenPart): JsonObject {
  return { ...part, [part.type === 'refusal' ? 'refusal' : 'text']: text };
}
