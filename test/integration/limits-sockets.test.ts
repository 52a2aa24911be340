import { afterEach, describe, expect, it } from 'vitest';
import { type SkippingClock, skippingClock } from '../support/skipping-clock.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, codexBody, errorOf, type OpenPost, openPost, post, textOf, WsTurns } from '../support/turn-client.ts';

let rig: Rig;
let clock: SkippingClock;
let posts: OpenPost[] = [];
let waitsBefore = 0;

/** Timers as long as the wait for a socket. */
const waits = () => clock.waitingMs.filter((ms) => ms > 29_900 && ms <= 30_000).length;

afterEach(async () => {
  for (const { request } of posts) request.destroy();
  await rig.stop();
});

/** The 65th turn has begun, and its wait with it. */
async function isWaiting(): Promise<void> {
  await expect.poll(() => rig.app.snapshot().requests.length).toBe(65);
  await expect.poll(waits).toBeGreaterThan(waitsBefore);
}

/** As many turns as an account may have sockets, none of which ends. */
async function fill(): Promise<() => void> {
  clock = skippingClock();
  rig = await startRig({ clock });
  rig.simulator.faults.always('turn', { kind: 'stall' }, { count: 64 });
  posts = Array.from({ length: 64 }, () => openPost(rig, '/v1/responses', JSON.stringify(ask('hello'))));
  for (const { head } of posts) head.catch(() => {});
  await rig.simulator.log.waitForCount('turn', 64);
  waitsBefore = waits();
  return () => posts[0]?.request.destroy();
}

describe('an account with 64 turns under way', () => {
  it('makes the 65th wait, and serves it when one of them ends', async () => {
    const endOne = await fill();
    const answer = post(rig, ask('Reply with exactly: my turn'));
    await isWaiting();
    endOne();
    expect(textOf((await answer).events)).toBe('my turn');
    expect(rig.simulator.log.upgrades).toHaveLength(65);
  });

  it('answers it with 429 and Retry-After when 30 s have passed', async () => {
    await fill();
    const answer = post(rig, ask('hello'));
    await isWaiting();
    clock.skip(30_000);
    const { status, headers, json } = await answer;
    expect(status).toBe(429);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(errorOf(json)).toMatchObject({ code: 'rate_limit_exceeded', type: 'rate_limit_error' });
  });

  it('answers a websocket client in-band, and its socket stays open', async () => {
    const endOne = await fill();
    const client = await WsTurns.open(rig);
    const turn = client.turn(codexBody('hello'));
    await isWaiting();
    clock.skip(30_000);
    const [refused] = await turn;
    expect(refused).toMatchObject({ type: 'error', status: 429, error: { code: 'rate_limit_exceeded' } });
    expect(refused?.headers).toHaveProperty('retry-after');
    endOne();
    expect(textOf(await client.turn(ask('Reply with exactly: now')))).toBe('now');
    await client.close();
  });

  it('forgets a client that goes away while it waits', async () => {
    await fill();
    const { request, head } = openPost(rig, '/v1/responses', JSON.stringify(ask('hello')));
    head.catch(() => {});
    await isWaiting();
    request.destroy();
    expect((await rig.lastTrace()).row.status).toBe('cancelled');
    await expect.poll(waits).toBe(waitsBefore);
  });
});
