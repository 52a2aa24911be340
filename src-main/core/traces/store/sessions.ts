import type { DatabaseSync } from 'node:sqlite';
import type { RequestRow } from '../../../shared/model.ts';
import type {
  SessionDetail,
  SessionPage,
  SessionQuery,
  SessionSummary,
  SessionTurnsQuery,
} from '../../../shared/session-query.ts';
import type { TraceCursor } from '../../../shared/trace-query.ts';
import { absent } from '../../../shared/turn-words.ts';
import { filterSql } from './filter-sql.ts';
import { requestRow } from './rows.ts';

/** Turns grouped by the session they belong to: in the database, and of rows that are at hand. */

/** Of the names that a session is listed with. */
const maxNames = 20;

const lastAt = 'max(started_at + coalesce(total_ms, 0))';

const sums = `root_session_id AS id, min(started_at) AS startedAt, ${lastAt} AS lastAt,
  count(*) AS requests, sum(kind = 'turn') AS turns, sum(status = 'failed' AND kind = 'turn') AS failed,
  json_group_array(DISTINCT client) AS clients, json_group_array(DISTINCT model) AS models,
  json_group_array(DISTINCT tier_sent) FILTER (WHERE transport NOT NULL) AS tiers,
  json_group_array(DISTINCT account_id || char(10) || coalesce(account_label, '')) AS accounts,
  count(DISTINCT session_id) AS threads,
  sum(coalesce(input_tokens, 0)) AS inputTokens, sum(coalesce(cached_tokens, 0)) AS cachedTokens,
  sum(coalesce(output_tokens, 0)) AS outputTokens, sum(coalesce(reasoning_tokens, 0)) AS reasoningTokens,
  coalesce(sum(sent_as = 'increment'), 0) AS increments, coalesce(sum(sent_as = 'full'), 0) AS fullSends,
  sum(coalesce(sent_bytes, 0)) AS sentBytes`;

type Row = Readonly<Record<string, unknown>>;

function namesOf(json: unknown): readonly string[] {
  const values: unknown = JSON.parse(String(json));
  return Array.isArray(values) ? values.filter((value) => typeof value === 'string').toSorted() : [];
}

function tiersOf(json: unknown): string[] {
  const values: unknown = JSON.parse(String(json));
  return Array.isArray(values) ? sorted(values.map((value) => (typeof value === 'string' ? value : absent))) : [];
}

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].toSorted().slice(0, maxNames);

function accountOf(text: string): SessionSummary['accounts'][number] {
  const at = text.indexOf('\n');
  return { id: text.slice(0, at), label: text.slice(at + 1) || text.slice(0, at) };
}

/** Each account once, whatever it was called meanwhile. */
function accountsOf(texts: readonly string[]): SessionSummary['accounts'] {
  const byId = new Map(texts.map(accountOf).map((account) => [account.id, account]));
  return [...byId.values()].slice(0, maxNames);
}

function summaryOf(row: Row): SessionSummary {
  const number = (name: string) => Number(row[name] ?? 0);
  return {
    id: String(row.id),
    startedAt: number('startedAt'),
    lastAt: number('lastAt'),
    requests: number('requests'),
    turns: number('turns'),
    failed: number('failed'),
    running: 0,
    clients: namesOf(row.clients).slice(0, maxNames),
    models: namesOf(row.models).slice(0, maxNames),
    tiers: tiersOf(row.tiers),
    accounts: accountsOf(namesOf(row.accounts)),
    threads: number('threads'),
    usage: {
      inputTokens: number('inputTokens'),
      cachedTokens: number('cachedTokens'),
      outputTokens: number('outputTokens'),
      reasoningTokens: number('reasoningTokens'),
    },
    increments: number('increments'),
    fullSends: number('fullSends'),
    sentBytes: number('sentBytes'),
  };
}

/** The sessions that have a turn which matches, the last active first. */
export function storedSessions(database: DatabaseSync, { filter, cursor, limit }: SessionQuery): SessionPage {
  const { sql, values } = filterSql(filter);
  const matching =
    sql === '1'
      ? 'root_session_id NOT NULL'
      : `root_session_id IN (SELECT root_session_id FROM exchanges WHERE ${sql})`;
  const after = cursor === null ? '' : `HAVING (${lastAt}, root_session_id) < (?, ?)`;
  const found = database
    .prepare(
      `SELECT ${sums} FROM exchanges WHERE ${matching} GROUP BY root_session_id ${after}
       ORDER BY lastAt DESC, id DESC LIMIT ?`,
    )
    .all(...values, ...(cursor === null ? [] : [cursor.lastAt, cursor.id]), limit + 1);
  const count = database
    .prepare(`SELECT count(DISTINCT root_session_id) AS total FROM exchanges WHERE ${matching}`)
    .get(...values);
  const sessions = found.slice(0, limit).map(summaryOf);
  const last = sessions.at(-1);
  const next = found.length > limit && last !== undefined ? { lastAt: last.lastAt, id: last.id } : null;
  return { sessions, next, total: Number(count?.total ?? 0) };
}

/** One session and a page of its turns. */
export function storedSession(database: DatabaseSync, { id, cursor, limit }: SessionTurnsQuery): SessionDetail {
  const summary = database.prepare(`SELECT ${sums} FROM exchanges WHERE root_session_id = ? GROUP BY 1`).get(id);
  const after = cursor === null ? '' : 'AND (started_at, id) < (?, ?)';
  const found = database
    .prepare(`SELECT * FROM exchanges WHERE root_session_id = ? ${after} ORDER BY started_at DESC, id DESC LIMIT ?`)
    .all(id, ...(cursor === null ? [] : [cursor.startedAt, cursor.id]), limit + 1);
  const rows = found.slice(0, limit).map(requestRow);
  return { session: summary === undefined ? null : summaryOf(summary), rows, next: nextOf(rows, found.length) };
}

/** Where the rows go on; null where there are no more of `found`. */
function nextOf(rows: readonly RequestRow[], found: number): TraceCursor | null {
  const last = rows.at(-1);
  return found > rows.length && last !== undefined ? { startedAt: last.startedAt, id: last.id } : null;
}

const rootOf = ({ rootSessionId, sessionId }: RequestRow): string | null => rootSessionId ?? sessionId;

/** The rows of a session, summed up; null where there is none. */
function summed(id: string, rows: readonly RequestRow[]): SessionSummary | null {
  if (rows.length === 0) return null;
  const sum = (of: (row: RequestRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  const accounts = rows.flatMap(({ account }) => (account === null ? [] : [`${account.id}\n${account.label}`]));
  return {
    id,
    startedAt: Math.min(...rows.map(({ startedAt }) => startedAt)),
    lastAt: Math.max(...rows.map(({ startedAt, totalMs }) => startedAt + (totalMs ?? 0))),
    requests: rows.length,
    turns: sum(({ kind }) => (kind === 'turn' ? 1 : 0)),
    failed: sum(({ status, kind }) => (status === 'failed' && kind === 'turn' ? 1 : 0)),
    running: sum(({ status }) => (status === 'running' ? 1 : 0)),
    clients: sorted(rows.map(({ client }) => client)),
    models: sorted(rows.map(({ model }) => model)),
    tiers: sorted(rows.flatMap(({ transport, tierSent }) => (transport === null ? [] : [tierSent ?? absent]))),
    accounts: accountsOf(accounts.toSorted()),
    threads: new Set(rows.map(({ sessionId }) => sessionId)).size,
    usage: {
      inputTokens: sum(({ usage }) => usage?.inputTokens ?? 0),
      cachedTokens: sum(({ usage }) => usage?.cachedTokens ?? 0),
      outputTokens: sum(({ usage }) => usage?.outputTokens ?? 0),
      reasoningTokens: sum(({ usage }) => usage?.reasoningTokens ?? 0),
    },
    increments: sum(({ sentAs }) => (sentAs === 'increment' ? 1 : 0)),
    fullSends: sum(({ sentAs }) => (sentAs === 'full' ? 1 : 0)),
    sentBytes: sum(({ sentBytes }) => sentBytes ?? 0),
  };
}

/** What is known of a session, with turns of it that the store does not have yet. */
export function withRunning(
  id: string,
  known: SessionSummary | null,
  rows: readonly RequestRow[],
): SessionSummary | null {
  const more = summed(id, rows);
  if (known === null || more === null) return known ?? more;
  const both = (name: 'clients' | 'models' | 'tiers') => sorted([...known[name], ...more[name]]);
  const ids = new Set(known.accounts.map(({ id }) => id));
  return {
    ...known,
    startedAt: Math.min(known.startedAt, more.startedAt),
    lastAt: Math.max(known.lastAt, more.lastAt),
    requests: known.requests + more.requests,
    turns: known.turns + more.turns,
    running: more.running,
    clients: both('clients'),
    models: both('models'),
    tiers: both('tiers'),
    accounts: [...known.accounts, ...more.accounts.filter(({ id }) => !ids.has(id))].slice(0, maxNames),
    increments: known.increments + more.increments,
    fullSends: known.fullSends + more.fullSends,
    sentBytes: known.sentBytes + more.sentBytes,
  };
}

/** Rows by the session they belong to; those of none are left out. */
export function bySession(rows: readonly RequestRow[]): ReadonlyMap<string, readonly RequestRow[]> {
  const groups = new Map<string, RequestRow[]>();
  for (const row of rows) {
    const id = rootOf(row);
    if (id === null) continue;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [row]);
    else group.push(row);
  }
  return groups;
}

/** The same as the database answers, of rows in memory. */
export function sessionsOf(
  rows: readonly RequestRow[],
  matches: (row: RequestRow) => boolean,
  { cursor, limit }: SessionQuery,
): SessionPage {
  const all = [...bySession(rows)]
    .filter(([, group]) => group.some(matches))
    .flatMap(([id, group]) => summed(id, group) ?? [])
    .toSorted((a, b) => b.lastAt - a.lastAt || (a.id < b.id ? 1 : -1));
  const left = all.filter(
    ({ id, lastAt: at }) => cursor === null || at < cursor.lastAt || (at === cursor.lastAt && id < cursor.id),
  );
  const sessions = left.slice(0, limit);
  const last = sessions.at(-1);
  const next = left.length > limit && last !== undefined ? { lastAt: last.lastAt, id: last.id } : null;
  return { sessions, next, total: all.length };
}

/** One session of rows in memory. */
export function sessionOf(rows: readonly RequestRow[], { id, cursor, limit }: SessionTurnsQuery): SessionDetail {
  const own = (bySession(rows).get(id) ?? []).toSorted((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1));
  const left = own.filter(
    (row) =>
      cursor === null || row.startedAt < cursor.startedAt || (row.startedAt === cursor.startedAt && row.id < cursor.id),
  );
  const page = left.slice(0, limit);
  return { session: summed(id, own), rows: page, next: nextOf(page, left.length) };
}
