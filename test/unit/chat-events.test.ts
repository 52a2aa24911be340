import { describe, expect, it } from 'vitest';
import type { SseMessage } from '../../src-main/core/dialects/translation.ts';
import { isJsonObject, type Json, type JsonObject } from '../../src-main/core/json.ts';
import { isTerminal, makeEvent } from '../../src-main/core/wire-event.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import { chatFrom } from '../support/read-texts.ts';
import { added, args, call, completed, created, done, type Event, scripts, text, usage } from './chat-scripts.ts';

/** Upstream's events as Chat Completions (PROTOCOL.md, Other dialects, Numbered cases 44 to 46). */

function translate(events: readonly Event[], chat: JsonObject) {
  const raw = JSON.stringify({ model: 'gpt-5.5', messages: [{ role: 'user', content: 'x' }], ...chat });
  const translator = chatFrom(Buffer.from(raw)).translator();
  return { translator, messages: events.flatMap((event) => translator.event(makeEvent(event))) };
}

const chunksOf = (messages: readonly SseMessage[]) => messages.map(({ data }) => data).filter(isJsonObject);

function choiceOf(chunk: JsonObject | undefined): JsonObject {
  const [choice] = Array.isArray(chunk?.choices) ? chunk.choices : [];
  return isJsonObject(choice) ? choice : {};
}

const deltasOf = (events: readonly Event[], chat: JsonObject = {}) =>
  chunksOf(translate(events, { stream: true, ...chat }).messages).map((chunk) => choiceOf(chunk).delta);

/** Adds deltas up as the official clients do. */
function addUp(deltas: readonly (Json | undefined)[]): JsonObject {
  const texts: Record<string, string> = {};
  const calls: Record<string, unknown>[] = [];
  for (const delta of deltas.filter(isJsonObject)) {
    for (const key of ['content', 'refusal', 'reasoning_content']) {
      if (typeof delta[key] === 'string') texts[key] = (texts[key] ?? '') + delta[key];
    }
    for (const piece of Array.isArray(delta.tool_calls) ? delta.tool_calls.filter(isJsonObject) : []) {
      const kind = piece.custom === undefined ? 'function' : 'custom';
      const { index, ...rest } = piece;
      const before = calls[Number(index)] ?? {};
      const body = { ...(before[kind] as JsonObject), ...(isJsonObject(piece[kind]) ? piece[kind] : {}) };
      const key = kind === 'custom' ? 'input' : 'arguments';
      const had = String((before[kind] as JsonObject | undefined)?.[key] ?? '');
      const more = isJsonObject(piece[kind]) ? String(piece[kind][key] ?? '') : '';
      calls[Number(index)] = { ...before, ...rest, [kind]: { ...body, [key]: had + more } };
    }
  }
  return {
    content: texts.content || null,
    refusal: texts.refusal || null,
    reasoning_content: texts.reasoning_content ?? null,
    tool_calls: calls.length === 0 ? null : (calls as Json),
  };
}

describe.each(scripts)('%s', (_what, events, finishReason, said) => {
  const message = { content: null, refusal: null, reasoning_content: null, tool_calls: null, ...said };

  it('is told piece by piece', () => {
    const { messages } = translate(events, { stream: true });
    const chunks = chunksOf(messages);
    expect(messages.every(({ event }) => event === null)).toBe(true);
    expect(messages.at(-1)?.data).toBe('[DONE]');
    expect(choiceOf(chunks[0]).delta).toEqual({ role: 'assistant', content: null });
    expect(chunks.map((chunk) => choiceOf(chunk).finish_reason)).toEqual([
      ...chunks.slice(1).map(() => null),
      finishReason,
    ]);
    expect(new Set(chunks.map(({ id, created: at, model, object }) => [id, at, model, object].join()))).toEqual(
      new Set(['chatcmpl-1,1700000000,gpt-5.5,chat.completion.chunk']),
    );
    expect(addUp(chunks.map((chunk) => choiceOf(chunk).delta))).toEqual(message);
  });

  it('is the same as one answer', () => {
    const { translator } = translate(events, {});
    const answer = translator.answer();
    const { message: told, finish_reason: reason } = choiceOf(answer);
    expect(reason).toBe(finishReason);
    const whole = isJsonObject(told) ? told : {};
    // Of nothing but an empty text, a stream has no piece.
    expect({ reasoning_content: null, tool_calls: null, ...whole, content: whole.content || null }).toEqual({
      role: 'assistant',
      ...message,
    });
    expect(answer).toMatchObject({ id: 'chatcmpl-1', object: 'chat.completion', created: 1_700_000_000 });
  });
});

describe('the content of a whole answer', () => {
  const of = (...events: Event[]) => choiceOf(translate([created, ...events, completed()], {}).translator.answer());
  const refused = { type: 'response.refusal.delta', output_index: 0, content_index: 0, delta: 'No.' };

  it('is a text where there is neither a call nor a refusal, and null beside them alone', () => {
    expect(of()).toMatchObject({ message: { content: '' } });
    expect(of(text('a'))).toMatchObject({ message: { content: 'a' } });
    expect(of(added(call('a', '{}'), 0))).toMatchObject({ message: { content: null } });
    expect(of(refused)).toMatchObject({ message: { content: null } });
  });
});

describe('a picture that upstream’s tool made', () => {
  const made = (more: JsonObject = {}) => ({ type: 'image_generation_call', id: 'ig_1', result: 'QUJD', ...more });
  const partial = { type: 'response.image_generation_call.partial_image', item_id: 'ig_1', partial_image_b64: 'QQ' };
  const image = (media = 'image/png', index = 0) => ({
    type: 'image_url',
    image_url: { url: `data:${media};base64,QUJD` },
    index,
  });

  it('is told once, when it is whole, in a stream and in one answer', () => {
    const two = done(made({ id: 'ig_2', output_format: 'webp' }), 1);
    const events = [created, added(made({ result: null }), 0), partial, done(made(), 0), two, completed([made()])];
    const deltas = deltasOf(events).filter((delta) => isJsonObject(delta) && delta.images !== undefined);
    expect(deltas).toEqual([{ images: [image()] }, { images: [image('image/webp', 1)] }]);
    expect(choiceOf(translate(events, {}).translator.answer())).toMatchObject({
      finish_reason: 'stop',
      message: { content: '', images: [image(), image('image/webp', 1)] },
    });
  });

  it('that failed is none', () => {
    const events = [created, done(made({ result: null, status: 'failed' }), 0), completed()];
    expect(choiceOf(translate(events, {}).translator.answer()).message).not.toHaveProperty('images');
  });

  it.each([
    ['jpeg', 'image/jpeg'],
    ['svg', 'image/svg+xml'],
    ['constructor', 'image/png'],
    [undefined, 'image/png'],
  ])('of the format %s is %s', (format, media) => {
    const item = made(format === undefined ? {} : { output_format: format });
    expect(deltasOf([created, done(item, 0), completed()])).toContainEqual({ images: [image(media)] });
  });
});

describe('a second message', () => {
  const message = (id: string, said: string): JsonObject => ({
    type: 'message',
    id,
    content: [{ type: 'output_text', text: said }],
  });
  const first = [text('o'), text('ne'), done(message('msg_1', 'one'), 0)];

  it.each<[string, Event[]]>([
    ['in pieces', [text('tw', 'msg_2', 1), text('o', 'msg_2', 1), done(message('msg_2', 'two'), 1)]],
    ['as a whole', [done(message('msg_2', 'two'), 1)]],
    ['at the end alone', []],
  ])('is told whole, after an empty line, where it comes %s', (_how, second) => {
    const events = [created, ...first, ...second, completed([message('msg_1', 'one'), message('msg_2', 'two')])];
    const streamed = deltasOf(events).map((delta) => (isJsonObject(delta) ? (delta.content ?? '') : ''));
    expect(streamed.join('')).toBe('one\n\ntwo');
    expect(choiceOf(translate(events, {}).translator.answer()).message).toMatchObject({ content: 'one\n\ntwo' });
  });
});

describe('the stream', () => {
  it('says nothing of text or reasoning in a chunk that is about a tool', () => {
    const deltas = deltasOf([created, added(call('a', ''), 0), args('a', '{}'), completed()]);
    expect(deltas.slice(1, 3).map((delta) => Object.keys(isJsonObject(delta) ? delta : {}))).toEqual([
      ['tool_calls'],
      ['tool_calls'],
    ]);
  });

  it('tells the usage in a chunk of its own, only where it was asked for', () => {
    const plain = chunksOf(translate([created, text('1'), completed()], { stream: true }).messages);
    expect(plain.every((chunk) => chunk.usage === undefined)).toBe(true);
    const options = { stream: true, stream_options: { include_usage: true } };
    const asked = chunksOf(translate([created, text('1'), completed()], options).messages);
    expect(asked.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
    expect(asked.at(-1)).toMatchObject({
      choices: [],
      usage: {
        prompt_tokens: 10,
        completion_tokens: 6,
        total_tokens: 16,
        prompt_tokens_details: { cached_tokens: 4 },
        completion_tokens_details: { reasoning_tokens: 2 },
      },
    });
  });

  it.each([
    [0, { cached_tokens: 4, cache_write_tokens: 0 }],
    [7, { cached_tokens: 4, cache_write_tokens: 7 }],
    [undefined, { cached_tokens: 4 }],
  ])('tells %j tokens written to the cache as they are told', (written, wanted) => {
    const details = { cached_tokens: 4, ...(written === undefined ? {} : { cache_write_tokens: written }) };
    const last = { ...completed(), response: { id: 'resp_1', usage: { ...usage, input_tokens_details: details } } };
    const { translator } = translate([created, last], {});
    expect(translator.answer().usage).toMatchObject({ prompt_tokens_details: wanted });
    expect(JSON.stringify(translator.answer().usage)).toContain(JSON.stringify(wanted));
  });

  it("tells upstream's tier as upstream says it", () => {
    const chunks = chunksOf(translate([created, text('1'), completed()], { stream: true }).messages);
    expect(chunks.map((chunk) => chunk.service_tier)).toEqual(['auto', 'auto', 'default']);
  });

  it('ends in an error without [DONE] where the turn breaks off', () => {
    const { translator } = translate([created, text('1')], { stream: true });
    const upstreamBody = { error: { code: 'context_length_exceeded', message: 'too long' } };
    expect(translator.failure(new SlipstreamError('upstream_refused', { status: 400, upstreamBody }))).toEqual([
      {
        event: null,
        data: {
          error: { message: 'too long', type: 'invalid_request_error', param: null, code: 'context_length_exceeded' },
        },
      },
    ]);
  });
});

describe('names', () => {
  it('of tools are the client own again, although upstream knows them shortened', () => {
    const name = `lookup_${'x'.repeat(80)}`;
    const tools = [{ type: 'function', function: { name } }];
    const raw = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'x' }], tools });
    const turn = chatFrom(Buffer.from(raw));
    const [tool] = Array.isArray(turn.body.tools) ? turn.body.tools.filter(isJsonObject) : [];
    const events = [created, done(call('a', '{}', String(tool?.name)), 0), completed()];
    expect(String(tool?.name)).not.toBe(name);
    const translator = turn.translator();
    const told = JSON.stringify(events.flatMap((event) => translator.event(makeEvent(event))));
    expect(told).toContain(name);
    expect(told).not.toContain(String(tool?.name));
  });

  it('of models are those the client asked for', () => {
    const { translator } = translate([created, completed()], { model: 'gpt-5.5-fast' });
    expect(translator.answer().model).toBe('gpt-5.5-fast');
  });
});

describe('a client from before tools', () => {
  const chat = { functions: [{ name: 'clock' }] };
  const events = [created, added(call('a', ''), 0), args('a', '{"x"'), args('a', ':1}'), completed()];

  it('gets its one call in the old form, streamed', () => {
    expect(deltasOf(events, chat).slice(1)).toEqual([
      { function_call: { name: 'clock', arguments: '' } },
      { function_call: { arguments: '{"x"' } },
      { function_call: { arguments: ':1}' } },
      {},
    ]);
  });

  it('and whole', () => {
    const choice = choiceOf(translate(events, chat).translator.answer());
    expect(choice).toMatchObject({
      finish_reason: 'function_call',
      message: { content: null, function_call: { name: 'clock', arguments: '{"x":1}' } },
    });
  });
});

describe('an upstream that does not keep its protocol', () => {
  it('is no answer where the end is missing', () => {
    const { translator } = translate([created, text('1')], {});
    expect(() => translator.answer()).toThrow(/not part of its protocol/);
  });

  it('is refused where an event is no JSON', () => {
    const { translator } = translate([created], {});
    const event = { type: 'response.output_text.delta', data: Buffer.from('{"type":') };
    expect(() => translator.event(event)).toThrow(/not part of its protocol/);
  });

  it.each(['response.created', 'response.completed', 'response.output_item.done', 'response.output_text.delta'])(
    'loses nothing else by a %s without its members',
    (type) => {
      const events = [created, { type }, text('1'), ...(isTerminal(type) ? [] : [completed()])];
      const deltas = chunksOf(translate(events, { stream: true }).messages).map((chunk) => choiceOf(chunk).delta);
      expect(addUp(deltas).content).toBe('1');
    },
  );
});

describe('citations', () => {
  const annotation = { type: 'url_citation', url: 'https://x.example', title: 'X', start_index: 0, end_index: 3 };
  const noted = (index: number) => ({
    type: 'response.output_text.annotation.added',
    item_id: `msg_${index}`,
    output_index: index,
    content_index: 0,
    annotation,
  });
  const events = [created, text('one', 'msg_0', 0), noted(0), text('two', 'msg_1', 1), noted(1), noted(1), completed()];
  const cited = (start: number) => ({
    type: 'url_citation',
    url_citation: { start_index: start, end_index: start + 3, title: 'X', url: 'https://x.example' },
  });

  it('are told once each, in their place in the whole text', () => {
    // In one delta: openai-python throws at a second list of them, openai-node keeps the last one only.
    const told = deltasOf(events).flatMap((delta) => (isJsonObject(delta) ? [delta.annotations ?? null] : []));
    expect(told.filter((list) => list !== null)).toEqual([[cited(0), cited(5)]]);
    expect(choiceOf(translate(events, {}).translator.answer()).message).toMatchObject({
      content: 'one\n\ntwo',
      annotations: [cited(0), cited(5)],
    });
  });

  it('are told of a text that comes only as a whole', () => {
    const part = { type: 'output_text', text: 'one', annotations: [annotation, { type: 'file_citation' }] };
    const whole = [created, completed([{ type: 'message', id: 'msg_0', content: [part] }])];
    expect(choiceOf(translate(whole, {}).translator.answer()).message).toMatchObject({ annotations: [cited(0)] });
  });
});

it.each([
  ['announced and never filled', [added(call('a', ''), 0)]],
  ['told as a whole', [done(call('a', ''), 0)]],
])('gives a call without arguments an empty object: %s', (_what, events) => {
  const calls = [{ id: 'call_a', type: 'function', function: { name: 'clock', arguments: '{}' } }];
  expect(addUp(deltasOf([created, ...events, completed()])).tool_calls).toEqual(calls);
});
