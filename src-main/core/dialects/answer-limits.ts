import { tell } from '../../shared/words/told.ts';
import { isJsonObject, type Json, type JsonObject, numberMember, objectMember, textMember } from '../json.ts';
import { toldUsage } from '../told-usage.ts';
import { bodyOf, isTerminal, makeEvent, type WireEvent } from '../wire-event.ts';
import type { ChangeNotes } from './change-notes.ts';
import { CutAnswer } from './cut-answer.ts';
import { HeldText } from './held-text.ts';
import { OutputItems } from './output-items.ts';
import { invalidRequest } from './request-json.ts';
import { TokenCount } from './text-tokens.ts';

/** Where an answer is to end, which upstream does not know of (PROTOCOL.md, What upstream refuses). */
export interface AnswerLimits {
  /** None of them empty. */
  readonly stops: readonly string[];
  /** Null: as long as it likes. */
  readonly maxTokens: number | null;
}

/** How an answer's texts reach the client, as far as it matters where they end. */
export interface AnswerForm {
  /** What the client reads between two messages; null where each message is a text of its own. */
  readonly gap: string | null;
  /** The client is told of items, and has to be told that each has ended. */
  readonly hasItems: boolean;
}

/** A reason of `incomplete_details` that upstream does not have: the answer ran into a stop sequence, which stands beside it. */
export const stopSequenceReason = 'stop_sequence';

const maxStops = 64;
const maxStopChars = 4_096;

/** Texts of the model's, and pieces of what it gives to tools: what counts against a limit. */
const countedDeltas = new Set([
  'response.output_text.delta',
  'response.refusal.delta',
  'response.function_call_arguments.delta',
  'response.custom_tool_call_input.delta',
]);

/** Limits that a request sets; null where it sets none. Throws `request_invalid`. */
export function readLimits(
  body: JsonObject,
  members: {
    readonly stops: string | null;
    readonly maxTokens: readonly string[];
    /** Of Messages, whose clients fill a cache with an answer of nothing. */
    readonly leastTokens?: 0;
  },
  notes: ChangeNotes | null,
): AnswerLimits | null {
  const stops = members.stops === null ? [] : readStops(body[members.stops], members.stops);
  if (members.stops !== null && stops.length > 0) notes?.add(members.stops, 'dropped', tell('why.limits.stops'));
  const given = members.maxTokens.flatMap((name) => readLimit(body[name], name, members.leastTokens ?? 1, notes) ?? []);
  const maxTokens = given.length === 0 ? null : Math.min(...given);
  return stops.length === 0 && maxTokens === null ? null : { stops, maxTokens };
}

/** A limit, also one that came as a text; null for none. What says nothing, as -1 of some clients, is noted. */
function readLimit(given: Json | undefined, name: string, least: number, notes: ChangeNotes | null): number | null {
  if (given === undefined || given === null) return null;
  const limit = typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : given;
  const isLimit = typeof limit === 'number' && Number.isFinite(limit) && limit >= least;
  notes?.add(name, 'dropped', isLimit ? tell('why.limits.tokens') : tell('why.limits.none'));
  return isLimit ? limit : null;
}

function readStops(given: Json | undefined, name: string): readonly string[] {
  if (given === undefined || given === null) return [];
  const list: readonly Json[] = Array.isArray(given) ? given : [given];
  const texts = list.filter((stop) => typeof stop === 'string');
  const isBounded = list.length <= maxStops && texts.every((stop) => stop.length <= maxStopChars);
  if (texts.length !== list.length || !isBounded)
    throw invalidRequest(`"${name}" must be a text or a list of at most ${maxStops} short texts.`);
  return texts.filter((stop) => stop !== '');
}

/** Ends an answer where its client wants it to end: upstream's events go in, those that the client is to be told come out. */
export class AnswerLimiter {
  readonly #limits: AnswerLimits;
  readonly #inputTokens: () => number;
  readonly #gap: string | null;
  readonly #items = new OutputItems();
  /** Null for clients that are told of no items. */
  readonly #cutAnswer: CutAnswer | null;
  readonly #text: HeldText;
  readonly #tokens = new TokenCount();
  /** Parts that came in pieces. */
  readonly #begunParts = new Set<string>();
  /** Whose text came last. */
  #lastItem: number | null = null;
  #response: JsonObject = {};
  #hasCall = false;
  #end: 'stop' | 'length' | null = null;
  #own: readonly WireEvent[] = [];

  /** `inputTokens` estimates those of the request, which upstream cannot tell any more of an answer that ends here. */
  constructor(limits: AnswerLimits, inputTokens: () => number, { gap, hasItems }: AnswerForm) {
    this.#limits = limits;
    this.#inputTokens = inputTokens;
    this.#gap = gap;
    this.#cutAnswer = hasItems ? new CutAnswer() : null;
    this.#text = new HeldText(limits.stops);
  }

  /** How the answer was ended here: at a stop sequence, at the limit, or not at all. */
  get end(): 'stop' | 'length' | null {
    return this.#end;
  }

  /** Whether an event to tell is made here to end the answer, and not upstream's, whole or in pieces. */
  isOwn(event: WireEvent): boolean {
    return this.#own.includes(event);
  }

  /** The events to tell in place of one of upstream's, in order. Throws `upstream_invalid`. */
  event(event: WireEvent): readonly WireEvent[] {
    if (this.#end !== null) return [];
    if (isTerminal(event.type)) return this.#terminal(event);
    this.#cutAnswer?.note(event);
    switch (event.type) {
      case 'response.created':
        this.#response = objectMember(bodyOf(event), 'response') ?? {};
        return this.#limits.maxTokens === 0 ? [event, ...this.#cutAtLimit()] : [event];
      case 'response.output_text.delta':
        if (this.#limits.stops.length > 0) return this.#limited(this.#piece(bodyOf(event)));
        break;
      case 'response.output_text.done': {
        const body = bodyOf(event);
        return this.#before(event, this.#wholePart(body, textMember(body, 'text') ?? ''));
      }
      case 'response.output_item.done': {
        const body = bodyOf(event);
        const item = objectMember(body, 'item');
        return this.#before(event, item === null ? [] : this.#wholeItem(item, body));
      }
    }
    if (countedDeltas.has(event.type)) this.#tokens.add(textMember(bodyOf(event), 'delta') ?? '');
    return this.#limited(this.#text.other(event));
  }

  /** `found`, and then the event itself where the answer is not over with that. */
  #before(event: WireEvent, found: readonly WireEvent[]): readonly WireEvent[] {
    const limited = this.#limited(found);
    return this.#end === null ? [...limited, ...this.#text.other(event)] : limited;
  }

  /** Ends the answer where what came by now is clearly over the limit: an estimate may be wrong by a quarter. */
  #limited(events: readonly WireEvent[]): readonly WireEvent[] {
    const { maxTokens } = this.#limits;
    if (this.#end !== null || maxTokens === null) return events;
    if (!this.#tokens.isOver(maxTokens * 1.25 + 8)) return events;
    return [...events, ...this.#text.rest(), ...this.#cutAtLimit()];
  }

  #cutAtLimit(): readonly WireEvent[] {
    this.#end = 'length';
    return this.#cut({ reason: 'max_output_tokens' });
  }

  /** A piece of text, searched: what of it can be told, with the answer's end where it holds a stop sequence. */
  #piece(body: JsonObject): readonly WireEvent[] {
    const text = textMember(body, 'delta') ?? '';
    if (text === '') return [];
    this.#begunParts.add(this.#keyOf(body));
    this.#tokens.add(text);
    const gap = this.#gapBefore(this.#items.numberOf(body));
    if (gap.hit !== null) return this.#stopped(gap.events, gap.hit);
    const { events, hit } = this.#text.piece(placeOf(body), text);
    const told = [...gap.events, ...events];
    return hit === null ? told : this.#stopped(told, hit);
  }

  /** What the client reads before the text of an item, where another spoke last. */
  #gapBefore(item: number): ReturnType<HeldText['piece']> {
    const isNext = this.#lastItem !== null && this.#lastItem !== item;
    this.#lastItem = item;
    if (!isNext) return { events: [], hit: null };
    return this.#gap === null ? { events: this.#text.rest(), hit: null } : this.#text.piece(null, this.#gap);
  }

  #stopped(told: readonly WireEvent[], stop: string): readonly WireEvent[] {
    this.#end = 'stop';
    return [...told, ...this.#cut({ reason: stopSequenceReason, stop_sequence: stop })];
  }

  #keyOf(body: JsonObject): string {
    return `${this.#items.numberOf(body)} ${numberMember(body, 'content_index') ?? 0}`;
  }

  /** A part that is whole: searched now where it did not come in pieces. */
  #wholePart(place: JsonObject, text: string): readonly WireEvent[] {
    if (this.#limits.stops.length === 0 || this.#begunParts.has(this.#keyOf(place))) return [];
    return this.#piece({ ...place, delta: text });
  }

  #wholeItem(item: JsonObject, event: JsonObject): readonly WireEvent[] {
    const id = textMember(item, 'id');
    if (item.type === 'function_call' || item.type === 'custom_tool_call') this.#hasCall = true;
    const parts: readonly Json[] = item.type === 'message' && Array.isArray(item.content) ? item.content : [];
    this.#items.numberOf(event, id);
    const found: WireEvent[] = [];
    for (const [index, part] of parts.entries()) {
      if (this.#end !== null || !isJsonObject(part) || part.type !== 'output_text') continue;
      const place = {
        ...(id === null ? {} : { item_id: id }),
        ...(event.output_index === undefined ? {} : { output_index: event.output_index }),
        content_index: index,
      };
      found.push(...this.#wholePart(place, textMember(part, 'text') ?? ''));
    }
    return found;
  }

  #terminal(event: WireEvent): readonly WireEvent[] {
    const body = bodyOf(event);
    const response = objectMember(body, 'response');
    const output: readonly Json[] = Array.isArray(response?.output) ? response.output : [];
    const found = output.flatMap((item, index) =>
      this.#end === null && isJsonObject(item) ? this.#wholeItem(item, { output_index: index }) : [],
    );
    if (this.#end !== null) return found;
    return [...found, ...this.#text.rest(), this.#judged(event, body, response)];
  }

  /** Upstream's own count has the last word; reasoning is left out of it, which no client that sets a limit for a text has in mind. */
  #judged(event: WireEvent, body: JsonObject, response: JsonObject | null): WireEvent {
    const { maxTokens } = this.#limits;
    const { outputTokens, reasoningTokens } = toldUsage(response) ?? { outputTokens: 0, reasoningTokens: 0 };
    const isOver = maxTokens !== null && outputTokens - reasoningTokens > maxTokens;
    if (!isOver || this.#hasCall || response?.status !== 'completed') return event;
    const details = { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
    const end = makeEvent({ ...body, type: 'response.incomplete', response: { ...response, ...details } });
    this.#own = [end];
    return end;
  }

  /** The end of an answer that upstream does not end itself, with what was used as an estimate. */
  #cut(details: JsonObject): readonly WireEvent[] {
    const [inputTokens, outputTokens] = [this.#inputTokens(), Math.ceil(this.#tokens.total)];
    const usage = {
      input_tokens: inputTokens,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: outputTokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: inputTokens + outputTokens,
    };
    // Who is told of no items has all of them from their events, and was not told those behind a stop sequence.
    const { events, items: output } = this.#cutAnswer?.close() ?? { events: [], items: [] };
    const response = { ...this.#response, status: 'incomplete', incomplete_details: details, output, usage };
    const end = { type: 'response.incomplete', response };
    this.#own = [...events, this.#cutAnswer?.numbered(end) ?? makeEvent(end)];
    return this.#own;
  }
}

/** Which part an event about a text names. */
function placeOf(body: JsonObject): JsonObject {
  const names = ['item_id', 'output_index', 'content_index'].filter((name) => body[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, body[name]]));
}
