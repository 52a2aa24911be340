import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TraceDatabase } from '../../src-main/core/traces/store/database.ts';
import { turnMatcher } from '../../src-main/shared/trace-filter.ts';
import { TraceQuery } from '../../src-main/shared/trace-query.ts';
import { firstStartedAt, storedTurn } from '../support/stored-turns.ts';

/** A database that is opened again reads what only queries ask for once one does. */

const limits = { maxRows: 1_000_000, maxBytes: 1024 ** 3, maxAgeMs: 100 * 365 * 24 * 60 * 60_000 };
const turns = Array.from({ length: 40 }, (_, index) =>
  storedTurn(index, {
    project: index % 2 === 0 ? 'alpha' : 'beta',
    dialect: index % 3 === 0 ? 'chat' : 'responses',
    attempts: 1 + (index % 4),
    kind: index % 5 === 0 ? 'compact' : 'turn',
    usage: { inputTokens: index, cachedTokens: 0, outputTokens: 200, reasoningTokens: 8 },
  }),
);
const queries = ['project:beta', 'dialect:chat', 'attempts>2', 'kind:compact', 'in>=17', 'is:starred', 'note:keep'];

let folder: string;
let database: TraceDatabase;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipstream-'));
  database = open();
  database.add(turns.slice(0, 20), firstStartedAt);
  database.close();
  database = open();
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

function open(): TraceDatabase {
  return new TraceDatabase(join(folder, 'traces.sqlite'), limits);
}

/** What each query finds, beside what the rows that are there say. */
function found(): void {
  const all = database.query(TraceQuery.parse({ limit: 500 })).rows;
  for (const query of queries) {
    const matches = turnMatcher({ query });
    const wanted = all.filter((row) => matches({ ...row, effort: 'low' })).map(({ id }) => id);
    const { rows, total } = database.query(TraceQuery.parse({ filter: { query }, limit: 500 }));
    expect([query, rows.map(({ id }) => id), total]).toEqual([query, wanted, wanted.length]);
    expect(wanted.length, query).toBeGreaterThan(0);
    expect(wanted.length, query).toBeLessThan(all.length);
  }
}

const mark = (index: number) => database.mark(turns[index]?.row.id ?? '', { starred: true, note: 'keep this' });

it('finds by it what was there before, came since, and was marked', () => {
  database.add(turns.slice(20), firstStartedAt);
  mark(3);
  mark(25);
  found();
  mark(8);
  found();
});

it('finds by it what is left once the oldest have gone, before anybody asked and after', () => {
  mark(3);
  database.setLimits({ ...limits, maxRows: 15 }, firstStartedAt);
  database.add(turns.slice(20), firstStartedAt);
  found();
  database.setLimits({ ...limits, maxRows: 12 }, firstStartedAt);
  found();
});
