import type { RequestRow } from './model.ts';
import { absent, dialectNames, exchangeStatuses, transports } from './turn-words.ts';

/** A turn as filters look at it. Where nobody knows a member (undefined), it does not narrow. */
export type FilteredTurn = RequestRow & { readonly effort?: string | null };

type TextOf = (turn: FilteredTurn) => string | null | undefined;

/** Where it stands why a turn failed or stopped short: in our words and in upstream's. */
export const errorTexts = [
  { of: ({ error }: FilteredTurn) => error?.code, column: 'error_code' },
  { of: ({ error }: FilteredTurn) => error?.message, column: 'error_message' },
  { of: ({ said }: FilteredTurn) => said?.code, column: 'said_code' },
  { of: ({ said }: FilteredTurn) => said?.message, column: 'said_message' },
  { of: ({ said }: FilteredTurn) => said?.param, column: 'said_param' },
  { of: ({ said }: FilteredTurn) => said?.closeReason, column: 'close_reason' },
] as const;

/** `whole`: a value is the whole text, or a pattern with `*`; otherwise it is found anywhere in it. */
interface TextField {
  readonly kind: 'text';
  readonly whole: boolean;
  /** What a query calls it where there is none, besides `none`. */
  readonly absentWord: string | null;
  readonly of: TextOf;
  /** Columns of the database; several are one text with spaces between. */
  readonly columns: readonly string[];
  /** All there are; null: whatever turns have had. */
  readonly values: readonly string[] | null;
}

/** Of a turn that is kept whatever the limits are. */
export const starredMark = 'starred';

/** What a number is written in: `2s`, `500ms`; `10k`, `1.5m`. */
export type NumberUnit = 'ms' | 'count';

interface NumberField {
  readonly kind: 'number';
  readonly unit: NumberUnit;
  readonly of: (turn: FilteredTurn) => number | null | undefined;
  readonly column: string;
}

const text = (of: TextOf, column: string, more: Partial<TextField> = {}): TextField => ({
  kind: 'text',
  whole: true,
  absentWord: null,
  of,
  columns: [column],
  values: null,
  ...more,
});

const number = (of: NumberField['of'], column: string, unit: NumberUnit): NumberField => ({
  kind: 'number',
  unit,
  of,
  column,
});

/** The fields of the query language: the parser, the database, the page and completion all read this table. */
export const queryFields = {
  status: text(({ status }) => status, 'status', { values: exchangeStatuses }),
  model: text(({ model }) => model, 'model'),
  tier: text(({ tierSent }) => tierSent, 'tier_sent', { absentWord: absent }),
  asked: text(({ tierAsked }) => tierAsked, 'tier_asked'),
  transport: text(({ transport }) => transport, 'transport', { values: transports }),
  client: text(({ client }) => client, 'client', { whole: false }),
  account: text(({ account }) => account?.label ?? null, 'account_label', { whole: false }),
  session: text(({ sessionId }) => sessionId, 'session_id', { whole: false }),
  root: text(({ rootSessionId, sessionId }) => rootSessionId ?? sessionId, 'root_session_id', { whole: false }),
  project: text(({ project }) => project ?? null, 'project', { whole: false }),
  agent: text(({ agent }) => agent ?? null, 'agent', { whole: false }),
  key: text(({ key }) => key ?? null, 'key_name', { absentWord: absent }),
  is: text(({ starred }) => (starred === true ? starredMark : null), 'mark', { values: [starredMark] }),
  note: text(({ note }) => note ?? null, 'note', { whole: false }),
  error: text((turn) => errorTexts.flatMap(({ of }) => of(turn) ?? []).join(' ') || null, '', {
    whole: false,
    columns: errorTexts.map(({ column }) => column),
  }),
  id: text(({ id }) => id, 'id', { whole: false }),
  kind: text(({ kind }) => kind, 'kind', { values: ['turn', 'prewarm', 'compact', 'other'] }),
  dialect: text(({ dialect }) => dialect, 'dialect', { values: dialectNames }),
  effort: text(({ effort }) => effort, 'effort'),
  first: number(({ firstTokenMs }) => firstTokenMs, 'first_token_ms', 'ms'),
  total: number(({ totalMs }) => totalMs, 'total_ms', 'ms'),
  in: number(({ usage }) => usage?.inputTokens ?? null, 'input_tokens', 'count'),
  cached: number(({ usage }) => usage?.cachedTokens ?? null, 'cached_tokens', 'count'),
  out: number(({ usage }) => usage?.outputTokens ?? null, 'output_tokens', 'count'),
  reasoning: number(({ usage }) => usage?.reasoningTokens ?? null, 'reasoning_tokens', 'count'),
  attempts: number(({ attempts }) => attempts, 'attempts', 'count'),
  http: number(({ httpStatus }) => httpStatus, 'http_status', 'count'),
} as const satisfies Readonly<Record<string, TextField | NumberField>>;

type Fields = typeof queryFields;
export type QueryField = keyof Fields;
export type QueryText = { [K in QueryField]: Fields[K] extends TextField ? K : never }[QueryField];
export type QueryNumber = { [K in QueryField]: Fields[K] extends NumberField ? K : never }[QueryField];

export const queryTextNames = Object.keys(queryFields).filter((name) => isTextField(name as QueryField)) as QueryText[];
export const queryNumberNames = Object.keys(queryFields).filter(
  (name) => !isTextField(name as QueryField),
) as QueryNumber[];

/** Whether a word names a field. */
export function isQueryField(name: string): name is QueryField {
  return Object.hasOwn(queryFields, name);
}

/** Whether a field holds a text. */
export function isTextField(name: QueryField): name is QueryText {
  return queryFields[name].kind === 'text';
}

/** Fields that a word without a field is looked for in. */
export const wordFields = [
  'id',
  'session',
  'root',
  'client',
  'model',
  'account',
  'error',
  'note',
] as const satisfies readonly QueryText[];

/** What a query calls "none" of a field. */
export const noneWord = 'none';
