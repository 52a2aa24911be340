import { isJsonObject, type Json, type JsonObject, numberMember, objectMember, textMember } from '../json.ts';
import { parseEvent, type WireEvent } from '../wire-event.ts';
import { givenText, OutputItems } from './output-items.ts';

type PartList = 'content' | 'summary';

/** A part of a message or of reasoning: as it began, with what was said of it. */
export interface OpenPart {
  readonly list: PartList;
  readonly index: number;
  readonly annotations: Json[];
  part: JsonObject;
  text: string;
  isDone: boolean;
}

/** An item that has begun. */
export interface OpenItem {
  readonly item: JsonObject;
  /** What its events name it by. */
  readonly place: JsonObject;
  readonly parts: Map<string, OpenPart>;
  /** Of a call. */
  given: string;
}

/** A text that comes in pieces: which list of its item it stands in, and how it and its item begin where nothing says so. */
interface TextKind {
  readonly list: PartList;
  readonly itemType: 'message' | 'reasoning';
  readonly begun: JsonObject;
}

/** By the name of their events, less what happens to them. */
const textKinds = new Map<string, TextKind>([
  ['response.output_text', { list: 'content', itemType: 'message', begun: { type: 'output_text', annotations: [] } }],
  ['response.refusal', { list: 'content', itemType: 'message', begun: { type: 'refusal' } }],
  ['response.reasoning_text', { list: 'content', itemType: 'reasoning', begun: { type: 'reasoning_text' } }],
  ['response.reasoning_summary_text', { list: 'summary', itemType: 'reasoning', begun: { type: 'summary_text' } }],
]);

const partLists = new Map<string, PartList>([
  ['response.content_part', 'content'],
  ['response.reasoning_summary_part', 'summary'],
]);

const callEvents = new Set(['response.function_call_arguments', 'response.custom_tool_call_input']);

/** The member that holds what a call was given, by type of item. */
const givenMembers = new Map<unknown, 'arguments' | 'input'>([
  ['function_call', 'arguments'],
  ['custom_tool_call', 'input'],
]);

/** Items of a response that are not whole yet, as far as they came. */
export class OpenItems {
  readonly #items = new OutputItems();
  readonly #open = new Map<number, OpenItem>();
  readonly #closed = new Set<number>();
  readonly #done: JsonObject[] = [];

  /** Those that have begun and were not ended. */
  get open(): readonly OpenItem[] {
    return [...this.#open.values()];
  }

  /** Those that upstream ended. */
  get done(): readonly JsonObject[] {
    return this.#done;
  }

  /** Takes in one of upstream's events. Throws `upstream_invalid` for one that tells of an item and cannot be read. */
  note({ type, data }: WireEvent): void {
    const [stem, step] = splitType(type);
    const list = partLists.get(stem);
    if (stem === 'response.output_item') this.#noteItem(step, parseEvent(data));
    else if (list !== undefined) this.#notePart(list, step, parseEvent(data));
    else if (textKinds.has(stem) || callEvents.has(stem)) this.#notePiece(stem, step, parseEvent(data));
  }

  /** All items of a response that has ended: those that its end lists, and those that it leaves out and that say something. */
  listed(response: JsonObject): readonly Json[] {
    const list: readonly Json[] = Array.isArray(response.output) ? response.output : [];
    const known = this.#numbersOf(list);
    const status = response.status === 'completed' ? 'completed' : 'incomplete';
    const all = [...list];
    const left = [...this.#open].filter(([number, open]) => !known.has(number) && saysSomething(open));
    for (const [, open] of left.toSorted(([, a], [, b]) => indexOf(a) - indexOf(b)))
      all.splice(indexOf(open), 0, itemAsItCame(open, status));
    return all;
  }

  /** Which items a list has. By their places only where it has more than were ended: else the places may be of those alone. */
  #numbersOf(list: readonly Json[]): ReadonlySet<number> {
    const hasPlaces = list.length > this.#done.length;
    const numbers = list.flatMap((item, index) => {
      const id = isJsonObject(item) ? nameIn(item, 'id') : null;
      const place = hasPlaces ? { output_index: index } : {};
      return id === null && !hasPlaces ? [] : [this.#items.numberOf(place, id)];
    });
    return new Set(numbers);
  }

  #noteItem(step: string, event: JsonObject): void {
    const item = objectMember(event, 'item');
    const id = nameIn(item, 'id') ?? nameIn(event, 'item_id');
    if (step === 'added' && item !== null) {
      const number = this.#items.begin(event, id);
      this.#open.set(number, { item, place: placeOf(event, id), parts: new Map(), given: '' });
    } else if (step === 'done') {
      const number = this.#items.numberOf(event, id);
      this.#open.delete(number);
      this.#closed.add(number);
      if (item !== null) this.#done.push(item);
    }
  }

  #notePart(list: PartList, step: string, event: JsonObject): void {
    const open = this.#itemOf(event, list === 'summary' ? 'reasoning' : 'message');
    if (open === null) return;
    const told = objectMember(event, 'part') ?? {};
    const part = partOf(open, list, event, told);
    if (step !== 'done') return;
    part.isDone = true;
    part.part = told;
    if (part.text === '') part.text = saidIn(told);
  }

  #notePiece(stem: string, step: string, event: JsonObject): void {
    const kind = textKinds.get(stem);
    if (kind !== undefined) this.#noteText(kind, step, event);
    else {
      const open = this.#itemOf(event, null);
      if (open === null) return;
      if (step === 'delta') open.given += textMember(event, 'delta') ?? '';
      else if (step === 'done' && open.given === '') open.given = givenText(event);
    }
  }

  #noteText(kind: TextKind, step: string, event: JsonObject): void {
    const open = this.#itemOf(event, kind.itemType);
    if (open === null) return;
    const part = partOf(open, kind.list, event, kind.begun);
    const note = objectMember(event, 'annotation');
    if (step === 'delta') part.text += textMember(event, 'delta') ?? '';
    else if (step === 'done' && part.text === '') part.text = saidIn(event);
    else if (step === 'annotation.added' && note !== null) part.annotations.push(note);
  }

  /** The item that an event is about; one whose beginning was not told begins as this type. Null for what is whole, or nothing. */
  #itemOf(event: JsonObject, type: 'message' | 'reasoning' | null): OpenItem | null {
    const number = this.#items.numberOf(event, nameIn(event, 'item_id'));
    const known = this.#open.get(number);
    if (known !== undefined) return known;
    if (type === null || this.#closed.has(number)) return null;
    const id = nameIn(event, 'item_id');
    const role = type === 'message' ? { role: 'assistant', content: [] } : { summary: [] };
    const item: JsonObject = { id: id ?? '', type, ...role };
    const open: OpenItem = { item, place: placeOf(event, id), parts: new Map(), given: '' };
    this.#open.set(number, open);
    return open;
  }
}

/** An item that was not ended, with all that was told of it. */
export function itemAsItCame(open: OpenItem, status: 'completed' | 'incomplete'): JsonObject {
  const { item, given } = open;
  const call = givenMembers.get(item.type);
  const [content, summary] = [partsOf(open, 'content'), partsOf(open, 'summary')];
  return {
    ...item,
    status,
    ...(call === undefined ? {} : { [call]: given || textMember(item, call) }),
    ...(content.length === 0 ? {} : { content: content.map(partAsItCame) }),
    ...(summary.length === 0 ? {} : { summary: summary.map(partAsItCame) }),
  };
}

/** A part with all that was told of it. */
export function partAsItCame({ part, text, annotations }: OpenPart): JsonObject {
  return {
    ...part,
    [part.type === 'refusal' ? 'refusal' : 'text']: text,
    ...(annotations.length === 0 ? {} : { annotations }),
  };
}

/** An item's parts in their order. */
export function partsOf({ parts }: OpenItem, list: PartList): readonly OpenPart[] {
  return [...parts.values()].filter((part) => part.list === list).toSorted((a, b) => a.index - b.index);
}

/** Calls say by themselves what they are for; of other items only those whose texts can be read. */
function saysSomething({ item, parts }: OpenItem): boolean {
  return givenMembers.has(item.type) || [...parts.values()].some(({ text }) => text !== '');
}

/** `response.output_text.delta` is a delta of `response.output_text`. */
function splitType(type: string): readonly [stem: string, step: string] {
  const end = type.indexOf('.', type.indexOf('.') + 1);
  return end < 0 ? [type, ''] : [type.slice(0, end), type.slice(end + 1)];
}

/** The whole text of a part, or of the event that ends it. */
function saidIn(part: JsonObject): string {
  return textMember(part, 'text') ?? textMember(part, 'refusal') ?? '';
}

/** A name that says something. */
function nameIn(object: JsonObject | null, member: string): string | null {
  return textMember(object, member) || null;
}

function placeOf(event: JsonObject, id: string | null): JsonObject {
  const index = numberMember(event, 'output_index');
  return { ...(id === null ? {} : { item_id: id }), ...(index === null ? {} : { output_index: index }) };
}

/** Where an item stands among the others; those without a place are last. */
function indexOf({ place }: OpenItem): number {
  return Math.max(0, numberMember(place, 'output_index') ?? Number.POSITIVE_INFINITY);
}

function partOf({ parts }: OpenItem, list: PartList, event: JsonObject, begun: JsonObject): OpenPart {
  const index = numberMember(event, list === 'summary' ? 'summary_index' : 'content_index') ?? 0;
  const key = `${list} ${index}`;
  const part = parts.get(key) ?? { list, index, part: begun, annotations: [], text: '', isDone: false };
  parts.set(key, part);
  return part;
}
