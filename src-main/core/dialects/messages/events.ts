import type { SlipstreamError } from '../../../shared/errors.ts';
import { isJsonObject, type Json, type JsonObject, numberMember, objectMember, textMember } from '../../json.ts';
import { bodyOf, type WireEvent } from '../../wire-event.ts';
import { givenText, OutputItems, PartedText } from '../output-items.ts';
import type { ToolNames } from '../tool-names.ts';
import type { EventTranslator, SseMessage } from '../translation.ts';
import { ContentBlocks, sse } from './content-blocks.ts';
import { messagesError } from './error.ts';
import { messagesUsage, stopDetails, stopReason, stopSequence, untoldUsage } from './usage.ts';
import { citation, webSearchBlocks } from './web-search.ts';
import { WholeMessage } from './whole-message.ts';

interface MessagesQuestion {
  /** As the client asked for it. */
  readonly model: string;
  readonly names: ToolNames;
  /** The client wants thinking blocks. */
  readonly showsThinking: boolean;
  /** `answer` will be asked for. */
  readonly keepsAnswer: boolean;
  /** An estimate of those of the request. */
  readonly inputTokens: () => number;
}

/** Tells a turn as a Messages stream, or as one message (PROTOCOL.md, Other dialects). */
export class MessagesTranslator implements EventTranslator {
  readonly #question: MessagesQuestion;
  readonly #items = new OutputItems();
  readonly #blocks = new ContentBlocks();
  readonly #whole: WholeMessage | null;
  readonly #texts = new PartedText();
  readonly #arguments = new PartedText();
  readonly #summaries = new Map<number, PartedText>();
  readonly #cited = new Set<string>();
  readonly #openCalls = new Set<number>();
  readonly #doneItems = new Set<number>();
  #callCount = 0;
  #searchCount = 0;
  #hasRefusal = false;
  #hasBegun = false;

  constructor(question: MessagesQuestion) {
    this.#question = question;
    this.#whole = question.keepsAnswer ? new WholeMessage() : null;
  }

  event(event: WireEvent): readonly SseMessage[] {
    const messages = this.#messages(event);
    if (this.#whole !== null) for (const message of messages) this.#whole.add(message);
    return messages;
  }

  failure(error: SlipstreamError): readonly SseMessage[] {
    return [{ event: 'error', data: messagesError(error, null) }];
  }

  answer(): JsonObject {
    return (this.#whole ?? new WholeMessage()).message();
  }

  #messages(event: WireEvent): readonly SseMessage[] {
    switch (event.type) {
      case 'response.created':
        return this.#begin(objectMember(bodyOf(event), 'response'));
      case 'response.completed':
      case 'response.incomplete':
        return this.#finish(event.type, objectMember(bodyOf(event), 'response'));
      default: {
        this.#read(event);
        const content = this.#blocks.take();
        return content.length === 0 ? content : [...this.#begin(null), ...content];
      }
    }
  }

  /** Takes in what one event adds to the content. */
  #read(event: WireEvent): void {
    switch (event.type) {
      case 'response.output_text.delta':
      case 'response.refusal.delta': {
        const body = bodyOf(event);
        this.#say(this.#items.numberOf(body), placeOf(body), textMember(body, 'delta') ?? '', true, event.type);
        return;
      }
      case 'response.output_text.done':
      case 'response.refusal.done': {
        const body = bodyOf(event);
        const number = this.#items.numberOf(body);
        const text = textMember(body, 'text') ?? textMember(body, 'refusal') ?? '';
        this.#say(number, placeOf(body), text, false, event.type);
        this.#blocks.said(textKey(number, placeOf(body)));
        return;
      }
      case 'response.output_text.annotation.added': {
        const body = bodyOf(event);
        this.#cite(textKey(this.#items.numberOf(body), placeOf(body)), objectMember(body, 'annotation'));
        return;
      }
      case 'response.reasoning_summary_text.delta': {
        const body = bodyOf(event);
        this.#think(this.#items.numberOf(body), placeOf(body), textMember(body, 'delta') ?? '', true);
        return;
      }
      case 'response.reasoning_text.delta': {
        const body = bodyOf(event);
        this.#think(this.#items.numberOf(body), rawPlace(placeOf(body)), textMember(body, 'delta') ?? '', true);
        return;
      }
      case 'response.function_call_arguments.delta': {
        const body = bodyOf(event);
        this.#argue(this.#items.numberOf(body), textMember(body, 'delta') ?? '', true);
        return;
      }
      case 'response.output_item.added':
      case 'response.output_item.done': {
        const body = bodyOf(event);
        const item = objectMember(body, 'item');
        if (item === null) return;
        const id = textMember(item, 'id');
        if (event.type === 'response.output_item.done') {
          this.#takeItem(this.#items.numberOf(body, id), item);
          return;
        }
        const number = this.#items.begin(body, id);
        if (item.type === 'function_call') this.#openCall(number, item);
      }
    }
  }

  /** A finished item: what of it was not told yet, and the end of its blocks. */
  #takeItem(number: number, item: JsonObject): void {
    if (this.#doneItems.has(number)) return;
    this.#doneItems.add(number);
    switch (item.type) {
      case 'message':
        listOf(item.content).forEach((part, place) => {
          const text = textMember(part, 'text') ?? textMember(part, 'refusal') ?? '';
          this.#say(number, place, text, false, textMember(part, 'type') ?? '');
          for (const note of listOf(part.annotations)) this.#cite(textKey(number, place), note);
          this.#blocks.close(textKey(number, place));
        });
        return;
      case 'reasoning':
        this.#takeReasoning(number, item);
        return;
      case 'function_call':
        this.#openCall(number, item);
        this.#argue(number, givenText(item), false);
        this.#blocks.close(callKey(number));
        // One that was cut off is none to run: what it gives its tool ends anywhere.
        if (item.status === 'incomplete') return;
        this.#openCalls.delete(number);
        this.#callCount += 1;
        return;
      case 'web_search_call':
        this.#takeSearch(number, item);
    }
  }

  #takeReasoning(number: number, item: JsonObject): void {
    const sealed = textMember(item, 'encrypted_content');
    listOf(item.summary).forEach((part, place) => {
      this.#think(number, place, textMember(part, 'text') ?? '', false);
    });
    listOf(item.content).forEach((part, place) => {
      this.#think(number, rawPlace(place), textMember(part, 'text') ?? '', false);
    });
    if (sealed !== null && sealed !== '' && this.#question.showsThinking) {
      this.#openThinking(number);
      this.#blocks.add(thinkingKey(number), { type: 'signature_delta', signature: sealed });
    }
    this.#blocks.close(thinkingKey(number));
  }

  #takeSearch(number: number, item: JsonObject): void {
    const blocks = webSearchBlocks(item);
    if (blocks === null) return;
    this.#searchCount += 1;
    blocks.forEach((block, place) => {
      this.#blocks.open(`search ${number} ${place}`, block);
      this.#blocks.close(`search ${number} ${place}`);
    });
  }

  /** A piece of a text, or the whole of it, which counts where no piece came. */
  #say(number: number, place: number, text: string, isPiece: boolean, type: string): void {
    const key = textKey(number, place);
    const said = isPiece ? this.#texts.piece(key, '', text) : this.#texts.whole(key, '', text);
    if (type.includes('refusal')) this.#hasRefusal = true;
    if (said === '') return;
    // The types demand "citations" too; Anthropic leaves it out where there are none, and the AI SDK refuses a null.
    this.#blocks.open(key, { type: 'text', text: '' });
    this.#blocks.add(key, { type: 'text_delta', text: said });
  }

  /** What a text has something from, once for each place in it. */
  #cite(key: string, annotation: JsonObject | null): void {
    const cited = citation(annotation);
    if (cited === null || annotation === null) return;
    const { url, start_index: start, end_index: end } = annotation;
    const name = JSON.stringify([key, url, start, end]);
    if (this.#cited.has(name)) return;
    this.#cited.add(name);
    this.#blocks.add(key, { type: 'citations_delta', citation: cited });
  }

  #think(number: number, place: number | string, text: string, isPiece: boolean): void {
    if (!this.#question.showsThinking) return;
    const told = this.#summaries.get(number) ?? new PartedText();
    this.#summaries.set(number, told);
    const part = String(place);
    const said = isPiece ? told.piece(part, part, text) : told.whole(part, part, text);
    if (said === '') return;
    this.#openThinking(number);
    this.#blocks.add(thinkingKey(number), { type: 'thinking_delta', thinking: said });
  }

  #openThinking(number: number): void {
    this.#blocks.open(thinkingKey(number), { type: 'thinking', thinking: '', signature: '' });
  }

  #openCall(number: number, item: JsonObject): void {
    if (this.#blocks.has(callKey(number))) return;
    this.#openCalls.add(number);
    const id = textMember(item, 'call_id') ?? textMember(item, 'id') ?? '';
    const name = this.#question.names.client(textMember(item, 'name') ?? '');
    this.#blocks.open(callKey(number), { type: 'tool_use', id, name, input: {}, caller: { type: 'direct' } });
  }

  #argue(number: number, text: string, isPiece: boolean): void {
    const key = callKey(number);
    const said = isPiece ? this.#arguments.piece(key, '', text) : this.#arguments.whole(key, '', text);
    if (said !== '') this.#blocks.add(key, { type: 'input_json_delta', partial_json: said });
  }

  #begin(response: JsonObject | null): readonly SseMessage[] {
    if (this.#hasBegun) return [];
    this.#hasBegun = true;
    const message = {
      id: `msg_${(textMember(response, 'id') ?? 'unnamed').replace(/^resp_/, '')}`,
      type: 'message',
      role: 'assistant',
      model: textMember(response, 'model') ?? this.#question.model,
      content: [],
      container: null,
      diagnostics: null,
      stop_details: null,
      stop_reason: null,
      stop_sequence: null,
      // Upstream counts at the end, in `message_delta`; some clients, such as Continue, read the input here alone.
      usage: { ...messagesUsage(null, 0), input_tokens: this.#question.inputTokens(), ...untoldUsage },
    };
    return [sse({ type: 'message_start', message })];
  }

  #finish(type: string, response: JsonObject | null): readonly SseMessage[] {
    const begin = this.#begin(response);
    listOf(response?.output).forEach((item, index) => {
      this.#takeItem(this.#items.numberOf({ output_index: index }, textMember(item, 'id')), item);
    });
    this.#blocks.closeAll();
    const reason = stopReason({
      type,
      response,
      calls: this.#callCount,
      hasOpenCall: this.#openCalls.size > 0,
      hasRefusal: this.#hasRefusal,
    });
    const usage = messagesUsage(response, this.#searchCount);
    const delta = {
      container: null,
      stop_details: stopDetails(reason),
      stop_reason: reason,
      stop_sequence: stopSequence(response),
    };
    return [
      ...begin,
      ...this.#blocks.take(),
      sse({ type: 'message_delta', delta, usage }),
      sse({ type: 'message_stop' }),
    ];
  }
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** Which part of its item an event is about. */
function placeOf(event: JsonObject): number {
  return numberMember(event, 'content_index') ?? numberMember(event, 'summary_index') ?? 0;
}

/** Of the reasoning itself, which some models tell beside or in place of its summary. */
function rawPlace(place: number): string {
  return `raw ${place}`;
}

function textKey(number: number, place: number): string {
  return `text ${number} ${place}`;
}

function thinkingKey(number: number): string {
  return `thinking ${number}`;
}

function callKey(number: number): string {
  return `call ${number}`;
}
