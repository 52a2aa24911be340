import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCoinFile } from '../../src-main/core/latency/coin-file.ts';
import { CoinRecord } from '../../src-main/core/latency/coin-record.ts';
import { coinExperiment, settled } from '../../src-main/core/latency/coin-result.ts';
import {
  type CoinTurn,
  closed,
  idleMs,
  nextPlace,
  sideOf,
  thrown,
  touched,
  withTurn,
} from '../../src-main/core/latency/coin-throws.ts';
import { seededRandom } from '../../src-main/core/latency/seeded-random.ts';
import { CoinRequest, LabExperiment } from '../../src-main/shared/lab.ts';
import { recordingLog, troublesIn } from '../support/host.ts';
import { fakeClock } from './fake-clock.ts';

const fresh = (seed = 1, pairs = 24): CoinRecord => ({
  id: 'c1',
  request: { ...CoinRequest.parse({}), accountId: 'a', pairs },
  accountLabel: 'ada',
  version: '1.2.3',
  profile: '0.169',
  seed,
  run: 1,
  startedAt: 0,
  endedAt: null,
  isLeft: false,
  sessions: [],
  pairs: [],
});

const turn = (sessionId: string, more: Partial<CoinTurn> = {}): CoinTurn => ({
  sessionId,
  tierSent: null,
  measured: { spanMs: 10_000, outputTokens: 600 },
  failure: null,
  ...more,
});

const begin = (record: CoinRecord, ids: readonly string[], nowMs = 0): CoinRecord =>
  ids.reduce((each, id) => thrown(each, id, nowMs), record);
const sides = ({ sessions }: CoinRecord) => sessions.map(({ side }) => side);

/** A session that begins, has one turn and rests until it is over. */
function wholeSession(record: CoinRecord, id: string, nowMs: number, more: Partial<CoinTurn> = {}): CoinRecord {
  return settled(withTurn(thrown(record, id, nowMs), turn(id, more), nowMs), nowMs + idleMs);
}

describe('the coin', () => {
  it('falls once on each arm in every two sessions, and on either first about as often', () => {
    const first = Array.from({ length: 400 }, (_, seed) => {
      const fell = sides(begin(fresh(seed), ['a', 'b', 'c', 'd']));
      expect([fell.slice(0, 2).toSorted(), fell.slice(2).toSorted()]).toEqual([
        ['priority', 'standard'],
        ['priority', 'standard'],
      ]);
      return fell[2];
    });
    const share = first.filter((side) => side === 'priority').length / first.length;
    expect(share).toBeGreaterThan(0.42);
    expect(share).toBeLessThan(0.58);
  });

  it('stays as it fell for a session, whatever comes after: turns, a rest, the end, being left, a restart', () => {
    const started = begin(fresh(), ['a', 'b', 'c']);
    const fell = ['a', 'b', 'c'].map((id) => sideOf(started, id));
    const later: readonly ((record: CoinRecord) => CoinRecord)[] = [
      (record) => withTurn(record, turn('a', { tierSent: 'priority' }), 5),
      (record) => touched(record, 'b', 10),
      (record) => settled(record, 20 * idleMs),
      (record) => thrown(record, 'a', 30 * idleMs),
      (record) => ({ ...record, endedAt: 31 * idleMs, isLeft: true }),
      (record) => CoinRecord.parse(JSON.parse(JSON.stringify(record))),
      (record) => thrown(record, 'b', 40 * idleMs),
    ];
    later.reduce((record, step) => {
      const next = step(record);
      expect(['a', 'b', 'c'].map((id) => sideOf(next, id))).toEqual(fell);
      return next;
    }, started);
  });

  it('is thrown for no session after its end, and for no more than its pairs need', () => {
    const full = begin(
      fresh(1, 6),
      Array.from({ length: 20 }, (_, at) => `s${at}`),
    );
    expect(full.sessions).toHaveLength(12);
    expect(nextPlace({ ...fresh(), endedAt: 1 })).toBeNull();
  });

  it('holds a session to its fall, whatever tier its turns had', () => {
    for (const tierSent of ['priority', null]) {
      const both = ['a', 'b'].reduce((record, id) => wholeSession(record, id, 0, { tierSent }), fresh());
      const { coin } = coinExperiment(both);
      expect(both.pairs).toHaveLength(1);
      expect([coin?.standard.asFell, coin?.priority.asFell]).toEqual(tierSent === null ? [1, 0] : [0, 1]);
      expect([coin?.standard.measured, coin?.priority.measured]).toEqual([1, 1]);
    }
  });

  it('takes the time after the first token and the tokens of all turns of a session, until it has rested', () => {
    let record = begin(fresh(), ['a', 'b']);
    record = withTurn(record, turn('a'), 0);
    record = withTurn(record, turn('a', { measured: { spanMs: 2_000, outputTokens: 60 } }), idleMs - 1);
    record = withTurn(record, turn('b', { measured: null, failure: 'overloaded' }), idleMs - 1);
    record = withTurn(record, turn('b'), idleMs - 1);
    expect(closed(record, 2 * idleMs - 2)).toBeNull();
    record = settled(record, 2 * idleMs - 1);
    record = withTurn(record, turn('a'), 3 * idleMs);
    const [pair] = record.pairs;
    const turns = [pair?.standard, pair?.priority].map((each) => [each?.totalMs, each?.outputTokens, each?.failure]);
    expect(turns.toSorted()).toEqual([
      [10_000, 600, null],
      [12_000, 660, null],
    ]);
    expect(pair?.lengthsDiffer).toBe(false);
  });

  it('puts another session in the place of one without a completed turn, and counts it as lost where turns failed', () => {
    const silent = settled(begin(fresh(), ['a']), idleMs);
    const failed = wholeSession(fresh(), 'a', 0, { measured: null, failure: 'overloaded' });
    for (const [record, lost] of [
      [silent, 0],
      [failed, 1],
    ] as const) {
      const next = thrown(record, 'b', 2 * idleMs);
      expect([sideOf(next, 'b'), next.sessions[1]?.two]).toEqual([sideOf(record, 'a'), 0]);
      expect(coinExperiment(next).result.failedTurns).toBe(lost);
    }
  });

  it('keeps the latest hundred of those that were lost, which no verdict could stand, and goes on from there', () => {
    let record = wholeSession(wholeSession(fresh(), 'a', 0), 'b', 0);
    const failure = 'overloaded, as it says at length. '.repeat(100);
    for (let count = 0; count < 250; count += 1) {
      const at = (count + 1) * 2 * idleMs;
      const isTold = count % 2 === 0;
      record = isTold
        ? wholeSession(record, `lost ${count}`, at, { measured: null, failure })
        : settled(begin(record, [`lost ${count}`], at), at + idleMs);
    }
    expect(record.sessions.map(({ id }) => id)).toEqual([
      'a',
      'b',
      ...Array.from({ length: 100 }, (_, at) => `lost ${150 + at}`),
    ]);
    expect(record.pairs.map(({ pair }) => pair)).toEqual([0, ...Array.from({ length: 100 }, (_, at) => 26 + at)]);
    expect(JSON.stringify(record).length).toBeLessThan(100_000);
    const next = wholeSession(wholeSession(record, 'c', 600 * idleMs), 'd', 600 * idleMs);
    expect(next.sessions.slice(-2).map(({ two }) => two)).toEqual([1, 1]);
    expect(next.pairs.at(-1)).toMatchObject({ pair: 126, effectPercent: expect.any(Number) });
    expect(coinExperiment(next).result.failedTurns).toBe(100);
  });

  it('closes a session though the clock was set back, and one that never rests after half a day', () => {
    const back = settled(begin(fresh(), ['a'], 10 * idleMs), 0);
    expect(back.sessions[0]?.isOver).toBe(true);
    let busy = begin(fresh(), ['a']);
    for (let at = 0; at < 26; at += 1) busy = settled(touched(busy, 'a', at * (idleMs - 1)), at * (idleMs - 1));
    expect(busy.sessions[0]?.isOver).toBe(true);
  });

  it('does not tell how it will fall, nor how open sessions did', () => {
    const told = JSON.stringify(coinExperiment(begin(fresh(12_345), ['a'])));
    expect(told).not.toContain('12345');
    expect(coinExperiment(begin(fresh(), ['a'])).coin).toMatchObject({
      open: 1,
      standard: { measured: 0, lost: 0 },
      priority: { measured: 0, lost: 0 },
    });
    const over = coinExperiment({ ...begin(fresh(12_345), ['a']), endedAt: 1, isLeft: true });
    expect(over).toMatchObject({ seed: 12_345, state: 'stopped' });
    expect(LabExperiment.parse(over)).toEqual(over);
  });

  it('gives no verdict where more than one in five was lost', () => {
    let record = fresh();
    for (let at = 0; at < 4; at += 1) record = wholeSession(record, `f${at}`, at, { measured: null, failure: 'broke' });
    for (let at = 0; at < 12; at += 1) record = wholeSession(record, `s${at}`, at);
    expect(coinExperiment(record).result).toMatchObject({ pairs: 6, verdict: 'not-enough-data' });
    expect(record.endedAt).toBeNull();
  });

  /** One coin over sessions of noisy speed; priority is `times` as fast. */
  function run(seed: number, times: number, sigma: number): ReturnType<typeof coinExperiment> {
    const random = seededRandom(1_000 + seed);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    let record = fresh(seed);
    for (let at = 0; record.endedAt === null; at += 1) {
      const id = `s${at}`;
      record = thrown(record, id, at * idleMs);
      const isFast = sideOf(record, id) === 'priority';
      const spanMs = 10_000 * Math.exp(sigma * normal()) * (isFast ? 1 / times : 1);
      record = withTurn(record, turn(id, { measured: { spanMs, outputTokens: 600 } }), at * idleMs);
      record = settled(record, (at + 1) * idleMs);
    }
    return coinExperiment(record);
  }

  it.each([
    [1, 150, 0, 0.055],
    [1.5, 80, 0.95, 1],
  ])('at %s× decides as often as the design says, in %s runs', (times, length, least, most) => {
    const sigma = 0.25;
    const runs = Array.from({ length }, (_, seed) => run(seed, times, sigma));
    const decided = runs.filter(({ result: { verdict } }) => verdict === 'faster' || verdict === 'slower').length;
    expect(decided / runs.length).toBeGreaterThanOrEqual(least);
    expect(decided / runs.length).toBeLessThanOrEqual(most);
    const covered = runs.filter(({ result: { lowPercent, highPercent } }) => {
      const truth = (1 / times - 1) * 100;
      return (lowPercent ?? 1) <= truth && truth <= (highPercent ?? -1);
    }).length;
    expect(covered / runs.length).toBeGreaterThanOrEqual(0.95);
  });

  it('says of what it is: sessions, and time after the first token', () => {
    const { result } = run(3, 1.5, 0.05);
    expect(result.sentence).toMatch(
      /^Priority was faster: \d+ % less time after the first token for each output token \(.*6 pairs of sessions, 1 look\)/,
    );
  });
});

it('a seed throws the same coins in every version, for kept ones go on', () => {
  const letters = (seed: number) =>
    sides(begin(fresh(seed), ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']))
      .map((side) => side[0])
      .join('');
  expect([1, 2, 3].map(letters)).toEqual(['psspspsp', 'pspsspps', 'spsppsps']);
});

describe('the file of coins', () => {
  it('is for its owner alone, and keeps a copy of what it cannot read', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'slipstream-coins-'));
    const open = () =>
      openCoinFile({ dataDir, troubles: troublesIn(dataDir), clock: fakeClock(), log: recordingLog() });
    const path = join(dataDir, 'coins.json');
    try {
      const kept = begin(fresh(), ['a', 'b']);
      (await open()).write([kept]);
      expect((await open()).records).toEqual([kept]);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(readdirSync(dataDir)).toEqual(['coins.json']);
      const long = { ...kept, accountLabel: 'ada'.repeat(2_000_000) };
      writeFileSync(path, JSON.stringify({ version: 1, coins: [long] }));
      expect((await open()).records).toEqual([long]);
      expect(readdirSync(dataDir)).toEqual(['coins.json']);
      writeFileSync(path, JSON.stringify({ version: 1, coins: [{ id: 1 }, kept] }));
      expect((await open()).records).toEqual([kept]);
      expect(readdirSync(dataDir)).toHaveLength(2);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});
