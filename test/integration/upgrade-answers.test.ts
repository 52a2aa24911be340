import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import { afterEach, expect, it } from 'vitest';
import { isJsonObject } from '../../src-main/core/json.ts';
import type { RigAccount } from '../support/rig-accounts.ts';
import { accountsOf, pairOf, startedOn } from '../support/rig-accounts.ts';
import { answerEvents, sse, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { type SkippingClock, skippingClock } from '../support/skipping-clock.ts';
import { type Rig, type RigOptions, startRig } from '../support/slipstream.ts';
import { codexBody, codexHeaders, textOf, tryUpgrade, WsTurns } from '../support/turn-client.ts';

/** A Codex client's upgrade is answered as upstream answered: its websocket is opened while the client waits. */

const threadId = '01a2091c-35f3-7960-8b0b-166583eb2b00';
const hinted = (tier = '') => ({ ...codexHeaders(threadId), 'x-codex-routing-hint': `model=gpt-6.1-sol${tier}` });
const frame = (text: string, more = {}) => ({ ...codexBody(text), model: 'gpt-6.1-sol', ...more });

let rig: Rig;
let clock: SkippingClock;

async function start(options: RigOptions = {}): Promise<void> {
  clock = skippingClock();
  rig = await startRig({ clock, settings: { strategy: 'fill-first', ...options.settings }, ...options });
}

afterEach(() => rig.stop());

/** A client, and what its upgrade was answered with. */
async function open(headers: Record<string, string>): Promise<{ client: WsTurns; told: IncomingHttpHeaders }> {
  const client = new WsTurns(rig, headers);
  const told = await new Promise<IncomingHttpHeaders>((resolve, reject) => {
    let headers: IncomingHttpHeaders = {};
    client.socket.once('upgrade', (response) => {
      headers = response.headers;
    });
    client.socket.once('open', () => resolve(headers));
    client.socket.once('error', reject);
  });
  return { client, told };
}

const upgrades = () => rig.simulator.log.upgrades.map(({ status }) => status);
const hints = () =>
  rig.simulator.log.upgrades.map(({ headers }) => headers.find(([name]) => name === 'x-codex-routing-hint')?.[1]);
const frames = () => rig.simulator.log.frames.map(({ connection }) => connection);
const limit = async ({ upstream }: RigAccount) => upstream.exhaust({ at: 'upgrade' });

it("passes on what upstream's answer says, and runs the prewarm and the first turn on that socket", async () => {
  const upgradeHeaders = {
    'x-reasoning-included': 'true',
    'x-codex-something-new': 'yes',
    'openai-something-new': 'yes',
    'x-codex-turn-state': 'stays here',
    'set-cookie': 'a=b',
  };
  await start({ simulator: { maxMessageBytes: 5_000_000, upgradeHeaders } });
  const { client, told } = await open(hinted());
  expect(told).toMatchObject({
    'x-reasoning-included': 'true',
    'x-codex-something-new': 'yes',
    'openai-something-new': 'yes',
    'x-models-etag': expect.stringMatching(/^"/),
    'openai-model': 'gpt-6.1-sol',
    'x-codex-websocket-max-message-bytes': '5000000',
    'x-codex-primary-used-percent': expect.any(String),
  });
  expect(told).not.toHaveProperty('x-codex-turn-state');
  expect(told).not.toHaveProperty('set-cookie');
  expect([upgrades(), frames()]).toEqual([[101], []]);
  await client.turn(frame('', { input: [], generate: false }));
  expect(textOf(await client.turn(frame('Count to 3')))).toBe('1 2 3');
  const [connection] = rig.simulator.log.upgrades.map((upgrade) => upgrade.connection);
  expect([upgrades(), frames()]).toEqual([[101], [connection, connection]]);
  await client.close();
});

it('opens one socket upstream for two connections of a session that come at once, and tells both what it says', async () => {
  await start();
  const both = await Promise.all([open(hinted()), open(hinted())]);
  expect(both.map(({ told }) => told['openai-model'])).toEqual(['gpt-6.1-sol', 'gpt-6.1-sol']);
  expect(upgrades()).toEqual([101]);
  for (const { client } of both) {
    expect(textOf(await client.turn(frame('Count to 3')))).toBe('1 2 3');
    await client.close();
  }
});

it.each([
  ['standard', '', 'auto', undefined, 'model=gpt-6.1-sol'],
  ['fast of its own', ';tier=priority', 'auto', 'priority', 'model=gpt-6.1-sol;tier=priority'],
  ['fast of the policy', '', 'on', undefined, 'model=gpt-6.1-sol;tier=priority'],
  ['fast that the policy takes away', ';tier=priority', 'off', 'priority', 'model=gpt-6.1-sol'],
] as const)('opens it with the tier that the frames will carry: %s', async (_, tier, fastPolicy, asked, hint) => {
  await start({ settings: { fastPolicy } });
  const { client } = await open(hinted(tier));
  await client.turn(frame('Count to 3', asked === undefined ? {} : { service_tier: asked }));
  expect([hints(), upgrades(), rig.simulator.log.refusals]).toEqual([[hint], [101], []]);
  await client.close();
});

it('of a client without a hint goes by its metadata, and by the tier that was last asked of the model', async () => {
  await start();
  const headers = { ...codexHeaders(threadId), 'x-codex-turn-metadata': '{"model":"gpt-6.1-sol"}' };
  const fast = frame('Count to 3', { service_tier: 'priority' });
  for (const expected of [['model=gpt-6.1-sol', 'model=gpt-6.1-sol;tier=priority'], []]) {
    const before = hints().length;
    const { client } = await open(headers);
    await client.turn(fast);
    await client.close();
    expect(hints().slice(before)).toEqual(expected);
  }
});

it.each([
  ['of a client that is not Codex', { 'x-codex-routing-hint': 'model=gpt-6.1-sol', 'session-id': threadId }],
  ['that names no model', codexHeaders(threadId)],
])('asks upstream nothing for an upgrade %s', async (_, headers) => {
  await start();
  const { client } = await open(headers);
  expect(upgrades()).toEqual([]);
  await client.close();
});

it('refuses with 426 where upstream does, and knows it then', async () => {
  await start();
  rig.simulator.faults.always('upgrade', { kind: 'status', status: 426 });
  for (const _ of [1, 2]) expect((await tryUpgrade(rig, hinted())).status).toBe(426);
  expect(upgrades()).toEqual([426]);
});

it('renews a token that upstream refuses, once, unseen', async () => {
  await start();
  accountsOf(rig)[0]?.upstream.invalidateAccess();
  const { client, told } = await open(hinted());
  expect(told).toHaveProperty('x-models-etag');
  expect(upgrades()).toEqual([401, 101]);
  expect(rig.simulator.log.requests.filter(({ path }) => path === '/oauth/token')).toHaveLength(1);
  await client.close();
});

it("tells an account whose sign-in is refused after that as its own trouble, never as the client's", async () => {
  await start();
  rig.simulator.faults.always('upgrade', { kind: 'status', status: 401 });
  const { status, json } = await tryUpgrade(rig, hinted());
  expect([status, json]).toEqual([503, { error: expect.objectContaining({ code: 'account_signed_out' }) }]);
  expect(upgrades()).toEqual([401, 401]);
});

it.each([
  ['has no quota left', limit],
  [
    'is refused for good',
    async ({ upstream }: RigAccount) =>
      rig.simulator.faults.always('upgrade', { kind: 'status', status: 401 }, { accountId: upstream.id }),
  ],
  [
    'may not do this',
    async ({ upstream }: RigAccount) =>
      rig.simulator.faults.always('upgrade', { kind: 'status', status: 403 }, { accountId: upstream.id }),
  ],
] as const)('goes to another account, unseen, where the first one %s, and its turns do, too', async (_, spoil) => {
  await start({ accounts: 2 });
  const [first, second] = pairOf(rig);
  await spoil(first);
  const { client, told } = await open(hinted());
  expect(told).toHaveProperty('x-models-etag');
  const asked = upgrades().length;
  await client.turn(frame('Count to 3'));
  expect([startedOn(rig), upgrades().length, upgrades().at(-1)]).toEqual([[second.upstream.id], asked, 101]);
  await client.close();
});

it('refuses with 429 and the reset where no account has quota left, and asks no more then', async () => {
  await start({ accounts: 2 });
  for (const account of accountsOf(rig)) await limit(account);
  for (const _ of [1, 2]) {
    const { status, json } = await tryUpgrade(rig, hinted());
    const error = isJsonObject(json?.error) ? json.error : {};
    expect([status, error.type, typeof error.resets_at]).toEqual([429, 'usage_limit_reached', 'number']);
  }
  expect(upgrades()).toEqual([429, 429]);
});

it.each([
  ['does not answer', { kind: 'stall' } as const],
  ['is in trouble', { kind: 'status', status: 503 } as const],
  ['breaks off', { kind: 'reset' } as const],
])('answers without where upstream %s, and the turn comes through', async (_, fault) => {
  await start();
  rig.simulator.faults.next('upgrade', fault);
  const opening = open(hinted());
  await rig.simulator.log.waitFor('fault');
  if (fault.kind === 'stall') clock.skip(3_001);
  const { client, told } = await opening;
  expect(told).not.toHaveProperty('x-models-etag');
  const turn = client.turn(frame('Count to 3'));
  if (fault.kind === 'stall') clock.skip(2_000);
  expect(textOf(await turn)).toBe('1 2 3');
  await client.close();
});

it.each([
  [404, 'http'],
  [401, 'ws'],
] as const)(
  'counts what upstream answers too late, a %i, once: for the first turn alone, over %s',
  async (status, transport) => {
    const asked = Promise.withResolvers<Duplex>();
    let isFirst = true;
    const upstream = await startScriptedUpstream({
      upgrade: (socket) => {
        const isAsked = isFirst;
        isFirst = false;
        if (isAsked) asked.resolve(socket);
        return isAsked;
      },
      frame: (socket) => answerEvents('resp_1', 'ok').forEach((event) => void socket.send(JSON.stringify(event))),
      post: (response) => response.end(answerEvents('resp_2', 'ok').map(sse).join('')),
    });
    await start({ upstreamUrl: upstream.url });
    const opening = open(hinted());
    const socket = await asked.promise;
    clock.skip(3_001);
    const { client } = await opening;
    const first = client.turn(frame('Reply with exactly: ok'));
    await expect.poll(() => rig.app.snapshot().requests[0]?.attempts).toBe(1);
    socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 2\r\n\r\n{}`);
    expect(textOf(await first)).toBe('ok');
    expect((await rig.lastTrace()).row).toMatchObject({ transport, attempts: 2 });
    expect(textOf(await client.turn(frame('Reply with exactly: ok')))).toBe('ok');
    expect([upstream.connections, (await rig.lastTrace()).row.transport]).toEqual([1, 'ws']);
    await client.close();
    await upstream.stop();
  },
);

it('tells a client whose upgrade waits that Slipstream stops', async () => {
  await start();
  rig.simulator.faults.next('upgrade', { kind: 'stall' });
  const refused = tryUpgrade(rig, hinted());
  await rig.simulator.log.waitFor('fault');
  await rig.app.stop();
  expect((await refused).status).toBe(503);
});

it('gives up with a client that leaves while its upgrade waits', async () => {
  await start();
  rig.simulator.faults.next('upgrade', { kind: 'stall' });
  const client = new WsTurns(rig, hinted());
  await rig.simulator.log.waitFor('fault');
  client.socket.terminate();
  await client.closed;
  expect(textOf(await (await open(hinted())).client.turn(frame('Count to 3')))).toBe('1 2 3');
});
