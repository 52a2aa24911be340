import type { RequestRow } from '../../../shared/model.ts';
import { errorTexts, queryFields, starredMark } from '../../../shared/query-fields.ts';
import { type ListName, listEntries, listNames } from '../../../shared/trace-filter.ts';
import type { LatencyMetric } from '../../../shared/trace-query.ts';
import { absent } from '../../../shared/turn-words.ts';
import {
  type FigureRow,
  metrics,
  type Queried,
  type QueriedText,
  queriedNumbers,
  queriedTexts,
  recordOf,
} from './figures.ts';
import type { EndedExchange, PassiveTurn } from './trace-store.ts';

/** Between a stored row and a `RequestRow`. Only `columnsOf` writes such rows, so they are read as they were written. */

type SqlValue = string | number | null;

/**
 * Output tokens a second after the first; null where there is no stretch of time to speak of. Reasoning that upstream kept to
 * itself was over before the first token came.
 */
export function tokensPerSecond({ usage, totalMs, firstTokenMs }: RequestRow, tellsReasoning: boolean): number | null {
  if (usage === null || totalMs === null || firstTokenMs === null) return null;
  const tokens = usage.outputTokens - (tellsReasoning ? 0 : usage.reasoningTokens);
  const spanMs = totalMs - firstTokenMs;
  return spanMs <= 0 || tokens < 2 ? null : (tokens * 1000) / spanMs;
}

/** The columns of one exchange, by name. */
export function columnsOf({ row, facts }: EndedExchange): Record<string, SqlValue> {
  return {
    id: row.id,
    started_at: row.startedAt,
    status: row.status,
    kind: row.kind,
    dialect: row.dialect,
    client: row.client,
    client_transport: row.clientTransport,
    session_id: row.sessionId,
    root_session_id: row.rootSessionId ?? row.sessionId,
    agent: row.agent ?? null,
    sent_as: row.sentAs ?? null,
    sent_bytes: row.sentBytes ?? null,
    project: row.project ?? null,
    key_name: row.key ?? null,
    mark: row.starred === true ? starredMark : null,
    note: row.note ?? null,
    model: row.model,
    effort: facts.effort,
    tier_asked: row.tierAsked,
    tier_sent: row.tierSent,
    tier_echoed: row.tierEchoed,
    transport: row.transport,
    account_id: row.account?.id ?? null,
    account_label: row.account?.label ?? null,
    attempts: row.attempts,
    http_status: row.httpStatus,
    error_code: row.error?.code ?? null,
    error_message: row.error?.message ?? null,
    said_code: row.said?.code ?? null,
    said_message: row.said?.message ?? null,
    said_param: row.said?.param ?? null,
    close_code: row.said?.closeCode ?? null,
    close_reason: row.said?.closeReason ?? null,
    first_event_ms: facts.firstEventMs,
    first_token_ms: row.firstTokenMs,
    total_ms: row.totalMs,
    own_ms: facts.ownMs,
    tokens_per_second: tokensPerSecond(row, facts.tellsReasoning),
    input_tokens: row.usage?.inputTokens ?? null,
    cached_tokens: row.usage?.cachedTokens ?? null,
    output_tokens: row.usage?.outputTokens ?? null,
    reasoning_tokens: row.usage?.reasoningTokens ?? null,
    quota_percent: facts.quotaPercent,
    is_replay: facts.isReplay ? 1 : 0,
  };
}

type Row = Readonly<Record<string, unknown>>;

const textOf = (row: Row, name: string) => (typeof row[name] === 'string' ? row[name] : null);
const numberOf = (row: Row, name: string) => (typeof row[name] === 'number' ? row[name] : null);

/** Null where upstream said nothing, or an older version kept nothing of it. */
function saidOf(row: Row): RequestRow['said'] {
  const said = {
    code: textOf(row, 'said_code'),
    message: textOf(row, 'said_message'),
    param: textOf(row, 'said_param'),
    closeCode: numberOf(row, 'close_code'),
    closeReason: textOf(row, 'close_reason'),
  };
  return Object.values(said).every((member) => member === null) ? null : said;
}

/** What an older version kept nothing of is absent, as it is in rows that do not have it. */
function threadOf(row: Row): Pick<RequestRow, 'rootSessionId' | 'agent' | 'sentAs' | 'sentBytes'> {
  const [agent, sentAs, sentBytes] = [textOf(row, 'agent'), textOf(row, 'sent_as'), numberOf(row, 'sent_bytes')];
  const rootSessionId = textOf(row, 'root_session_id');
  return {
    ...(rootSessionId === textOf(row, 'session_id') ? {} : { rootSessionId }),
    ...(agent === null ? {} : { agent }),
    ...(sentAs === 'full' || sentAs === 'increment' ? { sentAs } : {}),
    ...(sentBytes === null ? {} : { sentBytes }),
  };
}

/** The stored row as the list shows it. */
export function requestRow(row: Row): RequestRow {
  const accountId = textOf(row, 'account_id');
  const errorCode = textOf(row, 'error_code');
  const outputTokens = numberOf(row, 'output_tokens');
  const [project, key, note] = [textOf(row, 'project'), textOf(row, 'key_name'), textOf(row, 'note')];
  return {
    id: String(row.id),
    startedAt: Number(row.started_at),
    client: String(row.client),
    dialect: row.dialect as RequestRow['dialect'],
    clientTransport: row.client_transport as RequestRow['clientTransport'],
    kind: row.kind as RequestRow['kind'],
    sessionId: textOf(row, 'session_id'),
    ...threadOf(row),
    ...(project === null ? {} : { project }),
    ...(key === null ? {} : { key }),
    ...(row.mark === starredMark ? { starred: true } : {}),
    ...(note === null ? {} : { note }),
    model: String(row.model),
    tierAsked: textOf(row, 'tier_asked'),
    tierSent: textOf(row, 'tier_sent'),
    tierEchoed: textOf(row, 'tier_echoed'),
    transport: row.transport as RequestRow['transport'],
    account: accountId === null ? null : { id: accountId, label: textOf(row, 'account_label') ?? accountId },
    attempts: Number(row.attempts),
    status: row.status as RequestRow['status'],
    httpStatus: numberOf(row, 'http_status'),
    error: errorCode === null ? null : { code: errorCode, message: textOf(row, 'error_message') ?? '' },
    said: saidOf(row),
    firstTokenMs: numberOf(row, 'first_token_ms'),
    totalMs: numberOf(row, 'total_ms'),
    usage:
      outputTokens === null
        ? null
        : {
            inputTokens: numberOf(row, 'input_tokens') ?? 0,
            cachedTokens: numberOf(row, 'cached_tokens') ?? 0,
            outputTokens,
            reasoningTokens: numberOf(row, 'reasoning_tokens') ?? 0,
          },
  };
}

/** The stored row as the passive comparison looks at it: of a completed turn, which has an account and its usage. */
export function passiveTurn(row: Row): PassiveTurn {
  return {
    startedAt: Number(row.started_at),
    sessionId: textOf(row, 'session_id'),
    accountId: String(row.account_id),
    model: String(row.model),
    effort: textOf(row, 'effort') ?? absent,
    tier: textOf(row, 'tier_sent'),
    firstTokenMs: numberOf(row, 'first_token_ms'),
    totalMs: Number(row.total_ms),
    inputTokens: Number(row.input_tokens),
    cachedTokens: Number(row.cached_tokens),
    outputTokens: Number(row.output_tokens),
    quotaPercent: numberOf(row, 'quota_percent'),
    isOwn: row.is_replay === 1,
  };
}

const listColumns = Object.fromEntries(listEntries.map(([name, { column }]) => [name, column])) as Record<
  ListName,
  string
>;

const metricColumns: Readonly<Record<LatencyMetric, string>> = {
  firstToken: 'first_token_ms',
  total: 'total_ms',
  tokensPerSecond: 'tokens_per_second',
  own: 'own_ms',
};

const textColumn = (name: QueriedText) => queryFields[name].columns[0] ?? '';

/** All that a start needs of each row: to read the others, too, would take half as long again. */
export const figureColumns: readonly string[] = [
  ...new Set([
    ...['id', 'started_at', 'session_id', 'root_session_id', 'account_label', 'status', 'kind', 'is_replay', 'mark'],
    ...Object.values(listColumns),
    ...Object.values(metricColumns),
    ...errorTexts.map(({ column }) => column),
  ]),
];

/** And what queries ask for besides. */
export const queriedColumns: readonly string[] = [
  ...queriedTexts.map(textColumn),
  ...queriedNumbers.map((name) => queryFields[name].column),
];

export function queriedOf(row: Row): Queried {
  return {
    texts: recordOf(queriedTexts, (name) => textOf(row, textColumn(name))),
    numbers: recordOf(queriedNumbers, (name) => numberOf(row, queryFields[name].column)),
  };
}

/** The columns as figures and filters look at them. */
export function figureRow(row: Row, queried: Queried | null = queriedOf(row)): FigureRow {
  return {
    startedAt: Number(row.started_at),
    keys: recordOf(listNames, (name) => textOf(row, listColumns[name]) || null),
    accountLabel: textOf(row, 'account_label'),
    id: String(row.id),
    sessionId: textOf(row, 'session_id'),
    rootSessionId: textOf(row, 'root_session_id'),
    errorText: errorTextOf(row),
    counts: row.status === 'completed' && row.kind === 'turn' && row.is_replay === 0,
    metrics: recordOf(metrics, (name) => numberOf(row, metricColumns[name])),
    mark: textOf(row, queryFields.is.columns[0] ?? ''),
    queried,
  };
}

function errorTextOf(row: Row): string | null {
  const texts: string[] = [];
  for (const { column } of errorTexts) {
    const text = textOf(row, column);
    if (text !== null) texts.push(text);
  }
  return texts.join(' ') || null;
}
