/** The simulator refuses what upstream refuses, in upstream's words and shapes. */
import { zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatedAccount } from '../../src-main/simulator/accounts/accounts.ts';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import {
  type Body,
  bodyOf,
  frameOf,
  post,
  refusedUpgrade,
  send,
  turnHeaders,
  upgradeHeaders,
  userMessage,
  WsClient,
} from './simulator-client.ts';

let sim: Simulator;
let account: SimulatedAccount;

beforeAll(async () => {
  sim = await startSimulator();
  account = sim.addAccount();
});

afterAll(async () => {
  await sim.stop();
});

const part = (type: string, more: Body = {}) => ({ type: 'message', role: 'user', content: [{ type, ...more }] });
const call = { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' };
const callOutput = { type: 'function_call_output', call_id: 'call_1', output: 'x' };

/** What is wrong with a body, as members that replace good ones, and what is said about it. */
const bodies: readonly [name: string, more: Body, message: RegExp][] = [
  ['the tier fast', { service_tier: 'fast' }, /^Unsupported service_tier: fast$/],
  ['the tier default', { service_tier: 'default' }, /^Unsupported service_tier: default$/],
  ['the tier auto', { service_tier: 'auto' }, /^Unsupported service_tier: auto$/],
  ['the tier null', { service_tier: null }, /^Unsupported service_tier: null$/],
  [
    'priority for a model without it',
    { model: 'gpt-daybreak-red-latest', service_tier: 'priority' },
    /^Unsupported service_tier: priority$/,
  ],
  ...[
    'max_output_tokens',
    'max_completion_tokens',
    'temperature',
    'top_p',
    'truncation',
    'user',
    'prompt_cache_retention',
    'safety_identifier',
    'prompt_cache_options',
    'context_management',
    'stream_id',
  ].map((name): [string, Body, RegExp] => [name, { [name]: 1 }, new RegExp(`^Unsupported parameter: ${name}$`)]),
  ['a member of another dialect', { messages: [] }, /^Unknown parameter: 'messages'\.$/],
  ['an unknown model', { model: 'gpt-4o' }, /'gpt-4o' model is not supported/],
  ['an effort the model has not', { reasoning: { effort: 'minimal' } }, /^Unsupported value: 'minimal'/],
  ['store true', { store: true }, /^Store must be set to false$/],
  ['no store', { store: undefined }, /^Store must be set to false$/],
  ['stream false', { stream: false }, /^Stream must be set to true$/],
  ['an input that is a text', { input: 'hello' }, /^Input must be a list$/],
  ['a system message', { input: [{ role: 'system', content: 'x' }] }, /^System messages are not allowed$/],
  ['a tool message', { input: [{ role: 'tool', content: 'x' }] }, /^Invalid value: 'tool'/],
  ['null instructions', { instructions: null }, /^Instructions are not valid$/],
  ['a preview of web search', { tools: [{ type: 'web_search_preview' }] }, /web_search_preview/],
  ['a chosen preview', { tool_choice: { type: 'web_search_preview_2025_03_11' } }, /web_search_preview/],
  ['a nested function tool', { tools: [{ type: 'function', function: { name: 'f' } }] }, /'tools\[0\]\.name'/],
  ['a reasoning item without its blob', { input: [{ type: 'reasoning', id: 'rs_1', summary: [] }] }, /not persisted/],
  ['a reference', { input: [{ type: 'item_reference', id: 'msg_1' }] }, /Item with id 'msg_1' not found/],
  ['a foreign blob', { input: [{ type: 'reasoning', encrypted_content: 'gAAAAAB' }] }, /could not be verified/],
  ['a long id', { input: [{ ...userMessage('x'), id: `msg_${'x'.repeat(61)}` }] }, /string too long/],
  ['an id of the wrong kind', { input: [{ ...userMessage('x'), id: 'item_1' }] }, /begins with 'msg'/],
  ['a chat text part', { input: [part('text', { text: 'x' })] }, /^Invalid value: 'text'/],
  ['a nested image', { input: [part('input_image', { image_url: { url: 'x' } })] }, /image_url/],
  ['a cache mark', { input: [part('input_text', { text: 'x', cache_control: {} })] }, /cache_control/],
  ['an unanswered call', { input: [call] }, /^No tool output found for function call call_1\.$/],
  ['an answer without a call', { input: [callOutput] }, /^No tool call found for function call output/],
  ['a trigger in the middle', { input: [{ type: 'compaction_trigger' }, userMessage('x')] }, /must be the last item/],
  ['metadata that is no text', { client_metadata: { n: 1 } }, /client_metadata/],
];

describe('a body is refused on both transports for', () => {
  it.each(bodies)('%s', async (_name, more, message) => {
    const answer = await post(sim, account, bodyOf('x', more));
    const { error } = JSON.parse(answer.text);
    expect([answer.status, error.type]).toEqual([400, 'invalid_request_error']);
    expect(error.message).toMatch(message);
    expect(Object.keys(error)).toEqual(['message', 'type', 'code', 'param']);
    const client = await WsClient.open(sim, account);
    const [event] = await client.turn(frameOf('x', more));
    expect(event).toMatchObject({ type: 'error', status: 400, error: { message: error.message } });
    client.ws.close();
  });

  it('nothing that is fine', async () => {
    const fine: Body[] = [
      { service_tier: 'flex' },
      { service_tier: 'priority' },
      { metadata: { a: 'b' }, instructions: '', max_tool_calls: 3 },
      { tools: [{ type: 'web_search' }], tool_choice: 'auto' },
      { input: [{ role: 'developer', content: 'x' }, userMessage('x')] },
      { input: [call, callOutput, userMessage('x')] },
    ];
    for (const more of fine) expect((await post(sim, account, bodyOf('x', more))).status).toBe(200);
  });
});

it('a lenient simulator takes what nothing is known of, and still refuses what is known to be wrong', async () => {
  const lenient = await startSimulator({ lenient: true });
  const person = lenient.addAccount();
  const client = await WsClient.open(lenient, person, { 'new-header': '1' });
  client.send({ type: 'response.new', a: 1 });
  const events = await client.turn(frameOf('Count to 2', { new_member: 1 }));
  expect(client.parsed()[0]).toEqual({ type: 'response.new.accepted' });
  expect(events.at(-1)?.type).toBe('response.completed');
  expect((await client.turn(frameOf('x', { temperature: 1 }))).at(-1)).toMatchObject({ type: 'error', status: 400 });
  const answer = await send(`${lenient.upstreamUrl}/new/path?a=1`, 'POST', turnHeaders(person), 'text');
  expect([answer.status, JSON.parse(answer.text).path]).toEqual([200, '/backend-api/codex/new/path']);
  await lenient.stop();
});

describe('over HTTP alone are refused', () => {
  it.each<[string, Record<string, string | undefined>, string]>([
    ['a plain body', { 'content-encoding': undefined }, 'content-encoding'],
    ['another encoding', { 'content-encoding': 'gzip' }, 'content-encoding'],
    ['encodings that 0.169 does not name', { 'accept-encoding': 'zstd,gzip' }, 'accept-encoding'],
    ['no encodings of 0.171', { version: '0.171.0' }, 'accept-encoding'],
  ])('%s', async (_, headers, param) => {
    const answer = await post(sim, account, bodyOf('x'), headers);
    expect(JSON.parse(answer.text).error).toMatchObject({ code: 'wrong_encoding', param });
  });

  it.each(['previous_response_id', 'generate', 'type'])('%s', async (name) => {
    const answer = await post(sim, account, bodyOf('x', { [name]: 'x' }));
    expect(JSON.parse(answer.text).error.message).toBe(`Unsupported parameter: ${name}`);
  });

  it('metadata that belongs to websockets, and a body that is not JSON, or not in its encoding', async () => {
    const metadata = { 'x-codex-ws-stream-request-start-ms': '1' };
    expect((await post(sim, account, bodyOf('x', { client_metadata: metadata }))).status).toBe(400);
    const headers = turnHeaders(account, { 'content-type': 'application/json', 'content-encoding': 'zstd' });
    const url = `${sim.upstreamUrl}/responses`;
    expect((await send(url, 'POST', headers, zstdCompressSync(Buffer.from('{"a":')))).status).toBe(400);
    expect((await send(url, 'POST', headers, 'no zstd')).status).toBe(400);
    expect((await send(url, 'HEAD', turnHeaders(account))).status).toBe(404);
  });

  it('in the other shape, if asked for', async () => {
    const other = await startSimulator({ httpDetailErrors: true });
    const answer = await post(other, other.addAccount(), bodyOf('x', { temperature: 1 }));
    expect(JSON.parse(answer.text)).toEqual({ detail: 'Unsupported parameter: temperature' });
    await other.stop();
  });
});

describe('headers are refused', () => {
  const cases: readonly [name: string, more: Record<string, string | undefined>, status: number, code: string][] = [
    ['without a token', { authorization: undefined }, 401, 'missing_token'],
    ['with a token nobody issued', { authorization: 'Bearer local-key-1' }, 401, 'invalid_token'],
    ['without an account id', { 'chatgpt-account-id': undefined }, 401, 'missing_account_id'],
    ["with another account's id", { 'chatgpt-account-id': 'other' }, 403, 'account_mismatch'],
    ['without an originator', { originator: undefined }, 400, 'missing_header'],
    ['without a session', { 'session-id': undefined }, 400, 'missing_header'],
    ['with two sessions', { session_id: 'x' }, 400, 'duplicate_header'],
    ['without a request id', { 'x-client-request-id': undefined }, 400, 'missing_header'],
    ['without a user agent', { 'user-agent': undefined }, 400, 'missing_header'],
    ['with a foreign user agent', { 'user-agent': 'node' }, 400, 'bad_user_agent'],
    ["with another originator's user agent", { originator: 'codex-tui' }, 400, 'bad_user_agent'],
    ['with turn metadata that is no JSON', { 'x-codex-turn-metadata': 'x' }, 400, 'invalid_header'],
    ['with a window that is none', { 'x-codex-window-id': 'x' }, 400, 'invalid_header'],
    ['with a malformed hint', { 'x-codex-routing-hint': 'gpt-5.5' }, 400, 'routing_hint_malformed'],
    [
      'with a routing override nobody gave',
      { 'x-openai-account-routing-override': 'us' },
      400,
      'routing_override_mismatch',
    ],
    ['with a turn state nobody issued', { 'x-codex-turn-state': 'x' }, 400, 'invalid_turn_state'],
    ...[
      'conversation_id',
      'cookie',
      'origin',
      'x-api-key',
      'x-forwarded-for',
      'forwarded',
      'via',
      'accept-language',
    ].map((name): [string, Record<string, string>, number, string] => [
      `with ${name}`,
      { [name]: 'x' },
      400,
      'header_not_allowed',
    ]),
  ];

  it.each(cases)('%s', async (_name, more, status, code) => {
    const upgrade = await refusedUpgrade(sim, upgradeHeaders(account, more));
    expect([upgrade.status, JSON.parse(upgrade.text).error.code]).toEqual([status, code]);
    const answer = await post(sim, account, bodyOf('x'), more);
    expect([answer.status, JSON.parse(answer.text).error.code]).toEqual([status, code]);
  });

  it('without the websocket beta, or with another', async () => {
    for (const beta of [undefined, 'responses=experimental']) {
      const { status, text } = await refusedUpgrade(sim, upgradeHeaders(account, { 'openai-beta': beta }));
      expect([status, JSON.parse(text).error.code]).toEqual([400, 'missing_beta']);
    }
  });

  it('when the token has expired or was revoked', async () => {
    const late = sim.addAccount({ expired: true });
    const answer = await post(sim, late, bodyOf('x'));
    expect([answer.status, JSON.parse(answer.text).error.code]).toEqual([401, 'token_expired']);
    const gone = sim.addAccount();
    gone.invalidateAccess();
    expect(JSON.parse((await post(sim, gone, bodyOf('x'))).text).error.code).toBe('token_invalidated');
    gone.issueTokens();
    expect((await post(sim, gone, bodyOf('x'))).status).toBe(200);
  });

  it('without the routing override that accounts/check gave', async () => {
    const routed = sim.addAccount({ routingOverride: 'us' });
    expect((await refusedUpgrade(sim, upgradeHeaders(routed))).status).toBe(400);
    expect((await post(sim, routed, bodyOf('x'), { 'x-openai-account-routing-override': 'us' })).status).toBe(200);
  });

  it('only in part from client 0.118, which has its own set', async () => {
    const client = await WsClient.open(sim, account, {
      'session-id': undefined,
      'thread-id': undefined,
      'x-codex-window-id': undefined,
      'user-agent': undefined,
      session_id: 'x',
    });
    const [, created] = await client.turn(frameOf('x', { model: 'gpt-5.3-codex', service_tier: 'priority' }));
    expect(created.type).toBe('response.created');
  });
});

describe('models that are not listed', () => {
  // The first is what client 0.171 takes where nobody chooses one.
  it.each(['gpt-6.2-sol', 'gpt-5.3-codex'])('are answered where a client knows them: %s', async (model) => {
    const client = await WsClient.open(sim, account);
    const [, created] = await client.turn(frameOf('x', { model }));
    expect(created).toMatchObject({ type: 'response.created', response: { model } });
  });
});

describe('instructions', () => {
  it('may be left away by a Codex originator, and by nobody else', async () => {
    const other = {
      originator: 'codex-toy-app-server',
      'user-agent': 'codex-toy-app-server/0.169.0 (Debian 12; x86_64) xterm',
    };
    const refused = await post(sim, account, bodyOf('x'), other);
    expect(JSON.parse(refused.text).error.message).toBe('Instructions are required');
    expect((await post(sim, account, bodyOf('x', { instructions: '' }), other)).status).toBe(200);
  });

  // What `@openai/codex-sdk` 0.163.0 has the command call itself.
  it.each(['codex_exec', 'codex_sdk_ts'])('may be left away by %s', async (originator) => {
    const official = { originator, 'user-agent': `${originator}/0.169.0 (Debian 12; x86_64) xterm` };
    expect((await post(sim, account, bodyOf('x'), official)).status).toBe(200);
  });
});

describe('the routing hint', () => {
  it('must fit the first frame of its socket, and only that one', async () => {
    const hint = { 'x-codex-routing-hint': 'model=gpt-5.5;tier=priority' };
    const wrong = await WsClient.open(sim, account, hint);
    expect((await wrong.turn(frameOf('x')))[0].error.code).toBe('routing_hint_mismatch');
    const right = await WsClient.open(sim, account, hint);
    expect((await right.turn(frameOf('x', { service_tier: 'priority' }))).at(-1).type).toBe('response.completed');
    expect((await right.turn(frameOf('x'))).at(-1).type).toBe('response.completed');
    expect((await post(sim, account, bodyOf('x'), hint)).status).toBe(400);
  });

  it('can be made compulsory', async () => {
    const strict = await startSimulator({ strictness: { requireRoutingHint: true } });
    const { status } = await refusedUpgrade(strict, upgradeHeaders(strict.addAccount()));
    expect(status).toBe(400);
    await strict.stop();
  });
});
