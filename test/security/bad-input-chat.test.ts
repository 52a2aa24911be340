import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src-main/core/json.ts';
import { makeEvent } from '../../src-main/core/wire-event.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import { chatPath, complete } from '../support/chat-client.ts';
import { mutants } from '../support/mutants.ts';
import { expectEachToEnd, expectNoFaults } from '../support/mutated-turns.ts';
import { chatFrom } from '../support/read-texts.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { errorOf, post } from '../support/turn-client.ts';

/** Chat Completions that no client would send on purpose, and answers that upstream should not give. */

const valid: JsonObject = {
  model: 'gpt-5.5',
  stream: true,
  stream_options: { include_usage: true },
  messages: [
    { role: 'system', content: 'Be brief. Grüße, 世界' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'call tool clock' },
        { type: 'image_url', image_url: { url: 'data:,' } },
      ],
    },
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'call_1', type: 'function', function: { name: 'clock', arguments: '{}' } },
        { id: 'call_2', type: 'custom', custom: { name: 'exec', input: 'ls' } },
      ],
    },
    { role: 'tool', tool_call_id: 'call_1', content: 'noon' },
    { role: 'tool', tool_call_id: 'call_2', content: [{ type: 'text', text: 'a b' }] },
    { role: 'assistant', content: 'It is noon.', refusal: null },
    { role: 'user', content: 'Count to 3' },
  ],
  tools: [
    { type: 'function', function: { name: 'clock', parameters: { type: 'object', properties: {} } } },
    {
      type: 'custom',
      custom: { name: 'exec', format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'x' } } },
    },
  ],
  tool_choice: { type: 'function', function: { name: 'clock' } },
  response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object', properties: {} } } },
  reasoning_effort: 'low',
  verbosity: 'low',
  service_tier: 'priority',
  metadata: { a: 'b' },
  n: 1,
};

describe('20000 mutations of a valid request', () => {
  it('are each read or refused in words, and never anything else', () => {
    let taken = 0;
    // Thousands of `expect` would take longer than what they look at.
    const wrong: string[] = [];
    for (const body of mutants(valid, 11, 20_000)) {
      try {
        const turn = chatFrom(body);
        taken += 1;
        if (!Array.isArray(turn.body.input) || turn.changes.length > 100) wrong.push(body.toString().slice(0, 2_000));
      } catch (thrown) {
        if (thrown instanceof SlipstreamError && thrown.status === 400) continue;
        wrong.push(`${thrown} for ${body.toString().slice(0, 2_000)}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(taken).toBeGreaterThan(2_000);
  });
});

describe('20000 mutations of valid events', () => {
  const events: readonly JsonObject[] = [
    { type: 'response.created', response: { id: 'resp_1', created_at: 1, service_tier: 'auto' } },
    {
      type: 'response.output_item.added',
      output_index: 0,
      item: { type: 'function_call', id: 'fc_1', call_id: 'c', name: 'n' },
    },
    { type: 'response.function_call_arguments.delta', item_id: 'fc_1', output_index: 0, delta: '{' },
    { type: 'response.function_call_arguments.done', item_id: 'fc_1', output_index: 0, arguments: '{}' },
    { type: 'response.output_text.delta', item_id: 'msg_1', output_index: 1, content_index: 0, delta: 'a' },
    { type: 'response.reasoning_summary_text.delta', item_id: 'rs_1', output_index: 2, summary_index: 0, delta: 'a' },
    {
      type: 'response.output_item.done',
      output_index: 1,
      item: { type: 'message', id: 'msg_1', content: [{ type: 'output_text', text: 'a' }] },
    },
    {
      type: 'response.completed',
      response: {
        id: 'resp_1',
        status: 'completed',
        output: [{ type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'a' }] }],
        usage: { input_tokens: 1, output_tokens: 1, input_tokens_details: { cached_tokens: 0 } },
      },
    },
  ];

  it('are each told as chunks, or refused as no part of the protocol', () => {
    const raw = Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'x' }] }));
    const wrong: string[] = [];
    const variants = events.map((event, seed) => [...mutants(event, seed, 2_500)]);
    for (let round = 0; round < 2_500; round += 1) {
      const translator = chatFrom(raw).translator();
      events.forEach(({ type }, index) => {
        const data = variants[index]?.[round] ?? Buffer.from('{}');
        try {
          const told = translator.event({ type: String(type), data });
          if (!told.every(({ data: chunk }) => chunk === '[DONE]' || isJsonObject(chunk)))
            wrong.push(`${JSON.stringify(told)} for ${data.toString().slice(0, 500)}`);
        } catch (thrown) {
          if (thrown instanceof SlipstreamError && thrown.code === 'upstream_invalid') return;
          wrong.push(`${thrown} for ${data.toString().slice(0, 500)}`);
        }
      });
      translator.event(makeEvent({ type: 'response.completed' }));
      const answer = JSON.stringify(translator.answer());
      if (!answer.includes('"finish_reason"')) wrong.push(answer);
    }
    expect(wrong).toEqual([]);
  });
});

describe('through the whole program', () => {
  let rig: Rig;

  beforeAll(async () => {
    rig = await startRig();
  });

  afterAll(() => rig.stop());

  it('300 mutations of a valid request each end in an answer or a clear error, and the next turn is sound', async () => {
    await expectEachToEnd(rig, {
      bodies: mutants(valid, 5, 300),
      path: chatPath,
      expectAnswer: ({ text }, what) => expect(text, what).toMatch(/"finish_reason":"/),
    });
    const sound = await complete(rig, {
      model: 'gpt-5.5',
      messages: [{ role: 'user', content: 'Reply with exactly: sound' }],
    });
    expect(sound.message.content).toBe('sound');
    expectNoFaults(rig);
  });

  it.each<[string, string | Buffer, number]>([
    ['no body', '', 400],
    ['no JSON', '{"model":', 400],
    ['a list', '[]', 400],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 400],
    ['nesting without end', `{"model":"m","messages":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 400],
  ])('%s is refused', async (_what, body, status) => {
    const answer = await post(rig, body, {}, chatPath);
    expect([answer.status, errorOf(answer.json).type]).toEqual([status, 'invalid_request_error']);
  });
});
