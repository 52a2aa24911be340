import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { completedId, type PoolRig, type PoolTurn, startPool } from './pool-rig.ts';

let rig: PoolRig;

afterEach(() => rig.stop());

const finished = { kind: 'finished' };

/** A turn that holds its socket until it is aborted. */
async function busyTurn(key: string): Promise<PoolTurn> {
  const mark = rig.simulator.log.mark();
  rig.simulator.faults.next('turn', { kind: 'stall', afterDeltas: 1 });
  const turn = rig.turn(key);
  await rig.simulator.log.waitFor('turn', ({ phase }) => phase === 'started', { since: mark });
  return turn;
}

it('a socket that its client holds back for longer than pings are waited for is not dead', async () => {
  rig = await startPool({}, { timing: { tokensPerSecond: 60 } });
  // Only a socket that has answered one is judged by its pings: the answer to a turn comes after it.
  await rig.turn('a').outcome;
  rig.clock.advance(25_000);
  await rig.turn('a').outcome;
  const begun = Promise.withResolvers<void>();
  const turn = rig.turn('a', { text: 'Count to 9', onEvent: () => begun.resolve() });
  await begun.promise;
  turn.pause();
  for (let ping = 0; ping < 4; ping += 1) rig.clock.advance(25_000);
  turn.resume();
  expect(await turn.outcome).toEqual(finished);
  expect(completedId(turn)).toMatch(/^resp_/);
  expect(turn.reused()).toBe(true);
});

describe('the limit of sockets per account', () => {
  it('makes a turn wait until one is free', async () => {
    rig = await startPool({ socketsPerAccount: 2 });
    const first = await busyTurn('a');
    await busyTurn('b');
    const third = rig.turn('c');
    expect(rig.pool.size).toBe(2);
    first.abort();
    expect(await third.outcome).toEqual(finished);
    expect(rig.simulator.log.upgrades).toHaveLength(3);
  });

  it('leaves a socket alone on which upstream answers by itself, until that is over', async () => {
    rig = await startPool({ socketsPerAccount: 1, idleMs: 60_000 });
    const first = rig.turn('a');
    await first.outcome;
    let isAnswering = true;
    const stray = { isAnswering: () => isAnswering, event: () => {}, closed: () => {} };
    first.line()?.interject(Buffer.from('{"type":"response.note"}'), { ...stray, event: () => (isAnswering = false) });
    rig.pool.closeIdle();
    const second = rig.turn('b');
    expect([rig.pool.size, rig.simulator.log.upgrades.length]).toEqual([1, 1]);
    expect(await second.outcome).toEqual(finished);
    expect(rig.simulator.log.upgrades).toHaveLength(2);
  });

  it('counts sockets that are being opened', async () => {
    rig = await startPool({ socketsPerAccount: 2 });
    rig.simulator.faults.always('turn', { kind: 'stall' });
    const turns = ['a', 'b', 'c', 'd'].map((key) => rig.turn(key));
    await rig.simulator.log.waitForCount('turn', 2);
    expect(rig.simulator.log.upgrades).toHaveLength(2);
    for (const turn of turns) turn.abort();
    await Promise.all(turns.map(({ outcome }) => outcome));
  });

  it('opens one socket for two that open the session at once, and another only for a second turn', async () => {
    rig = await startPool({ socketsPerAccount: 4 });
    const opened = await Promise.all([rig.open('a'), rig.open('a'), rig.open('a')]);
    expect(opened.map((socket) => socket !== null && 'reused' in socket && socket.reused)).toEqual([false, true, true]);
    expect(rig.simulator.log.upgrades).toHaveLength(1);
    await Promise.all([rig.turn('a').outcome, rig.turn('a').outcome]);
    expect(rig.simulator.log.upgrades).toHaveLength(2);
  });

  it('opens a socket of its own for the second, where what the first opens comes to nothing', async () => {
    rig = await startPool({ socketsPerAccount: 4 });
    const gone = new AbortController();
    const first = rig.open('a', gone.signal);
    const second = rig.open('a');
    gone.abort();
    expect(await first).toMatchObject({ outcome: { kind: 'aborted' } });
    expect(await second).toMatchObject({ reused: false });
  });

  it('leaves a socket that is being opened to the turn that waits for it, though others queue for any', async () => {
    rig = await startPool({ socketsPerAccount: 1 });
    rig.simulator.faults.next('upgrade', { kind: 'slow', delayMs: 30 });
    const opening = rig.open('a');
    const [other, own] = [rig.turn('b'), rig.turn('a')];
    expect([await own.outcome, own.reused()]).toEqual([finished, true]);
    expect([await other.outcome, other.reused()]).toEqual([finished, false]);
    await opening;
    expect(rig.simulator.log.upgrades).toHaveLength(2);
  });

  it('after the wait ends as pool-full', async () => {
    rig = await startPool({ socketsPerAccount: 1, waitMs: 30_000 });
    const busy = await busyTurn('a');
    const waiting = rig.turn('b');
    await Promise.resolve();
    rig.clock.advance(30_000);
    expect(await waiting.outcome).toEqual({ kind: 'pool-full' });
    busy.abort();
  });

  it('serves those who wait in the order they came', async () => {
    rig = await startPool({ socketsPerAccount: 1 });
    const busy = await busyTurn('a');
    const ended: string[] = [];
    const waiting = ['b', 'c', 'd', 'e'].map((key) => {
      const { outcome } = rig.turn(key);
      return outcome.then(() => ended.push(key));
    });
    busy.abort();
    await Promise.all(waiting);
    expect(ended).toEqual(['b', 'c', 'd', 'e']);
  });

  it('forgets one who gives up waiting, and the next is not held up by it', async () => {
    rig = await startPool({ socketsPerAccount: 1 });
    const busy = await busyTurn('a');
    const impatient = rig.turn('b');
    const patient = rig.turn('c');
    await Promise.resolve();
    busy.abort();
    impatient.abort();
    expect(await impatient.outcome).toEqual({ kind: 'aborted' });
    expect(await patient.outcome).toEqual(finished);
  });

  it('gives the place of a dial that failed to the next', async () => {
    rig = await startPool({ socketsPerAccount: 1 });
    rig.simulator.faults.next('upgrade', { kind: 'status', status: 500 });
    const failing = rig.turn('a');
    const next = rig.turn('b');
    expect(await failing.outcome).toMatchObject({ kind: 'refused' });
    expect(await next.outcome).toEqual(finished);
  });

  it('is one account’s own: another is not held up by it', async () => {
    rig = await startPool({ socketsPerAccount: 1 });
    const busy = await busyTurn('a');
    expect(await rig.turn('b', { accountId: 'other' }).outcome).toEqual(finished);
    busy.abort();
  });

  it('is met by closing the idle socket that was used longest ago', async () => {
    rig = await startPool({ socketsPerAccount: 2 });
    for (const key of ['a', 'b', 'a', 'c']) {
      rig.clock.advance(10);
      expect(await rig.turn(key).outcome).toEqual(finished);
    }
    const kept = rig.turn('a');
    await kept.outcome;
    expect(kept.reused()).toBe(true);
  });
});

describe('idle sockets', () => {
  it('are kept up to their limit, the one used longest ago goes first', async () => {
    rig = await startPool({ idlePerAccount: 2 });
    for (const key of ['a', 'b', 'c']) {
      rig.clock.advance(10);
      await rig.turn(key).outcome;
    }
    expect(rig.pool.size).toBe(2);
    const again = [rig.turn('b'), rig.turn('c')];
    await Promise.all(again.map(({ outcome }) => outcome));
    expect(again.map(({ reused }) => reused())).toEqual([true, true]);
  });

  it('close after their time, those of one-off sessions sooner', async () => {
    rig = await startPool({ idleMs: 300_000, oneOffIdleMs: 60_000 });
    await rig.turn('named').outcome;
    await rig.turn('one-off', { isOneOff: true }).outcome;
    rig.clock.advance(59_999);
    expect(rig.pool.size).toBe(2);
    rig.clock.advance(1);
    expect(rig.pool.size).toBe(1);
    rig.clock.advance(240_000);
    expect(rig.pool.size).toBe(0);
    await rig.simulator.log.waitForCount('close', 2, ({ code }) => code === 1000);
  });

  it('have their time anew after every turn', async () => {
    rig = await startPool({ idleMs: 1_000 });
    for (let turn = 0; turn < 4; turn += 1) {
      await rig.turn('k').outcome;
      rig.clock.advance(900);
    }
    expect(rig.simulator.log.upgrades).toHaveLength(1);
  });

  it('are pinged, so that nothing on the way forgets them', async () => {
    rig = await startPool();
    await rig.turn('k').outcome;
    expect(rig.clock.pending).toBeGreaterThanOrEqual(2);
    for (let minute = 0; minute < 4; minute += 1) rig.clock.advance(60_000);
    expect(rig.pool.size).toBe(1);
  });

  it('leave no timer behind once they are closed', async () => {
    rig = await startPool();
    await rig.turn('k').outcome;
    rig.pool.closeAll();
    expect(rig.clock.pending).toBe(0);
  });
});

describe('the age limit', () => {
  it('an idle socket that is too old is not used again', async () => {
    rig = await startPool({ maxAgeMs: 3_300_000, idleMs: 3_600_000 });
    await rig.turn('k').outcome;
    rig.clock.advance(3_300_001);
    const next = rig.turn('k');
    expect(await next.outcome).toEqual(finished);
    expect(next.reused()).toBe(false);
  });

  it('one that grows too old during a turn closes when the turn ends', async () => {
    rig = await startPool({ maxAgeMs: 1_000 });
    rig.simulator.setTiming({ firstTokenMs: 30 });
    const turn = rig.turn('k');
    await rig.simulator.log.waitFor('turn', ({ phase }) => phase === 'started');
    rig.clock.advance(1_001);
    expect(await turn.outcome).toEqual(finished);
    expect(rig.pool.size).toBe(0);
  });
});

describe('at the end', () => {
  it('draining closes idle sockets at once and busy ones after their turn', async () => {
    rig = await startPool();
    rig.simulator.setTiming({ firstTokenMs: 30 });
    await rig.turn('idle').outcome;
    const running = rig.turn('busy');
    await rig.simulator.log.waitForCount('turn', 2, ({ phase }) => phase === 'started');
    rig.pool.drain();
    expect(rig.pool.size).toBe(1);
    expect(await running.outcome).toEqual(finished);
    expect(rig.pool.size).toBe(0);
  });

  it('closing an account ends its turns and no other’s', async () => {
    rig = await startPool();
    const doomed = await busyTurn('a');
    rig.simulator.setTiming({ firstTokenMs: 30 });
    const other = rig.turn('b', { accountId: 'other' });
    await rig.simulator.log.waitForCount('turn', 2, ({ phase }) => phase === 'started');
    rig.pool.closeAccount('a');
    expect(await doomed.outcome).toEqual({ kind: 'aborted' });
    expect(await other.outcome).toEqual(finished);
  });

  it('closing an account ends what is being opened for it, too', async () => {
    rig = await startPool();
    const lines: Socket[] = [];
    const { promise: isDialled, resolve } = Promise.withResolvers<void>();
    const mute = createServer((line) => {
      lines.push(line.on('error', () => {}).resume());
      if (lines.length === 2) resolve();
    }).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    const baseUrl = `http://127.0.0.1:${port}`;
    const doomed = rig.turn('a', { baseUrl });
    const ask = { baseUrl, headers: [], socketKey: 'b', accountId: 'a', isOneOff: false };
    const ahead = rig.pool.warm(ask, new AbortController().signal);
    await isDialled;
    const closed = Promise.all(lines.map((line) => once(line, 'close')));
    rig.pool.closeAccount('a');
    expect(await doomed.outcome).toEqual({ kind: 'account-removed' });
    expect(await ahead).toEqual({ outcome: { kind: 'account-removed' } });
    await closed;
    expect(rig.pool.hasRoom('a')).toBe(true);
    mute.close();
  });

  it('ending a busy socket does not cost an idle one its place', async () => {
    rig = await startPool({ idlePerAccount: 1 });
    await rig.turn('idle').outcome;
    const busy = await busyTurn('busy');
    busy.abort();
    await busy.outcome;
    const next = rig.turn('idle');
    await next.outcome;
    expect(next.reused()).toBe(true);
  });
});
