/** The simulator answers as upstream does: events, chains, usage, catalogue, timing. */
import { zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import {
  bodyOf,
  type Event,
  eventsOf,
  frameOf,
  post,
  send,
  textOf,
  turnHeaders,
  typesOf,
  userMessage,
  WsClient,
} from './simulator-client.ts';

let sim: Simulator;

beforeEach(async () => {
  sim = await startSimulator();
});

afterEach(async () => {
  await sim.stop();
});

describe('the simulator answers over a websocket', () => {
  it('sends the whole sequence of a turn, numbered, with the reasoning sealed for the account', async () => {
    const client = await WsClient.open(sim, sim.addAccount());
    const events = await client.turn(frameOf('Reply with exactly: All is well'));
    expect(typesOf(events)).toEqual([
      'codex.rate_limits',
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.output_item.done',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(textOf(events)).toBe('All is well');
    expect(events.slice(1).map((event) => event.sequence_number)).toEqual(events.slice(1).map((_, index) => index));
    const { response } = events.at(-1);
    expect(response).toMatchObject({ status: 'completed', service_tier: 'default', model: 'gpt-5.5' });
    expect(response.output.map((item: Event) => item.type)).toEqual(['reasoning', 'message']);
    expect(response.output[0].encrypted_content).toMatch(/^gAAAA/);
    expect(response.usage.total_tokens).toBe(response.usage.input_tokens + response.usage.output_tokens);
    expect(client.texts.every((text) => text.startsWith('{"type":"'))).toBe(true);
  });

  it('says service_tier default for a priority turn too, and draws twice as much', async () => {
    const [plain, fast] = [sim.addAccount(), sim.addAccount()];
    const turn = (account: typeof plain, more: object) =>
      WsClient.open(sim, account).then((client) => client.turn(frameOf('Reply with exactly: OK', { ...more })));
    await turn(plain, {});
    const events = await turn(fast, { service_tier: 'priority' });
    expect(events.at(-1).response.service_tier).toBe('default');
    expect(plain.usage.primary.usedPercent).toBeGreaterThan(0);
    expect(fast.usage.primary.usedPercent / plain.usage.primary.usedPercent).toBeCloseTo(2, 1);
    expect(sim.log.turns.filter((turn) => turn.tier === 'priority')).toHaveLength(2);
  });

  it('continues the last response of the socket after a prewarm, and knows the tool call it made', async () => {
    const tools = [{ type: 'function', name: 'shell', parameters: { type: 'object', properties: {} } }];
    const client = await WsClient.open(sim, sim.addAccount());
    const warm = await client.turn(frameOf('', { input: [], tools, generate: false }));
    expect(typesOf(warm)).toEqual(['codex.rate_limits', 'response.created', 'response.completed']);
    const called = await client.turn(frameOf('call tool', { tools, previous_response_id: warm.at(-1).response.id }));
    const call = called.at(-1).response.output.find((item: Event) => item.type === 'function_call');
    expect(call).toMatchObject({ name: 'shell', arguments: '{}', status: 'completed' });
    const output = { type: 'function_call_output', call_id: call.call_id, output: 'forty-two' };
    const delta = frameOf('', { tools, input: [output], previous_response_id: called.at(-1).response.id });
    const answered = await client.turn(delta);
    expect(textOf(answered)).toBe('The tool said: forty-two');
    const inputTokens = (events: Event[]) => events.at(-1).response.usage.input_tokens;
    expect(inputTokens(answered)).toBeGreaterThan(inputTokens(called));
    expect(sim.log.refusals).toEqual([]);
  });

  it('calls a custom tool of a namespace, several tools at once, or the one that is forced', async () => {
    const custom = { type: 'custom', name: 'exec' };
    const inner = { type: 'function', name: 'sleep', parameters: { type: 'object', properties: {} } };
    const carried = {
      type: 'additional_tools',
      role: 'developer',
      tools: [{ type: 'namespace', name: 'clock', tools: [custom, inner] }],
    };
    const client = await WsClient.open(sim, sim.addAccount());
    const calls = async (text: string, more: object) => {
      const events = await client.turn(frameOf('', { input: [carried, userMessage(text)], ...more }));
      return events
        .at(-1)
        .response.output.slice(1)
        .map((item: Event) => [item.type, item.namespace, item.name, item.input ?? item.arguments]);
    };
    expect(await calls('call tool exec with `text(1)`', {})).toEqual([
      ['custom_tool_call', 'clock', 'exec', 'text(1)'],
    ]);
    expect(await calls('call 2 tools', {})).toHaveLength(2);
    expect(await calls('call 2 tools', { parallel_tool_calls: false })).toHaveLength(1);
    const forced = { type: 'function', name: 'sleep' };
    expect(await calls('hello', { tool_choice: forced })).toEqual([['function_call', 'clock', 'sleep', '{}']]);
    expect((await calls('call tool', { tool_choice: 'none' }))[0][0]).toBe('message');
  });

  it('answers a compaction trigger with exactly one compaction item, which only this account can send back', async () => {
    const account = sim.addAccount();
    const client = await WsClient.open(sim, account);
    const events = await client.turn(frameOf('', { input: [userMessage('long'), { type: 'compaction_trigger' }] }));
    const [item, ...others] = events.at(-1).response.output;
    expect(item).toMatchObject({ type: 'compaction' });
    expect(others).toEqual([]);
    const replay = frameOf('', { input: [item, userMessage('Reply with exactly: on')] });
    expect(textOf(await client.turn(replay))).toBe('on');
    const stranger = await WsClient.open(sim, sim.addAccount());
    expect((await stranger.turn(replay)).at(-1).error.code).toBe('invalid_encrypted_content');
  });

  it('summarises its reasoning and follows a JSON schema when asked to', async () => {
    const schema = { type: 'object', required: ['title'], properties: { title: { type: 'string' } } };
    const client = await WsClient.open(sim, sim.addAccount());
    const events = await client.turn(
      frameOf('a title please', {
        reasoning: { effort: 'low', summary: 'auto' },
        text: { format: { type: 'json_schema', name: 't', schema } },
        include: [],
      }),
    );
    expect(typesOf(events)).toContain('response.reasoning_summary_text.delta');
    const [reasoning] = events.at(-1).response.output;
    expect(reasoning.summary[0].type).toBe('summary_text');
    expect(reasoning.encrypted_content).toBeUndefined();
    expect(JSON.parse(textOf(events))).toEqual({ title: 'simulated' });
  });

  it('deflates large messages when the client offers it, and keeps their order', async () => {
    const client = await WsClient.open(sim, sim.addAccount());
    expect(client.upgrade['sec-websocket-extensions']).toContain('permessage-deflate');
    const events = await client.turn(frameOf('Count to 3000', { instructions: 'x'.repeat(20_000) }));
    expect(textOf(events).split(' ')).toHaveLength(3000);
    expect(events.slice(1).map((event) => event.sequence_number)).toEqual(events.slice(1).map((_, index) => index));
  });

  it('gives the upgrade a turn state, the model, the catalogue tag and the usage', async () => {
    const account = sim.addAccount({ usage: { primaryPercent: 12, secondaryPercent: 40 } });
    const client = await WsClient.open(sim, account, { 'x-codex-routing-hint': 'model=gpt-5.5' });
    const models = await send(`${sim.upstreamUrl}/models?client_version=0.169.0`, 'GET', turnHeaders(account));
    expect(client.upgrade).toMatchObject({
      'openai-model': 'gpt-5.5',
      'x-models-etag': models.headers.etag,
      'x-codex-primary-used-percent': '12',
      'x-codex-secondary-window-minutes': '10080',
    });
    expect(client.upgrade['x-codex-turn-state']).toBeTruthy();
    expect(client.upgrade['x-request-id']).toBeTruthy();
  });
});

describe('the simulator answers over HTTP', () => {
  it('streams the same events with event lines, and no rate limit event', async () => {
    const answer = await post(sim, sim.addAccount(), bodyOf('Count to 4'));
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('text/event-stream');
    expect(answer.headers['x-codex-primary-used-percent']).toBe('0');
    const events = eventsOf(answer);
    expect(textOf(events)).toBe('1 2 3 4');
    expect(events[0].type).toBe('response.created');
    expect(events.at(-1).type).toBe('response.completed');
    expect(answer.text.match(/^event: (.*)$/gm)?.map((line) => line.slice(7))).toEqual(typesOf(events));
  });

  it('reads a zstd body and logs it both ways', async () => {
    const account = sim.addAccount();
    const body = zstdCompressSync(Buffer.from(JSON.stringify(bodyOf('Reply with exactly: small'))));
    const headers = turnHeaders(account, { 'content-type': 'application/json', 'content-encoding': 'zstd' });
    const answer = await send(`${sim.upstreamUrl}/responses`, 'POST', headers, body);
    expect(textOf(eventsOf(answer))).toBe('small');
    const [entry] = sim.log.requests;
    expect(entry?.rawBody.equals(body)).toBe(true);
    expect(entry?.body).toMatchObject({ model: 'gpt-5.5' });
    expect(entry?.headers.find(([name]) => name === 'content-encoding')).toEqual(['content-encoding', 'zstd']);
    expect(entry?.accountId).toBe(account.id);
  });

  it('accepts its turn state from the account it was issued to, and no other', async () => {
    const [mine, other] = [sim.addAccount(), sim.addAccount()];
    const first = await post(sim, mine, bodyOf('one'));
    const state = { 'x-codex-turn-state': String(first.headers['x-codex-turn-state']) };
    expect((await post(sim, mine, bodyOf('two'), state)).status).toBe(200);
    expect((await post(sim, other, bodyOf('two'), state)).status).toBe(400);
  });

  it('compacts a conversation', async () => {
    const account = sim.addAccount();
    const headers = turnHeaders(account, { 'content-type': 'application/json' });
    const body = JSON.stringify({ model: 'gpt-5.5', instructions: '', input: [userMessage('long story')] });
    const answer = await send(`${sim.upstreamUrl}/responses/compact`, 'POST', headers, body);
    const { output } = JSON.parse(answer.text);
    expect(output.map((item: Event) => item.type)).toEqual(['message', 'compaction']);
  });

  it('serves the catalogue with a tag, the usage and the accounts of the user', async () => {
    const account = sim.addAccount({ plan: 'pro', routingOverride: 'us', usage: { primaryPercent: 33 } });
    const second = sim.addAccount({ email: account.email, userId: account.userId, plan: 'team' });
    sim.addAccount();
    const get = (path: string) => send(`${sim.issuerUrl}/backend-api${path}`, 'GET', turnHeaders(account));
    const { models } = JSON.parse((await get('/codex/models?client_version=0.169.0')).text);
    expect(models).toHaveLength(12);
    expect(models.find((model: Event) => model.slug === 'gpt-6.1-sol').service_tiers[0].id).toBe('priority');
    expect((await get('/codex/models')).status).toBe(400);
    const usage = JSON.parse((await get('/wham/usage')).text);
    expect(usage).toMatchObject({ plan_type: 'pro', rate_limit: { primary_window: { used_percent: 33 } } });
    const check = JSON.parse((await get('/wham/accounts/check')).text);
    expect(check.accounts.map((one: Event) => [one.id, one.account_routing_override])).toEqual([
      [account.id, 'us'],
      [second.id, 'NO_CONSTRAINT'],
    ]);
    expect((await get('/wham/settings/user')).status).toBe(200);
    expect((await get('/nothing/here')).status).toBe(404);
  });
});

describe('the log', () => {
  it('keeps headers in wire order, frames as bytes, and closes, and lets a test wait for them', async () => {
    const account = sim.addAccount();
    const closing = sim.log.waitFor('close');
    const client = await WsClient.open(sim, account);
    await client.turn(frameOf('Reply with exactly: OK'));
    client.ws.close(1001, 'done');
    expect(await closing).toMatchObject({ code: 1001, reason: 'done', accountId: account.id });
    const [upgrade] = sim.log.upgrades;
    const names = upgrade?.headers.map(([name]) => name) ?? [];
    expect(names.indexOf('originator')).toBeLessThan(names.indexOf('version'));
    expect(upgrade?.status).toBe(101);
    const [frame] = sim.log.frames;
    expect(JSON.parse(frame?.raw.toString() ?? '')).toEqual(frame?.body);
    expect(frame?.connection).toBe(upgrade?.connection);
  });

  it('tells that the client went away in the middle of a turn', async () => {
    sim.setTiming({ firstTokenMs: 60_000 });
    const client = await WsClient.open(sim, sim.addAccount());
    client.send(frameOf('Count to 5'));
    await sim.log.waitFor('turn', (turn) => turn.phase === 'started');
    client.ws.terminate();
    await sim.log.waitFor('turn', (turn) => turn.phase === 'aborted');
  });

  it('fails a wait with what was seen instead', async () => {
    await expect(sim.log.waitFor('frame', () => true, { timeoutMs: 1 })).rejects.toThrow(/0 of 1/);
  });
});
