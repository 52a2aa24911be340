import { expect, it } from 'vitest';
import { AnswerLimiter } from '../../src-main/core/dialects/answer-limits.ts';
import { chatDialect } from '../../src-main/core/dialects/chat/dialect.ts';
import { readChatTurn } from '../../src-main/core/dialects/chat/request.ts';
import { messagesDialect } from '../../src-main/core/dialects/messages/dialect.ts';
import { MessagesTranslator } from '../../src-main/core/dialects/messages/events.ts';
import { responsesDialect } from '../../src-main/core/dialects/responses/dialect.ts';
import { ToolNames } from '../../src-main/core/dialects/tool-names.ts';
import type { EventTranslator } from '../../src-main/core/dialects/translation.ts';
import { isJsonObject, type JsonObject } from '../../src-main/core/json.ts';
import { errorFrame } from '../../src-main/core/server/error-body.ts';
import { makeEvent, parseEvent } from '../../src-main/core/wire-event.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import * as chat from './chat-scripts.ts';
import * as messages from './messages-upstream.ts';
import { type TypedSample, typeErrors } from './vendor-types.ts';

/** Everything the translators can say, held against the types in the vendors' own packages. */

type Script = readonly (JsonObject & { readonly type: string })[];

const annotation = { type: 'url_citation', url: 'https://x.example', title: 'X', start_index: 0, end_index: 5 };
const noted = (index = 0) => ({
  type: 'response.output_text.annotation.added',
  ...messages.at(index, { content_index: 0, annotation }),
});

const chatScripts: readonly (readonly [string, Script])[] = [
  ...chat.scripts.map(([label, events]) => [label, events] as const),
  ['a text with a citation', [chat.created, chat.text('found', 'item_0'), noted(), chat.completed()]],
  ['a call without arguments', [chat.created, chat.added(chat.call('a', ''), 0), chat.completed()]],
];

const search = messages.done({
  type: 'web_search_call',
  action: { type: 'search', query: 'q', sources: [{ type: 'url', url: 'https://x.example' }] },
});
const messagesScripts: readonly (readonly [string, Script])[] = [
  ['nothing', [messages.created, messages.completed]],
  ['a text', [messages.created, messages.text('a'), messages.textDone('a'), messages.completed]],
  ['thinking', [messages.created, messages.summary('hm'), messages.reasoned(), messages.completed]],
  ['a call', [messages.added(messages.call('a', '')), messages.argument('{"x":1}'), messages.completed]],
  ['a whole call', [messages.done(messages.call('a', '')), messages.completed]],
  ['a search and its citation', [search, messages.text('found', 1), noted(1), messages.completed]],
  ['a limit', [messages.text('a'), messages.incomplete('max_output_tokens')]],
  ['a filter', [messages.text('a'), messages.incomplete('content_filter')]],
  [
    'a stop sequence',
    [
      messages.text('a'),
      messages.ended('response.incomplete', { incomplete_details: { reason: 'stop_sequence', stop_sequence: '#' } }),
    ],
  ],
];

/**
 * Without members of our own that the vendor's types lack and its clients read over or know from others, and with the one that
 * they demand and the vendor leaves out of texts without citations.
 */
function asTyped(value: JsonObject): JsonObject {
  const text = JSON.stringify(value, (key, member: unknown) => {
    if (
      key === 'reasoning_content' ||
      key === 'images' ||
      (key === 'annotations' && value.object === 'chat.completion.chunk')
    )
      return;
    return isJsonObject(member) && member.type === 'text' ? { citations: null, ...member } : member;
  });
  const parsed: unknown = JSON.parse(text);
  return isJsonObject(parsed) ? parsed : {};
}

function samplesOf(label: string, type: string, translator: EventTranslator, script: Script, answer: string | null) {
  const told = script.flatMap((event) => translator.event(makeEvent(event)).map(({ data }) => data));
  const chunks = told.filter(isJsonObject).map((value) => ({ label, type, value: asTyped(value) }));
  return answer === null ? chunks : [{ label, type: answer, value: asTyped(translator.answer()) }];
}

function chatSamples(): TypedSample[] {
  const translator = (more: JsonObject) =>
    readChatTurn({ model: 'gpt-5.5', messages: [{ role: 'user', content: 'x' }], ...more }).translator();
  const usage = { stream_options: { include_usage: true } };
  const legacy = { functions: [{ name: 'clock' }] };
  return chatScripts.flatMap(([label, script]) => [
    ...samplesOf(label, 'ChatCompletionChunk', translator({ stream: true }), script, null),
    ...samplesOf(`${label}, with usage`, 'ChatCompletionChunk', translator({ stream: true, ...usage }), script, null),
    ...samplesOf(`${label}, legacy`, 'ChatCompletionChunk', translator({ stream: true, ...legacy }), script, null),
    ...samplesOf(`${label}, whole`, 'ChatCompletion', translator({}), script, 'ChatCompletion'),
  ]);
}

function messagesSamples(): TypedSample[] {
  const translator = (keepsAnswer: boolean) =>
    new MessagesTranslator({
      model: 'asked',
      names: new ToolNames(),
      showsThinking: true,
      keepsAnswer,
      inputTokens: () => 100,
    });
  return messagesScripts.flatMap(([label, script]) => [
    ...samplesOf(label, 'RawMessageStreamEvent', translator(false), script, null),
    ...samplesOf(`${label}, whole`, 'Message', translator(true), script, 'Message'),
  ]);
}

/** What is told of a response that is cut off here, but for its last event, most of which is upstream's. */
function responsesSamples(): TypedSample[] {
  const message = { type: 'message', id: 'msg_1', role: 'assistant', status: 'in_progress', content: [] };
  const thought = { type: 'reasoning', id: 'rs_1', summary: [], status: 'in_progress' };
  const long = 'word '.repeat(40);
  const script: readonly Script[] = [
    [chat.created, chat.added(message, 0), chat.text(long)],
    [chat.created, chat.added(chat.call('a', ''), 0), chat.args('a', long, 0)],
    [chat.created, chat.added(thought, 0), chat.summary('Hm.'), chat.raw('delta', 'Hm.'), chat.text(long, 'msg_1', 1)],
  ];
  return script.flatMap((events, n) => {
    const limiter = new AnswerLimiter({ stops: [], maxTokens: 10 }, () => 100, responsesDialect.answerForm);
    const numbered = events.map((event, index) => makeEvent({ ...event, sequence_number: index }));
    const told = numbered.flatMap((event) => limiter.event(event)).slice(events.length, -1);
    return told.map(({ type, data }) => ({
      label: `${n} ${type}`,
      type: 'ResponseStreamEvent',
      value: parseEvent(data),
    }));
  });
}

const models = [
  { slug: 'gpt-5.5', name: 'GPT-5.5', contextTokens: 272_000 },
  { slug: 'gpt-5.5-fast', name: 'GPT-5.5 (fast)', contextTokens: null },
];

/** What the questions of the dialects are answered. */
async function counts(): Promise<TypedSample[]> {
  const context = { efforts: () => null, offered: () => [], headers: [] };
  const asked = { model: 'gpt-5.5', input: 'Count', messages: [{ role: 'user', content: 'Count' }] };
  const types = {
    '/responses/input_tokens': 'InputTokenCountResponse',
    '/messages/count_tokens': 'MessageTokensCount',
  };
  const questions = [...responsesDialect.questions, ...messagesDialect.questions];
  return Promise.all(
    questions.map(async ({ path, answer }) => ({
      label: path,
      type: types[path as keyof typeof types],
      value: await answer(asked, context),
    })),
  );
}

function otherSamples(): TypedSample[] {
  const [model] = models;
  if (model === undefined) throw new Error('no model');
  const codes = ['request_invalid', 'key_wrong', 'model_unknown', 'pool_full', 'internal'] as const;
  return [
    { label: 'a model', type: 'Model', value: chatDialect.model(model) },
    { label: 'models', type: 'ModelList', value: chatDialect.models(models) },
    { label: 'a model', type: 'ModelInfo', value: messagesDialect.model(model) },
    { label: 'models', type: 'ModelInfoList', value: messagesDialect.models(models) },
    ...codes.flatMap((code) => [
      { label: `${code} on a websocket`, type: 'ResponsesServerEvent', value: errorFrame(new SlipstreamError(code)) },
      { label: code, type: 'ErrorBody', value: chatDialect.error(new SlipstreamError(code), null) },
      { label: code, type: 'AnthropicErrorBody', value: messagesDialect.error(new SlipstreamError(code), 'id') },
    ]),
  ];
}

/** What chunks are, by the members that tell one kind from another. */
function kindsOf(samples: readonly TypedSample[], type: string): string[] {
  const kinds = samples.filter((sample) => sample.type === type).flatMap(({ value }) => chunkKinds(value));
  return [...new Set(kinds)].toSorted();
}

function chunkKinds(value: unknown): string[] {
  if (!isJsonObject(value)) return [];
  const { choices, type, delta, content_block: block } = value;
  if (Array.isArray(choices)) {
    const [choice] = choices;
    if (!isJsonObject(choice)) return ['usage'];
    const end = choice.finish_reason;
    return [...Object.keys(Object(choice.delta)), ...(end == null ? [] : [`ends with ${end}`])];
  }
  const inner = isJsonObject(block) ? block.type : isJsonObject(delta) ? (delta.type ?? delta.stop_reason) : null;
  return [[type, inner].filter((part) => part != null).join(' ')];
}

it('is tried with every kind of chunk that the translators make', () => {
  expect(kindsOf(chatSamples(), 'ChatCompletionChunk')).toEqual([
    ...['content', 'ends with content_filter', 'ends with function_call', 'ends with length', 'ends with stop'],
    ...['ends with tool_calls', 'function_call', 'refusal', 'role', 'tool_calls', 'usage'],
  ]);
  expect(kindsOf(messagesSamples(), 'RawMessageStreamEvent')).toEqual([
    ...['citations', 'input_json', 'signature', 'text', 'thinking'].map((kind) => `content_block_delta ${kind}_delta`),
    ...['server_tool_use', 'text', 'thinking', 'tool_use', 'web_search_tool_result'].map(
      (kind) => `content_block_start ${kind}`,
    ),
    'content_block_stop',
    ...['end_turn', 'max_tokens', 'refusal', 'stop_sequence', 'tool_use'].map((end) => `message_delta ${end}`),
    ...['message_start', 'message_stop'],
  ]);
});

/** Samples that the types must refuse; in the same program, since the packages' types take the compiler seconds. */
const wrong: readonly TypedSample[] = [
  { label: 'wrong: too many', type: 'Model', value: { id: 'a', object: 'model', created: 0, owned_by: 'x', odd: 1 } },
  { label: 'wrong: too few', type: 'MessageTokensCount', value: {} },
  { label: 'wrong: another kind', type: 'CompletionUsage', value: { input_tokens: 1, output_tokens: 1 } },
];
const isOfWrong = (error: string): boolean => error.startsWith('wrong: ');

const said = (): TypedSample[] => [...chatSamples(), ...messagesSamples(), ...responsesSamples(), ...otherSamples()];
let compiled: Promise<readonly string[]> | null = null;
const allErrors = (): Promise<readonly string[]> => {
  compiled ??= counts().then((counted) => typeErrors([...said(), ...counted, ...wrong]));
  return compiled;
};

it('says nothing that the types of openai and @anthropic-ai/sdk do not have', async () => {
  expect(responsesSamples().map(({ label }) => label)).toEqual([
    ...['0 response.output_text.done', '0 response.content_part.done', '0 response.output_item.done'],
    ...['1 response.function_call_arguments.done', '1 response.output_item.done'],
    ...['2 response.reasoning_summary_text.done', '2 response.reasoning_summary_part.done'],
    ...['2 response.reasoning_text.done', '2 response.content_part.done', '2 response.output_item.done'],
    ...['2 response.output_text.done', '2 response.content_part.done', '2 response.output_item.done'],
  ]);
  expect(said().length).toBeGreaterThan(150);
  expect((await allErrors()).filter((error) => !isOfWrong(error))).toEqual([]);
});

it('is told by the types of a member too many, one too few and one of another kind', async () => {
  const errors = (await allErrors()).filter(isOfWrong);
  expect(errors.map((error) => error.split(' ').slice(0, 3).join(' '))).toEqual([
    'wrong: too many',
    'wrong: too few',
    'wrong: another kind',
  ]);
});
