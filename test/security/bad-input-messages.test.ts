import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { estimateInput } from '../../src-main/core/dialects/messages/token-estimate.ts';
import type { JsonObject } from '../../src-main/core/json.ts';
import { makeEvent } from '../../src-main/core/wire-event.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import { messagesPath, say } from '../support/messages-client.ts';
import { mutants } from '../support/mutants.ts';
import { expectEachToEnd, expectNoFaults } from '../support/mutated-turns.ts';
import { messagesFrom } from '../support/read-texts.ts';
import { type Rig, startRig } from '../support/slipstream.ts';

/** Messages that no client would send on purpose, and answers that upstream should not give. */

const valid: JsonObject = {
  model: 'gpt-5.5',
  max_tokens: 1_000,
  stream: true,
  system: [{ type: 'text', text: 'Be brief. Grüße, 世界', cache_control: { type: 'ephemeral' } }],
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'call tool clock' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
        { type: 'document', title: 't', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' } },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'hm', signature: 'EqQB' },
        { type: 'tool_use', id: 'call_1', name: 'clock', input: { zone: 'UTC' } },
      ],
    },
    { role: 'system', content: 'It is late.' },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'call_1', is_error: true, content: [{ type: 'text', text: 'noon' }] },
        { type: 'text', text: 'Count to 3' },
      ],
    },
  ],
  tools: [
    { name: 'clock', description: 'd', input_schema: { type: 'object', properties: { zone: { type: 'string' } } } },
    { type: 'web_search_20250305', name: 'web_search', allowed_domains: ['x.example'] },
  ],
  tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  thinking: { type: 'enabled', budget_tokens: 1_024 },
  output_config: { effort: 'low', format: { type: 'json_schema', schema: { type: 'object', properties: {} } } },
  metadata: { user_id: '{"session_id":"0192a1b2-0000-4000-8000-000000000001"}' },
  speed: 'fast',
};
const context = { headers: [], efforts: () => ['low', 'high'], offered: () => ['gpt-5.5'] };

describe('20000 mutations of a valid request', () => {
  it('are each read or refused in words, and never anything else', () => {
    let taken = 0;
    // Thousands of `expect` would take longer than what they look at.
    const wrong: string[] = [];
    for (const body of mutants(valid, 11, 20_000)) {
      try {
        const turn = messagesFrom(body, context);
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

  it('are each counted where they are read', async () => {
    const wrong: string[] = [];
    for (const body of mutants(valid, 12, 2_000)) {
      let read: JsonObject;
      try {
        read = messagesFrom(body, context).body;
      } catch {
        continue;
      }
      const tokens = await estimateInput(read);
      if (!Number.isSafeInteger(tokens)) wrong.push(`${tokens} for ${JSON.stringify(read).slice(0, 2_000)}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe('20000 mutations of valid events', () => {
  const call = { type: 'function_call', id: 'fc_1', call_id: 'c', name: 'n' };
  const events: readonly JsonObject[] = [
    { type: 'response.created', response: { id: 'resp_1', model: 'gpt-5.5' } },
    { type: 'response.reasoning_summary_text.delta', item_id: 'rs_1', output_index: 0, summary_index: 0, delta: 'a' },
    {
      type: 'response.output_item.done',
      output_index: 0,
      item: { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAA' },
    },
    { type: 'response.output_item.added', output_index: 1, item: call },
    { type: 'response.function_call_arguments.delta', item_id: 'fc_1', output_index: 1, delta: '{' },
    { type: 'response.output_text.delta', item_id: 'msg_1', output_index: 2, content_index: 0, delta: 'a' },
    {
      type: 'response.output_item.done',
      output_index: 1,
      item: { ...call, arguments: '{}' },
    },
    {
      type: 'response.completed',
      response: {
        id: 'resp_1',
        status: 'completed',
        output: [{ type: 'message', id: 'msg_1', content: [{ type: 'output_text', text: 'a' }] }],
        usage: { input_tokens: 1, output_tokens: 1, input_tokens_details: { cached_tokens: 0 } },
      },
    },
  ];

  it('are each told as events, or refused as no part of the protocol; blocks never overlap', () => {
    const raw = Buffer.from(JSON.stringify({ ...valid, stream: false }));
    const wrong: string[] = [];
    const variants = events.map((event, seed) => [...mutants(event, seed, 2_500)]);
    for (let round = 0; round < 2_500; round += 1) {
      const translator = messagesFrom(raw, context).translator();
      let open = false;
      const take = (event: { readonly type: string; readonly data: Buffer }) => {
        for (const { event: name } of translator.event(event)) {
          if (name === 'content_block_start' && open) wrong.push(`a block in a block in round ${round}`);
          if (name === 'content_block_start') open = true;
          if (name === 'content_block_stop') open = false;
        }
      };
      events.forEach(({ type }, index) => {
        const data = variants[index]?.[round] ?? Buffer.from('{}');
        try {
          take({ type: String(type), data });
        } catch (thrown) {
          if (thrown instanceof SlipstreamError && thrown.code === 'upstream_invalid') return;
          wrong.push(`${thrown} for ${data.toString().slice(0, 500)}`);
        }
      });
      take(makeEvent({ type: 'response.completed' }));
      const { type, stop_reason: reason } = translator.answer();
      if (open || type !== 'message' || typeof reason !== 'string')
        wrong.push(`round ${round}: open ${open}, ${type}, ${reason}`);
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
      path: messagesPath,
      expectAnswer: ({ text }, what) => expect(text, what).toMatch(/"stop_reason":"/),
      expectError: ({ json }, what) => expect(json?.type, what).toBe('error'),
    });
    const sound = await say(rig, {
      model: 'gpt-5.5',
      messages: [{ role: 'user', content: 'Reply with exactly: sound' }],
    });
    expect(sound.content).toEqual([{ type: 'text', text: 'sound' }]);
    expectNoFaults(rig);
  });
});
