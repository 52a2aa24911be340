/** Ordinary sessions whose tier a coin decides, on the wire: the composed program against the simulator. */
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src-main/core/json.ts';
import { CoinRequest, type LabExperiment } from '../../src-main/shared/lab.ts';
import { tell } from '../../src-main/shared/words/told.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, assistant, codexBody, codexHeaders, post, user, WsTurns } from '../support/turn-client.ts';

let rig: Rig;
afterEach(() => rig.stop());

const start = () => rig.app.handlers['coin.start'](CoinRequest.parse({})) as Promise<LabExperiment> | LabExperiment;
const history = [user('one'), assistant('first')];

/** A session's first turn, or its second, as a client that resends everything sends it. */
async function turn(session: string, which: 'first' | 'second' = 'first', more: JsonObject = {}): Promise<void> {
  const input = which === 'first' ? [user('one')] : [...history, user('two')];
  const answer = await rig.post(
    '/v1/responses',
    codexBody('', { input, prompt_cache_key: session, ...more }),
    codexHeaders(session),
  );
  await answer.text();
  expect(answer.status).toBe(200);
}

/** Frames upstream got, each with the hint of its upgrade and its session. */
function sent() {
  const upgrades = rig.simulator.log.entries.filter((entry) => entry.kind === 'upgrade');
  const frames = rig.simulator.log.entries.filter((entry) => entry.kind === 'frame');
  return { upgrades, bodies: frames.map(({ body }) => (isJsonObject(body) ? body : {})) };
}

const tiersOf = (session: string) =>
  sent()
    .bodies.filter((body) => body.prompt_cache_key === session)
    .map(({ service_tier: tier }) => tier ?? null);

describe('a coin that decides the tier of sessions', () => {
  it('sends service_tier: priority for one of each two, with its hint, and differs in nothing else', async () => {
    rig = await startRig();
    await start();
    const sessions = Array.from({ length: 6 }, () => randomUUID());
    for (const session of sessions) await turn(session);
    const { bodies, upgrades } = sent();
    const own = bodies.filter(({ generate }) => generate !== false);
    const isFast = own.map(({ service_tier: tier }) => tier === 'priority');
    expect([0, 2, 4].map((at) => [isFast[at], isFast[at + 1]].toSorted())).toEqual(Array(3).fill([false, true]));
    expect(own.every(({ service_tier: tier }) => tier === undefined || tier === 'priority')).toBe(true);
    const hints = upgrades.map(({ headers }) => headers.find(([name]) => name === 'x-codex-routing-hint')?.[1]);
    expect(hints).toEqual(isFast.map((fast) => `model=gpt-5.5${fast ? ';tier=priority' : ''}`));
    // What is left once ids and instants, the tier and its hint are taken out.
    const plain = (value: unknown) =>
      JSON.stringify(value)
        .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
        .replaceAll(/\d{13}/g, 'MS')
        .replaceAll(';tier=priority', '')
        .replaceAll(/"sec-websocket-key","[^"]*"/gi, '');
    const bare = own.map(({ service_tier: _tier, ...body }) => plain(body));
    expect(new Set(bare).size).toBe(1);
    expect(new Set(upgrades.map(({ headers }) => plain(headers))).size).toBe(1);
    const detail = await rig.lastTrace();
    expect(detail.changes.filter(({ path }) => path === 'body.service_tier').map(({ why }) => why)).toEqual(
      isFast.at(-1) ? [tell('why.tier.coin', { tier: 'priority' })] : [],
    );
  });

  it('keeps a session’s tier in its later turns, over a restart, when it is left, and for a session of a websocket', async () => {
    rig = await startRig();
    const { id } = await start();
    const sessions = Array.from({ length: 4 }, () => randomUUID());
    for (const session of sessions) await turn(session);
    await turn(sessions[0] ?? '', 'second');
    await rig.restart();
    for (const session of sessions) await turn(session, 'second');
    await rig.app.handlers['coin.stop']({ id });
    for (const session of sessions) await turn(session, 'second');
    const all = sessions.map(tiersOf);
    expect(all.map((tiers) => new Set(tiers).size)).toEqual([1, 1, 1, 1]);
    expect(all.flatMap(([tier]) => (tier === 'priority' ? [tier] : []))).toHaveLength(2);
    const late = randomUUID();
    await turn(late);
    expect(tiersOf(late)).toEqual([null]);
    await start();
    for (const session of [randomUUID(), randomUUID()]) {
      const client = await WsTurns.open(rig, codexHeaders(session));
      await client.turn(codexBody('one', { prompt_cache_key: session }));
      await client.turn(codexBody('two', { prompt_cache_key: session }));
      await client.close();
      expect(new Set(tiersOf(session)).size).toBe(1);
    }
  });

  it('leaves alone what began before it, other models and accounts, and gives way to user and client', async () => {
    rig = await startRig();
    const before = [randomUUID(), randomUUID()];
    for (const session of before) await turn(session);
    await start();
    for (const session of before) await turn(session, 'second');
    expect(before.flatMap(tiersOf)).toEqual([null, null, null, null]);
    const asking = [randomUUID(), randomUUID()];
    for (const session of asking) await turn(session, 'first', { service_tier: 'priority' });
    expect(asking.flatMap(tiersOf)).toEqual(['priority', 'priority']);
    await rig.app.handlers['settings.set']({ fastPolicy: 'off' });
    const switched = [randomUUID(), randomUUID()];
    for (const session of switched) await turn(session);
    expect(switched.flatMap(tiersOf)).toEqual([null, null]);
    const [coin] = await rig.app.handlers['lab.list'](null);
    // All four count as their coins fell.
    expect(coin?.coin?.open).toBe(4);
    expect(rig.app.snapshot().coins).toMatchObject([{ model: 'gpt-5.5', pairs: 0, most: 24 }]);
  });

  it('is refused where it could decide nothing, and once for an account and model, with which it goes', async () => {
    rig = await startRig();
    const refused = async (more: Partial<CoinRequest>) => {
      const asked = async () => rig.app.handlers['coin.start']({ ...CoinRequest.parse({}), ...more });
      return asked().catch((error: Error) => error.message);
    };
    expect(await refused({ model: 'nothing-known' })).toMatch(/lists no priority tier/);
    await start();
    expect(await refused({})).toMatch(/already/);
    expect(await refused({ model: 'gpt-5.5-fast' })).toMatch(/already/);
    const [account] = await rig.app.handlers['accounts.list'](null);
    await rig.app.handlers['accounts.import']({ text: rig.simulator.addAccount().authJson() });
    expect(rig.app.snapshot().coins).toHaveLength(1);
    await rig.app.handlers['accounts.remove']({ id: account?.id ?? '' });
    expect(rig.app.snapshot().coins).toEqual([]);
    await rig.app.handlers['settings.set']({ fastPolicy: 'on' });
    expect(await refused({ model: 'gpt-5.6-sol' })).toMatch(/fast switch/);
  });

  it('falls for no session of a key that may not use its tier', async () => {
    rig = await startRig();
    await start();
    const facts = { expiresAt: null, models: null, requestsPerDay: null, tokensPerDay: null };
    const { key } = await rig.app.handlers['keys.create']({ ...facts, name: 'standard only', tiers: ['standard'] });
    for (let at = 0; at < 4; at += 1) {
      const answer = await post({ baseUrl: rig.baseUrl, apiKey: key }, ask('Count to 3', { model: 'gpt-5.5' }));
      expect(answer.status).toBe(200);
    }
    const own = sent().bodies.filter(({ generate }) => generate !== false);
    expect(own.map(({ service_tier: tier }) => tier ?? null)).toEqual([null, null, null, null]);
  });
});
