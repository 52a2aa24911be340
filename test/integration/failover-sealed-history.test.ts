import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject, parseJsonObject } from '../../src-main/core/json.ts';
import { pairOf, startedOn } from '../support/rig-accounts.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import {
  ask,
  codexBody,
  codexHeaders,
  errorOf,
  outputOf,
  post,
  responseIdOf,
  textOf,
  typesOf,
  user,
  WsTurns,
} from '../support/turn-client.ts';

let rig: Rig;

async function start(): Promise<void> {
  rig = await startRig({ accounts: 2, settings: { strategy: 'fill-first' } });
}

afterEach(() => rig.stop());

/** Types of the input items of every full request that went upstream. */
function inputTypes(): string[][] {
  return rig.simulator.log.frames.map(({ body }) => {
    const input = isJsonObject(body) && Array.isArray(body.input) ? body.input : [];
    return input.map((item) => (isJsonObject(item) ? String(item.type) : 'no object'));
  });
}

const reasoning = { reasoning: { effort: 'low' } };

describe('reasoning that another account sealed', () => {
  it('is left out up front when the session has moved', async () => {
    await start();
    const [first, second] = pairOf(rig);
    const headers = { 'session-id': randomUUID() };
    const one = await post(rig, ask('Reply with exactly: one', reasoning), headers);
    first.upstream.exhaust();
    const history = [user('Reply with exactly: one'), ...outputOf(one.events), user('Reply with exactly: two')];
    rig.simulator.log.clear();
    const two = await post(rig, ask('', { ...reasoning, input: history }), headers);
    expect(textOf(two.events)).toBe('two');
    expect(inputTypes()).toEqual([['message'], ['message', 'message', 'message']]);
    expect(startedOn(rig)).toEqual([second.upstream.id]);
  });

  it('is left out of a Codex client’s full request in the same way', async () => {
    await start();
    const [first] = pairOf(rig);
    const thread = randomUUID();
    const client = await WsTurns.open(rig, codexHeaders(thread));
    const one = await client.turn(codexBody('Reply with exactly: one'));
    first.upstream.exhaust();
    const delta = {
      ...codexBody(''),
      previous_response_id: responseIdOf(one),
      input: [user('Reply with exactly: two')],
    };
    const [resend] = await client.turn(delta);
    expect(errorOf(resend)).toMatchObject({ code: 'previous_response_not_found' });
    const history = [user('Reply with exactly: one'), ...outputOf(one), user('Reply with exactly: two')];
    expect(textOf(await client.turn(codexBody('', { input: history })))).toBe('two');
    await client.close();
  });

  it('that nobody can read ends in upstream’s own error after that one retry', async () => {
    await start();
    rig.simulator.faults.always('turn', { kind: 'error', code: 'invalid_encrypted_content' });
    const answer = await post(rig, ask('hello'));
    expect(answer.status).toBe(400);
    expect(errorOf(answer.json)).toMatchObject({ code: 'invalid_encrypted_content' });
    expect(startedOn(rig)).toHaveLength(2);
  });
});

describe('a session that holds a compaction item', () => {
  async function compacted(headers: Record<string, string>): Promise<JsonObject> {
    const answer = await post(
      rig,
      codexBody('', { input: [user('old talk'), { type: 'compaction_trigger' }] }),
      headers,
    );
    const item = outputOf(answer.events).find(({ type }) => type === 'compaction');
    if (item === undefined) throw new Error('there is no compaction item');
    return item;
  }

  it('stays on its account through trouble that would move another session', async () => {
    await start();
    const [first] = pairOf(rig);
    const headers = codexHeaders(randomUUID());
    const input = [await compacted(headers), user('Reply with exactly: read')];
    rig.simulator.faults.always('turn', { kind: 'error', status: 500 }, { accountId: first.upstream.id });
    rig.simulator.log.clear();
    const answer = await post(rig, codexBody('', { input }), headers);
    expect(answer.status).toBe(500);
    expect(new Set(startedOn(rig))).toEqual(new Set([first.upstream.id]));
    rig.simulator.faults.clear();
    expect(textOf((await post(rig, codexBody('', { input }), headers)).events)).toBe('read');
  });

  it('stays on its account when that one is asked to slow down', async () => {
    await start();
    const [first] = pairOf(rig);
    const headers = codexHeaders(randomUUID());
    const item = await compacted(headers);
    const client = await WsTurns.open(rig, headers);
    const one = await client.turn(codexBody('', { input: [item, user('hello')] }));
    rig.simulator.faults.next('turn', { kind: 'error', status: 429 });
    const delta = { ...codexBody(''), previous_response_id: responseIdOf(one), input: [user('more')] };
    const [resend] = await client.turn(delta);
    expect(errorOf(resend)).toMatchObject({ code: 'previous_response_not_found' });
    rig.simulator.log.clear();
    await client.turn(codexBody('', { input: [item, user('hello'), ...outputOf(one), user('more')] }));
    expect(startedOn(rig)).toEqual([first.upstream.id]);
    await client.close();
  });

  it('moves when its account is exhausted, is told what to do, and is back once that account has recovered', async () => {
    await start();
    const [first, second] = pairOf(rig);
    const headers = codexHeaders(randomUUID());
    const input = [await compacted(headers), user('Reply with exactly: back')];
    first.upstream.exhaust();
    rig.simulator.log.clear();
    const answer = await post(rig, codexBody('', { input }), headers);
    expect(answer.status).toBe(400);
    expect(errorOf(answer.json)).toMatchObject({
      code: 'invalid_encrypted_content',
      message: expect.stringMatching(
        /usage limit until \d{4}-\d\d-\d\d \d\d:\d\d UTC\. Wait until then, or start a new/,
      ),
    });
    expect(rig.simulator.log.frames.map(({ accountId }) => accountId)).toContain(second.upstream.id);
    first.upstream.resetUsage();
    await rig.app.handlers['accounts.readUsage']({ id: first.id });
    expect(textOf((await post(rig, codexBody('', { input }), headers)).events)).toBe('back');
  });

  it('finds its account after a restart, when nobody remembers which one it was', async () => {
    await start();
    const [first] = pairOf(rig);
    const item = await compacted(codexHeaders(randomUUID()));
    await rig.app.handlers['accounts.setEnabled']({ id: first.id, enabled: false });
    await post(rig, ask('hello'));
    await rig.app.handlers['settings.set']({ strategy: 'round-robin' });
    await rig.app.handlers['accounts.setEnabled']({ id: first.id, enabled: true });
    rig.simulator.log.clear();
    for (const text of ['one', 'two']) {
      const input = [item, user(`Reply with exactly: ${text}`)];
      const headers = codexHeaders(randomUUID());
      expect(textOf((await post(rig, codexBody('', { input }), headers)).events)).toBe(text);
      expect(textOf((await post(rig, codexBody('', { input }), headers)).events)).toBe(text);
      expect(startedOn(rig).at(-1)).toBe(first.upstream.id);
    }
    expect(new Set(rig.simulator.log.frames.map(({ accountId }) => accountId)).size).toBe(2);
  });

  it('is not a session that only asks for a compaction: that turn may move', async () => {
    await start();
    const [first, second] = pairOf(rig);
    rig.simulator.faults.always('turn', { kind: 'error', status: 500 }, { accountId: first.upstream.id });
    const body = codexBody('', { input: [user('old talk'), { type: 'compaction_trigger' }] });
    const answer = await post(rig, body, codexHeaders(randomUUID()));
    expect(typesOf(outputOf(answer.events))).toContain('compaction');
    expect(startedOn(rig).at(-1)).toBe(second.upstream.id);
  });
});

describe('x-codex-turn-state', () => {
  it('goes back to the account that issued it over HTTP, and to no other', async () => {
    await start();
    const [first, second] = pairOf(rig);
    for (const { id } of [first, second]) {
      await rig.app.handlers['accounts.setWebsockets']({ id, websockets: false });
    }
    const headers = codexHeaders(randomUUID());
    const one = await post(rig, codexBody('one'), headers);
    const state = String(one.headers['x-codex-turn-state']);
    expect(state).toMatch(/^gAAAA/);
    await post(rig, codexBody('two'), { ...headers, 'x-codex-turn-state': state });
    first.upstream.exhaust();
    const three = await post(rig, codexBody('Reply with exactly: three'), { ...headers, 'x-codex-turn-state': state });
    expect(textOf(three.events)).toBe('three');
    const sent = rig.simulator.log.requests
      .filter(({ path }) => path.endsWith('/responses'))
      .map((request) => [
        request.accountId === first.upstream.id ? 'first' : 'second',
        request.headers.find(([name]) => name.toLowerCase() === 'x-codex-turn-state')?.[1] ?? null,
      ]);
    expect(sent).toEqual([
      ['first', null],
      ['first', state],
      ['first', state],
      ['second', null],
    ]);
  });

  it('goes to its own account alone, whoever issued the latest one of the session', async () => {
    await start();
    const [first, second] = pairOf(rig);
    for (const { id } of [first, second]) await rig.app.handlers['accounts.setWebsockets']({ id, websockets: false });
    const headers = codexHeaders(randomUUID());
    const state = String((await post(rig, codexBody('one'), headers)).headers['x-codex-turn-state']);
    first.upstream.exhaust();
    await post(rig, codexBody('two'), headers);
    rig.simulator.log.clear();
    const three = await post(rig, codexBody('Reply with exactly: three'), { ...headers, 'x-codex-turn-state': state });
    expect(textOf(three.events)).toBe('three');
    const states = rig.simulator.log.requests.map(({ accountId, headers: sent }) => [
      accountId,
      sent.some(([name]) => name.toLowerCase() === 'x-codex-turn-state'),
    ]);
    expect(states).toEqual([[second.upstream.id, false]]);
  });

  it('of a stranger is not sent at all', async () => {
    await start();
    for (const { id } of pairOf(rig)) await rig.app.handlers['accounts.setWebsockets']({ id, websockets: false });
    const answer = await post(rig, codexBody('Reply with exactly: fine'), {
      ...codexHeaders(randomUUID()),
      'x-codex-turn-state': 'made-up',
    });
    expect(textOf(answer.events)).toBe('fine');
  });

  it('is not told to clients while a websocket carries the turn', async () => {
    await start();
    const answer = await post(rig, codexBody('hello'), codexHeaders(randomUUID()));
    expect(answer.headers['x-codex-turn-state']).toBeUndefined();
  });
});

describe('a sub-agent of a Codex client, whose task is sealed for the account of its parent', () => {
  const task = { type: 'string', encrypted: true };
  const tools = [{ type: 'function', name: 'spawn', parameters: { type: 'object', properties: { task } } }];
  const parent = randomUUID();

  /** What a sub-agent is sent first: the task as its parent's answer has it. */
  async function taskOf(): Promise<JsonObject> {
    const text = 'call tool spawn with `{"task":"Reply with exactly: sub"}`';
    const { events } = await post(rig, codexBody(text, { tools }), codexHeaders(parent));
    const call = outputOf(events).find(({ type }) => type === 'function_call');
    const sealed = parseJsonObject(String(call?.arguments))?.task ?? null;
    expect(sealed).toMatch(/^gAAAA/);
    const content = [
      { type: 'input_text', text: 'Payload:' },
      { type: 'encrypted_content', encrypted_content: sealed },
    ];
    return { type: 'agent_message', author: '/root', recipient: '/root/a', content };
  }

  const childHeaders = (thread: string) => ({
    ...codexHeaders(thread),
    'x-codex-turn-metadata': JSON.stringify({ session_id: parent, thread_id: thread, parent_thread_id: parent }),
  });

  it('runs on that account from its upgrade on, whatever others have less to do', async () => {
    rig = await startRig({ accounts: 3, settings: { strategy: 'round-robin' } });
    const task = await taskOf();
    const [home] = startedOn(rig);
    for (const way of ['http', 'ws'] as const) {
      rig.simulator.log.clear();
      const headers = childHeaders(randomUUID());
      const body = codexBody('', { input: [task] });
      if (way === 'http') expect(textOf((await post(rig, body, headers)).events)).toBe('sub');
      else {
        const client = await WsTurns.open(rig, headers);
        expect(textOf(await client.turn(body))).toBe('sub');
        await client.close();
      }
      expect(startedOn(rig)).toEqual([home]);
      expect(rig.simulator.log.upgrades.map(({ accountId }) => accountId)).toEqual([home]);
    }
  });

  it('stays there through trouble that would move another session', async () => {
    rig = await startRig({ accounts: 2, settings: { strategy: 'round-robin' } });
    const task = await taskOf();
    const [home] = startedOn(rig);
    rig.simulator.faults.next('turn', { kind: 'error', status: 500 }, { accountId: String(home) });
    rig.simulator.log.clear();
    const { events } = await post(rig, codexBody('', { input: [task] }), childHeaders(randomUUID()));
    expect(textOf(events)).toBe('sub');
    expect(new Set(startedOn(rig))).toEqual(new Set([home]));
  });
});
