import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isTerminal } from '../../src-main/core/wire-event.ts';
import { completedId, type PoolRig, type PoolTurn, startPool } from './pool-rig.ts';

let rig: PoolRig;

beforeEach(async () => {
  rig = await startPool({ maxAgeMs: 1_000_000 });
});

afterEach(() => rig.stop());

const finished = { kind: 'finished' };

describe('case 18: a socket is reused', () => {
  it('case 18: by the next turn with the same key', async () => {
    expect(await rig.turn('k').outcome).toEqual(finished);
    const second = rig.turn('k');
    expect(await second.outcome).toEqual(finished);
    expect(second.reused()).toBe(true);
    expect(rig.simulator.log.upgrades).toHaveLength(1);
  });

  it('case 18: not by a turn with another key, and not by one of another account', async () => {
    await rig.turn('k').outcome;
    const other = rig.turn('l');
    const stranger = rig.turn('m', { accountId: 'b' });
    await Promise.all([other.outcome, stranger.outcome]);
    expect([other.reused(), stranger.reused()]).toEqual([false, false]);
    expect(new Set(rig.connections()).size).toBe(3);
  });

  it('by one turn at a time: a parallel one gets a socket of its own', async () => {
    await rig.turn('k').outcome;
    const both = [rig.turn('k'), rig.turn('k')];
    await Promise.all(both.map(({ outcome }) => outcome));
    expect(both.map(({ reused }) => reused())).toEqual([true, false]);
  });

  it('by a delta only where it holds the response that is extended', async () => {
    const left = rig.turn('k');
    const right = rig.turn('k');
    await Promise.all([left.outcome, right.outcome]);
    const delta = rig.turn('k', { previousResponseId: completedId(right) });
    expect(await delta.outcome).toEqual(finished);
    const connections = rig.connections();
    expect(connections[2]).toBe(connections[1]);
    expect(connections[0]).not.toBe(connections[1]);
  });

  it('and nothing is sent for a delta that no socket holds', async () => {
    await rig.turn('k').outcome;
    expect(await rig.turn('k', { previousResponseId: 'resp_gone' }).outcome).toEqual({ kind: 'chain-lost' });
    expect(rig.connections()).toHaveLength(1);
  });

  it('not for a delta on an answer that was cut short', async () => {
    rig.simulator.faults.next('turn', { kind: 'incomplete', afterDeltas: 1 });
    const cut = rig.turn('k');
    await cut.outcome;
    expect(await rig.turn('k', { previousResponseId: completedId(cut) }).outcome).toEqual({ kind: 'chain-lost' });
  });
});

describe('case 21: a socket that has ended is known to have ended before the next turn chooses one', () => {
  it.each([
    ['closes with 1000', { kind: 'close', code: 1000, afterCompletion: true }],
    ['closes with 1011', { kind: 'close', code: 1011, afterCompletion: true }],
    ['is cut', { kind: 'cut', afterCompletion: true }],
    ['is reset', { kind: 'reset', afterCompletion: true }],
  ] as const)('case 21: an idle one that %s', async (_what, fault) => {
    rig.simulator.faults.next('turn', fault);
    await rig.turn('k').outcome;
    await expect.poll(() => rig.pool.size).toBe(0);
    const next = rig.turn('k');
    expect(await next.outcome).toEqual(finished);
    expect(next.reused()).toBe(false);
  });

  it('after an error event, since upstream’s side of the conversation is unknown then', async () => {
    rig.simulator.faults.next('turn', { kind: 'error', status: 500 });
    expect(await rig.turn('k').outcome).toEqual(finished);
    expect(rig.pool.size).toBe(0);
  });

  it('one whose turn was paused at its last event reads on: the next turn on it is answered', async () => {
    const slow: PoolTurn = rig.turn('k', {
      onEvent: (event) => {
        if (isTerminal(event.type)) slow.pause();
      },
    });
    expect(await slow.outcome).toEqual(finished);
    const next = rig.turn('k');
    expect(await next.outcome).toEqual(finished);
    expect(next.reused()).toBe(true);
  });
});

describe('case 17: an upgrade that fails', () => {
  it.each([426, 401, 403, 429, 500])(
    'case 17: with %i says so and leaves nothing behind that blocks the next turn',
    async (status) => {
      rig.simulator.faults.next('upgrade', { kind: 'status', status });
      expect(await rig.turn('k').outcome).toMatchObject({ kind: 'refused', status });
      expect(await rig.turn('k').outcome).toEqual(finished);
      expect(rig.pool.size).toBe(1);
    },
  );

  it('because of a header that cannot be sent is unreachable, and costs nobody else anything', async () => {
    const turn = rig.turn('k', { headers: [['x-strange', 'a\r\nb: c']] });
    expect(await turn.outcome).toMatchObject({ kind: 'unreachable' });
    expect(await rig.turn('k').outcome).toEqual(finished);
  });

  it('by a reset is unreachable', async () => {
    rig.simulator.faults.next('upgrade', { kind: 'reset' });
    expect(await rig.turn('k').outcome).toMatchObject({ kind: 'unreachable' });
  });

  it('because nothing answers is unreachable after 5 s', async () => {
    rig.simulator.faults.next('upgrade', { kind: 'stall' });
    const { outcome } = rig.turn('k');
    await rig.simulator.log.waitFor('fault');
    rig.clock.advance(5_000);
    expect(await outcome).toEqual({ kind: 'unreachable', fault: 'timeout', message: 'no answer within 5 s' });
  });
});

describe('a socket that is being opened ahead', () => {
  it('is waited for by the turn that comes meanwhile', async () => {
    rig.simulator.faults.next('upgrade', { kind: 'slow', delayMs: 30 });
    const opening = rig.open('k');
    const turn = rig.turn('k');
    expect([await turn.outcome, turn.reused()]).toEqual([finished, true]);
    expect(turn.steps()).toEqual(['upgrade']);
    expect(await opening).toMatchObject({ reused: false });
    expect(rig.simulator.log.upgrades).toHaveLength(1);
  });

  it('is one turn’s only: a parallel one, and one on another key, open their own', async () => {
    rig.simulator.faults.next('upgrade', { kind: 'slow', delayMs: 30 });
    const opening = rig.open('k');
    const turns = [rig.turn('k'), rig.turn('k'), rig.turn('l')];
    await Promise.all(turns.map(({ outcome }) => outcome));
    expect(turns.map(({ reused }) => reused())).toEqual([true, false, false]);
    await opening;
  });

  it('counts as the turn’s own where it comes to nothing, and the next turn opens another', async () => {
    rig.simulator.faults.next('upgrade', { kind: 'stall' });
    const opening = rig.open('k');
    const turn = rig.turn('k');
    await rig.simulator.log.waitFor('fault');
    await rig.turn('other').outcome;
    rig.clock.advance(5_000);
    expect(await turn.outcome).toMatchObject({ kind: 'unreachable', fault: 'timeout' });
    // It is told to the turn alone, so that it counts once.
    expect(await opening).toBeNull();
    expect(await rig.turn('k').outcome).toEqual(finished);
    expect(rig.simulator.log.of('fault')).toHaveLength(1);
  });

  it.each([
    ['its client goes', false],
    ['the turn wants a new one', true],
  ])('is not the turn’s where %s', async (_why, wantsNewSocket) => {
    rig.simulator.faults.next('upgrade', { kind: 'stall' });
    const gone = new AbortController();
    const opening = rig.open('k', gone.signal);
    await rig.simulator.log.waitFor('fault');
    const turn = rig.turn('k', { wantsNewSocket });
    await (wantsNewSocket ? turn : rig.turn('other')).outcome;
    gone.abort();
    expect([await turn.outcome, turn.reused()]).toEqual([finished, false]);
    expect(await opening).toEqual({ outcome: { kind: 'aborted' } });
  });
});

describe('a turn that is aborted', () => {
  it('while it is being dialled opens no turn upstream', async () => {
    rig.simulator.faults.next('upgrade', { kind: 'stall' });
    const turn = rig.turn('k');
    await rig.simulator.log.waitFor('fault');
    turn.abort();
    expect(await turn.outcome).toEqual({ kind: 'aborted' });
    expect(rig.connections()).toHaveLength(0);
  });

  it('in the same breath as it was started sends nothing, and leaves the idle socket for the next', async () => {
    await rig.turn('k').outcome;
    const turn = rig.turn('k');
    turn.abort();
    expect(await turn.outcome).toEqual({ kind: 'aborted' });
    const next = rig.turn('k');
    await next.outcome;
    expect(next.reused()).toBe(true);
    expect(rig.connections()).toHaveLength(2);
  });

  it('while it runs ends upstream’s turn with its socket', async () => {
    rig.simulator.faults.next('turn', { kind: 'stall', afterDeltas: 1 });
    const turn = rig.turn('k');
    await rig.simulator.log.waitFor('turn', ({ phase }) => phase === 'started');
    turn.abort();
    expect(await turn.outcome).toEqual({ kind: 'aborted' });
    await rig.simulator.log.waitFor('turn', ({ phase }) => phase === 'aborted');
    expect(rig.pool.size).toBe(0);
  });
});
