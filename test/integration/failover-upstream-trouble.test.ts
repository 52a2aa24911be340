import { afterEach, describe, expect, it } from 'vitest';
import type { AcceptFault, StreamFault } from '../../src-main/simulator/faults/fault-table.ts';
import { hurryingClock } from '../support/hurrying-clock.ts';
import { accountsOf, pairOf, startedOn, viewOf } from '../support/rig-accounts.ts';
import { skippingClock } from '../support/skipping-clock.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import {
  ask,
  codexBody,
  codexHeaders,
  errorOf,
  post,
  sequenceOf,
  textOf,
  typesOf,
  WsTurns,
} from '../support/turn-client.ts';

let rig: Rig;

async function start(accounts = 2): Promise<void> {
  rig = await startRig({ accounts, settings: { strategy: 'fill-first' }, clock: hurryingClock() });
}

afterEach(() => rig.stop());

const upgradeTroubles: [string, AcceptFault][] = [
  ['500', { kind: 'status', status: 500 }],
  ['503 overloaded', { kind: 'status', status: 503 }],
  ['529 without a body', { kind: 'status', status: 529, body: '' }],
];

const errors: [string, StreamFault][] = [
  ['an error event 500', { kind: 'error', status: 500 }],
  ['an error event 503', { kind: 'error', status: 503 }],
  ['server_is_overloaded after the handshake events', { kind: 'error', code: 'server_is_overloaded', afterEvents: 3 }],
  ['a capacity message', { kind: 'error', status: 400, code: 'x', message: 'Selected model is at capacity.' }],
  ['response.failed before any content', { kind: 'failed' }],
  ['response.failed overloaded after the handshake', { kind: 'failed', code: 'server_is_overloaded', afterEvents: 3 }],
];

const breaks: [string, StreamFault][] = [
  ['close 1011', { kind: 'close', code: 1011 }],
  ['close 1012 after the handshake events', { kind: 'close', code: 1012, afterEvents: 3 }],
  ['a connection that just ends', { kind: 'cut' }],
  ['a connection that is reset', { kind: 'reset', afterEvents: 2 }],
  ['a binary frame', { kind: 'binary' }],
  ['a frame that is no JSON', { kind: 'malformed' }],
];

describe('trouble upstream that may pass', () => {
  it.each(upgradeTroubles)('is met with the same account again: %s on the upgrade', async (_what, fault) => {
    await start();
    const [first] = pairOf(rig);
    rig.simulator.faults.next('upgrade', fault);
    expect(textOf((await post(rig, ask('Count to 4'))).events)).toBe('1 2 3 4');
    expect(startedOn(rig)).toEqual([first.upstream.id]);
  });

  it.each([...errors, ...breaks])('is met with the same account again: %s', async (_what, fault) => {
    await start();
    const [first] = pairOf(rig);
    rig.simulator.faults.next('turn', fault);
    const answer = await post(rig, ask('Count to 4'));
    expect(answer.status).toBe(200);
    expect(textOf(answer.events)).toBe('1 2 3 4');
    expect(startedOn(rig)).toEqual([first.upstream.id, first.upstream.id]);
  });

  it.each(breaks)(
    'that breaks one websocket after another is met with the same account over HTTP: %s',
    async (_what, fault) => {
      await start();
      const [first] = pairOf(rig);
      rig.simulator.faults.always('turn', fault, { transport: 'ws' });
      const answer = await post(rig, ask('Count to 4'));
      expect(textOf(answer.events)).toBe('1 2 3 4');
      expect(startedOn(rig)).toEqual([first.upstream.id, first.upstream.id, first.upstream.id]);
      expect((await rig.lastTrace()).row.transport).toBe('http');
    },
  );

  it('that breaks HTTP as well is met with the next account', async () => {
    await start();
    const [first, second] = pairOf(rig);
    rig.simulator.faults.always('turn', { kind: 'cut' }, { accountId: first.upstream.id });
    const answer = await post(rig, ask('Count to 4'));
    expect(textOf(answer.events)).toBe('1 2 3 4');
    expect(startedOn(rig)).toEqual([...Array(4).fill(first.upstream.id), second.upstream.id]);
  });

  it.each(errors)('that stays is met with the next account: %s', async (_what, fault) => {
    await start();
    const [first, second] = pairOf(rig);
    rig.simulator.faults.always('turn', fault, { accountId: first.upstream.id });
    const answer = await post(rig, ask('Count to 4'));
    expect(textOf(answer.events)).toBe('1 2 3 4');
    expect(startedOn(rig)).toEqual([first.upstream.id, first.upstream.id, second.upstream.id]);
    expect(viewOf(rig, first)).toMatchObject({ state: 'ready', cooldownUntil: null });
  });

  it('the handshake events of the attempt that went through reach the client once and in order', async () => {
    await start();
    rig.simulator.faults.next('turn', { kind: 'close', code: 1011, afterEvents: 3 });
    rig.simulator.faults.next('turn', { kind: 'error', status: 503, afterEvents: 2 });
    const { events } = await post(rig, ask('Count to 3'));
    expect(typesOf(events).slice(0, 2)).toEqual(['response.created', 'response.in_progress']);
    expect(sequenceOf(events)).toEqual(sequenceOf(events).map((_, index) => index));
    expect(
      new Set(events.flatMap(({ response }) => (response ? [JSON.stringify(response).slice(0, 60)] : []))).size,
    ).toBe(1);
  });

  it('a websocket client sees nothing of it either', async () => {
    await start();
    rig.simulator.faults.next('turn', { kind: 'close', code: 1012, afterEvents: 3 });
    const client = await WsTurns.open(rig, codexHeaders('0192a1b2-0000-7000-8000-000000000001'));
    const events = await client.turn(codexBody('Count to 3'));
    expect(textOf(events)).toBe('1 2 3');
    expect(sequenceOf(events)).toEqual(sequenceOf(events).map((_, index) => index));
    await client.close();
  });

  it('that no account is spared ends with what upstream said, as an HTTP status and not as a 200', async () => {
    await start();
    rig.simulator.faults.always('turn', { kind: 'error', code: 'server_is_overloaded', afterEvents: 3 });
    const answer = await post(rig, ask('hello'));
    expect(answer.status).toBe(503);
    expect(errorOf(answer.json)).toMatchObject({ code: 'server_is_overloaded' });
    expect(startedOn(rig)).toHaveLength(4);
  });

  it('is tried 12 times at most, however many accounts there are', async () => {
    // Its pauses add up to half a minute.
    rig = await startRig({ accounts: 8, settings: { strategy: 'fill-first' }, clock: hurryingClock(60_000) });
    rig.simulator.faults.always('turn', { kind: 'error', status: 500 });
    // A stream would be told after a while that its turn lives, and have no status any more.
    const answer = await post(rig, ask('hello', { stream: false }));
    expect(answer.status).toBe(500);
    expect(startedOn(rig)).toHaveLength(12);
    expect(new Set(startedOn(rig)).size).toBe(6);
  });
});

describe('a rate limit (429 that is no usage limit)', () => {
  it('is met with another account first, and the limited one is avoided for a while', async () => {
    await start();
    const [first, second] = pairOf(rig);
    rig.simulator.faults.next('turn', { kind: 'error', status: 429 });
    expect(textOf((await post(rig, ask('Reply with exactly: quick'))).events)).toBe('quick');
    await post(rig, ask('next session'));
    expect(startedOn(rig)).toEqual([first.upstream.id, second.upstream.id, second.upstream.id]);
    expect(viewOf(rig, first)).toMatchObject({ state: 'ready', cooldownUntil: null });
  });

  it('of the only account is told with upstream’s own retry-after', async () => {
    await start(1);
    rig.simulator.faults.always('upgrade', { kind: 'status', status: 429, headers: { 'retry-after': '70' } });
    const answer = await post(rig, ask('hello'));
    expect(answer.status).toBe(429);
    expect(answer.headers['retry-after']).toBe('70');
    expect(errorOf(answer.json)).toMatchObject({ code: 'rate_limit_exceeded' });
  });

  /** No other timer waits for so long, as one does for a second. */
  const askedMs = 1_234;
  const asked = { code: 'slow_down', message: 'Rate limit reached. Please try again in 1.234s.' };

  it('of the only account is waited for where it is short, unseen by the client', async () => {
    const clock = skippingClock({ heldMs: askedMs });
    rig = await startRig({ clock });
    rig.simulator.faults.next('turn', { kind: 'error', status: 429, ...asked });
    const answer = post(rig, ask('Reply with exactly: a second later'));
    await expect.poll(() => clock.waitingMs).toContain(askedMs);
    clock.skip(askedMs);
    expect(textOf((await answer).events)).toBe('a second later');
  });

  it('of the only account is not waited for by a client that has gone away', async () => {
    const clock = skippingClock({ heldMs: askedMs });
    rig = await startRig({ clock });
    rig.simulator.faults.next('turn', { kind: 'error', status: 429, ...asked });
    const client = await WsTurns.open(rig);
    client.send({ type: 'response.create', ...ask('hello') });
    await expect.poll(() => clock.waitingMs).toContain(askedMs);
    client.socket.terminate();
    expect((await rig.lastTrace()).row.status).toBe('cancelled');
    expect(startedOn(rig)).toHaveLength(1);
  });

  it('case 19: keeps its retry-after in-band for a websocket client', async () => {
    await start(1);
    rig.simulator.faults.always('upgrade', { kind: 'status', status: 429, headers: { 'retry-after': '60' } });
    const client = await WsTurns.open(rig);
    const [refused] = await client.turn(ask('hello'));
    expect(refused).toMatchObject({ type: 'error', status: 429, headers: { 'retry-after': '60' } });
    await client.close();
  });

  it('said as response.failed before any content is met in the same way', async () => {
    await start();
    const [first, second] = pairOf(rig);
    rig.simulator.faults.next('turn', { kind: 'failed', code: 'rate_limit_exceeded', afterEvents: 2 });
    expect(textOf((await post(rig, ask('Count to 2'))).events)).toBe('1 2');
    expect(startedOn(rig)).toEqual([first.upstream.id, second.upstream.id]);
  });
});

describe('once the client has seen content', () => {
  const late: [string, StreamFault][] = [
    ['an error event', { kind: 'error', status: 503, afterDeltas: 3 }],
    ['a usage limit', { kind: 'error', code: 'usage_limit_reached', afterDeltas: 3 }],
    ['close 1011', { kind: 'close', code: 1011, afterDeltas: 3 }],
    ['close 1009', { kind: 'close', code: 1009, afterDeltas: 3 }],
    ['a cut', { kind: 'cut', afterDeltas: 3 }],
    ['response.failed', { kind: 'failed', code: 'server_is_overloaded', afterDeltas: 3 }],
    ['a binary frame', { kind: 'binary', afterDeltas: 3 }],
    ['a malformed frame', { kind: 'malformed', afterDeltas: 3 }],
  ];

  it.each(late)('nothing is tried again, and the client is told: %s', async (_what, fault) => {
    await start();
    rig.simulator.faults.always('turn', fault);
    const answer = await post(rig, ask('Count to 9'));
    expect(answer).toMatchObject({ status: 200, isCut: false });
    expect(textOf(answer.events)).toBe('1 2 3');
    expect(typesOf(answer.events).at(-1)).toMatch(/^(error|response\.failed)$/);
    expect(startedOn(rig)).toHaveLength(1);
  });

  it.each(late)(
    'a client that wants one JSON object gets an error status instead of half an answer: %s',
    async (_what, fault) => {
      await start();
      rig.simulator.faults.always('turn', fault);
      const answer = await post(rig, { ...ask('Count to 9'), stream: false });
      expect(answer.status).toBeGreaterThanOrEqual(429);
      expect(errorOf(answer.json).message).toBeTypeOf('string');
      expect(startedOn(rig)).toHaveLength(1);
    },
  );
});

describe('faults of the request itself', () => {
  it.each([
    ['400 invalid_value', { kind: 'error', status: 400, code: 'invalid_value' }],
    ['400 cyber_policy', { kind: 'error', status: 400, code: 'cyber_policy' }],
    ['400 context_length_exceeded', { kind: 'error', status: 400, code: 'context_length_exceeded' }],
    ['404 model_not_found', { kind: 'error', status: 404, code: 'model_not_found' }],
    ['422', { kind: 'error', status: 422, code: 'unsupported_value' }],
  ] satisfies [string, StreamFault][])('are told at once, with upstream’s own words: %s', async (_what, fault) => {
    await start();
    rig.simulator.faults.always('turn', fault);
    const answer = await post(rig, ask('hello'));
    expect(answer.status).toBe(fault.status);
    expect(errorOf(answer.json)).toMatchObject({ code: fault.code });
    expect(startedOn(rig)).toHaveLength(1);
    expect(accountsOf(rig).map((account) => viewOf(rig, account).state)).toEqual(['ready', 'ready']);
  });

  it('case 34: said as response.failed they reach a streaming client as they came', async () => {
    await start();
    rig.simulator.faults.always('turn', { kind: 'failed', code: 'invalid_prompt', message: 'No.', afterEvents: 3 });
    const answer = await post(rig, ask('hello'));
    expect(answer.status).toBe(200);
    expect(typesOf(answer.events).at(-1)).toBe('response.failed');
    expect(errorOf(answer.events.at(-1))).toEqual({ code: 'invalid_prompt', message: 'No.' });
    expect(startedOn(rig)).toHaveLength(1);
  });
});
