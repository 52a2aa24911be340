import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  dayAfter,
  localDay,
  otherKey,
  type UsageGroup,
  type UsageKey,
  usageKeys,
} from '../../../shared/usage-words.ts';
import { requestRow } from './rows.ts';
import type { AccountReading, EndedExchange, UsageRange } from './trace-store.ts';
import { labelOf, readingOf, type UsageAddition, UsageBook } from './usage-book.ts';

/** Sums are kept for three years, and never beyond a share of the room. */
const maxDays = 3 * 366;
const roomShare = 0.1;
/** What a line of sums takes with its keys, generously. */
const lineBytes = 300;
/** A day's lines, at most; what comes on top is summed up under one name. */
const maxLinesOfDay = 400;
/** Of readings that one question gets. */
const maxReadings = 5_000;

const sumColumns = {
  turns: 'turns',
  failed: 'failed',
  inputTokens: 'input_tokens',
  cachedTokens: 'cached_tokens',
  outputTokens: 'output_tokens',
  reasoningTokens: 'reasoning_tokens',
  quotaPercent: 'quota_percent',
  untold: 'untold',
} as const;
const sumEntries = Object.entries(sumColumns) as [keyof typeof sumColumns, string][];

/** The daily sums within the traces' database; whoever calls `add` has begun a transaction. */
export class UsageTable {
  readonly #database: DatabaseSync;
  readonly #update: StatementSync;
  readonly #insert: StatementSync;
  readonly #linesOf: StatementSync;
  readonly #book: UsageBook;
  /** By their keys: a batch adds to few lines. */
  readonly #unwritten = new Map<string, UsageAddition>();
  #prunedDay = '';

  constructor(database: DatabaseSync) {
    this.#database = database;
    const where = usageKeys.map((key) => `${key} = :${key}`).join(' AND ');
    const added = sumEntries.map(([name, column]) => `${column} = ${column} + :${name}`).join(', ');
    const names = [...usageKeys, 'account_label', ...Object.values(sumColumns)].join(', ');
    const marks = [...usageKeys, 'label', ...Object.keys(sumColumns)].map((name) => `:${name}`).join(', ');
    const newLabel = "account_label = iif(:label = '', account_label, :label)";
    this.#update = database.prepare(`UPDATE usage_days SET ${added}, ${newLabel} WHERE ${where}`);
    this.#insert = database.prepare(`INSERT INTO usage_days (${names}) VALUES (${marks})`);
    this.#linesOf = database.prepare('SELECT count(*) AS lines FROM usage_days WHERE day = ?');
    const latest = database.prepare(
      `SELECT * FROM exchanges WHERE account_id = ? AND quota_percent NOT NULL ORDER BY started_at DESC LIMIT 1`,
    );
    this.#book = new UsageBook((accountId) => {
      const row = latest.get(accountId);
      return row === undefined ? null : readingOf(requestRow(row), Number(row.quota_percent));
    });
  }

  /** Adds a turn that is about to be written for the first time. `write` writes the sums. */
  add(exchange: EndedExchange): void {
    for (const addition of this.#book.additions(exchange)) {
      const line = JSON.stringify(usageKeys.map((key) => addition.keys[key]));
      const earlier = this.#unwritten.get(line);
      this.#unwritten.set(line, earlier === undefined ? addition : bothOf(earlier, addition));
    }
  }

  /** Writes what was added, within the same transaction. */
  write(): void {
    for (const addition of this.#unwritten.values()) this.#addLine(addition);
    this.#unwritten.clear();
  }

  /** The transaction was taken back. */
  rolledBack(): void {
    this.#unwritten.clear();
    this.#book.forget();
  }

  /** Sums by the keys that are asked for. */
  sums({ fromDay, toDay, by }: UsageRange): UsageGroup[] {
    const keys = [...new Set(by)];
    const sums = sumEntries.map(([name, column]) => `sum(${column}) AS ${name}`);
    const labels = keys.includes('account') ? this.#labels() : null;
    const [groupBy, having] = keys.length === 0 ? ['', 'WHERE turns NOT NULL'] : [`GROUP BY ${keys.join(', ')}`, ''];
    return this.#database
      .prepare(
        `SELECT * FROM (SELECT ${[...keys, ...sums].join(', ')} FROM usage_days
         WHERE day BETWEEN ? AND ? ${groupBy}) ${having}`,
      )
      .all(fromDay ?? '', toDay ?? '9999-12-31')
      .map((row) => groupOf(row, keys, labels));
  }

  /** The first day there is any of; null where there is none. */
  firstDay(): string | null {
    const day = this.#database.prepare('SELECT min(day) AS day FROM usage_days').get()?.day;
    return typeof day === 'string' ? day : null;
  }

  /** Readings of accounts' short windows since an instant, oldest first. */
  readings(sinceMs: number): AccountReading[] {
    return this.#database
      .prepare(
        `SELECT account_id, started_at, quota_percent FROM exchanges
         WHERE started_at >= ? AND quota_percent NOT NULL AND account_id NOT NULL
         ORDER BY started_at DESC LIMIT ${maxReadings}`,
      )
      .all(sinceMs)
      .toReversed()
      .map((row) => ({
        accountId: String(row.account_id),
        atMs: Number(row.started_at),
        usedPercent: Number(row.quota_percent),
      }));
  }

  /** Forgets the oldest days beyond the limits; once a day is enough. */
  prune(nowMs: number, maxBytes: number): void {
    const today = localDay(nowMs);
    if (today === this.#prunedDay) return;
    this.#prunedDay = today;
    this.#database.prepare('DELETE FROM usage_days WHERE day < ?').run(dayAfter(today, -maxDays));
    this.#database
      .prepare(
        `DELETE FROM usage_days WHERE day <= (
           SELECT day FROM (SELECT day, sum(count(*)) OVER (ORDER BY day DESC) AS lines FROM usage_days GROUP BY day)
           WHERE lines > ? ORDER BY day DESC LIMIT 1)`,
      )
      .run(Math.floor((maxBytes * roomShare) / lineBytes));
  }

  clear(): void {
    this.#database.exec('DELETE FROM usage_days');
    this.#book.forget();
  }

  /** What accounts were called on the latest day that each was used. */
  #labels(): ReadonlyMap<string, string> {
    const found = this.#database
      .prepare(
        "SELECT account, max(day || account_label) AS latest FROM usage_days WHERE account_label <> '' GROUP BY 1",
      )
      .all();
    return new Map(found.map(({ account, latest }) => [String(account), labelOf(String(latest))]));
  }

  #addLine({ keys, accountLabel: label, sums }: UsageAddition): void {
    const values = { ...keys, label, ...sums };
    if (this.#update.run(values).changes > 0) return;
    const lines = Number(this.#linesOf.get(keys.day)?.lines ?? 0);
    if (lines < maxLinesOfDay) this.#insert.run(values);
    else {
      const rest = { ...values, model: otherKey, client: otherKey, project: otherKey };
      if (this.#update.run(rest).changes === 0) this.#insert.run(rest);
    }
  }
}

/** Two additions to one line. */
function bothOf(earlier: UsageAddition, later: UsageAddition): UsageAddition {
  const sums = sumEntries.map(([name]) => [name, earlier.sums[name] + later.sums[name]] as const);
  return {
    keys: later.keys,
    accountLabel: later.accountLabel || earlier.accountLabel,
    sums: Object.fromEntries(sums) as UsageAddition['sums'],
  };
}

function groupOf(
  row: Readonly<Record<string, unknown>>,
  keys: readonly UsageKey[],
  labels: ReadonlyMap<string, string> | null,
): UsageGroup {
  const number = (name: keyof typeof sumColumns): number => Number(row[name] ?? 0);
  return {
    keys: Object.fromEntries(keys.map((key) => [key, String(row[key])])),
    accountLabel: labels && (labels.get(String(row.account)) ?? ''),
    turns: number('turns'),
    failed: number('failed'),
    inputTokens: number('inputTokens'),
    cachedTokens: number('cachedTokens'),
    outputTokens: number('outputTokens'),
    reasoningTokens: number('reasoningTokens'),
    quotaPercent: number('quotaPercent'),
    untold: number('untold'),
  };
}
