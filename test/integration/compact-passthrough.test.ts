import { randomUUID } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src-main/core/json.ts';
import { accountsOf, pairOf, viewOf } from '../support/rig-accounts.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import {
  ask,
  codexBody,
  codexHeaders,
  errorOf,
  outputOf,
  post,
  typesOf,
  user,
  WsTurns,
} from '../support/turn-client.ts';

let rig: Rig;

async function start(accounts = 1): Promise<void> {
  rig = await startRig({ accounts, settings: { strategy: 'fill-first' } });
}

afterEach(() => rig.stop());

const path = '/v1/responses/compact';

function compactBody(more: JsonObject = {}): JsonObject {
  return { model: 'gpt-5.5', input: [user('a long talk')], instructions: 'Be brief.', ...more };
}

function compactions() {
  return rig.simulator.log.requests.filter((request) => request.path.endsWith('/responses/compact'));
}

describe('case 38: POST /v1/responses/compact', () => {
  it('case 38: gives upstream’s JSON as it came', async () => {
    await start();
    const answer = await post(rig, compactBody(), codexHeaders(randomUUID()), path);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toContain('application/json');
    expect(answer.json).toMatchObject({ object: 'response.compaction' });
    const output = Array.isArray(answer.json?.output) ? answer.json.output : [];
    expect(output.map((item) => (isJsonObject(item) ? item.type : null))).toEqual(['message', 'compaction']);
  });

  it('case 38: sends a Codex client’s body untouched, as JSON over HTTP, never over a websocket', async () => {
    await start();
    const body = JSON.stringify(compactBody());
    await post(rig, body, codexHeaders(randomUUID()), path);
    expect(compactions().map(({ decodedBody }) => decodedBody.toString())).toEqual([body]);
    expect(rig.simulator.log.upgrades).toHaveLength(0);
    const accept = compactions()[0]?.headers.find(([name]) => name.toLowerCase() === 'accept');
    expect(accept?.[1]).toBe('application/json');
  });

  it('case 38: drops what the endpoint does not take from any other client', async () => {
    await start();
    const more = { temperature: 1, store: false, metadata: { a: 'b' }, truncation: 'auto', service_tier: 'default' };
    const answer = await post(rig, compactBody({ ...more, stream: false }), {}, path);
    expect(answer.status).toBe(200);
    expect(rig.simulator.log.refusals).toHaveLength(0);
  });

  it.each([true, 'true'])('case 38: refuses stream: %j with 400', async (stream) => {
    await start();
    const answer = await post(rig, compactBody({ stream }), {}, path);
    expect(answer.status).toBe(400);
    expect(errorOf(answer.json)).toMatchObject({ type: 'invalid_request_error' });
    expect(compactions()).toHaveLength(0);
  });

  it('case 38: reads a zstd body', async () => {
    await start();
    const body = zstdCompressSync(Buffer.from(JSON.stringify(compactBody())));
    const answer = await post(rig, body, { ...codexHeaders(randomUUID()), 'content-encoding': 'zstd' }, path);
    expect(answer.status).toBe(200);
    expect(compactions()[0]?.body).toMatchObject({ instructions: 'Be brief.' });
  });

  it('is found under the official base as well', async () => {
    await start();
    const answer = await post(rig, compactBody(), {}, '/backend-api/codex/responses/compact');
    expect(answer.json).toMatchObject({ object: 'response.compaction' });
  });
});

describe('a compaction in trouble', () => {
  it('moves to the next account at a usage limit, which rests as a whole', async () => {
    await start(2);
    const [first, second] = pairOf(rig);
    first.upstream.exhaust();
    expect((await post(rig, compactBody(), {}, path)).status).toBe(200);
    expect(compactions().map(({ accountId }) => accountId)).toEqual([first.upstream.id, second.upstream.id]);
    expect(viewOf(rig, first).state).toBe('exhausted');
  });

  it('has its token refreshed and is tried again', async () => {
    await start();
    accountsOf(rig)[0]?.upstream.invalidateAccess();
    expect((await post(rig, compactBody(), {}, path)).status).toBe(200);
    expect(rig.simulator.log.requests.filter((request) => request.path === '/oauth/token')).toHaveLength(1);
  });

  it.each([
    ['500', { kind: 'status', status: 500 }],
    ['503', { kind: 'status', status: 503 }],
    ['a reset', { kind: 'reset' }],
  ] as const)('case 38: that may pass is tried again and costs the account nothing: %s', async (_what, fault) => {
    await start(2);
    const [first] = pairOf(rig);
    rig.simulator.faults.next('request', fault);
    expect((await post(rig, compactBody(), {}, path)).status).toBe(200);
    expect(new Set(compactions().map(({ accountId }) => accountId))).toEqual(new Set([first.upstream.id]));
    expect(viewOf(rig, first)).toMatchObject({ state: 'ready', cooldownUntil: null });
  });

  it('case 38: of its own making is told at once, and no other account is asked', async () => {
    await start(2);
    const answer = await post(rig, compactBody({ input: 7 }), codexHeaders(randomUUID()), path);
    expect(answer.status).toBe(400);
    expect(errorOf(answer.json)).toMatchObject({ message: 'Input must be a list' });
    expect(compactions()).toHaveLength(1);
  });

  it('that every account is too exhausted for ends as the 429 with the earliest reset', async () => {
    await start(2);
    const soonest = Math.floor(Date.now() / 1000) + 500;
    const [first, second] = pairOf(rig);
    first.upstream.exhaust({ resetsAt: soonest + 9 });
    second.upstream.exhaust({ resetsAt: soonest });
    const answer = await post(rig, compactBody(), {}, path);
    expect(answer.status).toBe(429);
    expect(errorOf(answer.json)).toMatchObject({ resets_at: soonest });
  });
});

describe('a compaction by trigger, as newer clients ask for it', () => {
  it('passes over a websocket, and its item comes back', async () => {
    await start();
    const client = await WsTurns.open(rig, codexHeaders(randomUUID()));
    const events = await client.turn(codexBody('', { input: [user('a long talk'), { type: 'compaction_trigger' }] }));
    expect(typesOf(outputOf(events))).toContain('compaction');
    expect((await rig.lastTrace()).row.kind).toBe('compact');
    await client.close();
  });

  it('passes over HTTP, and the item can be built upon', async () => {
    await start();
    const headers = codexHeaders(randomUUID());
    const one = await post(rig, codexBody('', { input: [user('talk'), { type: 'compaction_trigger' }] }), headers);
    const items = outputOf(one.events).filter(({ type }) => type === 'compaction');
    const two = await post(rig, codexBody('', { input: [...items, user('go on')] }), headers);
    expect(typesOf(two.events).at(-1)).toBe('response.completed');
    expect((await post(rig, ask('hello'))).status).toBe(200);
  });
});
