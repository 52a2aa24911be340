import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { tell } from '../../src-main/shared/words/told.ts';
import { pairOf, startedOn } from '../support/rig-accounts.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, post, textOf } from '../support/turn-client.ts';

let rig: Rig;

afterEach(() => rig.stop());

const newSession = () => ({ 'session-id': randomUUID() });

/** How many of the turns that run upstream are on each account. */
function shares(): number[] {
  const counts = new Map<string, number>();
  for (const id of startedOn(rig)) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts.values()];
}

describe('sessions that come at the same moment', () => {
  it('100 of them on 9 idle accounts are spread evenly, and none is refused', async () => {
    rig = await startRig({ accounts: 9 });
    rig.simulator.setTiming({ firstTokenMs: 300 });
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => post(rig, ask('Reply with exactly: ok'), newSession())),
    );
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(shares()).toHaveLength(9);
    expect(Math.max(...shares())).toBeLessThanOrEqual(12);
  });

  it('are counted no longer once they are over, however they ended', async () => {
    rig = await startRig({ accounts: 2, settings: { strategy: 'fill-first' } });
    const [first] = pairOf(rig);
    rig.simulator.faults.next('turn', { kind: 'error', status: 400 }, { count: 70 });
    for (let batch = 0; batch < 7; batch += 1) {
      const failing = Array.from({ length: 10 }, () => post(rig, ask('hello'), newSession()));
      expect((await Promise.all(failing)).map(({ status }) => status)).toEqual(failing.map(() => 400));
    }
    expect(textOf((await post(rig, ask('Reply with exactly: ok'), newSession())).events)).toBe('ok');
    expect(new Set(startedOn(rig))).toEqual(new Set([first.upstream.id]));
  });
});

describe('an account whose sockets are all in use', () => {
  /** 64 turns on the first account that go on until they are let go. */
  async function fill(): Promise<() => Promise<unknown>> {
    rig = await startRig({
      accounts: 2,
      settings: { strategy: 'fill-first' },
    });
    const [first] = pairOf(rig);
    rig.simulator.faults.next('turn', { kind: 'stall', afterDeltas: 1 }, { accountId: first.upstream.id, count: 64 });
    const turns = Array.from({ length: 64 }, () => {
      const abort = new AbortController();
      const body = JSON.stringify(ask('Count to 9'));
      const init = {
        method: 'POST',
        body,
        signal: abort.signal,
        headers: { ...newSession(), authorization: `Bearer ${rig.apiKey}` },
      };
      const over = fetch(`${rig.baseUrl}/v1/responses`, init)
        .then(async (answer) => answer.text())
        .catch(() => '');
      return { abort, over };
    });
    await rig.simulator.log.waitForCount('turn', 64, ({ phase }) => phase === 'started');
    return () => {
      for (const { abort } of turns) abort.abort();
      return Promise.all(turns.map(({ over }) => over));
    };
  }

  it('leaves a new session to another at once, and one of its own as well', async () => {
    const letGo = await fill();
    const [first, second] = pairOf(rig);
    expect(new Set(startedOn(rig))).toEqual(new Set([first.upstream.id]));
    const answer = await post(rig, ask('Reply with exactly: over there'), newSession());
    expect(textOf(answer.events)).toBe('over there');
    expect(startedOn(rig).at(-1)).toBe(second.upstream.id);
    await letGo();
  });

  it('keeps a turn waiting where no other account has room, and the trace says for what', async () => {
    const letGo = await fill();
    const [, second] = pairOf(rig);
    await rig.app.handlers['accounts.setEnabled']({ id: second.id, enabled: false });
    const waiting = post(rig, ask('Reply with exactly: at last'), newSession());
    await expect.poll(() => rig.app.snapshot().requests.filter(({ status }) => status === 'running')).toHaveLength(65);
    await letGo();
    expect(textOf((await waiting).events)).toBe('at last');
    const trace = await rig.lastTrace();
    const [queued] = trace.waterfall.filter(({ name }) => name === 'queue');
    expect(queued).toMatchObject({ who: 'slipstream', why: tell('why.connection.queue', { count: 64 }) });
  });
});
