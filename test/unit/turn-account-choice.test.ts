import { describe, expect, it } from 'vitest';
import { silentExchange } from '../../src-main/core/silent-watcher.ts';
import { AccountChoice } from '../../src-main/core/turn/account-choice.ts';
import type { Rest } from '../../src-main/core/turn/rest.ts';
import { oneOffSession } from '../../src-main/core/turn/sessions.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import { now } from './attempt-reports.ts';
import { type TurnRig, turnRig } from './turn-rig.ts';

const untilMs = now + 60_000;
const usageLimit: Rest = { why: 'usage-limit', untilMs };
const bucketLimit: Rest = { why: 'bucket-limit', bucket: { name: 'spark', models: ['m-spark'] }, untilMs, words: 'w' };
const verdictOf = (verdict: Extract<Rest, { why: 'verdict' }>['verdict']): Rest => ({
  why: 'verdict',
  verdict,
  words: 'w',
});
const failure = new SlipstreamError('upstream_refused', {
  status: 429,
  message: 'full',
  headers: [['x-codex-primary-used-percent', '100']],
});

interface Options {
  readonly model?: string | null;
  /** The account of the session's turn before. */
  readonly home?: string;
  readonly isSealed?: boolean;
}

function choiceOn(rig: TurnRig, { model = 'm', home, isSealed = false }: Options = {}) {
  const session = oneOffSession();
  session.moveTo(home ?? null);
  if (isSealed) session.noteSealed();
  return { session, choice: new AccountChoice(rig.context, session, rig.watch, model) };
}

const accountOf = ({ store }: TurnRig, id: string) => {
  const found = store.get(id);
  if (found === null) throw new Error(`no account ${id}`);
  return found;
};
const rejected = async (work: Promise<unknown>) => work.then(() => null).catch((error: unknown) => error);

describe('the account of a turn', () => {
  it('counts the turn until another is chosen, or it is over', async () => {
    const rig = await turnRig('ab');
    const { choice } = choiceOn(rig);
    const first = await choice.choose();
    expect([first.id, rig.running, rig.told.accounts, rig.told.marks]).toEqual(['a', ['a'], ['a'], ['accountChosen']]);
    choice.leave(first, failure, null);
    expect([(await choice.choose()).id, rig.running]).toEqual(['b', ['b']]);
    choice.close();
    choice.close();
    expect(rig.running).toEqual([]);
    // A turn that was aborted meanwhile.
    const late = choiceOn(rig).choice;
    late.close();
    await late.choose();
    expect(rig.running).toEqual([]);
  });

  it('is told to who watches by its name outside its own screen', async () => {
    const rig = await turnRig('a');
    const labels: unknown[] = [];
    const watch = { ...silentExchange, account: (told: unknown) => void labels.push(told) };
    await new AccountChoice(rig.context, oneOffSession(), watch, 'm').choose();
    expect(labels).toEqual([{ id: 'a', label: expect.stringContaining('…') }]);
  });

  it('is the one that was meant, where the session has none and it can be used', async () => {
    const rig = await turnRig('abc');
    const session = oneOffSession();
    const choice = new AccountChoice(rig.context, session, rig.watch, 'm', 'b');
    expect((await choice.choose()).id).toBe('b');
    choice.leave(accountOf(rig, 'b'), failure, null);
    expect((await choice.choose()).id).toBe('a');
    session.moveTo('c');
    expect((await new AccountChoice(rig.context, session, rig.watch, 'm', 'b').choose()).id).toBe('c');
  });

  it('may be one that was reset early, where all rest', async () => {
    const rig = await turnRig('a', { readResting: async () => rig.accounts.setCooldown('a', null) });
    rig.accounts.exhausted('a', untilMs);
    const { choice } = choiceOn(rig);
    expect((await choice.choose()).id).toBe('a');
    expect([rig.told.waits, rig.running]).toEqual([['usage read', 'usage read over'], ['a']]);
  });

  it.each<[string, string, (rig: TurnRig, choice: AccountChoice) => void, object, number]>([
    ['none is there', '', () => {}, { code: 'account_none' }, 0],
    [
      'all rest still',
      'a',
      ({ accounts }) => accounts.exhausted('a', untilMs),
      { code: 'accounts_exhausted', retryAfterSeconds: 60 },
      1,
    ],
    [
      'the last one failed',
      'a',
      (rig, choice) =>
        choice.leave(accountOf(rig, 'a'), new SlipstreamError('upstream_closed', { message: 'closed' }), null),
      { code: 'upstream_closed', message: 'closed' },
      0,
    ],
    [
      'the last one was full: with the reset of all, and what its headers say',
      'ab',
      (rig, choice) => {
        for (const id of ['a', 'b']) {
          choice.rest(accountOf(rig, id), usageLimit);
          choice.leave(accountOf(rig, id), failure, usageLimit);
        }
      },
      {
        code: 'accounts_exhausted',
        status: 429,
        headers: failure.headers,
        retryAfterSeconds: 60,
        upstreamBody: { error: { resets_at: untilMs / 1000 } },
      },
      0,
    ],
    [
      'the last one was full for this model',
      'a',
      (rig, choice) => {
        choice.rest(accountOf(rig, 'a'), bucketLimit);
        choice.leave(accountOf(rig, 'a'), failure, bucketLimit);
      },
      { headers: failure.headers, message: expect.stringMatching(/^(?!full$)/) },
      0,
    ],
    [
      'the last one was asked to slow down',
      'a',
      (rig, choice) => choice.leave(accountOf(rig, 'a'), failure, { why: 'rate-limit', untilMs }),
      { code: 'upstream_refused', message: 'full' },
      0,
    ],
    [
      'nothing stands against it but that it failed as such',
      'a',
      (rig, choice) => {
        choice.rest(accountOf(rig, 'a'), verdictOf('deactivated'));
        choice.leave(accountOf(rig, 'a'), new SlipstreamError('account_unusable', { message: 'own' }), null);
      },
      { code: 'account_unusable', message: expect.stringMatching(/^No account can be used\./) },
      0,
    ],
  ])('is none where %s', async (_why, names, happens, wanted, reads) => {
    let asks = 0;
    const rig = await turnRig(names, {
      readResting: async () => {
        asks += 1;
      },
    });
    const { choice } = choiceOn(rig);
    happens(rig, choice);
    expect(await rejected(choice.choose())).toMatchObject(wanted);
    expect([asks, rig.told.accounts, rig.running]).toEqual([reads, [], []]);
  });

  it('is none for a fault of ours, which is thrown as it came', async () => {
    const rig = await turnRig('a');
    const ours = new TypeError('ours');
    rig.accounts.choose = () => {
      throw ours;
    };
    expect(await rejected(choiceOn(rig).choice.choose())).toBe(ours);
  });
});

describe('what is learned of an account', () => {
  it.each<[string, Rest | null, Options, object]>([
    ['nothing', null, {}, { cooldownUntil: null, avoidUntil: null, verdicts: [] }],
    ['haste', { why: 'rate-limit', untilMs }, {}, { cooldownUntil: null, avoidUntil: untilMs, verdicts: [] }],
    ['a usage limit', usageLimit, {}, { cooldownUntil: untilMs, avoidUntil: null, verdicts: [] }],
    [
      'a limit of some models',
      bucketLimit,
      { model: 'M-fast' },
      { cooldownUntil: null, verdicts: [{ kind: 'bucket', scope: 'spark', models: ['m', 'm-spark'], words: 'w' }] },
    ],
    [
      'the same of a model of its own whose name ends as an alias',
      bucketLimit,
      { model: 'own-fast' },
      { verdicts: [{ kind: 'bucket', models: ['own-fast', 'm-spark'] }] },
    ],
    ['the same without a model', bucketLimit, { model: null }, { verdicts: [{ kind: 'bucket', models: ['m-spark'] }] }],
    [
      'an end',
      verdictOf('deactivated'),
      {},
      { verdicts: [{ kind: 'deactivated', scope: null, models: [], words: 'w' }] },
    ],
    ['a model it may not', verdictOf('model'), {}, { verdicts: [{ kind: 'model', scope: 'm' }] }],
    ['a model that nobody named', verdictOf('model'), { model: null }, { verdicts: [] }],
  ])('%s', async (_what, rest, options, health) => {
    const rig = await turnRig('a');
    choiceOn(rig, options).choice.rest(accountOf(rig, 'a'), rest);
    expect(rig.accounts.health('a')).toMatchObject(health);
    expect(rig.accounts.health('a').verdicts).toHaveLength((health as { verdicts: unknown[] }).verdicts.length);
  });

  it('ends for this model where it serves', async () => {
    const rig = await turnRig('a');
    const { choice } = choiceOn(rig);
    choice.rest(null, verdictOf('refused'));
    choice.rest(accountOf(rig, 'a'), verdictOf('model'));
    choice.served(accountOf(rig, 'a'), rig.clock.epochMs());
    expect(rig.accounts.verdicts.of('a')).toEqual([]);
  });

  it('by a verdict: one that was spoken against is tried once a turn at most', async () => {
    const rig = await turnRig('abc');
    for (const id of 'bc')
      rig.accounts.verdicts.note(id, { kind: 'refused', scope: null, models: [], untilMs: null, words: '' });
    const { choice } = choiceOn(rig);
    expect([(await choice.choose()).id, choice.hasOther(accountOf(rig, 'a'))]).toEqual(['a', false]);
    choice.leave(accountOf(rig, 'a'), failure, null);
    expect(['b', 'c']).toContain((await choice.choose()).id);
    const other = choiceOn(rig).choice;
    const tried: string[] = [];
    for (let tries = 0; tries < 2; tries += 1) {
      const account = await other.choose();
      tried.push(account.id);
      other.rest(account, verdictOf('refused'));
      other.leave(account, failure, null);
    }
    expect(tried).toEqual(['a', expect.stringMatching(/[bc]/)]);
    expect(await rejected(other.choose())).toBe(failure);
  });
});

describe('another account', () => {
  it('is one that was not tried in this turn', async () => {
    const rig = await turnRig('abc');
    const { choice } = choiceOn(rig);
    expect(choice.hasOther(accountOf(rig, 'a'))).toBe(true);
    for (const id of 'bc') choice.leave(accountOf(rig, id), failure, null);
    choice.leave(null, failure, null);
    expect([choice.hasOther(accountOf(rig, 'a')), (await choice.choose()).id]).toEqual([false, 'a']);
  });

  it.each<[string, string, Options, readonly string[], boolean, boolean]>([
    ['the account has none, nobody else is there', 'a', {}, [], false, true],
    ['the account has none, another has', 'ab', {}, ['b'], true, false],
    ['the account has, as has another', 'ab', {}, ['a', 'b'], true, true],
    ['nobody has', 'ab', {}, [], false, true],
    ['the last one has', 'abc', {}, ['c'], true, false],
    ['one over HTTP needs none', 'abh', {}, [], true, false],
    ['but its session may not leave', 'ab', { home: 'a', isSealed: true }, ['b'], false, true],
  ])('has room for a socket: %s', async (_what, names, options, roomy, hasRoomElsewhere, mayQueue) => {
    const pool = { hasRoom: (id: string) => roomy.includes(id) };
    const rig = await turnRig(names, { pool: pool as never });
    if (names.includes('h')) rig.context.transports.remember(accountOf(rig, 'h'), 'no-websockets');
    const { choice } = choiceOn(rig, options);
    expect([choice.hasRoomElsewhere(accountOf(rig, 'a')), choice.mayQueue(accountOf(rig, 'a'))]).toEqual([
      hasRoomElsewhere,
      mayQueue,
    ]);
    choice.leave(accountOf(rig, names.at(-1) ?? ''), failure, usageLimit);
    if (names.length < 3) expect(choice.hasRoomElsewhere(accountOf(rig, 'a'))).toBe(false);
  });
});

describe('a session that holds a compaction item', () => {
  it.each<[string, Options, Rest | null, boolean]>([
    ['holds none', { home: 'a' }, null, true],
    ['has no account yet', { isSealed: true }, null, true],
    ['has one', { home: 'a', isSealed: true }, null, false],
    ['has one that is full', { home: 'a', isSealed: true }, usageLimit, true],
    ['has one that is full for this model', { home: 'a', isSealed: true }, bucketLimit, true],
    ['has one that is asked to slow down', { home: 'a', isSealed: true }, { why: 'rate-limit', untilMs }, false],
  ])('leaves its account or not where it %s', async (_what, options, rest, may) => {
    const rig = await turnRig('ab');
    const { choice } = choiceOn(rig, options);
    expect(choice.mayLeave(rest)).toBe(may);
    const leave = () => choice.leave(accountOf(rig, 'a'), failure, rest);
    if (may) expect(leave).not.toThrow();
    else expect(leave).toThrow(failure);
  });

  it('can be read by the account it came from', async () => {
    const rig = await turnRig('ab');
    const [a, b] = ['a', 'b'].map((id) => accountOf(rig, id)) as [
      ReturnType<typeof accountOf>,
      ReturnType<typeof accountOf>,
    ];
    const sealed = choiceOn(rig, { home: 'a', isSealed: true }).choice;
    expect([
      choiceOn(rig, { home: 'a' }).choice.sealedBy(a),
      choiceOn(rig, { isSealed: true }).choice.sealedBy(a),
      sealed.sealedBy(a),
      sealed.sealedBy(b),
    ]).toEqual(['nobody', 'unknown', 'this-account', { restsUntilMs: null }]);
    rig.accounts.exhausted('a', untilMs);
    expect(sealed.sealedBy(b)).toEqual({ restsUntilMs: untilMs });
    rig.accounts.setCooldown('a', rig.clock.epochMs());
    expect(sealed.sealedBy(b)).toEqual({ restsUntilMs: null });
  });

  it('goes back there where a turn gave no answer', async () => {
    const rig = await turnRig('ab');
    for (const isSealed of [true, false]) {
      const { session, choice } = choiceOn(rig, { home: 'a', isSealed });
      session.moveTo('b');
      choice.returnHome();
      expect(session.accountId).toBe(isSealed ? 'a' : 'b');
    }
  });
});
