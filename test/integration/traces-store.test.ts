/** The database in its worker: it outlives the program, survives damage and a sudden death, and keeps itself private. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TraceStore } from '../../src-main/core/traces/store/trace-store.ts';
import { LatencyQuery, TraceQuery } from '../../src-main/shared/trace-query.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { realClock, recordingLog } from '../support/host.ts';
import { skippingClock } from '../support/skipping-clock.ts';
import { firstStartedAt, storedTurn } from '../support/stored-turns.ts';
import { WorkerStores } from '../support/worker-stores.ts';

const limits = { maxRows: 1_000_000, maxBytes: 1024 ** 3, maxAgeMs: 100 * 365 * 24 * 60 * 60_000 };
const everything = TraceQuery.parse({});

/** How long another program keeps the file to itself. */
const heldMs = 300;

let dir: string;
let path: string;
const stores = new WorkerStores();

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipstream-store-'));
  path = join(dir, 'traces.sqlite');
});

afterEach(async () => {
  await stores.closeAll();
  rmSync(dir, { recursive: true, force: true });
});

const open = (at: string | null = path): TraceStore => stores.open({ start: { path: at, limits }, clock: realClock });
const closed = (store: TraceStore): Promise<void> => stores.close(store);

describe('the database', () => {
  it('has after a restart what it had before, figures included', async () => {
    const before = open();
    for (let index = 0; index < 120; index += 1) before.add(storedTurn(index));
    const query = LatencyQuery.parse({ metric: 'total', groupBy: 'tier' });
    const figures = await before.latency(query);
    await before.saveExperiment({ id: 'e', startedAt: 5, json: '{"a":1}' });
    await closed(before);
    const after = open();
    expect((await after.query(everything)).total).toBe(120);
    expect(await after.latency(query)).toEqual(figures);
    expect(await after.experiments()).toEqual([{ id: 'e', startedAt: 5, json: '{"a":1}' }]);
    expect((await after.detail(storedTurn(3).row.id))?.isStored).toBe(true);
  });

  it('writes what waits when it is closed, and answers with what was just added', async () => {
    const store = open();
    store.add(storedTurn(1));
    expect((await store.query(everything)).total).toBe(1);
    store.add(storedTurn(2));
    await closed(store);
    expect((await open().query(everything)).total).toBe(2);
  });

  it.skipIf(process.platform === 'win32')('is for its owner only, its log included', async () => {
    const store = open();
    store.add(storedTurn(1));
    await store.query(everything);
    for (const name of readdirSync(dir)) expect([name, statSync(join(dir, name)).mode & 0o777]).toEqual([name, 0o600]);
  });

  it('that is no database is set aside, and a new one begun', async () => {
    writeFileSync(path, 'this is no database, and it is long enough to be read as one\n'.repeat(200));
    const store = open();
    store.add(storedTurn(1));
    const state = await store.state();
    expect(state).toMatchObject({ kind: 'disk', turns: 1 });
    expect(readdirSync(dir).some((name) => name.startsWith('traces.sqlite.damaged-'))).toBe(true);
    expect(state.setAsidePath).toContain('traces.sqlite.damaged-');
  });

  it('that is damaged in its middle is set aside when that is found', async () => {
    const before = open();
    for (let index = 0; index < 2_000; index += 1) before.add(storedTurn(index));
    await before.query(everything);
    await closed(before);
    const bytes = statSync(path).size;
    const handle = Buffer.alloc(bytes - 8_192, 0xa5);
    writeFileSync(path, Buffer.concat([readFileSync(path).subarray(0, 8_192), handle]));
    const store = open();
    store.add(storedTurn(5_000));
    expect((await store.query(everything)).rows[0]?.id).toBe(storedTurn(5_000).row.id);
    expect(await store.state()).toMatchObject({ kind: 'disk', turns: 1 });
  });

  it('where the folder cannot be used is one in memory, and says so', async () => {
    const store = open(join(dir, 'missing', 'traces.sqlite'));
    store.add(storedTurn(1));
    expect(await store.state()).toMatchObject({ kind: 'memory', turns: 1 });
  });

  it('goes on in a new worker where the one it had died, and rests where each dies', async () => {
    const posted = vi.spyOn(Worker.prototype, 'postMessage');
    const clock = skippingClock();
    const problems: (string | null)[] = [];
    const onProblem = (problem: string | null) => void problems.push(problem === null ? null : english.told(problem));
    const store = stores.open({ start: { path, limits }, clock, onProblem });
    for (let deaths = 0; deaths < 4; deaths += 1) {
      store.add(storedTurn(deaths));
      expect((await store.query(everything)).total).toBe(deaths + 1);
      const worker: unknown = posted.mock.contexts.at(-1);
      if (!(worker instanceof Worker)) throw new Error('nothing was asked');
      await worker.terminate();
    }
    await expect(store.query(everything)).rejects.toThrow('has stopped');
    expect(problems).toEqual([expect.stringContaining('not kept now')]);
    // Turns that end meanwhile wait, the latest of them.
    for (let index = 4; index < 604; index += 1) store.add(storedTurn(index));
    clock.skip(59_000);
    await expect(store.query(everything)).rejects.toThrow('has stopped');
    clock.skip(2_000);
    expect((await store.query(everything)).total).toBe(504);
    expect(problems.at(-1)).toBeNull();
    posted.mockRestore();
  });

  it('is never looked at by its caller: what is added returns at once', () => {
    const store = open();
    const turns = Array.from({ length: 1_000 }, (_, index) => storedTurn(index));
    const startMs = performance.now();
    for (const turn of turns) store.add(turn);
    expect(performance.now() - startMs).toBeLessThan(200);
  });
});

describe('a sudden death', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  it('in the middle of writing loses at most the last second', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'support', 'write-turns.ts'), path], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    children.push(child);
    let lastAdded = 0;
    let killedAtMs = 0;
    const addedAtMs: number[] = [];
    child.on('message', (index: number) => {
      addedAtMs[index] = performance.now();
      lastAdded = index;
      if (index === 1_500) {
        killedAtMs = performance.now();
        child.kill('SIGKILL');
      }
    });
    await once(child, 'exit');
    expect(lastAdded).toBeGreaterThanOrEqual(1_500);
    const store = open();
    const { rows, total } = await store.query(everything);
    const newest = ((rows[0]?.startedAt ?? 0) - firstStartedAt) / 1_000;
    // Every turn up to the newest is there, and the first one missing was added less than a second before the end.
    expect(total).toBe(newest + 1);
    expect(killedAtMs - (addedAtMs[newest + 1] ?? killedAtMs)).toBeLessThan(1_000);
    expect(await store.state()).toMatchObject({ kind: 'disk', setAsidePath: null });
  });
});

it('waits for another program that writes to the file, such as a backup, and loses nothing', async () => {
  const log = recordingLog();
  const store = stores.open({ start: { path, limits }, clock: realClock, log });
  await store.state();
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  store.add(storedTurn(0));
  const state = store.state();
  setTimeout(() => other.close(), heldMs);
  expect((await state).turns).toBe(1);
  expect(log.lines).toEqual([]);
});

/** Stands for a full disk: no row can be written. */
function fillDisk(): DatabaseSync {
  const other = new DatabaseSync(path);
  other.exec("CREATE TRIGGER full BEFORE INSERT ON exchanges BEGIN SELECT RAISE(ABORT, 'disk is full'); END");
  return other;
}

describe('a disk that takes nothing for a while', () => {
  it('costs no turn: what was not written waits, is tried again by itself, and is told of meanwhile', async () => {
    const clock = skippingClock();
    const problems: (string | null)[] = [];
    const onProblem = (problem: string | null) => void problems.push(problem === null ? null : english.told(problem));
    const log = recordingLog();
    const store = stores.open({ start: { path, limits }, clock, log, onProblem });
    await store.state();
    const other = fillDisk();
    for (let index = 0; index < 100; index += 1) store.add(storedTurn(index));
    expect((await store.query(everything)).total).toBe(0);
    expect(problems).toEqual([expect.stringMatching(/^Requests wait .*: disk is full\. It is tried/)]);
    clock.skip(1_000);
    expect((await store.query(everything)).total).toBe(0);
    other.exec('DROP TRIGGER full');
    other.close();
    clock.skip(2_000);
    expect((await store.query(everything)).total).toBe(100);
    expect(problems.at(-1)).toBeNull();
    store.add(storedTurn(100));
    expect((await store.query(everything)).total).toBe(101);
  });

  it('gives back nothing that was forgotten meanwhile', async () => {
    const clock = skippingClock();
    const problems: unknown[] = [];
    const parts = {
      start: { path, limits },
      clock,
      onProblem: (told: unknown) => problems.push(told),
    };
    const store = stores.open(parts);
    await store.state();
    const other = fillDisk();
    for (let index = 0; index < 40; index += 1) store.add(storedTurn(index));
    await store.state();
    expect(problems).toHaveLength(1);
    // One batch waits, another is on its way.
    clock.skip(1_000);
    store.add(storedTurn(40));
    const cleared = store.clear();
    store.add(storedTurn(41));
    await cleared;
    expect(problems.at(-1)).toBeNull();
    other.exec('DROP TRIGGER full');
    other.close();
    clock.skip(60_000);
    const { rows } = await store.query(everything);
    expect(rows.map(({ id }) => id)).toEqual([storedTurn(41).row.id]);
  });

  it('at the first need means memory until it takes something, then all of it is on the disk', async () => {
    const clock = skippingClock();
    const problems: (string | null)[] = [];
    const onProblem = (problem: string | null) => void problems.push(problem === null ? null : english.told(problem));
    const folder = join(dir, 'later');
    const start = { path: join(folder, 'traces.sqlite'), limits };
    const store = stores.open({ start, clock, onProblem });
    store.add(storedTurn(0));
    await store.saveExperiment({ id: 'e', startedAt: 5, json: '{}' });
    expect(await store.state()).toMatchObject({ kind: 'memory', turns: 1 });
    expect(problems).toEqual([expect.stringMatching(/memory only.*: there is no such file \(ENOENT\)\./)]);
    mkdirSync(folder);
    clock.skip(1_000);
    store.add(storedTurn(1));
    expect(await store.state()).toMatchObject({ kind: 'disk', turns: 2 });
    expect(problems.at(-1)).toBeNull();
    expect(await store.experiments()).toHaveLength(1);
    await closed(store);
    expect((await open(start.path).query(everything)).total).toBe(2);
  });
});

it('of a newer version is left alone: turns go to a file beside it, and that is told', async () => {
  const newer = new DatabaseSync(path);
  newer.exec('CREATE TABLE exchanges (other TEXT); PRAGMA user_version = 99');
  newer.close();
  const before = readFileSync(path);
  for (const count of [1, 2]) {
    const problems: (string | null)[] = [];
    const onProblem = (problem: string | null) => void problems.push(problem === null ? null : english.told(problem));
    const store = stores.open({ start: { path, limits }, clock: realClock, onProblem });
    store.add(storedTurn(count));
    expect(await store.state()).toMatchObject({ kind: 'disk', turns: count, setAsidePath: null });
    expect(problems).toEqual([expect.stringContaining('newer Slipstream')]);
    await closed(store);
  }
  expect(readFileSync(path)).toEqual(before);
});

describe('a clock that is 40 days ahead', () => {
  const dayMs = 24 * 60 * 60_000;
  let aheadMs = 0;
  const clock = { ...realClock, epochMs: () => firstStartedAt + 60_000 + aheadMs };

  function openForMonth(): TraceStore {
    const start = { path, limits: { ...limits, maxAgeMs: 30 * dayMs } };
    const store = stores.open({ start, clock });
    return store;
  }

  it.each([
    ['for one turn', false],
    ['for one start and one turn', true],
  ])('%s makes no turn old', async (_what, restarts) => {
    aheadMs = 0;
    let store = openForMonth();
    const turn = async (index: number) => {
      store.add(storedTurn(index));
      return (await store.query(everything)).total;
    };
    const setAhead = async (ms: number) => {
      aheadMs = ms;
      if (!restarts) return;
      await closed(store);
      store = openForMonth();
    };
    for (let index = 0; index < 14; index += 1) await turn(index);
    await setAhead(40 * dayMs);
    expect(await turn(40 * 24 * 3_600)).toBe(15);
    await setAhead(0);
    expect(await turn(15)).toBe(16);
  });
});
