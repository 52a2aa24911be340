import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../../src-main/simulator/simulator.ts';
import { accountsOf, pairOf } from '../support/rig-accounts.ts';
import { type SkippingClock, skippingClock } from '../support/skipping-clock.ts';
import { type Rig, type RigOptions, startRig } from '../support/slipstream.ts';
import {
  ask,
  codexBody,
  codexHeaders,
  errorOf,
  outputOf,
  post,
  responseIdOf,
  textOf,
  tryUpgrade,
  user,
  WsTurns,
} from '../support/turn-client.ts';

let rig: Rig;
let clock: SkippingClock;

async function start(options: RigOptions = {}): Promise<void> {
  clock = skippingClock();
  rig = await startRig({ clock, settings: { strategy: 'fill-first' }, ...options });
}

afterEach(() => rig.stop());

/** How each turn went upstream, by what upstream saw. */
function transports(simulator: Simulator): string[] {
  return simulator.log.turns.filter(({ phase }) => phase === 'started').map(({ transport }) => transport);
}

async function port(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('an upstream that answers an upgrade with 426', () => {
  it('gets the same turn over HTTP, unseen', async () => {
    await start();
    accountsOf(rig).forEach(({ upstream }) => {
      upstream.websockets = false;
    });
    const answer = await post(rig, ask('Count to 4'));
    expect(textOf(answer.events)).toBe('1 2 3 4');
    expect((await rig.lastTrace()).row).toMatchObject({ transport: 'http', attempts: 2 });
  });

  it('is remembered, account by account, and asked again after a while', async () => {
    await start({ accounts: 2, settings: { strategy: 'round-robin' } });
    const [first] = pairOf(rig);
    first.upstream.websockets = false;
    for (let turn = 0; turn < 4; turn += 1) await post(rig, ask('hello'));
    expect(transports(rig.simulator).toSorted()).toEqual(['http', 'http', 'ws', 'ws']);
    expect(rig.simulator.log.upgrades.filter(({ status }) => status === 426)).toHaveLength(1);
    first.upstream.websockets = true;
    clock.skip(10 * 60_000);
    rig.simulator.log.clear();
    for (let turn = 0; turn < 2; turn += 1) await post(rig, ask('hello'));
    expect(transports(rig.simulator)).toEqual(['ws', 'ws']);
  });

  it('is forgotten when the user sets the account’s websockets anew', async () => {
    await start();
    const [only] = accountsOf(rig);
    rig.simulator.faults.next('upgrade', { kind: 'status', status: 426 });
    await post(rig, ask('one'));
    await rig.app.handlers['accounts.setWebsockets']({ id: only?.id ?? '', websockets: true });
    await post(rig, ask('two'));
    expect(transports(rig.simulator)).toEqual(['http', 'ws']);
  });
});

describe('an account whose own websockets value says no', () => {
  it('is served over HTTP without an upgrade being tried, and the full history goes every time', async () => {
    await start();
    const [only] = accountsOf(rig);
    await rig.app.handlers['accounts.setWebsockets']({ id: only?.id ?? '', websockets: false });
    const headers = { 'session-id': randomUUID() };
    const one = await post(rig, ask('Reply with exactly: one'), headers);
    const input = [user('Reply with exactly: one'), ...outputOf(one.events), user('Reply with exactly: two')];
    expect(textOf((await post(rig, ask('', { input }), headers)).events)).toBe('two');
    expect(transports(rig.simulator)).toEqual(['http', 'http']);
    expect(rig.simulator.log.upgrades).toHaveLength(0);
  });

  it('keeps its connection from turn to turn', async () => {
    await start();
    const [only] = accountsOf(rig);
    await rig.app.handlers['accounts.setWebsockets']({ id: only?.id ?? '', websockets: false });
    for (let turn = 0; turn < 4; turn += 1) await post(rig, ask('hello'));
    const posts = rig.simulator.log.requests.filter(({ path }) => path.endsWith('/responses'));
    expect(posts).toHaveLength(4);
    expect(new Set(posts.map(({ connection }) => connection)).size).toBe(1);
  });

  it('fails over from HTTP to an account that has websockets', async () => {
    await start({ accounts: 2 });
    const [first] = pairOf(rig);
    await rig.app.handlers['accounts.setWebsockets']({ id: first.id, websockets: false });
    first.upstream.exhaust();
    expect(textOf((await post(rig, ask('Reply with exactly: over there'))).events)).toBe('over there');
    expect(transports(rig.simulator)).toEqual(['ws']);
  });

  it('is tried twice where HTTP is reset before an answer', async () => {
    await start();
    const [only] = accountsOf(rig);
    await rig.app.handlers['accounts.setWebsockets']({ id: only?.id ?? '', websockets: false });
    rig.simulator.faults.next('request', { kind: 'reset' });
    expect(textOf((await post(rig, ask('Reply with exactly: second'))).events)).toBe('second');
  });
});

describe('an upstream that cannot be dialled', () => {
  it('twice is asked over HTTP, and where that works this is remembered for a minute', async () => {
    await start();
    rig.simulator.faults.always('upgrade', { kind: 'reset' });
    expect(textOf((await post(rig, ask('Reply with exactly: by post'))).events)).toBe('by post');
    expect(rig.simulator.log.upgrades).toHaveLength(2);
    await post(rig, ask('again'));
    expect(rig.simulator.log.upgrades).toHaveLength(2);
    rig.simulator.faults.clear();
    clock.skip(60_000);
    await post(rig, ask('again'));
    expect(transports(rig.simulator)).toEqual(['http', 'http', 'ws']);
  });

  it('because nothing answers is given up after 5 s each time', async () => {
    await start();
    rig.simulator.faults.always('upgrade', { kind: 'stall' });
    const answer = post(rig, ask('Reply with exactly: by post'));
    for (const count of [1, 2]) {
      await rig.simulator.log.waitForCount('upgrade', count);
      clock.skip(5_000);
    }
    expect(textOf((await answer).events)).toBe('by post');
  });

  it('at all ends in a 502 that names the host', async () => {
    const closed = `127.0.0.1:${await port()}`;
    await start({ upstreamUrl: `http://${closed}/backend-api/codex` });
    const answer = await post(rig, ask('hello'));
    expect(answer.status).toBe(502);
    expect(errorOf(answer.json)).toMatchObject({ code: 'upstream_unreachable', type: 'server_error' });
    expect(String(errorOf(answer.json).message)).toContain(closed);
  });

  it('at all is nothing to hold against its websockets: they are tried first when it is back', async () => {
    await start();
    rig.simulator.faults.always('upgrade', { kind: 'reset' });
    rig.simulator.faults.always('request', { kind: 'reset' });
    expect((await post(rig, ask('hello'))).status).toBe(502);
    rig.simulator.faults.clear();
    await post(rig, ask('hello'));
    expect(transports(rig.simulator)).toEqual(['ws']);
  });
});

describe('a websocket client whose account is served over HTTP only', () => {
  it('meets 426 at its upgrade where that is known', async () => {
    await start();
    const [only] = accountsOf(rig);
    expect((await tryUpgrade(rig, codexHeaders(randomUUID()))).status).toBe(101);
    await rig.app.handlers['accounts.setWebsockets']({ id: only?.id ?? '', websockets: false });
    const refused = await tryUpgrade(rig, codexHeaders(randomUUID()));
    expect(refused.status).toBe(426);
    expect(errorOf(refused.json)).toMatchObject({ code: 'upgrade_required' });
  });

  it('that finds out with a prewarm gets 400 in-band, and 426 when it reconnects', async () => {
    await start();
    rig.simulator.faults.always('upgrade', { kind: 'status', status: 426 });
    const headers = codexHeaders(randomUUID());
    const client = await WsTurns.open(rig, headers);
    const [refused] = await client.turn(codexBody('', { generate: false, input: [] }));
    expect(refused).toMatchObject({ type: 'error', status: 400 });
    expect(transports(rig.simulator)).toEqual([]);
    expect((await tryUpgrade(rig, headers)).status).toBe(426);
    await client.close();
  });

  it('that finds out with a later frame gets websocket_connection_limit_reached, and 426 when it reconnects', async () => {
    await start();
    const headers = codexHeaders(randomUUID());
    const client = await WsTurns.open(rig, headers);
    rig.simulator.faults.always('upgrade', { kind: 'status', status: 426 });
    const [refused] = await client.turn(codexBody('hello'));
    expect(refused).toMatchObject({ type: 'error', error: { code: 'websocket_connection_limit_reached' } });
    expect((await tryUpgrade(rig, headers)).status).toBe(426);
    expect(textOf((await post(rig, codexBody('Reply with exactly: by post'), headers)).events)).toBe('by post');
    await client.close();
  });

  it('for now, because upstream cannot be dialled, keeps its websocket: its full frames go by HTTP', async () => {
    await start();
    const headers = codexHeaders(randomUUID());
    const client = await WsTurns.open(rig, headers);
    rig.simulator.faults.always('upgrade', { kind: 'reset' });
    const one = await client.turn(codexBody('Reply with exactly: by post'));
    expect(textOf(one)).toBe('by post');
    expect((await tryUpgrade(rig, headers)).status).toBe(101);
    const delta = { ...codexBody(''), previous_response_id: responseIdOf(one), input: [user('more')] };
    expect(errorOf((await client.turn(delta))[0])).toMatchObject({ code: 'previous_response_not_found' });
    expect(textOf(await client.turn(codexBody('Reply with exactly: again')))).toBe('again');
    expect(transports(rig.simulator)).toEqual(['http', 'http']);
    clock.skip(60_000);
    rig.simulator.faults.clear();
    await client.turn(codexBody('hello'));
    expect(transports(rig.simulator).at(-1)).toBe('ws');
    await client.close();
  });

  it('for now never has a prewarm sent over HTTP, where it would be a whole turn', async () => {
    await start();
    rig.simulator.faults.always('upgrade', { kind: 'reset' });
    const client = await WsTurns.open(rig, codexHeaders(randomUUID()));
    for (let time = 0; time < 2; time += 1) {
      const [refused] = await client.turn(codexBody('', { generate: false, input: [] }));
      expect(refused).toMatchObject({ type: 'error', status: 400, error: { code: 'upgrade_required' } });
    }
    expect(transports(rig.simulator)).toEqual([]);
    await client.close();
  });

  it.each([
    ['a prewarm', { generate: false }, 'upgrade_required'],
    ['a full frame', {}, 'websocket_connection_limit_reached'],
  ])('because it was moved there while the socket was open is told so: %s', async (_what, more, code) => {
    await start({ accounts: 2 });
    const [first, second] = pairOf(rig);
    await rig.app.handlers['accounts.setWebsockets']({ id: second.id, websockets: false });
    const client = await WsTurns.open(rig, codexHeaders(randomUUID()));
    await client.turn(codexBody('hello'));
    await rig.app.handlers['accounts.setEnabled']({ id: first.id, enabled: false });
    rig.simulator.log.clear();
    const [refused] = await client.turn(codexBody('again', more));
    expect(errorOf(refused)).toMatchObject({ code });
    expect(transports(rig.simulator)).toEqual([]);
    await client.close();
  });

  it('never has a delta sent over HTTP, where nobody could know what it extends', async () => {
    await start();
    const [only] = accountsOf(rig);
    const client = await WsTurns.open(rig, codexHeaders(randomUUID()));
    const one = await client.turn(codexBody('hello'));
    await rig.app.handlers['accounts.setWebsockets']({ id: only?.id ?? '', websockets: false });
    const delta = { ...codexBody(''), previous_response_id: responseIdOf(one), input: [user('more')] };
    const [refused] = await client.turn(delta);
    expect(errorOf(refused)).toMatchObject({ code: 'websocket_connection_limit_reached' });
    expect(transports(rig.simulator)).toEqual(['ws']);
    await client.close();
  });
});
