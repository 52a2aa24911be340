import { describe, expect, it } from 'vitest';
import type { CoinRecord } from '../../src-main/core/latency/coin-record.ts';
import { idleMs } from '../../src-main/core/latency/coin-throws.ts';
import { Coins, type CoinsParts } from '../../src-main/core/latency/coins.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import { CoinRequest } from '../../src-main/shared/lab.ts';
import type { RequestRow } from '../../src-main/shared/model.ts';
import { fakeClock } from './fake-clock.ts';

const request = CoinRequest.parse({ accountId: 'a', pairs: 6 });
const { model } = request;

/** Coins with a file in memory. */
function rig(records: readonly CoinRecord[] = [], more: Partial<CoinsParts> = {}) {
  const clock = fakeClock();
  const saved: (readonly CoinRecord[])[] = [];
  let changes = 0;
  const coins = new Coins(
    {
      clock,
      random: () => 0.5,
      version: '1.2.3',
      profile: () => '0.171',
      account: (id) => ({ id: id ?? 'a', label: `label of ${id ?? 'a'}` }),
      modelHasTier: () => true,
      isFree: () => true,
      checkSaved: () => {},
      save: (next) => void saved.push(next),
      changed: () => {
        changes += 1;
      },
      ...more,
    },
    records,
  );
  const begun = (sessionId: string, begins: 'yes' | 'perhaps' | 'no' = 'yes') =>
    coins.fallFor({ sessionId, accountId: 'a', model, begins });
  return { clock, coins, saved, changes: () => changes, begun, kept: () => saved.at(-1) ?? [] };
}

/** A turn that has ended, as the traces have it; only what a coin reads. */
const row = (sessionId: string | null, more: Partial<RequestRow> = {}) =>
  ({
    account: { id: 'a', label: 'ada' },
    sessionId,
    model,
    tierSent: null,
    firstTokenMs: 400,
    totalMs: 1_400,
    usage: { outputTokens: 50 },
    status: 'completed',
    kind: 'turn',
    error: null,
    ...more,
  }) as RequestRow;

describe('the start of a coin', () => {
  it('is kept before it is told, with what it was thrown under', () => {
    const { coins, kept, changes } = rig();
    const { id } = coins.start({ ...request, pairs: 2 });
    expect(kept()).toMatchObject([
      { id, accountLabel: 'label of a', version: '1.2.3', profile: '0.171', seed: 2 ** 30, run: 1, isLeft: false },
    ]);
    expect(kept()[0]?.request).toEqual({ ...request, pairs: 6 });
    expect(changes()).toBe(1);
    expect(coins.views()).toMatchObject([{ id, accountId: 'a', model, pairs: 0, most: 6 }]);
  });

  it.each<[string, Partial<CoinsParts>, string]>([
    ['the switch decides', { isFree: () => false }, 'Set it to auto first'],
    ['the catalogue lists no such tier', { modelHasTier: () => false }, `lists no ${request.tier} tier for ${model}`],
    ['the model is not known', { modelHasTier: () => null }, 'The catalogue lists no'],
    [
      'nothing can be kept',
      {
        checkSaved: () => {
          throw new SlipstreamError('store_unwritable', { message: 'No coin can be kept.' });
        },
      },
      'No coin can be kept.',
    ],
  ])('is refused where %s, and leaves nothing behind', (_what, more, message) => {
    const { coins, saved } = rig([], more);
    expect(() => coins.start(request)).toThrow(message);
    expect([coins.list(), saved]).toEqual([[], []]);
  });

  it('is refused beside another for the account and model, and beside ten', () => {
    const { coins } = rig();
    coins.start(request);
    expect(() => coins.start(request)).toThrow(`A coin decides for ${model} on label of a already.`);
    for (let at = 1; at < 10; at += 1) coins.start({ ...request, accountId: `a${at}` });
    expect(() => coins.start({ ...request, accountId: 'z' })).toThrow('There are 10 coins already.');
    expect(coins.views()).toHaveLength(10);
  });

  it('counts the runs on one account and model', () => {
    const { coins, kept } = rig();
    const runs = [request, request, { ...request, accountId: 'b' }, { ...request, model: 'another' }, request];
    for (const each of runs) coins.leave(coins.start(each).id);
    expect(kept().map(({ run }) => run)).toEqual([1, 2, 1, 1, 3]);
  });
});

describe('what a coin fell on', () => {
  it('is known of a session that begins, and stays so in its later turns; none is thrown for one that goes on', () => {
    const { coins, begun, kept } = rig();
    coins.start(request);
    expect(begun('before', 'no')).toBeNull();
    const fell = [begun('one'), begun('two')];
    expect(fell.toSorted()).toEqual([request.tier, 'standard'].toSorted());
    expect(['one', 'two'].map((id) => begun(id, 'no'))).toEqual(fell);
    expect(kept()[0]?.sessions.map(({ id }) => id)).toEqual(['one', 'two']);
  });

  it('of a session that may begin is told and not kept, and is what it then falls on', () => {
    const { coins, begun, kept, saved } = rig();
    coins.start(request);
    const likely = begun('one', 'perhaps');
    expect(likely).not.toBeNull();
    expect([kept()[0]?.sessions, saved.length]).toEqual([[], 1]);
    expect(begun('one')).toBe(likely);
    expect(begun('one', 'perhaps')).toBe(likely);
  });

  it('is nothing for other accounts and models, without a coin, and once it is left', () => {
    const { coins, begun } = rig();
    expect([begun('one'), begun('one', 'perhaps')]).toEqual([null, null]);
    const { id } = coins.start(request);
    const ask = { sessionId: 'one', begins: 'yes', model, accountId: 'a' } as const;
    expect(coins.fallFor({ ...ask, accountId: 'b' })).toBeNull();
    expect(coins.fallFor({ ...ask, model: 'another' })).toBeNull();
    const fell = begun('one');
    coins.leave(id);
    expect([begun('two'), begun('two', 'perhaps')]).toEqual([null, null]);
    expect(begun('one', 'no')).toBe(fell);
  });

  it('is nothing once a coin has as many sessions as it takes', () => {
    const { coins, begun } = rig();
    coins.start(request);
    for (let at = 0; at < 12; at += 1) expect(begun(`s${at}`)).not.toBeNull();
    expect([begun('more'), begun('more', 'perhaps')]).toEqual([null, null]);
  });

  it('keeps its session open for as long as turns of it begin, not where one only may', () => {
    const { coins, begun, clock, kept } = rig();
    coins.start(request);
    begun('one');
    clock.advance(10);
    begun('one', 'perhaps');
    coins.stop();
    expect(kept()[0]?.sessions[0]?.lastAt).toBe(clock.epochMs() - 10);
    begun('one', 'no');
    coins.stop();
    expect(kept()[0]?.sessions[0]?.lastAt).toBe(clock.epochMs());
  });

  it('of a model with several coins is that of its own', () => {
    const { coins, begun, clock } = rig();
    const { id } = coins.start(request);
    const fell = begun('one');
    coins.leave(id);
    coins.start(request);
    clock.advance(1);
    expect(begun('two')).not.toBeNull();
    expect([begun('one', 'no'), begun('one')]).toEqual([fell, fell]);
    coins.noteEnded(row('one'));
    const [second, first] = coins.list();
    expect([first?.turnsDone, second?.coin?.open]).toEqual([0, 1]);
  });

  it('outlives the program', () => {
    const first = rig();
    first.coins.start(request);
    const fell = first.begun('one');
    expect(rig(first.kept()).begun('one', 'no')).toBe(fell);
  });
});

describe('the turns of a coin', () => {
  const turned = (...rows: readonly RequestRow[]) => {
    const made = rig();
    made.coins.start(request);
    made.begun('one');
    const before = made.saved.length;
    for (const each of rows) made.coins.noteEnded(each);
    return { ...made, session: made.kept()[0]?.sessions[0], writes: made.saved.length - before };
  };

  it('count with the time after the first token and their tokens', () => {
    const { session, writes } = turned(row('one'), row('one', { totalMs: 2_400 }));
    expect(session).toMatchObject({ turns: 2, spanMs: 3_000, outputTokens: 100, failure: null });
    expect(writes).toBe(2);
  });

  it.each<[string, Partial<RequestRow>, string | null]>([
    ['has no first token', { firstTokenMs: null }, null],
    ['has no end', { totalMs: null }, null],
    ['took no time after its first token', { totalMs: 400 }, null],
    ['ended before its first token', { totalMs: 300 }, null],
    ['had no tokens', { usage: { outputTokens: 0 } as RequestRow['usage'] }, null],
    ['has no usage', { usage: null }, null],
    ['is no turn but a question of ours', { kind: 'compact' as RequestRow['kind'] }, null],
    ['was cancelled', { status: 'cancelled' as RequestRow['status'] }, null],
    ['failed', { status: 'failed', error: { message: 'overloaded' } as RequestRow['error'] }, 'overloaded'],
    ['failed without a word', { status: 'failed' }, 'a turn failed'],
    ['completed, with an error told', { usage: null, error: { message: 'x' } as RequestRow['error'] }, null],
  ])('are not measured where one %s', (_what, more, failure) => {
    expect(turned(row('one', more)).session).toMatchObject({ turns: 0, spanMs: 0, outputTokens: 0, failure });
  });

  it('of no account or session, of others, and after the end change nothing', () => {
    const { writes } = turned(
      row('one', { account: null }),
      row(null),
      row('two'),
      row('one', { account: { id: 'b', label: 'bob' } }),
      row('one', { model: 'another' }),
    );
    expect(writes).toBe(0);
    const { coins, saved } = turned();
    const [{ id } = { id: '' }] = coins.list();
    coins.leave(id);
    const before = saved.length;
    coins.noteEnded(row('one'));
    expect(saved).toHaveLength(before);
  });

  it('that only begin are written with the next change that matters, or at the end', () => {
    const { coins, begun, saved, clock, kept } = turned();
    const before = saved.length;
    clock.advance(5);
    begun('one', 'no');
    expect(saved).toHaveLength(before);
    coins.stop();
    expect(saved).toHaveLength(before + 1);
    expect(kept()[0]?.sessions[0]?.lastAt).toBe(clock.epochMs());
    coins.stop();
    expect(saved).toHaveLength(before + 1);
    expect(clock.pending).toBe(0);
  });
});

describe('the end of a coin', () => {
  it('closes sessions that rest, by itself, and tells of each new pair', () => {
    const { coins, begun, clock, changes, kept } = rig();
    coins.start(request);
    for (const id of ['one', 'two']) begun(id);
    for (const id of ['one', 'two']) coins.noteEnded(row(id));
    const told = changes();
    clock.advance(idleMs + 999);
    expect(kept()[0]?.pairs).toEqual([]);
    clock.advance(1);
    expect(kept()[0]?.pairs).toHaveLength(1);
    expect(changes()).toBe(told + 1);
    expect(coins.views()).toMatchObject([{ pairs: 1 }]);
    expect(clock.pending).toBe(0);
  });

  it('tells nothing of a turn that makes no pair', () => {
    const { coins, begun, changes } = rig();
    coins.start(request);
    begun('one');
    const told = changes();
    coins.noteEnded(row('one'));
    expect(changes()).toBe(told);
  });

  it('waits for what is due first, again and again, also where the clock has run ahead', () => {
    const { coins, begun, clock } = rig();
    coins.start(request);
    begun('one');
    clock.advance(idleMs / 2);
    begun('two');
    expect(clock.pending).toBe(1);
    clock.advance(idleMs / 2 + 1_000);
    expect(coins.list()[0]?.coin).toMatchObject({ open: 1 });
    expect(clock.pending).toBe(1);
    clock.advance(idleMs / 2);
    expect(coins.list()[0]?.coin).toMatchObject({ open: 0, standard: { lost: 1 }, priority: { lost: 1 } });
    expect(clock.pending).toBe(0);
  });

  it('closes at the start what came to rest while nothing ran', () => {
    const first = rig();
    first.coins.start(request);
    for (const id of ['one', 'two']) first.begun(id);
    const records = first.kept().map((record) => ({
      ...record,
      sessions: record.sessions.map((session) => ({
        ...session,
        startedAt: 0,
        lastAt: 0,
        turns: 1,
        spanMs: 9,
        outputTokens: 9,
      })),
    }));
    expect(rig(records).kept()[0]?.pairs).toHaveLength(1);
  });

  it('is told of one that is left, once, and never moves again; of none it is an error', () => {
    const { coins, clock } = rig();
    const { id } = coins.start(request);
    clock.advance(10);
    const left = coins.leave(id);
    expect(left).toMatchObject({ id, state: 'stopped', endedAt: clock.epochMs() });
    clock.advance(10);
    expect(coins.leave(id).endedAt).toBe(left.endedAt);
    expect(coins.views()).toEqual([]);
    expect(() => coins.leave('none')).toThrow(SlipstreamError);
  });

  it('comes with that of its account', () => {
    const { coins } = rig();
    for (const [accountId, name] of [
      ['a', model],
      ['a', 'another'],
      ['b', model],
    ] as const)
      coins.start({ ...request, accountId, model: name });
    coins.leaveOf('a');
    expect(coins.views().map(({ accountId }) => accountId)).toEqual(['b']);
  });

  it('leaves ten behind: the oldest go, those that run stay', () => {
    const { coins, kept } = rig();
    const running = coins.start({ ...request, accountId: 'z' }).id;
    const ids = Array.from({ length: 12 }, () => coins.leave(coins.start(request).id).id);
    expect(kept().map(({ id }) => id)).toEqual([running, ...ids.slice(2)]);
    expect(coins.list().map(({ id }) => id)).toEqual([...ids.slice(2).reverse(), running]);
  });
});
