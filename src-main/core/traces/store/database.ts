import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { inflateSync } from 'node:zlib';
import type { RequestRow } from '../../../shared/model.ts';
import { starredMark } from '../../../shared/query-fields.ts';
import type { SessionDetail, SessionPage, SessionQuery, SessionTurnsQuery } from '../../../shared/session-query.ts';
import { maxPassiveTurns } from '../../../shared/store-limits.ts';
import type {
  LatencyAnswer,
  LatencyQuery,
  TraceChoices,
  TraceFilter,
  TracePage,
  TraceQuery,
} from '../../../shared/trace-query.ts';
import type { TurnMark } from '../turn-mark.ts';
import { choicesOf, Figures, labelsOf, type Queried } from './figures.ts';
import { filterSql, oldestFirst, orderSql, startsSql } from './filter-sql.ts';
import { latencyAnswer } from './latency-answer.ts';
import { columnsOf, figureColumns, figureRow, passiveTurn, queriedColumns, queriedOf, requestRow } from './rows.ts';
import { checkVersion, migrate } from './schema.ts';
import { storedSession, storedSessions } from './sessions.ts';
import { isDamage, openSqlite } from './sqlite.ts';
import { TextDeflater } from './text-deflater.ts';
import type { EndedExchange, KeptExperiment, PassiveTurn, StoreLimits } from './trace-store.ts';
import { UsageTable } from './usage-table.ts';

/** Room for the write-ahead log beside the database, within the same cap. */
const logBytes = 4 * 1024 * 1024;
const maxExperiments = 200;
/** Of the room, at most, for experiments. */
const experimentShare = 0.25;
/** Of the rows, when the bytes are over the cap. */
const pruneShare = 0.1;

/** The traces' SQLite file, synchronous: it belongs in a worker. Every method may throw what node:sqlite throws. */
export class TraceDatabase {
  readonly #database: DatabaseSync;
  readonly #columns: readonly string[];
  readonly #isKnown: StatementSync;
  readonly #insert: StatementSync;
  readonly #insertDetail: StatementSync;
  readonly #insertPayloads: StatementSync;
  readonly #hasUnstarredUpTo: StatementSync;
  readonly #pageCount: StatementSync;
  readonly #freePageCount: StatementSync;
  readonly #pageBytes: number;
  readonly #figures = new Figures(() => this.#readQueried());
  readonly #deflater = new TextDeflater();
  /** Daily sums of what turns used. */
  readonly usage: UsageTable;
  #limits: StoreLimits;

  /** Opens or makes the file; `:memory:` is one that nothing outlives. */
  constructor(path: string, limits: StoreLimits) {
    this.#limits = limits;
    this.#database = openSqlite(path);
    try {
      checkVersion(this.#database);
      this.#database.exec(`
        PRAGMA auto_vacuum = INCREMENTAL;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        PRAGMA wal_autocheckpoint = 400;
        PRAGMA journal_size_limit = ${logBytes / 2};
        PRAGMA temp_store = MEMORY;
      `);
      migrate(this.#database);
      this.#columns = this.#database
        .prepare("SELECT name FROM pragma_table_info('exchanges') WHERE name <> 'n'")
        .all()
        .map(({ name }) => String(name));
      this.#isKnown = this.#database.prepare('SELECT 1 FROM exchanges WHERE id = ?');
      // Values by place: node:sqlite takes six times as long to bind as many by name.
      const marks = this.#columns.map(() => '?').join(', ');
      this.#insert = this.#database.prepare(`INSERT INTO exchanges (${this.#columns.join(', ')}) VALUES (${marks})`);
      this.#insertDetail = this.#database.prepare('INSERT INTO details (n, packed) VALUES (?, ?)');
      this.#insertPayloads = this.#database.prepare('INSERT INTO payloads (n, packed) VALUES (?, ?)');
      this.#hasUnstarredUpTo = this.#database.prepare(
        'SELECT 1 FROM exchanges WHERE started_at <= ? AND mark IS NULL LIMIT 1',
      );
      this.#pageCount = this.#database.prepare('SELECT page_count AS pages FROM pragma_page_count');
      this.#freePageCount = this.#database.prepare('SELECT freelist_count AS pages FROM pragma_freelist_count');
      this.#pageBytes = Number(this.#database.prepare('PRAGMA page_size').get()?.page_size ?? 0);
      this.usage = new UsageTable(this.#database);
      this.#readFigures();
    } catch (error) {
      // Left open, it would hold what it had begun, and nobody else could use the file.
      this.#database.close();
      throw error;
    }
  }

  /** When the newest turn began that is not in the future of `nowMs`; null where there is none. */
  newestUpTo(nowMs: number): number | null {
    const { newest } = this.#database
      .prepare('SELECT max(started_at) AS newest FROM exchanges WHERE started_at <= ?')
      .get(nowMs) ?? { newest: null };
    return typeof newest === 'number' ? newest : null;
  }

  /** Writes a batch, whole or not at all, and keeps to the limits; a turn that is there already stays as it is. */
  add(batch: readonly EndedExchange[], nowMs: number): void {
    const rows: ReturnType<typeof columnsOf>[] = [];
    this.#whole(() => {
      for (const exchange of batch) {
        if (this.#isKnown.get(exchange.row.id) !== undefined) continue;
        this.usage.add(exchange);
        const row = columnsOf(exchange);
        rows.push(row);
        const { lastInsertRowid } = this.#insert.run(...this.#columns.map((name) => row[name] ?? null));
        this.#insertDetail.run(lastInsertRowid, this.#deflater.deflated(exchange.detail));
        if (exchange.payloads !== undefined)
          this.#insertPayloads.run(lastInsertRowid, this.#deflater.deflated(exchange.payloads));
      }
      this.usage.write();
    });
    for (const row of rows) this.#figures.add(figureRow(row));
    try {
      this.prune(nowMs);
    } catch (error) {
      // The batch is written: the next one keeps to the limits. Only damage must be told.
      if (isDamage(error)) throw error;
    }
  }

  query({
    filter,
    cursor,
    limit,
    skip = 0,
    sort,
  }: TraceQuery): Omit<TracePage, 'next'> & { readonly hasMore: boolean } {
    const extent = this.#figures.extent(filter);
    const { count: total } = extent;
    if (total === 0) return { rows: [], hasMore: false, total };
    const where = startsSql(extent);
    const { sql, values } = filterSql(filter);
    const after = cursor === null ? '' : 'AND (started_at, id) < (?, ?)';
    // What is skipped is read, too: beyond the middle there is less of it from the other end.
    const isFromEnd = sort === undefined && cursor === null && skip > total / 2;
    const wanted = isFromEnd ? Math.max(0, Math.min(limit + 1, total - skip)) : limit + 1;
    const skipped = isFromEnd ? Math.max(0, total - skip - wanted) : skip;
    const found = this.#database
      .prepare(
        `SELECT * FROM exchanges WHERE ${where.sql} AND ${sql} ${after}
         ORDER BY ${isFromEnd ? oldestFirst : orderSql(sort)} LIMIT ? OFFSET ?`,
      )
      .all(...where.values, ...values, ...(cursor === null ? [] : [cursor.startedAt, cursor.id]), wanted, skipped);
    if (isFromEnd) found.reverse();
    return { rows: found.slice(0, limit).map(requestRow), hasMore: found.length > limit, total };
  }

  /** JSON of its `TraceDetail`, as it was added. */
  detail(id: string): string | null {
    return this.#packed('details', id);
  }

  /** JSON of the texts of its frames, as it was added. */
  payloads(id: string): string | null {
    return this.#packed('payloads', id);
  }

  /** Notes what the user thinks of an exchange, and gives its row; null where it is not kept. */
  mark(id: string, { starred, note }: TurnMark): RequestRow | null {
    const mark = starred ? starredMark : null;
    this.#database.prepare('UPDATE exchanges SET mark = ?, note = ? WHERE id = ?').run(mark, note, id);
    this.#figures.mark(id, { is: mark, note });
    const row = this.#database.prepare('SELECT * FROM exchanges WHERE id = ?').get(id);
    return row === undefined ? null : requestRow(row);
  }

  /** What the user thinks of an exchange; null where it is not kept. */
  markOf(id: string): TurnMark | null {
    const found = this.#database.prepare('SELECT mark, note FROM exchanges WHERE id = ?').get(id);
    if (found === undefined) return null;
    return { starred: found.mark !== null, note: typeof found.note === 'string' ? found.note : null };
  }

  /** How many exchanges stay whatever the limits are. */
  get starred(): number {
    return this.#figures.starred;
  }

  choices(): TraceChoices {
    return choicesOf(this.#figures);
  }

  sessions(query: SessionQuery): SessionPage {
    return storedSessions(this.#database, query);
  }

  session(query: SessionTurnsQuery): SessionDetail {
    return storedSession(this.#database, query);
  }

  latency({ metric, groupBy, filter, buckets, bins }: LatencyQuery): LatencyAnswer {
    const labelOf = labelsOf(this.#figures, groupBy);
    return latencyAnswer(this.#figures.points(metric, groupBy, filter), { metric, buckets, bins, labelOf });
  }

  passiveTurns(filter: TraceFilter): PassiveTurn[] {
    const { sql, values } = filterSql(filter);
    return this.#database
      .prepare(
        `SELECT started_at, session_id, account_id, model, effort, tier_sent, first_token_ms, total_ms, input_tokens, cached_tokens,
           output_tokens, quota_percent, is_replay
         FROM exchanges
         WHERE ${sql} AND status = 'completed' AND kind = 'turn' AND account_id NOT NULL AND output_tokens > 0
         ORDER BY started_at DESC LIMIT ${maxPassiveTurns}`,
      )
      .all(...values)
      .toReversed()
      .map(passiveTurn);
  }

  saveExperiment({ id, startedAt, json }: KeptExperiment): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO experiments (id, started_at, json) VALUES (?, ?, ?)')
      .run(id, startedAt, json);
    // The newest stays, however large.
    this.#database
      .prepare(
        `DELETE FROM experiments WHERE id IN (
           SELECT id FROM (
             SELECT id, row_number() OVER newest AS place, sum(octet_length(json)) OVER newest AS bytes
             FROM experiments WINDOW newest AS (ORDER BY started_at DESC, id DESC)
           ) WHERE place > ${maxExperiments} OR (place > 1 AND bytes > ?))`,
      )
      .run((this.#limits.maxBytes - logBytes) * experimentShare);
  }

  experiments(): KeptExperiment[] {
    return this.#database
      .prepare('SELECT id, started_at AS startedAt, json FROM experiments ORDER BY started_at DESC')
      .all()
      .map(({ id, startedAt, json }) => ({ id: String(id), startedAt: Number(startedAt), json: String(json) }));
  }

  state(): { readonly turns: number; readonly oldestAt: number | null; readonly bytes: number } {
    const oldest = this.#database
      .prepare('SELECT min(started_at) AS value FROM exchanges WHERE mark IS NULL')
      .get()?.value;
    return {
      turns: this.#figures.length,
      oldestAt: typeof oldest === 'number' ? oldest : null,
      bytes: this.#usedBytes(),
    };
  }

  setLimits(limits: StoreLimits, nowMs: number): void {
    this.#limits = limits;
    this.prune(nowMs);
  }

  /** Forgets the oldest until age, rows and bytes are within the limits; what is starred stays. */
  prune(nowMs: number): void {
    const { maxAgeMs, maxRows, maxBytes } = this.#limits;
    this.usage.prune(nowMs, maxBytes);
    if (this.#hasUnstarredUpTo.get(nowMs - maxAgeMs) !== undefined) this.#forgetUpTo(nowMs - maxAgeMs, 'unstarred');
    const over = this.#unstarred() - maxRows;
    if (over > 0) this.#forgetOldest(over);
    for (let round = 0; round < 20 && this.#usedBytes() > maxBytes - logBytes; round += 1) {
      const unstarred = this.#unstarred();
      if (unstarred === 0) break;
      this.#forgetOldest(Math.ceil(unstarred * pruneShare));
    }
    // Freed pages are used again; they go back to the disk only where the file itself is over its cap.
    if (this.#bytesOf(this.#pageCount) > maxBytes - logBytes) this.#database.exec('PRAGMA incremental_vacuum');
  }

  clear(): void {
    this.#forgetUpTo(Number.MAX_SAFE_INTEGER, 'all', () => this.usage.clear());
    this.#database.exec('PRAGMA incremental_vacuum');
  }

  close(): void {
    this.#database.close();
  }

  #packed(table: 'details' | 'payloads', id: string): string | null {
    const found = this.#database
      .prepare(`SELECT packed FROM ${table} WHERE n = (SELECT n FROM exchanges WHERE id = ?)`)
      .get(id)?.packed;
    return found instanceof Uint8Array ? inflateSync(found).toString('utf8') : null;
  }

  #whole(work: () => void): void {
    // A transaction that reads before it writes could not wait for another writer.
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      this.usage.rolledBack();
      throw error;
    }
  }

  #bytesOf(pages: StatementSync): number {
    return Number(pages.get()?.pages ?? 0) * this.#pageBytes;
  }

  #usedBytes(): number {
    return this.#bytesOf(this.#pageCount) - this.#bytesOf(this.#freePageCount);
  }

  #forgetOldest(count: number): void {
    const last = this.#database
      .prepare('SELECT started_at AS value FROM exchanges WHERE mark IS NULL ORDER BY started_at, id LIMIT 1 OFFSET ?')
      .get(count - 1)?.value;
    if (typeof last === 'number') this.#forgetUpTo(last, 'unstarred');
  }

  #unstarred(): number {
    return this.#figures.length - this.#figures.starred;
  }

  #forgetUpTo(startedAt: number, which: 'all' | 'unstarred', alongside = () => {}): void {
    const these = `FROM exchanges WHERE started_at <= ?${which === 'all' ? '' : ' AND mark IS NULL'}`;
    this.#whole(() => {
      for (const table of ['details', 'payloads'])
        this.#database.prepare(`DELETE FROM ${table} WHERE n IN (SELECT n ${these})`).run(startedAt);
      this.#database.prepare(`DELETE ${these}`).run(startedAt);
      alongside();
    });
    this.#figures.forgetUpTo(startedAt, which);
  }

  *#readQueried(): Generator<Queried> {
    const rows = this.#database.prepare(`SELECT ${queriedColumns.join(', ')} FROM exchanges ORDER BY n`);
    for (const row of rows.iterate()) yield queriedOf(row);
  }

  #readFigures(): void {
    const rows = this.#database.prepare(`SELECT ${figureColumns.join(', ')} FROM exchanges ORDER BY n`);
    for (const row of rows.iterate()) this.#figures.add(figureRow(row, null));
  }
}
