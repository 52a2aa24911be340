import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import { chat, complete } from '../support/chat-client.ts';
import { ask, say } from '../support/messages-client.ts';
import { type ScriptedUpstream, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { post, ask as responsesBody } from '../support/turn-client.ts';

/** Upstream ends an answer in the middle of its items: who asked for no stream has as much of them as who reads one. */

const reasoning = { item_id: 'rs_1', output_index: 0, summary_index: 0 };
const text = { item_id: 'msg_1', output_index: 1, content_index: 0 };
const call = { item_id: 'fc_1', output_index: 2 };
const response = { id: 'resp_1', object: 'response', model: 'gpt-5.5', status: 'in_progress', output: [] };
const begun: readonly JsonObject[] = [
  { type: 'response.created', response },
  { type: 'response.output_item.added', output_index: 0, item: { id: 'rs_1', type: 'reasoning', summary: [] } },
  { type: 'response.reasoning_summary_text.delta', ...reasoning, delta: 'It is ' },
  { type: 'response.reasoning_summary_text.delta', ...reasoning, delta: 'late.' },
  {
    type: 'response.output_item.added',
    output_index: 1,
    item: { id: 'msg_1', type: 'message', role: 'assistant', status: 'in_progress', content: [] },
  },
  { type: 'response.output_text.delta', ...text, delta: 'It is five ' },
  { type: 'response.output_text.delta', ...text, delta: 'to' },
  {
    type: 'response.output_item.added',
    output_index: 2,
    item: { id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'clock', arguments: '', status: 'in_progress' },
  },
  { type: 'response.function_call_arguments.delta', ...call, delta: '{"zone":' },
  { type: 'response.function_call_arguments.delta', ...call, delta: '"U' },
];
const end = (output: readonly JsonObject[]): JsonObject => ({
  type: 'response.incomplete',
  response: { ...response, status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, output },
});
const tools = [{ type: 'function', name: 'clock', parameters: { type: 'object', properties: {} } }];

let rig: Rig;
let upstream: ScriptedUpstream;
let output: readonly JsonObject[] = [];
/** Sent before the end, as it is. */
let broken: readonly string[] = [];

beforeEach(async () => {
  output = [];
  broken = [];
  upstream = await startScriptedUpstream({
    frame: (socket) => {
      for (const event of begun) socket.send(JSON.stringify(event));
      for (const frame of broken) socket.send(frame);
      socket.send(JSON.stringify(end(output)));
    },
  });
  rig = await startRig({ upstreamUrl: upstream.url });
});

afterEach(async () => {
  await rig.stop();
  await upstream.stop();
});

const whole = (more: JsonObject = {}) =>
  post(rig, responsesBody('What time is it?', { stream: false, tools, ...more }));

describe('an answer that upstream cuts off', () => {
  it.each([{}, { max_output_tokens: 900 }])('is told a Responses client as far as it came (%j)', async (more) => {
    const { status, json } = await whole(more);
    expect(status).toBe(200);
    expect(json?.output).toEqual([
      { id: 'rs_1', type: 'reasoning', status: 'incomplete', summary: [{ type: 'summary_text', text: 'It is late.' }] },
      {
        ...{ id: 'msg_1', type: 'message', role: 'assistant', status: 'incomplete' },
        content: [{ type: 'output_text', text: 'It is five to', annotations: [] }],
      },
      {
        ...{ id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'clock' },
        ...{ arguments: '{"zone":"U', status: 'incomplete' },
      },
    ]);
  });

  it('keeps an item as its end lists it', async () => {
    const told = { id: 'msg_1', type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Five' }] };
    output = [told];
    const { json } = await whole();
    expect(json?.output).toMatchObject([{ id: 'rs_1' }, told, { id: 'fc_1' }]);
  });

  it('is an error where an event of an item that was cut off cannot be read', async () => {
    broken = ['{"type":"response.output_text.delta","item_id":"msg_1","delta":mid}'];
    const { status, json } = await whole();
    expect([status, json]).toMatchObject([502, { error: { code: 'upstream_invalid' } }]);
  });

  it('is whole in spite of a piece that cannot be read, where its item came whole', async () => {
    const item = { id: 'msg_1', type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Five' }] };
    const ended = [{ id: 'rs_1', type: 'reasoning', summary: [] }, item, { id: 'fc_1', type: 'function_call' }];
    broken = [
      '{"type":"response.output_text.delta","item_id":"msg_1","delta":mid}',
      ...ended.map((whole, index) =>
        JSON.stringify({ type: 'response.output_item.done', output_index: index, item: whole }),
      ),
    ];
    output = ended;
    const { status, json } = await whole();
    expect([status, json]).toMatchObject([200, { output: ended }]);
  });

  it.each([true, false])('is told a Chat client as far as it came (stream: %s)', async (stream) => {
    const asked = chat('What time is it?', {
      stream,
      tools: tools.map((tool) => ({ type: 'function', function: tool })),
    });
    const { message, finishReason } = await complete(rig, asked);
    expect(finishReason).toBe('length');
    expect(message).toMatchObject({
      content: 'It is five to',
      reasoning_content: 'It is late.',
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'clock', arguments: '{"zone":"U' } }],
    });
  });

  it.each([true, false])('is told a Messages client as far as it came (stream: %s)', async (stream) => {
    const asked = ask('What time is it?', {
      ...{ stream, thinking: { type: 'enabled', budget_tokens: 2048 } },
      tools: [{ name: 'clock', input_schema: { type: 'object' } }],
    });
    const { content, stopReason } = await say(rig, asked);
    expect(stopReason).toBe('max_tokens');
    expect(content).toMatchObject([
      { type: 'thinking', thinking: 'It is late.' },
      { type: 'text', text: 'It is five to' },
      { type: 'tool_use', id: 'call_1', name: 'clock' },
    ]);
  });
});
