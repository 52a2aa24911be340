import type { DatabaseSync } from 'node:sqlite';

/**
 * The database's versions: each step brings a file from the version before. A released step is never changed;
 * what changes is a new step. `user_version` says how many a file has had.
 */
const migrations: readonly string[] = [
  `CREATE TABLE exchanges (
     n INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     started_at REAL NOT NULL,
     status TEXT NOT NULL,
     kind TEXT NOT NULL,
     dialect TEXT NOT NULL,
     client TEXT NOT NULL,
     client_transport TEXT NOT NULL,
     session_id TEXT,
     model TEXT NOT NULL,
     effort TEXT,
     tier_asked TEXT,
     tier_sent TEXT,
     tier_echoed TEXT,
     transport TEXT,
     account_id TEXT,
     account_label TEXT,
     attempts INTEGER NOT NULL,
     http_status INTEGER,
     error_code TEXT,
     error_message TEXT,
     first_event_ms REAL,
     first_token_ms REAL,
     total_ms REAL,
     own_ms REAL,
     tokens_per_second REAL,
     input_tokens INTEGER,
     cached_tokens INTEGER,
     output_tokens INTEGER,
     reasoning_tokens INTEGER,
     quota_percent REAL,
     is_replay INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX exchanges_by_time ON exchanges (started_at, id);
   CREATE TABLE details (n INTEGER PRIMARY KEY, packed BLOB NOT NULL) STRICT;
   CREATE TABLE experiments (id TEXT PRIMARY KEY, started_at REAL NOT NULL, json TEXT NOT NULL) STRICT;`,
  `ALTER TABLE exchanges ADD COLUMN said_code TEXT;
   ALTER TABLE exchanges ADD COLUMN said_message TEXT;
   ALTER TABLE exchanges ADD COLUMN said_param TEXT;
   ALTER TABLE exchanges ADD COLUMN close_code INTEGER;
   ALTER TABLE exchanges ADD COLUMN close_reason TEXT;`,
  `ALTER TABLE exchanges ADD COLUMN root_session_id TEXT;
   ALTER TABLE exchanges ADD COLUMN agent TEXT;
   ALTER TABLE exchanges ADD COLUMN sent_as TEXT;
   ALTER TABLE exchanges ADD COLUMN sent_bytes INTEGER;
   UPDATE exchanges SET root_session_id = session_id;
   CREATE INDEX exchanges_by_session ON exchanges (root_session_id, started_at);
   CREATE TABLE payloads (n INTEGER PRIMARY KEY, packed BLOB NOT NULL) STRICT;`,
  // Sums of what turns used: '' stands for none. What is there already is summed up by the machine's own days.
  `ALTER TABLE exchanges ADD COLUMN project TEXT;
   CREATE TABLE usage_days (
     day TEXT NOT NULL,
     model TEXT NOT NULL,
     client TEXT NOT NULL,
     project TEXT NOT NULL,
     account TEXT NOT NULL,
     tier TEXT NOT NULL,
     account_label TEXT NOT NULL,
     turns INTEGER NOT NULL,
     failed INTEGER NOT NULL,
     input_tokens INTEGER NOT NULL,
     cached_tokens INTEGER NOT NULL,
     output_tokens INTEGER NOT NULL,
     reasoning_tokens INTEGER NOT NULL,
     quota_percent REAL NOT NULL,
     PRIMARY KEY (day, model, client, project, account, tier)
   ) STRICT, WITHOUT ROWID;
   WITH told AS (
     SELECT *, lead(quota_percent) OVER later AS next_percent, lead(started_at) OVER later AS next_at
     FROM (SELECT n AS told_n, started_at, account_id, quota_percent FROM exchanges
           WHERE quota_percent NOT NULL AND account_id NOT NULL)
     WINDOW later AS (PARTITION BY account_id ORDER BY started_at, told_n)
   )
   INSERT INTO usage_days
   SELECT coalesce(strftime('%Y-%m-%d', e.started_at / 1000, 'unixepoch', 'localtime'), '2020-01-01') AS day,
     substr(e.model, 1, 200), substr(e.client, 1, 200), '', coalesce(e.account_id, ''), coalesce(e.tier_sent, ''),
     max(coalesce(e.account_label, '')), sum(e.kind <> 'prewarm'), sum(e.status = 'failed' AND e.kind <> 'prewarm'),
     sum(coalesce(e.input_tokens, 0)), sum(coalesce(e.cached_tokens, 0)), sum(coalesce(e.output_tokens, 0)),
     sum(coalesce(e.reasoning_tokens, 0)),
     sum(CASE WHEN t.next_at - e.started_at <= 18000000 THEN max(0, t.next_percent - e.quota_percent) ELSE 0 END)
   FROM exchanges AS e LEFT JOIN told AS t ON t.told_n = e.n
   GROUP BY 1, 2, 3, 4, 5, 6;`,
  'ALTER TABLE exchanges ADD COLUMN key_name TEXT;',
  // `mark` is 'starred' for turns that stay whatever the limits are.
  `ALTER TABLE exchanges ADD COLUMN mark TEXT;
   ALTER TABLE exchanges ADD COLUMN note TEXT;
   CREATE INDEX exchanges_marked ON exchanges (mark) WHERE mark NOT NULL;`,
  // Sums by API key too; '' is the first one, and what was summed up before.
  `ALTER TABLE usage_days RENAME TO usage_days_before;
   CREATE TABLE usage_days (
     day TEXT NOT NULL,
     model TEXT NOT NULL,
     client TEXT NOT NULL,
     project TEXT NOT NULL,
     account TEXT NOT NULL,
     tier TEXT NOT NULL,
     key TEXT NOT NULL,
     account_label TEXT NOT NULL,
     turns INTEGER NOT NULL,
     failed INTEGER NOT NULL,
     input_tokens INTEGER NOT NULL,
     cached_tokens INTEGER NOT NULL,
     output_tokens INTEGER NOT NULL,
     reasoning_tokens INTEGER NOT NULL,
     quota_percent REAL NOT NULL,
     PRIMARY KEY (day, model, client, project, account, tier, key)
   ) STRICT, WITHOUT ROWID;
   INSERT INTO usage_days
   SELECT day, model, client, project, account, tier, '', account_label, turns, failed, input_tokens, cached_tokens,
     output_tokens, reasoning_tokens, quota_percent
   FROM usage_days_before;
   DROP TABLE usage_days_before;`,
  // Turns whose answer had begun and whose tokens upstream never told; of those before, as far as they are still here.
  `ALTER TABLE usage_days ADD COLUMN untold INTEGER NOT NULL DEFAULT 0;
   UPDATE usage_days AS line SET untold = found.turns FROM (
     SELECT strftime('%Y-%m-%d', started_at / 1000, 'unixepoch', 'localtime') AS day, substr(model, 1, 200) AS model,
       substr(client, 1, 200) AS client, substr(coalesce(project, ''), 1, 200) AS project,
       coalesce(account_id, '') AS account, coalesce(tier_sent, '') AS tier, substr(coalesce(key_name, ''), 1, 200) AS key,
       count(*) AS turns
     FROM exchanges WHERE kind <> 'prewarm' AND first_token_ms NOT NULL AND input_tokens IS NULL
     GROUP BY 1, 2, 3, 4, 5, 6, 7
   ) AS found
   WHERE (line.day, line.model, line.client, line.project, line.account, line.tier, line.key) =
     (found.day, found.model, found.client, found.project, found.account, found.tier, found.key);`,
];

export const schemaVersion = migrations.length;

/** The file's version. Reading it also shows whether the file is a database at all. */
function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}

/** A file that a newer program has written: its tables are not known here. */
export class NewerDatabase extends Error {
  constructor(version: number) {
    super(`the database has version ${version}`);
    this.name = 'NewerDatabase';
  }
}

/** Throws `NewerDatabase`; nothing is written. */
export function checkVersion(database: DatabaseSync): void {
  const version = versionOf(database);
  if (version > schemaVersion) throw new NewerDatabase(version);
}

/** Brings a database to a version, by default the newest, each step whole or not at all. */
export function migrate(database: DatabaseSync, toVersion = schemaVersion): void {
  for (let version = versionOf(database); version < toVersion; version += 1) {
    database.exec(`BEGIN IMMEDIATE; ${migrations[version]} PRAGMA user_version = ${version + 1}; COMMIT;`);
  }
}
