import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KeyFacts } from '../../src-main/shared/key-model.ts';
import { skippingClock } from '../support/skipping-clock.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import {
  ask,
  codexBody,
  codexHeaders,
  errorOf,
  openPost,
  post,
  readAnswer,
  textOf,
  WsTurns,
} from '../support/turn-client.ts';

const clock = skippingClock();
let rig: Rig;
let count = 0;

beforeAll(async () => {
  rig = await startRig({ clock });
});
afterAll(() => rig.stop());
beforeEach(() => {
  rig.simulator.setTiming({ tokensPerSecond: 0 });
});

const unlimited: Omit<KeyFacts, 'name'> = {
  expiresAt: null,
  models: null,
  tiers: null,
  requestsPerDay: null,
  tokensPerDay: null,
};

/** A key, and what speaks with it. */
async function makeKey(facts: Partial<KeyFacts> = {}) {
  count += 1;
  const name = facts.name ?? `key ${count}`;
  const { key, keys } = await rig.app.handlers['keys.create']({ ...unlimited, ...facts, name });
  const id = keys.find((each) => each.name === name)?.id ?? '';
  return { id, name, key, server: { baseUrl: rig.baseUrl, apiKey: key } };
}

const viewOf = async (id: string) => (await rig.app.handlers['keys.list'](null)).find((key) => key.id === id);
/** Seconds pass while an answer comes. */
const isToMidnight = (told: string | undefined) => Math.abs(Number(told) - secondsToMidnight()) < 30;
const secondsToMidnight = () => 86_400 - (Math.floor(clock.epochMs() / 1000) % 86_400);

describe('an API key of its own', () => {
  it('opens the proxy, is kept as a hash alone, told once, and named in traces', async () => {
    const { id, name, key, server } = await makeKey({ name: 'Ada laptop' });
    expect(textOf((await post(server, ask('Reply with exactly: hers'))).events)).toBe('hers');
    expect((await rig.lastTrace()).row.key).toBe('Ada laptop');
    const page = await rig.app.handlers['requests.query']({ filter: { key: [name] }, cursor: null, limit: 10 });
    expect(page.rows.map((row) => row.key)).toEqual([name]);
    await post(rig, ask('hello'));
    expect((await rig.lastTrace()).row.key ?? null).toBeNull();
    const path = join(rig.host.dataDir, 'keys.json');
    expect(readFileSync(path, 'utf8')).not.toContain(key);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const told = [
      rig.app.snapshot(),
      await rig.lastTrace(),
      await rig.app.handlers['keys.list'](null),
      rig.host.log.lines,
    ];
    expect(JSON.stringify(told)).not.toContain(key);
    const { lastUsedAt, usedToday } = (await viewOf(id)) ?? {};
    expect(clock.epochMs() - (lastUsedAt ?? 0)).toBeLessThan(60_000);
    expect(usedToday?.requests).toBe(1);
    expect(usedToday?.tokens).toBeGreaterThan(0);
  });

  it('comes by every door: bearer, header and path', async () => {
    const { key } = await makeKey();
    const status = async (path: string, headers: Record<string, string>) =>
      (await fetch(`${rig.baseUrl}${path}`, { headers })).status;
    expect(await status('/v1/models', { authorization: `Bearer ${key}` })).toBe(200);
    expect(await status('/v1/models', { 'x-api-key': key })).toBe(200);
    expect(await status(`/k/${key}/v1/models`, {})).toBe(200);
    for (const wrong of [key.slice(0, -1), `${key}x`, key.toUpperCase(), 'sk-slip-']) {
      expect(await status('/v1/models', { 'x-api-key': wrong })).toBe(401);
    }
  });

  it('is refused what it is not for: another model, another tier, whatever else is relayed', async () => {
    const { server } = await makeKey({ models: ['gpt-5.5'], tiers: ['standard'] });
    expect((await post(server, ask('hello', { model: 'gpt-5.5' }))).status).toBe(200);
    const model = await post(server, ask('hello', { model: 'gpt-5.4' }));
    expect([model.status, errorOf(model.json).code]).toEqual([403, 'key_model_refused']);
    for (const fast of [{ model: 'gpt-5.5', service_tier: 'priority' }, { model: 'gpt-5.5-fast' }]) {
      const tier = await post(server, ask('hello', fast));
      expect([tier.status, errorOf(tier.json).code]).toEqual([403, 'key_tier_refused']);
    }
    const relayed = await post(
      server,
      { q: 1 },
      codexHeaders('0197f2a0-0000-7000-8000-000000000001'),
      '/v1/alpha/search',
    );
    expect(relayed.status).toBe(403);
  });

  it('that names a model with its fast alias is for that model in that tier, and told of the alias alone', async () => {
    const { key, server } = await makeKey({ models: ['gpt-5.5-fast'] });
    expect((await post(server, ask('hello', { model: 'gpt-5.5-fast' }))).status).toBe(200);
    expect((await post(server, ask('hello', { model: 'gpt-5.5', service_tier: 'priority' }))).status).toBe(200);
    for (const other of [{ model: 'gpt-5.5' }, { model: 'gpt-6-astra-fast' }]) {
      const refused = await post(server, ask('hello', other));
      expect([refused.status, errorOf(refused.json).code]).toEqual([403, 'key_model_refused']);
    }
    const listed = await fetch(`${rig.baseUrl}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    expect(await listed.json()).toMatchObject({ data: [{ id: 'gpt-5.5-fast' }] });
  });

  it('is told of the models that it is for, in every list, of one by name, and of the fast names it may use', async () => {
    const { key } = await makeKey({ models: ['gpt-5.5'] });
    const { key: slowKey } = await makeKey({ models: ['gpt-5.5'], tiers: ['standard'] });
    const get = async (path: string, apiKey: string, headers: Record<string, string> = {}) =>
      fetch(`${rig.baseUrl}/v1/models${path}`, { headers: { authorization: `Bearer ${apiKey}`, ...headers } });
    const idsOf = async (apiKey: string, headers?: Record<string, string>) => {
      const { data } = (await (await get('', apiKey, headers)).json()) as { readonly data: readonly { id: string }[] };
      return data.map(({ id }) => id);
    };
    expect(await idsOf(rig.apiKey)).toContain('gpt-6-astra');
    expect(await idsOf(key)).toEqual(['gpt-5.5', 'gpt-5.5-fast']);
    expect(await idsOf(slowKey)).toEqual(['gpt-5.5']);
    expect(await idsOf(slowKey, { 'anthropic-version': '2023-06-01' })).toEqual(['gpt-5.5']);
    expect((await get('/gpt-5.5', slowKey)).status).toBe(200);
    const other = await get('/gpt-6-astra', slowKey);
    expect([other.status, await other.text()]).toEqual([404, expect.not.stringContaining('gpt-6-astra,')]);
    const slugsOf = async (apiKey: string) => {
      const answer = await get('?client_version=0.150.0', apiKey);
      const { models } = (await answer.json()) as { readonly models: readonly { slug: string }[] };
      return models.map(({ slug }) => slug);
    };
    expect(await slugsOf(rig.apiKey)).toContain('gpt-6-astra');
    expect(await slugsOf(key)).toEqual(['gpt-5.5']);
  });

  it('is not made fast by the switch where it may not be', async () => {
    const { server } = await makeKey({ tiers: ['standard'] });
    await rig.app.handlers['settings.set']({ fastPolicy: 'on' });
    expect((await post(server, ask('hello', { model: 'gpt-5.5' }))).status).toBe(200);
    expect((await rig.lastTrace()).row.tierSent).toBeNull();
    await post(rig, ask('hello', { model: 'gpt-5.5' }));
    expect((await rig.lastTrace()).row.tierSent).toBe('priority');
    // Nor is the websocket that is opened upstream ahead of a Codex client's frames.
    const upgrades = rig.simulator.log.upgrades.length;
    const threadId = '0197f2a0-0000-7000-8000-000000000006';
    const client = await WsTurns.open(server, {
      ...codexHeaders(threadId),
      'x-codex-routing-hint': 'model=gpt-5.5',
    });
    await client.turn(codexBody('Count to 3'));
    await client.close();
    const hints = rig.simulator.log.upgrades.slice(upgrades).map(({ headers }) => new Map(headers));
    expect(hints.map((told) => told.get('x-codex-routing-hint'))).toEqual(['model=gpt-5.5']);
    await rig.app.handlers['settings.set']({ fastPolicy: 'auto' });
  });

  it('has a day’s requests: then 429 with the reset, in each dialect, and again from midnight on', async () => {
    const { server } = await makeKey({ requestsPerDay: 2 });
    const chat = { model: 'gpt-5.5', messages: [{ role: 'user', content: 'hello' }] };
    const messages = { ...chat, max_tokens: 50 };
    await post(server, ask('hello'));
    await post(server, ask('hello'));
    const responses = await post(server, ask('hello'));
    expect(responses.status).toBe(429);
    expect(errorOf(responses.json)).toMatchObject({ code: 'key_limit_reached' });
    expect(isToMidnight(responses.headers['retry-after'])).toBe(true);
    const inChat = await post(server, chat, {}, '/v1/chat/completions');
    expect([inChat.status, errorOf(inChat.json).code]).toEqual([429, 'key_limit_reached']);
    const inMessages = await post(server, messages, {}, '/v1/messages');
    expect([inMessages.status, inMessages.json?.type, errorOf(inMessages.json).type]).toEqual([
      429,
      'error',
      'rate_limit_error',
    ]);
    expect(isToMidnight(inMessages.headers['retry-after'])).toBe(true);
    clock.skip(secondsToMidnight() * 1000);
    expect((await post(server, ask('hello'))).status).toBe(200);
  });

  it('has a day’s tokens: the turn that uses them up ends as it should, the next is refused', async () => {
    const { server, id } = await makeKey({ tokensPerDay: 5 });
    expect(textOf((await post(server, ask('Count to 12'))).events)).toContain('12');
    expect((await viewOf(id))?.usedToday.tokens).toBeGreaterThan(5);
    expect((await post(server, ask('hello'))).status).toBe(429);
  });

  it('has a day’s tokens, of which a turn takes its share that its client leaves, or whose limit cuts it, too', async () => {
    const tokens = async (id: string) => (await viewOf(id))?.usedToday.tokens ?? 0;
    rig.simulator.setTiming({ tokensPerSecond: 100 });
    const cut = await makeKey({ tokensPerDay: 5 });
    const messages = [{ role: 'user', content: 'Count to 40' }];
    const chat = { model: 'gpt-5.5', max_tokens: 3, messages };
    expect((await post(cut.server, chat, {}, '/v1/chat/completions')).status).toBe(200);
    expect(await tokens(cut.id)).toBeGreaterThan(5);
    expect((await post(cut.server, ask('hello'))).status).toBe(429);
    const left = await makeKey({ tokensPerDay: 5 });
    const turn = openPost(left.server, '/v1/responses', JSON.stringify(ask('Count to 400')));
    const head = await turn.head;
    let told = '';
    for await (const chunk of head) {
      told += String(chunk);
      if (told.includes('.delta')) break;
    }
    turn.request.destroy();
    await expect.poll(() => tokens(left.id)).toBeGreaterThan(5);
    expect((await post(left.server, ask('hello'))).status).toBe(429);
  });

  it('tells a websocket client in-band, as a limit that official clients take for final', async () => {
    const { server } = await makeKey({ requestsPerDay: 1 });
    const client = await WsTurns.open(server, codexHeaders('0197f2a0-0000-7000-8000-000000000002'));
    expect(textOf(await client.turn(codexBody('Count to 3')))).toBe('1 2 3');
    const [refusal] = await client.turn(codexBody('Count to 3'));
    expect(refusal).toMatchObject({ type: 'error', status: 429, error: { type: 'usage_limit_reached' } });
    expect(errorOf(refusal).resets_at).toBe(Math.ceil(clock.epochMs() / 1000 / 86_400) * 86_400);
    await client.close();
  });

  it('ends with its time', async () => {
    const { server } = await makeKey({ expiresAt: clock.epochMs() + 60_000 });
    expect((await post(server, ask('hello'))).status).toBe(200);
    clock.skip(60_000);
    const late = await post(server, ask('hello'));
    expect([late.status, errorOf(late.json).code]).toEqual([401, 'key_expired']);
  });

  it('revoked, it ends the turns that run for it, on websockets that stay open too, and nobody else’s', async () => {
    const { server, id } = await makeKey();
    const client = await WsTurns.open(server, codexHeaders('0197f2a0-0000-7000-8000-000000000003'));
    await client.turn(codexBody('Count to 3'));
    rig.simulator.setTiming({ tokensPerSecond: 20 });
    const [hers, others] = [server, rig].map((whose) =>
      openPost(whose, '/v1/responses', JSON.stringify(ask('Count to 40', { stream: true }))),
    );
    await Promise.all([hers?.head, others?.head]);
    await rig.app.handlers['keys.revoke']({ id });
    if (hers === undefined || others === undefined) throw new Error('no turns');
    expect((await readAnswer(await hers.head)).text).toContain('turn_stopped');
    expect(await client.turn(codexBody('Count to 3'))).toMatchObject([{ status: 401, error: { code: 'key_wrong' } }]);
    expect((await post(server, ask('hello'))).status).toBe(401);
    expect(textOf((await readAnswer(await others.head)).events)).toContain('40');
    await client.close();
  });

  it('renamed, it counts and stops the turns of websockets that stayed open, and that of a turn that runs', async () => {
    const { id, server } = await makeKey({ tokensPerDay: 1_000_000 });
    const client = await WsTurns.open(server, codexHeaders('0197f2a0-0000-7000-8000-000000000004'));
    await client.turn(codexBody('Count to 3'));
    const used = async () => (await viewOf(id))?.usedToday.tokens ?? 0;
    const before = await used();
    expect(before).toBeGreaterThan(0);
    rig.simulator.setTiming({ tokensPerSecond: 20 });
    const running = openPost(server, '/v1/responses', JSON.stringify(ask('Count to 12', { stream: true })));
    const head = await running.head;
    const facts = { ...unlimited, name: 'called otherwise', tokensPerDay: 1_000_000 };
    await rig.app.handlers['keys.update']({ id, facts });
    expect(textOf((await readAnswer(head)).events)).toContain('12');
    const between = await used();
    expect(between).toBeGreaterThan(before);
    rig.simulator.setTiming({ tokensPerSecond: 0 });
    await client.turn(codexBody('Count to 3'));
    expect(await used()).toBeGreaterThan(between);
    expect((await rig.lastTrace()).row.key).toBe('called otherwise');
    rig.simulator.setTiming({ tokensPerSecond: 20 });
    const last = await openPost(server, '/v1/responses', JSON.stringify(ask('Count to 400', { stream: true }))).head;
    await rig.app.handlers['keys.update']({ id, facts: { ...facts, name: 'once more' } });
    await rig.app.handlers['keys.revoke']({ id });
    expect((await readAnswer(last)).text).toContain('turn_stopped');
    await client.close();
  });

  it('has a name of its own, and stays with what it used over a restart', async () => {
    const { name, id, server } = await makeKey({ requestsPerDay: 1 });
    await expect(rig.app.handlers['keys.create']({ ...unlimited, name: name.toUpperCase() })).rejects.toMatchObject({
      code: 'key_name_taken',
    });
    await post(server, ask('hello'));
    await rig.restart();
    expect((await post({ ...server, baseUrl: rig.baseUrl }, ask('hello'))).status).toBe(429);
    await rig.app.handlers['keys.update']({ id, facts: { ...unlimited, name: 'renamed' } });
    expect((await post({ ...server, baseUrl: rig.baseUrl }, ask('hello'))).status).toBe(200);
  });
});

describe('the first key, once another has taken its place', () => {
  it('begins nothing more on websockets that stayed open; the turn that runs goes on', async () => {
    const client = await WsTurns.open(rig, codexHeaders('0197f2a0-0000-7000-8000-000000000005'));
    rig.simulator.setTiming({ tokensPerSecond: 20 });
    const running = client.turn(codexBody('Count to 12'));
    await expect.poll(() => client.events.length).toBeGreaterThan(1);
    await rig.app.handlers['app.rotateKey'](null);
    expect(textOf(await running)).toContain('12');
    const frames = rig.simulator.log.frames.length;
    for (const frame of [codexBody('Count to 3'), { type: 'response.interrupt', response_id: 'resp_1' }])
      expect(await client.turn({ type: 'response.create', ...frame })).toMatchObject([
        { status: 401, error: { code: 'key_wrong' } },
      ]);
    expect(rig.simulator.log.frames).toHaveLength(frames);
    await client.close();
  });

  it('begins nothing of a request whose body was still on its way', async () => {
    const outgoing = request(`${rig.baseUrl}/v1/responses`, {
      method: 'POST',
      agent: false,
      headers: { authorization: `Bearer ${rig.app.apiKey}`, expect: '100-continue', 'transfer-encoding': 'chunked' },
    });
    const head = once(outgoing, 'response') as Promise<[IncomingMessage]>;
    outgoing.flushHeaders();
    await once(outgoing, 'continue');
    await rig.app.handlers['app.rotateKey'](null);
    const frames = rig.simulator.log.frames.length;
    outgoing.end(JSON.stringify(ask('Count to 3')));
    const answer = await readAnswer((await head)[0]);
    expect([answer.status, errorOf(answer.json).code]).toEqual([401, 'key_wrong']);
    expect(rig.simulator.log.frames).toHaveLength(frames);
  });
});
