import { randomUUID } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src-main/core/json.ts';
import { chat, chatPath, complete, says } from '../support/chat-client.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { sentFrames } from './proxy-client.ts';

/** `POST /v1/chat/completions` through the whole program, over real sockets. */

let rig: Rig;

beforeEach(async () => {
  rig = await startRig();
});

afterEach(() => rig.stop());

const said = '1 2 3 4 5';
const tools = [
  {
    type: 'function',
    function: {
      name: 'clock',
      parameters: { type: 'object', properties: { zone: { type: 'string' } }, required: ['zone'] },
    },
  },
  { type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: {} } } },
];

const frames = () => sentFrames(rig);

const inputOf = (body: JsonObject | undefined): readonly unknown[] => (Array.isArray(body?.input) ? body.input : []);

describe('a turn', () => {
  it.each(['/v1/chat/completions', '/backend-api/codex/chat/completions'])(
    'is a stream of chunks at %s',
    async (path) => {
      const answer = await complete(rig, chat('Count to 5', { reasoning_effort: 'low' }), {}, path);
      expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
      expect(answer).toMatchObject({ isDone: true, finishReason: 'stop' });
      expect(answer.message).toMatchObject({
        role: 'assistant',
        content: said,
        reasoning_content: '**Reading the request**\n\nIt is a simulated one.',
      });
      expect(answer.headers['server-timing']).toMatch(/^slipstream;dur=/);
    },
  );

  it('is one object with the same content where no stream was asked for', async () => {
    const body = chat('Count to 5', { reasoning_effort: 'low' });
    const streamed = await complete(rig, body);
    const whole = await complete(rig, { ...body, stream: false });
    expect([whole.status, whole.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
    expect(whole.message).toEqual({ ...streamed.message, refusal: null });
    expect(whole.json).toMatchObject({
      id: expect.stringMatching(/^chatcmpl-/),
      object: 'chat.completion',
      model: 'gpt-5.5',
      usage: { completion_tokens: expect.any(Number), completion_tokens_details: { reasoning_tokens: 8 } },
    });
  });

  it('works with the key in the path', async () => {
    const response = await fetch(`${rig.baseUrl}/k/${rig.apiKey}${chatPath}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(chat('Count to 5', { stream: false })),
    });
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: said } }] });
    expect((await rig.lastTrace()).clientRequest.path).toBe(chatPath);
  });

  it.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ] as const)('may come as %s', async (encoding, compress) => {
    const body = compress(Buffer.from(JSON.stringify(chat('Count to 5'))));
    expect((await complete(rig, body, { 'content-encoding': encoding })).message.content).toBe(said);
  });

  it.each(['split', 'coalesce', 'keepalive', 'done', 'emptyOutput'] as const)(
    'survives an upstream that does %s',
    async (kind) => {
      rig.simulator.faults.next('turn', { kind });
      expect(await complete(rig, chat('Count to 5'))).toMatchObject({ isDone: true, message: { content: said } });
      rig.simulator.faults.next('turn', { kind });
      expect((await complete(rig, chat('Count to 5', { stream: false }))).message.content).toBe(said);
    },
  );

  it('goes over HTTP where websockets are refused', async () => {
    rig.simulator.faults.always('upgrade', { kind: 'status', status: 426 });
    expect((await complete(rig, chat('Count to 5'))).message.content).toBe(said);
    expect((await rig.lastTrace()).row).toMatchObject({ dialect: 'chat', transport: 'http', status: 'completed' });
  });

  it('of a client that calls itself Codex is shaped like any other, since its body has nothing of that shape', async () => {
    const headers = { originator: 'codex_cli_rs', 'user-agent': 'codex_cli_rs/0.169.0 (Debian 12; x86_64) xterm' };
    expect((await complete(rig, chat('Count to 5'), headers)).message.content).toBe(said);
    expect(frames().at(-1)).toMatchObject({ store: false, instructions: '' });
  });

  it('tells a usage chunk where one was asked for', async () => {
    const answer = await complete(rig, chat('Count to 5', { stream_options: { include_usage: true } }));
    expect(answer.chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 5 } });
  });

  it('brings an image with its detail', async () => {
    const url = 'data:image/png;base64,iVBORw0KGgo=';
    const content = [
      { type: 'text', text: 'Reply with exactly: seen' },
      { type: 'image_url', image_url: { url, detail: 'high' } },
    ];
    const answer = await complete(rig, chat('', { messages: [{ role: 'user', content }] }));
    expect(answer.message.content).toBe('seen');
    expect(inputOf(frames().at(-1))).toMatchObject([
      { content: [{}, { type: 'input_image', image_url: url, detail: 'high' }] },
    ]);
  });

  it('answers in JSON where a schema asks for it', async () => {
    const schema = { type: 'object', properties: { answer: { type: 'string' } }, required: ['answer'] };
    const format = { type: 'json_schema', json_schema: { name: 'a', schema, strict: true } };
    const answer = await complete(rig, chat('hello', { response_format: format }));
    expect(JSON.parse(String(answer.message.content))).toEqual({ answer: 'simulated' });
  });

  it('ends as "length" where upstream stops early, and as a refusal where it refuses', async () => {
    rig.simulator.faults.next('turn', { kind: 'incomplete', afterDeltas: 2 });
    expect(await complete(rig, chat('Count to 5'))).toMatchObject({ finishReason: 'length', isDone: true });
    expect((await rig.lastTrace()).row.status).toBe('incomplete');
    expect((await complete(rig, chat('refuse this'))).message).toMatchObject({
      refusal: 'I cannot do that.',
      content: null,
    });
  });
});

describe('tools', () => {
  it('are called, answered, and the answer to them comes back', async () => {
    const asked = chat('call 2 tools', { tools });
    const one = await complete(rig, asked);
    expect(one.finishReason).toBe('tool_calls');
    const calls = Array.isArray(one.message.tool_calls) ? one.message.tool_calls.filter(isJsonObject) : [];
    expect(calls.map(({ function: made }) => made)).toEqual([
      { name: 'clock', arguments: '{"zone":"simulated"}' },
      { name: 'weather', arguments: '{}' },
    ]);
    const results = calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'noon' }));
    const two = await complete(rig, { ...asked, messages: [says('call 2 tools'), one.message, ...results] });
    expect(two).toMatchObject({ finishReason: 'stop', message: { content: 'The tool said: noon' } });
  });

  it('are called one at a time where the client wants that', async () => {
    const answer = await complete(rig, chat('call 2 tools', { tools, parallel_tool_calls: false, stream: false }));
    expect(answer.message.tool_calls).toHaveLength(1);
  });
});

const naming: [string, () => Record<string, string>][] = [
  ['that names its session', () => ({ 'x-session-id': randomUUID() })],
  ['that names nothing', () => ({})],
];

describe.each(naming)('a client %s and resends everything', (_what, makeHeaders) => {
  it('has only its new items sent upstream, on the socket that holds the rest', async () => {
    const headers = makeHeaders();
    const messages: JsonObject[] = [{ role: 'system', content: 'Be brief.' }];
    for (let turn = 0; turn < 4; turn += 1) {
      messages.push(says(`Reply with exactly: answer ${turn}`));
      const answer = await complete(
        rig,
        chat('', { messages, stream: turn % 2 === 0, reasoning_effort: 'low' }),
        headers,
      );
      expect(answer.message.content).toBe(`answer ${turn}`);
      messages.push(answer.message);
    }
    const sent = frames();
    expect(sent.map((body) => inputOf(body).length)).toEqual([2, 1, 1, 1]);
    expect(sent.map(({ previous_response_id: previous }) => previous === undefined)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(rig.simulator.log.upgrades).toHaveLength(1);
  });

  it('goes on as an increment after an answer in two messages, which the client sends back as one', async () => {
    const first = chat('Say in 2 messages: well');
    const answer = await complete(rig, first);
    expect(answer.message.content).toBe('well 1\n\nwell 2');
    const next = [says('Say in 2 messages: well'), answer.message, says('Count to 5')];
    expect((await complete(rig, chat('', { messages: next }))).message.content).toBe(said);
    expect(frames().map(inputOf)).toMatchObject([[{ role: 'user' }], [{ role: 'user' }]]);
    expect(frames().at(-1)?.previous_response_id).toEqual(expect.any(String));
  });

  it('has only the outputs of its tools sent upstream', async () => {
    const headers = makeHeaders();
    const asked = chat('call 2 tools', { tools });
    const one = await complete(rig, asked, headers);
    const calls = Array.isArray(one.message.tool_calls) ? one.message.tool_calls.filter(isJsonObject) : [];
    const results = calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'noon' }));
    // What the official clients keep of an answer is not quite what they were sent.
    const kept = { ...one.message, content: '', refusal: null, parsed: null };
    await complete(rig, { ...asked, messages: [says('call 2 tools'), kept, ...results] }, headers);
    expect(inputOf(frames().at(-1))).toMatchObject([
      { type: 'function_call_output', call_id: calls[0]?.id },
      { type: 'function_call_output', call_id: calls[1]?.id },
    ]);
  });

  it('goes on where only the tier that is left out differs', async () => {
    const headers = { ...makeHeaders(), originator: 'codex_cli_rs' };
    const one = await complete(rig, chat('Count to 5', { service_tier: 'flex' }), headers);
    await complete(rig, chat('', { messages: [says('Count to 5'), one.message, says('Count to 6')] }), headers);
    expect(frames().map(({ service_tier: tier }) => tier)).toEqual([undefined, undefined]);
    expect(inputOf(frames().at(-1))).toHaveLength(1);
  });

  it('has everything sent once more where upstream lost the rest', async () => {
    const headers = makeHeaders();
    const one = await complete(rig, chat('Count to 5'), headers);
    rig.simulator.faults.next('turn', { kind: 'error', code: 'previous_response_not_found' });
    const messages = [says('Count to 5'), one.message, says('Reply with exactly: again')];
    expect((await complete(rig, chat('', { messages }), headers)).message.content).toBe('again');
    expect(frames().map((body) => inputOf(body).length)).toEqual([1, 1, 3]);
  });
});

describe('the session', () => {
  it.each<[string, JsonObject, Record<string, string>]>([
    ['a header', {}, { 'x-session-id': '01a2091c-35f3-7960-8b0b-166583eb2b00' }],
    ['a cache key that is a UUID', { prompt_cache_key: '01a2091c-35f3-7960-8b0b-166583eb2b00' }, {}],
  ])('is the one that %s names', async (_what, more, headers) => {
    for (const text of ['one', 'two']) await complete(rig, chat(text, more), headers);
    const ids = frames().map(({ prompt_cache_key: key }) => key);
    expect(ids).toEqual(Array(2).fill('01a2091c-35f3-7960-8b0b-166583eb2b00'));
    expect((await rig.lastTrace()).row.sessionId).toBe(ids[0]);
  });

  it('is another for each turn of a client that sends one constant as its cache key, which is kept', async () => {
    const sessions = new Set<unknown>();
    for (const text of ['one', 'two']) {
      await complete(rig, chat(text, { prompt_cache_key: 'my-app' }));
      sessions.add((await rig.lastTrace()).row.sessionId);
    }
    expect(sessions.size).toBe(2);
    expect(frames().map(({ prompt_cache_key: key }) => key)).toEqual(['my-app', 'my-app']);
  });
});

describe('the tier', () => {
  it.each<['auto' | 'on' | 'off', string, unknown, string | null]>([
    ['auto', 'gpt-5.5', undefined, null],
    ['auto', 'gpt-5.5', 'default', null],
    ['auto', 'gpt-5.5', 'auto', null],
    ['auto', 'gpt-5.5', 'priority', 'priority'],
    ['auto', 'gpt-5.5-fast', undefined, 'priority'],
    ['on', 'gpt-5.5', undefined, 'priority'],
    ['off', 'gpt-5.5', 'priority', null],
    ['off', 'gpt-5.5-fast', undefined, null],
  ])('with the policy %s, of %s asked with %j, goes upstream as %j', async (policy, model, asked, sent) => {
    await rig.app.handlers['settings.set']({ fastPolicy: policy });
    const body = { ...chat('Count to 5'), model, ...(asked === undefined ? {} : { service_tier: asked as string }) };
    const answer = await complete(rig, body);
    expect(new Set(answer.chunks.map((chunk) => chunk.model))).toEqual(new Set([model]));
    expect(answer.chunks.at(-1)?.service_tier).toBe('default');
    expect([frames().at(-1)?.service_tier ?? null, frames().at(-1)?.model]).toEqual([sent, 'gpt-5.5']);
    expect((await rig.lastTrace()).row.tierSent).toBe(sent);
  });
});
