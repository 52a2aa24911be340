import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TraceDatabase } from '../../src-main/core/traces/store/database.ts';
import { columnsOf } from '../../src-main/core/traces/store/rows.ts';
import { migrate } from '../../src-main/core/traces/store/schema.ts';
import { storedTurn } from '../support/stored-turns.ts';

const script = join(import.meta.dirname, '../support/migrating-child.ts');
const limits = { maxRows: 1_000_000, maxBytes: 1024 ** 3, maxAgeMs: 100 * 365 * 24 * 60 * 60_000 };
const everything = { fromDay: null, toDay: null, by: ['day' as const] };
const turns = 20;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipstream-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A database of the first version, with turns. */
function oldest(): string {
  const path = join(folder, 'oldest.db');
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL');
  migrate(database, 1);
  const names = database.prepare("SELECT name FROM pragma_table_info('exchanges') WHERE name <> 'n'").all();
  const columns = names.map(({ name }) => String(name));
  const insert = database.prepare(
    `INSERT INTO exchanges (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  for (let index = 0; index < turns; index += 1) {
    const known = columnsOf(storedTurn(index));
    insert.run(...columns.map((name) => known[name] ?? null));
  }
  database.close();
  return path;
}

const run = (path: string, killedAt: number) =>
  spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', script, path, String(killedAt)], {
    encoding: 'utf8',
  });

it('a store of turns opens whole after a program was killed while it brought it up, wherever that was', () => {
  const old = oldest();
  const whole = join(folder, 'whole.db');
  copyFileSync(old, whole);
  const asked = Number(run(whole, 0).stdout);
  expect(asked).toBeGreaterThan(200);
  const sums = (path: string) => {
    const database = new TraceDatabase(path, limits);
    const found = [database.state().turns, database.usage.sums(everything)];
    database.close();
    return found;
  };
  const wanted = sums(whole);
  for (const share of [0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95]) {
    const path = join(folder, `${share}.db`);
    copyFileSync(old, path);
    expect(run(path, Math.round(asked * share)).stdout).toBe('');
    expect(sums(path)).toEqual(wanted);
  }
  expect(wanted[0]).toBe(turns);
});
