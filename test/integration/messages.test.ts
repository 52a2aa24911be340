import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type JsonObject, objectMember } from '../../src-main/core/json.ts';
import { ReplayRequest } from '../../src-main/shared/trace-tools.ts';
import { tell } from '../../src-main/shared/words/told.ts';
import { ask, goOn, messagesPath, say } from '../support/messages-client.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { headerOf, sentFrames } from './proxy-client.ts';

/** `POST /v1/messages` through the whole program, over real sockets. */

let rig: Rig;

beforeEach(async () => {
  rig = await startRig();
});

afterEach(() => rig.stop());

const said = '1 2 3 4 5';
const thinking = { thinking: { type: 'enabled', budget_tokens: 1_024 } };
const clock = {
  name: 'clock',
  input_schema: { type: 'object', properties: { zone: { type: 'string' } }, required: ['zone'] },
};

const frames = () => sentFrames(rig);

const lastFrame = () => frames().at(-1) ?? {};
const inputOf = (body: JsonObject): readonly unknown[] => (Array.isArray(body.input) ? body.input : []);

describe('a turn', () => {
  it.each([messagesPath, '/backend-api/codex/messages', `${messagesPath}?beta=true`])(
    'is a stream of events at %s',
    async (path) => {
      const answer = await say(rig, ask('Count to 5', thinking), {}, path);
      expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
      expect(answer.content).toEqual([
        {
          type: 'thinking',
          thinking: '**Reading the request**\n\nIt is a simulated one.',
          signature: expect.stringMatching(/^gAAAA/),
        },
        { type: 'text', text: said },
      ]);
      expect(answer.events[0]).toMatchObject({
        type: 'message_start',
        message: { model: 'gpt-5.5', role: 'assistant' },
      });
      expect(answer.events.slice(-2)).toMatchObject([
        { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: expect.any(Number) } },
        { type: 'message_stop' },
      ]);
      expect(answer.headers['server-timing']).toMatch(/^slipstream;dur=/);
    },
  );

  it('is one message with the same content where no stream was asked for', async () => {
    const streamed = await say(rig, ask('Count to 5', thinking));
    const whole = await say(rig, ask('Count to 5', { ...thinking, stream: false }));
    expect([whole.status, whole.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
    expect(whole.content).toEqual([
      { ...streamed.content[0], signature: expect.stringMatching(/^gAAAA/) },
      { type: 'text', text: said },
    ]);
    expect(whole.json).toMatchObject({
      id: expect.stringMatching(/^msg_/),
      type: 'message',
      role: 'assistant',
      model: 'gpt-5.5',
      stop_reason: 'end_turn',
      usage: { input_tokens: expect.any(Number), output_tokens_details: { thinking_tokens: 8 } },
    });
  });

  it.each(['split', 'coalesce', 'keepalive', 'done', 'emptyOutput'] as const)(
    'survives an upstream that does %s',
    async (kind) => {
      rig.simulator.faults.always('turn', { kind });
      const streamed = await say(rig, ask('Count to 5'));
      expect([streamed.content, streamed.events.at(-1)]).toEqual([
        [{ type: 'text', text: said }],
        { type: 'message_stop' },
      ]);
      expect((await say(rig, ask('Count to 5', { stream: false }))).content).toEqual([{ type: 'text', text: said }]);
    },
  );

  it.each([
    ['x-api-key', (key: string) => ({ 'x-api-key': key })],
    ['a bearer', (key: string) => ({ authorization: `Bearer ${key}` })],
  ])('is let in by the API key as %s', async (_how, credentials) => {
    const response = await fetch(`${rig.baseUrl}${messagesPath}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...credentials(rig.apiKey) },
      body: JSON.stringify(ask('Count to 5', { stream: false })),
    });
    expect(await response.json()).toMatchObject({ content: [{ text: said }] });
  });

  it.each([
    ['max_output_tokens', 'max_tokens'],
    ['content_filter', 'refusal'],
  ])('that is cut by %s says so: %s', async (reason, stopReason) => {
    rig.simulator.faults.always('turn', { kind: 'incomplete', reason, afterDeltas: 2 });
    expect(await say(rig, ask('Count to 5'))).toMatchObject({ status: 200, stopReason });
    expect(await say(rig, ask('Count to 5', { stream: false }))).toMatchObject({ status: 200, stopReason });
  });

  it('that the model refuses says so', async () => {
    expect(await say(rig, ask('refuse this'))).toMatchObject({
      stopReason: 'refusal',
      content: [{ type: 'text', text: 'I cannot do that.' }],
    });
  });

  it('asks for priority by speed or by name, and answers under the name it was asked by', async () => {
    await say(rig, ask('Count to 5', { speed: 'fast' }));
    expect(lastFrame().service_tier).toBe('priority');
    await say(rig, ask('Count to 5', { service_tier: 'auto' }));
    expect(lastFrame().service_tier).toBeUndefined();
    const answer = await say(rig, ask('Count to 5', { model: 'gpt-5.5-fast', ...thinking }));
    expect(lastFrame()).toMatchObject({ model: 'gpt-5.5', service_tier: 'priority', reasoning: { effort: 'low' } });
    expect(answer.events[0]).toMatchObject({ message: { model: 'gpt-5.5-fast' } });
  });

  it("reasons with the model's nearest effort, whichever list of models is known", async () => {
    const asked = ask('Count to 5', { output_config: { effort: 'max' } });
    await say(rig, asked);
    expect(lastFrame().reasoning).toEqual({ effort: 'xhigh' });
    await fetch(`${rig.baseUrl}/v1/models?client_version=0.169.0`, { headers: { 'x-api-key': rig.apiKey } });
    await say(rig, { ...asked, model: 'gpt-5.5-fast' });
    expect(lastFrame().reasoning).toEqual({ effort: 'xhigh' });
    await say(rig, { ...asked, model: 'gpt-6.1-sol' });
    expect(lastFrame().reasoning).toEqual({ effort: 'max' });
  });

  it('gets JSON of the schema it asks for', async () => {
    const schema = { type: 'object', properties: { a: { const: 7 } }, required: ['a'], additionalProperties: false };
    const { content } = await say(rig, ask('go', { output_config: { format: { type: 'json_schema', schema } } }));
    expect(content).toEqual([{ type: 'text', text: '{"a":7}' }]);
  });
});

describe('a conversation', () => {
  it('calls a tool; the result goes upstream alone, as an increment', async () => {
    const asked = ask('call tool clock with {"zone": "UTC"}', { ...thinking, tools: [clock], system: 'Be brief.' });
    const called = await say(rig, asked);
    const call = called.content.at(-1);
    expect(called.stopReason).toBe('tool_use');
    expect(call).toMatchObject({ type: 'tool_use', name: 'clock', input: { zone: 'UTC' } });
    const result = { type: 'tool_result', tool_use_id: call?.id ?? '', content: 'noon' };
    const answer = await say(rig, goOn(asked, called, result));
    expect(answer.content.at(-1)).toEqual({ type: 'text', text: 'The tool said: noon' });
    expect(lastFrame().previous_response_id).toMatch(/^resp_/);
    expect(inputOf(lastFrame())).toEqual([{ type: 'function_call_output', call_id: call?.id, output: 'noon' }]);
  });

  it('goes on as an increment when a text is added, whichever way the client says what it said before', async () => {
    const asked = ask('Count to 5', thinking);
    const answer = await say(rig, asked);
    const blocks = { ...asked, messages: [{ role: 'user', content: [{ type: 'text', text: 'Count to 5' }] }] };
    const next = await say(rig, goOn(blocks, answer, 'Count to 3'));
    expect(next.content.at(-1)).toEqual({ type: 'text', text: '1 2 3' });
    expect(lastFrame().previous_response_id).toMatch(/^resp_/);
    expect(inputOf(lastFrame())).toHaveLength(1);
  });

  it('brings its reasoning back where upstream has forgotten the chain', async () => {
    const asked = ask('Count to 5', thinking);
    const answer = await say(rig, asked);
    rig.simulator.faults.next('turn', { kind: 'error', code: 'previous_response_not_found' });
    const next = await say(rig, goOn(asked, answer, 'Count to 3'));
    expect(next.content.at(-1)).toEqual({ type: 'text', text: '1 2 3' });
    expect(lastFrame().previous_response_id).toBeUndefined();
    expect(inputOf(lastFrame())).toMatchObject([
      { role: 'user' },
      { type: 'reasoning', encrypted_content: answer.content[0]?.signature, summary: [{ type: 'summary_text' }] },
      { role: 'assistant', content: [{ type: 'output_text', text: said }] },
      { role: 'user' },
    ]);
  });

  it('gets its long tool names back, streamed and whole', async () => {
    const name = `mcp__${'server_'.repeat(9)}__look_up_the_time`;
    const tools = [{ ...clock, name }];
    const asked = ask('go', { tools, tool_choice: { type: 'tool', name } });
    expect((await say(rig, asked)).content).toMatchObject([{ type: 'tool_use', name }]);
    expect((await say(rig, { ...asked, stream: false })).content).toMatchObject([{ type: 'tool_use', name }]);
  });

  it('calls tools one at a time where parallel calls are turned off', async () => {
    const asked = ask('call 3 tools', { tools: [clock] });
    expect((await say(rig, asked)).content).toHaveLength(3);
    const choice = { type: 'auto', disable_parallel_tool_use: true };
    expect((await say(rig, { ...asked, tool_choice: choice })).content).toHaveLength(1);
  });
});

describe('the session of Claude Code', () => {
  const everywhere = () => {
    const headers = rig.simulator.log.upgrades.at(-1)?.headers;
    const metadata = objectMember(lastFrame(), 'client_metadata');
    return [
      ...['session-id', 'thread-id', 'x-client-request-id'].map((name) => headerOf(headers, name)),
      ...[metadata?.session_id, metadata?.thread_id, lastFrame().prompt_cache_key],
    ];
  };

  it('S3: is the one of its header, in headers, metadata and key alike', async () => {
    const session = randomUUID();
    const metadata = { user_id: JSON.stringify({ device_id: 'd', session_id: session }) };
    await say(rig, ask('Count to 5', { metadata }), { 'x-claude-code-session-id': session });
    expect(new Set(everywhere())).toEqual(new Set([session]));
  });

  it('is another for each of its agents, one and the same everywhere', async () => {
    const session = randomUUID();
    const metadata = { user_id: JSON.stringify({ device_id: 'd', session_id: session }) };
    const headers = { 'x-claude-code-session-id': session, 'x-claude-code-agent-id': 'a1' };
    await say(rig, ask('Count to 5', { metadata }), headers);
    const ids = new Set(everywhere());
    expect(ids.size).toBe(1);
    expect(ids).not.toContain(session);
  });

  it('is the one of metadata.user_id where there is no header', async () => {
    const session = randomUUID();
    await say(rig, ask('Count to 5', { metadata: { user_id: `user_x_account__session_${session}` } }));
    expect(new Set(everywhere())).toEqual(new Set([session]));
  });
});

describe('the trace', () => {
  it("holds the client's own body and names what was translated", async () => {
    const asked = ask('Count to 5', { temperature: 0.5 });
    await say(rig, asked);
    const trace = await rig.lastTrace();
    expect(trace.row).toMatchObject({ dialect: 'messages', status: 'completed', model: 'gpt-5.5' });
    expect(trace.changes).toContainEqual({
      step: 'dialect',
      path: 'body.temperature',
      action: 'dropped',
      why: tell('why.messages.member', { member: 'temperature' }),
    });
    expect(JSON.stringify(trace)).toContain('\\"temperature\\":0.5');
  });
});

describe('a replay', () => {
  it.each([
    [{}, 'priority'],
    [{ tier: 'standard' }, null],
    [{ tier: 'standard', transport: 'http' }, null],
  ] as const)("translates the client's own request again with %j", async (change, tierSent) => {
    await say(rig, ask('Count to 5', { speed: 'fast', ...thinking }));
    const first = await rig.lastTrace();
    const request = ReplayRequest.parse({ id: first.row.id, ...change });
    const { id } = await rig.app.handlers['requests.replay'](request);
    const again = await rig.lastTrace();
    expect(again.row.id).toBe(id);
    expect(again.row).toMatchObject({
      dialect: 'messages',
      tierSent,
      transport: 'transport' in change ? 'http' : 'ws',
    });
    expect(again.clientRequest.path).toBe(messagesPath);
    expect(again.row.usage?.outputTokens).toBe(first.row.usage?.outputTokens);
  });
});

describe('an account that upstream serves over HTTP only', () => {
  it('serves Messages too, with thinking, tools and their results', async () => {
    rig.simulator.faults.always('upgrade', { kind: 'status', status: 426 });
    const asked = ask('call tool clock with {"zone": "UTC"}', { ...thinking, tools: [clock] });
    const called = await say(rig, asked);
    expect(called.content).toMatchObject([{ type: 'thinking' }, { type: 'tool_use', input: { zone: 'UTC' } }]);
    const result = { type: 'tool_result', tool_use_id: called.content.at(-1)?.id ?? '', content: 'noon' };
    const answer = await say(rig, goOn(asked, called, result));
    expect(answer.content.at(-1)).toEqual({ type: 'text', text: 'The tool said: noon' });
    expect((await rig.lastTrace()).row.transport).toBe('http');
  });
});

describe('counting tokens', () => {
  const path = '/v1/messages/count_tokens';

  it('is an estimate made here; nothing goes upstream', async () => {
    const short = await say(rig, ask('Count to 5'), {}, path);
    const long = await say(rig, ask('Count to 5 '.repeat(1_000), { tools: [clock] }), {}, path);
    expect([short.status, Object.keys(short.json ?? {})]).toEqual([200, ['input_tokens']]);
    expect(short.json?.input_tokens).toBeGreaterThan(3);
    expect(short.json?.input_tokens).toBeLessThan(30);
    // Four tokens each by upstream's vocabulary.
    expect(long.json?.input_tokens).toBeGreaterThan(3_500);
    expect(long.json?.input_tokens).toBeLessThan(4_600);
    expect(rig.simulator.log.turns).toEqual([]);
  });

  it('is what a stream begins with, before upstream has counted, and what an answer ends with that was ended here', async () => {
    const data = 'A'.repeat(400_000);
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data } };
    const content = [image, { type: 'text', text: 'Count to 5' }];
    const asked = ask('', { messages: [{ role: 'user', content }], stop_sequences: ['3'] });
    const counted = Number((await say(rig, asked, {}, path)).json?.input_tokens);
    const { events, stopReason } = await say(rig, asked);
    const told = [objectMember(objectMember(events[0], 'message'), 'usage'), objectMember(events.at(-2), 'usage')];
    expect(stopReason).toBe('stop_sequence');
    for (const usage of told) {
      expect(Number(usage?.input_tokens) / counted).toBeGreaterThan(0.8);
      expect(Number(usage?.input_tokens) / counted).toBeLessThan(1.2);
    }
  });

  it('refuses what a turn would refuse', async () => {
    expect(await say(rig, ask('x', { messages: [] }), {}, path)).toMatchObject({
      status: 400,
      json: { type: 'error', error: { type: 'invalid_request_error' } },
    });
  });
});
