import { SlipstreamError } from '../../../shared/errors.ts';
import { isJsonObject, type Json, type JsonObject, numberMember, objectMember, textMember } from '../../json.ts';
import { bodyOf, type WireEvent } from '../../wire-event.ts';
import { stopSequenceReason } from '../answer-limits.ts';
import { givenText, OutputItems, PartedText } from '../output-items.ts';
import type { EventTranslator, SseMessage } from '../translation.ts';
import { chatError } from './error.ts';
import { MadeImages } from './made-images.ts';
import { ToolCalls } from './tool-calls.ts';
import { UrlCitations } from './url-citations.ts';
import { chatUsage } from './usage.ts';

interface ChatQuestion {
  /** As the client asked for it. */
  readonly model: string;
  /** `answer` will be asked for. */
  readonly keepsAnswer: boolean;
  readonly includeUsage: boolean;
  readonly isLegacy: boolean;
  readonly clientToolName: (name: string) => string;
}

type TextKey = 'content' | 'refusal' | 'reasoning_content';
type Place = number | string;

const plainPlace = (place: number): Place => place;
/** Of the reasoning itself, which some models tell beside or in place of its summary. */
const rawPlace = (place: number): Place => `raw ${place}`;

/** Tells a turn as `chat.completion.chunk`s, or adds it up to one `chat.completion` (PROTOCOL.md, Other dialects). */
export class ChatTranslator implements EventTranslator {
  readonly #question: ChatQuestion;
  readonly #items = new OutputItems();
  readonly #calls: ToolCalls;
  readonly #citations = new UrlCitations();
  readonly #images: MadeImages;
  readonly #texts: Readonly<Record<TextKey, { readonly told: PartedText; readonly pieces: string[] }>> = {
    content: { told: new PartedText(), pieces: [] },
    refusal: { told: new PartedText(), pieces: [] },
    reasoning_content: { told: new PartedText(), pieces: [] },
  };
  #response: JsonObject = {};
  #hasBegun = false;
  /** Of the first chunk: those of one stream stay the same. */
  #named: { readonly id: string; readonly created: number } | null = null;
  #finishReason: string | null = null;

  constructor(question: ChatQuestion) {
    this.#question = question;
    this.#calls = new ToolCalls(question);
    this.#images = new MadeImages(question);
  }

  event(event: WireEvent): readonly SseMessage[] {
    switch (event.type) {
      case 'response.created':
        this.#note(objectMember(bodyOf(event), 'response'));
        return this.#begin();
      case 'response.completed':
      case 'response.incomplete':
        return this.#finish(event);
      default: {
        const chunks = this.#deltas(event).map((delta) => this.#chunk(delta));
        return chunks.length === 0 ? [] : [...this.#begin(), ...chunks];
      }
    }
  }

  /** The official clients throw on `error`; without `[DONE]` the others know too that it is not all. */
  failure(error: SlipstreamError): readonly SseMessage[] {
    return [{ event: null, data: chatError(error) }];
  }

  answer(): JsonObject {
    if (this.#finishReason === null) throw new SlipstreamError('upstream_invalid');
    const text = (key: TextKey) => this.#texts[key].pieces.join('') || null;
    const [content, refusal, reasoning] = [text('content'), text('refusal'), text('reasoning_content')];
    const message: JsonObject = {
      role: 'assistant',
      // An answer of nothing is an empty text, as the vendor tells it: clients read null for calls or a refusal.
      content: content ?? (refusal === null && this.#calls.count === 0 ? '' : null),
      refusal,
      ...(reasoning === null ? {} : { reasoning_content: reasoning }),
      ...this.#citations.message(),
      ...this.#images.message(),
      ...this.#calls.message(),
    };
    return {
      ...this.#head('chat.completion'),
      choices: [{ index: 0, message, logprobs: null, finish_reason: this.#finishReason }],
      usage: chatUsage(this.#response),
    };
  }

  /** What one event adds to the message. */
  #deltas(event: WireEvent): readonly JsonObject[] {
    switch (event.type) {
      case 'response.output_text.delta':
        return this.#piece('content', bodyOf(event), 'delta');
      case 'response.output_text.done':
        return this.#piece('content', bodyOf(event), 'text');
      case 'response.refusal.delta':
        return this.#piece('refusal', bodyOf(event), 'delta');
      case 'response.refusal.done':
        return this.#piece('refusal', bodyOf(event), 'refusal');
      case 'response.reasoning_summary_text.delta':
        return this.#piece('reasoning_content', bodyOf(event), 'delta');
      case 'response.reasoning_summary_text.done':
        return this.#piece('reasoning_content', bodyOf(event), 'text');
      case 'response.reasoning_text.delta':
        return this.#piece('reasoning_content', bodyOf(event), 'delta', rawPlace);
      case 'response.reasoning_text.done':
        return this.#piece('reasoning_content', bodyOf(event), 'text', rawPlace);
      case 'response.function_call_arguments.delta':
      case 'response.custom_tool_call_input.delta': {
        const body = bodyOf(event);
        return this.#calls.piece(this.#items.numberOf(body), textMember(body, 'delta') ?? '');
      }
      case 'response.function_call_arguments.done':
      case 'response.custom_tool_call_input.done': {
        const body = bodyOf(event);
        return this.#calls.whole(this.#items.numberOf(body), givenText(body));
      }
      case 'response.output_text.annotation.added': {
        const body = bodyOf(event);
        this.#cite(this.#items.numberOf(body), numberMember(body, 'content_index') ?? 0, body.annotation);
        return [];
      }
      case 'response.output_item.added': {
        const body = bodyOf(event);
        const item = objectMember(body, 'item');
        return item === null ? [] : this.#calls.opened(this.#items.begin(body, textMember(item, 'id')), item);
      }
      case 'response.output_item.done': {
        const body = bodyOf(event);
        return this.#wholeItem(objectMember(body, 'item'), body);
      }
      default:
        return [];
    }
  }

  /** A piece of a text, or under another member than `delta` the whole of it, which counts where no piece came. */
  #piece(key: TextKey, body: JsonObject, member: string, placeOf = plainPlace): readonly JsonObject[] {
    const number = this.#items.numberOf(body);
    const place = placeOf(numberMember(body, 'content_index') ?? numberMember(body, 'summary_index') ?? 0);
    return this.#say(key, number, place, textMember(body, member) ?? '', member === 'delta');
  }

  #say(key: TextKey, number: number, place: Place, text: string, isPiece: boolean): readonly JsonObject[] {
    const { told, pieces } = this.#texts[key];
    const part = `${number} ${place}`;
    // The parts of a message are one text; those of a reasoning have a heading each.
    const group = key === 'reasoning_content' ? part : String(number);
    const said = isPiece ? told.piece(part, group, text) : told.whole(part, group, text);
    if (said === '') return [];
    if (this.#question.keepsAnswer) pieces.push(said);
    if (key === 'content') this.#citations.told(part, said, text);
    return [{ [key]: said }];
  }

  #cite(number: number, place: number, annotation: Json | undefined): void {
    this.#citations.cite(`${number} ${place}`, annotation);
  }

  /** A finished item: what of it was not told yet. */
  #wholeItem(item: JsonObject | null, place: JsonObject): readonly JsonObject[] {
    if (item === null) return [];
    const number = this.#items.numberOf(place, textMember(item, 'id'));
    switch (item.type) {
      case 'function_call':
      case 'custom_tool_call':
        return [...this.#calls.opened(number, item), ...this.#calls.whole(number, givenText(item))];
      case 'message':
        return this.#wholeParts(number, item.content);
      case 'reasoning':
        return [...this.#wholeParts(number, item.summary), ...this.#wholeParts(number, item.content)];
      case 'image_generation_call':
        return this.#images.take(number, item);
      default:
        return [];
    }
  }

  #wholeParts(number: number, parts: Json | undefined): readonly JsonObject[] {
    if (!Array.isArray(parts)) return [];
    return parts.flatMap((part: Json, place) => {
      if (!isJsonObject(part)) return [];
      const text = textMember(part, 'text') ?? textMember(part, 'refusal') ?? '';
      switch (part.type) {
        case 'output_text': {
          const notes: Json = Array.isArray(part.annotations) ? part.annotations : [];
          const said = this.#say('content', number, place, text, false);
          for (const note of notes) this.#cite(number, place, note);
          return said;
        }
        case 'refusal':
          return this.#say('refusal', number, place, text, false);
        case 'summary_text':
          return this.#say('reasoning_content', number, place, text, false);
        case 'reasoning_text':
          return this.#say('reasoning_content', number, rawPlace(place), text, false);
        default:
          return [];
      }
    });
  }

  #note(response: JsonObject | null): void {
    if (response !== null) this.#response = response;
  }

  #begin(): readonly SseMessage[] {
    if (this.#hasBegun) return [];
    this.#hasBegun = true;
    // Not an empty text: clients take that for a part of the message, even before a tool call.
    return [this.#chunk({ role: 'assistant', content: null })];
  }

  #finish(event: WireEvent): readonly SseMessage[] {
    const response = objectMember(bodyOf(event), 'response');
    this.#note(response);
    const output: Json = Array.isArray(response?.output) ? response.output : [];
    const untold = output.flatMap((item, index) =>
      isJsonObject(item) ? this.#wholeItem(item, { output_index: index }) : [],
    );
    this.#finishReason = this.#reason(event.type, response);
    // What is cut off within its arguments stays as it is.
    const rest = this.#finishReason === 'length' ? [] : this.#calls.rest();
    // All at once: the vendor's libraries take no second list of them.
    const cited = this.#citations.message();
    const more = Object.keys(cited).length === 0 ? [] : [cited];
    const messages = [
      ...this.#begin(),
      ...[...untold, ...rest, ...more].map((delta) => this.#chunk(delta)),
      this.#chunk({}, this.#finishReason),
    ];
    if (this.#question.includeUsage) {
      const usage = chatUsage(response);
      messages.push({ event: null, data: { ...this.#head('chat.completion.chunk'), choices: [], usage } });
    }
    return [...messages, { event: null, data: '[DONE]' }];
  }

  #reason(type: string, response: JsonObject | null): string {
    if (type === 'response.incomplete' || response?.status === 'incomplete') {
      const reason = objectMember(response, 'incomplete_details')?.reason;
      if (reason === stopSequenceReason) return 'stop';
      // Whatever else cut it short: Chat has no other word for an answer that is not whole.
      return reason === 'content_filter' ? 'content_filter' : 'length';
    }
    if (this.#calls.count === 0) return 'stop';
    return this.#question.isLegacy ? 'function_call' : 'tool_calls';
  }

  #chunk(delta: JsonObject, finishReason: string | null = null): SseMessage {
    const usage = this.#question.includeUsage ? { usage: null } : {};
    const choices = [{ index: 0, delta, logprobs: null, finish_reason: finishReason }];
    return { event: null, data: { ...this.#head('chat.completion.chunk'), choices, ...usage } };
  }

  #head(object: string): JsonObject {
    this.#named ??= {
      id: `chatcmpl-${(textMember(this.#response, 'id') ?? 'unnamed').replace(/^resp_/, '')}`,
      created: Math.floor(numberMember(this.#response, 'created_at') ?? 0),
    };
    const tier = textMember(this.#response, 'service_tier');
    return {
      ...this.#named,
      object,
      model: this.#question.model,
      ...(tier === null ? {} : { service_tier: tier }),
    };
  }
}
