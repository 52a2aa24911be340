import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { Settings } from '../../src-main/shared/settings.ts';
import { accountsOf, pairOf, startedOn } from '../support/rig-accounts.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, codexBody, codexHeaders, post, textOf, WsTurns } from '../support/turn-client.ts';

let rig: Rig;

async function start(settings: Partial<Settings>, percents: readonly number[] = [0, 0, 0]): Promise<void> {
  rig = await startRig({ accounts: 0, settings });
  for (const primaryPercent of percents) {
    const upstream = rig.simulator.addAccount({ usage: { primaryPercent } });
    await rig.app.handlers['accounts.import']({ text: upstream.authJson() });
  }
  for (const { id } of accountsOf(rig)) await rig.app.handlers['accounts.readUsage']({ id });
}

afterEach(() => rig.stop());

/** Which accounts served, by their place in the list. */
function served(): number[] {
  const order = accountsOf(rig).map(({ upstream }) => upstream.id);
  return startedOn(rig).map((id) => order.indexOf(id));
}

async function newSessions(count: number): Promise<void> {
  for (let session = 0; session < count; session += 1) await post(rig, ask('hello'));
}

describe('which account a new session gets', () => {
  it('most headroom: the one with most left', async () => {
    await start({ strategy: 'most-headroom' }, [50, 10, 30]);
    await newSessions(2);
    expect(served()).toEqual([1, 1]);
  });

  it('most headroom: follows what upstream says of usage from turn to turn', async () => {
    await start({ strategy: 'most-headroom' }, [50, 10, 30]);
    await newSessions(1);
    const [, second] = pairOf(rig);
    second.upstream.usage.primary.usedPercent = 90;
    await newSessions(2);
    expect(served()).toEqual([1, 1, 2]);
  });

  it('round robin: one after another', async () => {
    await start({ strategy: 'round-robin' });
    await newSessions(6);
    expect(new Set(served().slice(0, 3))).toEqual(new Set([0, 1, 2]));
    expect(served().slice(3)).toEqual(served().slice(0, 3));
  });

  it('round robin: passes over one that is exhausted', async () => {
    await start({ strategy: 'round-robin' });
    accountsOf(rig)[1]?.upstream.exhaust();
    await newSessions(6);
    expect(served().filter((place) => place === 1)).toHaveLength(0);
    expect(served()).toHaveLength(6);
  });

  it('fill first: always the first that can be used', async () => {
    await start({ strategy: 'fill-first' }, [90, 0, 0]);
    await newSessions(2);
    accountsOf(rig)[0]?.upstream.exhaust();
    await newSessions(2);
    expect(served()).toEqual([0, 0, 1, 1]);
  });

  it('a pin wins over the strategy, and gives way when its account cannot be used', async () => {
    await start({ strategy: 'most-headroom' }, [0, 10, 80]);
    const pinned = accountsOf(rig)[2];
    await rig.app.handlers['settings.set']({ pinnedAccountId: pinned?.id ?? '' });
    await newSessions(2);
    pinned?.upstream.exhaust();
    await newSessions(1);
    expect(served()).toEqual([2, 2, 0]);
  });

  it('a disabled account is never chosen', async () => {
    await start({ strategy: 'fill-first' });
    await rig.app.handlers['accounts.setEnabled']({ id: pairOf(rig)[0].id, enabled: false });
    await newSessions(1);
    expect(served()).toEqual([1]);
  });
});

describe('a session stays where it is', () => {
  it('on its account, while other sessions move on', async () => {
    await start({ strategy: 'round-robin' });
    const headers = { 'session-id': randomUUID() };
    await post(rig, ask('one'), headers);
    await newSessions(2);
    await post(rig, ask('two'), headers);
    await post(rig, ask('three'), headers);
    const places = served();
    expect([places[3], places[4]]).toEqual([places[0], places[0]]);
  });

  it('over HTTP and over a websocket alike, for the same thread', async () => {
    await start({ strategy: 'round-robin' });
    const thread = randomUUID();
    await post(rig, codexBody('one'), codexHeaders(thread));
    await newSessions(1);
    const client = await WsTurns.open(rig, codexHeaders(thread));
    await client.turn(codexBody('two'));
    expect(served()[2]).toBe(served()[0]);
    await client.close();
  });

  it('on the account it was moved to, also when its first one could be used again', async () => {
    await start({ strategy: 'fill-first' });
    const headers = { 'session-id': randomUUID() };
    const [first] = pairOf(rig);
    await post(rig, ask('one'), headers);
    first.upstream.exhaust();
    await post(rig, ask('two'), headers);
    first.upstream.resetUsage();
    await rig.app.handlers['accounts.readUsage']({ id: first.id });
    const answer = await post(rig, ask('Reply with exactly: still there'), headers);
    expect(textOf(answer.events)).toBe('still there');
    expect(served()).toEqual([0, 1, 1]);
  });

  it('but leaves an account that the user disables', async () => {
    await start({ strategy: 'fill-first' });
    const headers = { 'session-id': randomUUID() };
    await post(rig, ask('one'), headers);
    await rig.app.handlers['accounts.setEnabled']({ id: pairOf(rig)[0].id, enabled: false });
    await post(rig, ask('two'), headers);
    expect(served()).toEqual([0, 1]);
  });
});
