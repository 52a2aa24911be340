/** The database of turns on a disk that has no room, or whose file cannot be had: what was forgotten stays forgotten. */
import { closeSync, mkdirSync, mkdtempSync, openSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TraceDatabase } from '../../src-main/core/traces/store/database.ts';
import type { TraceStore } from '../../src-main/core/traces/store/trace-store.ts';
import { TraceQuery } from '../../src-main/shared/trace-query.ts';
import { type SkippingClock, skippingClock } from '../support/skipping-clock.ts';
import { canMount, mountSmallDisk } from '../support/small-disk.ts';
import { firstStartedAt, storedTurn } from '../support/stored-turns.ts';
import { WorkerStores } from '../support/worker-stores.ts';

const limits = { maxRows: 1_000_000, maxBytes: 1024 ** 3, maxAgeMs: 100 * 365 * 24 * 60 * 60_000 };
const everything = TraceQuery.parse({});

let dir: string;
let path: string;
let clock: SkippingClock;
const stores = new WorkerStores();

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipstream-store-trouble-'));
  path = join(dir, 'traces.sqlite');
  clock = skippingClock();
});

afterEach(async () => {
  await stores.closeAll();
  rmSync(dir, { recursive: true, force: true });
});

const open = (at = path): TraceStore => stores.open({ start: { path: at, limits }, clock });
const closed = (store: TraceStore): Promise<void> => stores.close(store);

async function filled(count: number, at = path): Promise<TraceStore> {
  const store = open(at);
  for (let index = 0; index < count; index += 1) store.add(storedTurn(index));
  await store.saveExperiment({ id: 'e', startedAt: 5, json: '{}' });
  await store.query(everything);
  return store;
}

it('lets go of a file that it could not bring up to date, so that the next try finds it free', () => {
  const older = new DatabaseSync(path);
  older.exec('CREATE TABLE details (n INTEGER)');
  expect(() => new TraceDatabase(path, limits)).toThrow('already exists');
  older.exec('DROP TABLE details');
  older.close();
  const database = new TraceDatabase(path, limits);
  database.add([storedTurn(1)], firstStartedAt);
  expect(database.query(everything).total).toBe(1);
  database.close();
});

it('forgets turns and daily sums together, or neither', () => {
  const database = new TraceDatabase(path, limits);
  database.add([storedTurn(1)], firstStartedAt);
  const other = new DatabaseSync(path);
  other.exec("CREATE TRIGGER stuck BEFORE DELETE ON usage_days BEGIN SELECT RAISE(ABORT, 'stuck'); END");
  expect(() => database.clear()).toThrow('stuck');
  expect(database.query(everything).total).toBe(1);
  other.exec('DROP TRIGGER stuck');
  other.close();
  database.clear();
  expect(database.query(everything).total).toBe(0);
  expect(database.usage.firstDay()).toBeNull();
  database.close();
});

it.runIf(canMount())(
  'forgets everything but experiments on a disk that has no room, and gives the room back',
  async () => {
    const disk = mountSmallDisk();
    try {
      const store = await filled(1_500, join(disk.dir, 'traces.sqlite'));
      disk.fill();
      await store.clear();
      expect(await store.state()).toMatchObject({ kind: 'disk', turns: 0, setAsidePath: null });
      store.add(storedTurn(1_500));
      expect((await store.query(everything)).rows.map(({ id }) => id)).toEqual([storedTurn(1_500).row.id]);
      expect(await store.experiments()).toHaveLength(1);
      await closed(store);
    } finally {
      disk.dispose();
    }
  },
);

describe('what is forgotten while memory stands in for the disk', () => {
  it('is gone from the disk, too, once that can be had again', async () => {
    await closed(await filled(3));
    const away = join(dir, 'away.sqlite');
    renameSync(path, away);
    mkdirSync(path);
    const store = open();
    expect(await store.state()).toMatchObject({ kind: 'memory', turns: 0 });
    store.add(storedTurn(3));
    await store.clear();
    store.add(storedTurn(4));
    rmSync(path, { recursive: true });
    renameSync(away, path);
    clock.skip(1_000);
    expect((await store.query(everything)).rows.map(({ id }) => id)).toEqual([storedTurn(4).row.id]);
    expect(await store.state()).toMatchObject({ kind: 'disk', turns: 1 });
    expect(await store.experiments()).toHaveLength(1);
  });
});

it('names a damaged file that it set aside for as long as that is there, whatever was started since', async () => {
  const [older, newer] = [`${path}.damaged-1793491200000`, `${path}.damaged-1793491200001`];
  for (const aside of [newer, older]) closeSync(openSync(aside, 'w'));
  const store = open();
  expect(await store.state()).toMatchObject({ setAsidePath: newer });
  rmSync(newer);
  expect(await store.state()).toMatchObject({ setAsidePath: older });
  rmSync(older);
  expect(await store.state()).toMatchObject({ setAsidePath: null });
});
