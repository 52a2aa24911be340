/** The event sequence of one response, as upstream orders it. */

import { newCallId, newId } from '../ids.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import type { EventStep } from '../turns/steps.ts';
import type { PlannedItem } from './answer.ts';
import { words } from './answer.ts';

export interface ResponsePlan {
  readonly responseId: string;
  readonly body: JsonObject;
  readonly items: readonly PlannedItem[];
  readonly inputTokens: number;
  readonly cachedTokens: number;
  /** What `response.completed.service_tier` says, whatever was asked (promise S8). */
  readonly tierEcho: string;
  /** Instructions and tools come back in the response object, as the public API does. */
  readonly echoRequest: boolean;
  /** Encrypted reasoning for the account of this turn. */
  readonly seal: () => string;
}

const DELTAS_PADDING = 'aXq3TzV0pLm9RkYw';

/** Writes one response's events; after the last one, `output` holds the items a next turn builds on. */
export class ResponseWriter {
  readonly output: JsonObject[] = [];
  outputTokens = 0;
  #reasoningTokens = 0;
  #plan: ResponsePlan;
  #sequence = 0;
  #createdAt = Math.floor(Date.now() / 1000);

  constructor(plan: ResponsePlan) {
    this.#plan = plan;
  }

  /** All events of a whole, healthy response. A prewarm (`generate:false`) has no output and is completed at once. */
  *steps(): Generator<EventStep> {
    yield this.#event('response.created', { response: this.object('in_progress') });
    if (this.#plan.body.generate !== false) {
      yield this.#event('response.in_progress', { response: this.object('in_progress') });
      for (const item of this.#plan.items) yield* this.#item(item, this.output.length);
    }
    yield this.#event('response.completed', { response: this.object('completed') });
  }

  /** The response object at this moment. */
  object(status: string, more: JsonObject = {}): JsonObject {
    const { body, responseId, echoRequest, tierEcho } = this.#plan;
    const finished = status === 'completed';
    const reasoning = isObject(body.reasoning) ? body.reasoning : {};
    return {
      id: responseId,
      object: 'response',
      created_at: this.#createdAt,
      status,
      background: false,
      ...(finished ? { completed_at: Math.floor(Date.now() / 1000) } : {}),
      error: null,
      incomplete_details: null,
      instructions: echoRequest ? (body.instructions ?? null) : null,
      max_output_tokens: null,
      max_tool_calls: body.max_tool_calls ?? null,
      model: body.model ?? null,
      output: finished ? this.output : [],
      parallel_tool_calls: body.parallel_tool_calls ?? true,
      previous_response_id: body.previous_response_id ?? null,
      prompt_cache_key: body.prompt_cache_key ?? null,
      reasoning: { effort: reasoning.effort ?? 'medium', summary: reasoning.summary ?? null },
      service_tier: finished ? tierEcho : 'auto',
      store: false,
      temperature: 1,
      text: body.text ?? { format: { type: 'text' }, verbosity: 'medium' },
      tool_choice: body.tool_choice ?? 'auto',
      tools: echoRequest ? (body.tools ?? []) : [],
      top_logprobs: 0,
      top_p: 1,
      truncation: 'disabled',
      usage: finished ? this.usage() : null,
      user: null,
      metadata: body.metadata ?? {},
      ...more,
    };
  }

  usage(): JsonObject {
    const { inputTokens, cachedTokens } = this.#plan;
    return {
      input_tokens: inputTokens,
      input_tokens_details: { cached_tokens: cachedTokens },
      output_tokens: this.outputTokens,
      output_tokens_details: { reasoning_tokens: this.#reasoningTokens },
      total_tokens: inputTokens + this.outputTokens,
    };
  }

  /** `response.failed` with this error, at this point of the sequence. */
  failed(code: string, message: string): EventStep {
    return this.#event('response.failed', { response: this.object('failed', { error: { code, message } }) });
  }

  /** `response.incomplete`: the answer was cut by a limit or a filter. */
  incomplete(reason: string): EventStep {
    const more = { incomplete_details: { reason }, output: this.output, usage: this.usage() };
    return this.#event('response.incomplete', { response: this.object('incomplete', more) });
  }

  #event(type: string, members: JsonObject): EventStep {
    const text = JSON.stringify({ type, ...members, sequence_number: this.#sequence });
    this.#sequence += 1;
    return { do: 'event', type, text };
  }

  *#item(item: PlannedItem, index: number): Generator<EventStep> {
    if (item.kind === 'reasoning') yield* this.#reasoning(item, index);
    else if (item.kind === 'message') yield* this.#message(item.tokens, index, 'output_text');
    else if (item.kind === 'refusal') yield* this.#message(item.tokens, index, 'refusal');
    else if (item.kind === 'call') yield* this.#call(item, index);
    else {
      const compaction = { id: newId('cmp'), type: 'compaction', encrypted_content: this.#plan.seal() };
      yield* this.#whole(compaction, { ...compaction, encrypted_content: '' }, index);
    }
  }

  /** An item that is there at once: added, then done. */
  *#whole(item: JsonObject, opening: JsonObject, index: number): Generator<EventStep> {
    yield this.#event('response.output_item.added', { item: opening, output_index: index });
    yield this.#done(item, index);
  }

  #done(item: JsonObject, index: number): EventStep {
    this.output.push(item);
    return this.#event('response.output_item.done', { item, output_index: index });
  }

  *#reasoning(item: Extract<PlannedItem, { kind: 'reasoning' }>, index: number): Generator<EventStep> {
    const id = newId('rs');
    const include = this.#plan.body.include;
    const wanted = Array.isArray(include) && include.includes('reasoning.encrypted_content');
    const sealed: JsonObject = wanted ? { encrypted_content: this.#plan.seal() } : {};
    const opening = { id, type: 'reasoning', ...sealed, summary: [] };
    this.outputTokens += item.tokens;
    this.#reasoningTokens += item.tokens;
    yield this.#event('response.output_item.added', { item: opening, output_index: index });
    const summary: Json[] = [];
    if (item.summary !== undefined) {
      const at = { item_id: id, output_index: index, summary_index: 0 };
      const part = { type: 'summary_text', text: item.summary };
      yield this.#event('response.reasoning_summary_part.added', { ...at, part: { ...part, text: '' } });
      for (const delta of words(item.summary)) {
        yield this.#event('response.reasoning_summary_text.delta', { ...at, delta });
      }
      yield this.#event('response.reasoning_summary_text.done', { ...at, text: item.summary });
      yield this.#event('response.reasoning_summary_part.done', { ...at, part });
      summary.push(part);
    }
    yield this.#done({ ...opening, summary }, index);
  }

  *#message(tokens: Iterable<string>, index: number, kind: 'output_text' | 'refusal'): Generator<EventStep> {
    const id = newId('msg');
    const at = { item_id: id, output_index: index, content_index: 0 };
    const member = kind === 'refusal' ? 'refusal' : 'text';
    const partOf = (text: string): JsonObject =>
      kind === 'refusal' ? { type: kind, refusal: text } : { type: kind, annotations: [], logprobs: [], text };
    const message = { id, type: 'message', status: 'in_progress', content: [] as Json[], role: 'assistant' };
    yield this.#event('response.output_item.added', { item: message, output_index: index });
    yield this.#event('response.content_part.added', { ...at, part: partOf('') });
    // Written by hand: this is the line that a benchmark runs hundreds of thousands of times a second.
    const type = `response.${kind}.delta`;
    const head = `{"type":"${type}","content_index":0,"delta":`;
    const logprobs = kind === 'refusal' ? '' : '"logprobs":[],';
    const middle = `,"item_id":"${id}",${logprobs}"obfuscation":"${DELTAS_PADDING}","output_index":${index}`;
    let text = '';
    for (const token of tokens) {
      text += token;
      this.outputTokens += 1;
      const event = `${head}${JSON.stringify(token)}${middle},"sequence_number":${this.#sequence}}`;
      this.#sequence += 1;
      yield { do: 'event', type, text: event };
    }
    const done = { ...at, [member]: text };
    yield this.#event(`response.${kind}.done`, kind === 'refusal' ? done : { ...done, logprobs: [] });
    yield this.#event('response.content_part.done', { ...at, part: partOf(text) });
    yield this.#done({ ...message, status: 'completed', content: [partOf(text)] }, index);
  }

  *#call(item: Extract<PlannedItem, { kind: 'call' }>, index: number): Generator<EventStep> {
    const { tool, args } = item;
    const custom = tool.kind === 'custom';
    const id = newId(custom ? 'ctc' : 'fc');
    const member = custom ? 'input' : 'arguments';
    const type = custom ? 'response.custom_tool_call_input' : 'response.function_call_arguments';
    const call: JsonObject = {
      id,
      type: custom ? 'custom_tool_call' : 'function_call',
      status: 'in_progress',
      [member]: '',
      call_id: newCallId(),
      name: tool.name,
      ...(tool.namespace === undefined ? {} : { namespace: tool.namespace }),
    };
    const at = { item_id: id, output_index: index };
    yield this.#event('response.output_item.added', { item: call, output_index: index });
    for (const delta of args.match(/[\s\S]{1,12}/g) ?? []) {
      this.outputTokens += 1;
      yield this.#event(`${type}.delta`, { ...at, delta });
    }
    yield this.#event(`${type}.done`, { ...at, [member]: args });
    yield this.#done({ ...call, status: 'completed', [member]: args }, index);
  }
}
