import { foldCase } from './fold-case.ts';
import { errorTexts, type FilteredTurn } from './query-fields.ts';
import { queryMatcher, rowAccess } from './query-match.ts';
import { maxQueryChars, parseQuery } from './query-parse.ts';
import { tierLabel } from './tiers.ts';
import { absent, effortLabel, exchangeStatuses, statusLabel, transportLabel, transports } from './turn-words.ts';

/**
 * The filter of turns, said once: schema, database, list, address, command line and filter bar all read this table.
 * A new member is a row here, and a field in the lists of the screens that offer it.
 */

type TextOf = (turn: FilteredTurn) => string | null | undefined;

/** Where a member stands outside the program; null: it is not offered there. */
interface Names {
  /** In an address. */
  readonly param: string | null;
  /** On the command line, with what its help says. */
  readonly option: { readonly flag: string; readonly help: string } | null;
}

/** A moment, epoch ms: `from` lets in what began then or later, `until` what began before. */
interface MomentMember extends Names {
  readonly kind: 'from' | 'until';
}

/** Any of several values; `absent` stands for none, which an empty text is too. */
export interface ListMember extends Names {
  readonly kind: 'list';
  readonly label: string;
  readonly of: TextOf;
  readonly column: string;
  readonly maxValues: number;
  /** All there are; null: whatever turns have had. */
  readonly values: readonly string[] | null;
  readonly labelOf: (value: string) => string;
  /** A turn may have none, and that can be chosen. */
  readonly offersAbsent: boolean;
}

/** `phrase` is found as it is in the texts put together; `words` are found one by one in any of them. */
export interface TextMember extends Names {
  readonly kind: 'phrase' | 'words';
  readonly texts: readonly { readonly of: TextOf; readonly column: string }[];
}

/** Terms of the query language, all of which must hold. */
interface QueryMember extends Names {
  readonly kind: 'query';
}

export type FilterMember = MomentMember | ListMember | TextMember | QueryMember;

const asItIs = (value: string) => value;

export const filterMembers = {
  fromMs: {
    kind: 'from',
    param: 'from',
    option: { flag: '--since <when>', help: 'a date and time, or so long ago: 30m, 2h, 7d' },
  },
  toMs: { kind: 'until', param: 'to', option: { flag: '--until <when>', help: 'the same' } },
  status: {
    kind: 'list',
    label: 'Status',
    of: ({ status }) => status,
    column: 'status',
    maxValues: 10,
    values: exchangeStatuses,
    labelOf: statusLabel,
    offersAbsent: false,
    param: 'status',
    option: { flag: '--status <list>', help: exchangeStatuses.join(', ') },
  },
  model: {
    kind: 'list',
    label: 'Model',
    of: ({ model }) => model,
    column: 'model',
    maxValues: 50,
    values: null,
    labelOf: asItIs,
    offersAbsent: true,
    param: 'model',
    option: { flag: '--model <list>', help: 'of these models' },
  },
  tier: {
    kind: 'list',
    label: 'Tier sent',
    of: ({ tierSent }) => tierSent,
    column: 'tier_sent',
    maxValues: 20,
    values: null,
    labelOf: tierLabel,
    offersAbsent: true,
    param: 'tier',
    option: { flag: '--tier <list>', help: `sent with these tiers; "${absent}" for none` },
  },
  transport: {
    kind: 'list',
    label: 'Transport',
    of: ({ transport }) => transport,
    column: 'transport',
    maxValues: 2,
    values: transports,
    labelOf: transportLabel,
    offersAbsent: false,
    param: 'transport',
    option: { flag: '--transport <list>', help: transports.join(', ') },
  },
  account: {
    kind: 'list',
    label: 'Account',
    of: ({ account }) => account?.id ?? null,
    column: 'account_id',
    maxValues: 100,
    values: null,
    labelOf: asItIs,
    offersAbsent: false,
    param: 'account',
    option: null,
  },
  client: {
    kind: 'list',
    label: 'Client',
    of: ({ client }) => client,
    column: 'client',
    maxValues: 100,
    values: null,
    labelOf: asItIs,
    offersAbsent: true,
    param: 'client',
    option: { flag: '--client <list>', help: 'of these clients, named as the dashboard does' },
  },
  key: {
    kind: 'list',
    label: 'API key',
    of: ({ key }) => key ?? null,
    column: 'key_name',
    maxValues: 100,
    values: null,
    labelOf: asItIs,
    offersAbsent: true,
    param: 'key',
    option: { flag: '--key <list>', help: `of these API keys, by name; "${absent}" for the first` },
  },
  effort: {
    kind: 'list',
    label: 'Effort',
    of: ({ effort }) => effort,
    column: 'effort',
    maxValues: 20,
    values: null,
    labelOf: effortLabel,
    offersAbsent: true,
    param: null,
    option: null,
  },
  text: {
    kind: 'words',
    texts: [
      { of: ({ id }) => id, column: 'id' },
      { of: ({ sessionId }) => sessionId, column: 'session_id' },
      { of: ({ rootSessionId, sessionId }) => rootSessionId ?? sessionId, column: 'root_session_id' },
      { of: ({ client }) => client, column: 'client' },
      { of: ({ model }) => model, column: 'model' },
      { of: ({ account }) => account?.label, column: 'account_label' },
      ...errorTexts,
    ],
    param: null,
    option: { flag: '--text <words>', help: 'found in id, session, client, model, account or error' },
  },
  query: {
    kind: 'query',
    param: 'q',
    option: {
      flag: '--filter <query>',
      help: 'as in the search box: "model:gpt-6* status:failed first>2s -client:curl"',
    },
  },
  errorText: { kind: 'phrase', texts: errorTexts, param: null, option: null },
} as const satisfies Readonly<Record<string, FilterMember>>;

type Members = typeof filterMembers;
export type FilterName = keyof Members;
export type ListName = { [K in FilterName]: Members[K] extends ListMember ? K : never }[FilterName];
/** Lists whose values are whatever turns have had. */
export type OpenListName = { [K in ListName]: Members[K] extends { readonly values: null } ? K : never }[ListName];

type ValueOf<M extends FilterMember> = M extends { readonly kind: 'from' | 'until' }
  ? number
  : M extends { readonly values: readonly (infer V)[] }
    ? V[]
    : M extends { readonly kind: 'list' }
      ? string[]
      : string;

/** Each member narrows; a list means any of its values; an absent member does not narrow. */
export type TraceFilter = { [K in FilterName]?: ValueOf<Members[K]> | undefined };

/** The table's rows, each with its name. */
export const filterEntries = Object.entries(filterMembers) as readonly (readonly [FilterName, FilterMember])[];

const isList = (entry: readonly [FilterName, FilterMember]): entry is readonly [ListName, ListMember] =>
  entry[1].kind === 'list';

/** Members that name values. */
export const listEntries = filterEntries.filter(isList);
export const listNames = listEntries.map(([name]) => name);

/** Members whose values the store has to be asked for. */
export const openListNames = listEntries.flatMap(([name, { values }]) =>
  values === null ? [name as OpenListName] : [],
);

/** The longest text of a filter. */
export const maxFilterChars = 300;
/** The longest text that a member of the filter may be. */
export const maxCharsOf = ({ kind }: FilterMember): number => (kind === 'query' ? maxQueryChars : maxFilterChars);
const maxWords = 10;

/** The words of a text filter, folded. */
export function wordsOf(text: string | undefined): readonly string[] {
  return foldCase(text ?? '')
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, maxWords);
}

type Matcher = (turn: FilteredTurn) => boolean;

/** Whether turns pass a filter; made once for many turns. */
export function turnMatcher(filter: TraceFilter): Matcher {
  const matchers = filterEntries.flatMap(([name, member]) => memberMatcher(member, filter[name]) ?? []);
  return (turn) => matchers.every((matches) => matches(turn));
}

/** Null: it does not narrow. */
function memberMatcher(member: FilterMember, wanted: TraceFilter[FilterName]): Matcher | null {
  if (wanted === undefined) return null;
  switch (member.kind) {
    case 'from':
      return ({ startedAt }) => startedAt >= Number(wanted);
    case 'until':
      return ({ startedAt }) => startedAt < Number(wanted);
    case 'list': {
      const values = new Set<unknown>(Array.isArray(wanted) ? wanted : [wanted]);
      return (turn) => {
        const value = member.of(turn);
        return value === undefined || values.has(value || absent);
      };
    }
    case 'phrase':
      return phraseMatcher(member, foldCase(String(wanted)));
    case 'words':
      return wordsMatcher(member, wordsOf(String(wanted)));
    case 'query':
      return queryMatcher(parseQuery(String(wanted)), rowAccess);
  }
}

/** A turn's texts joined as the database does. */
function phraseMatcher({ texts }: TextMember, phrase: string): Matcher | null {
  if (phrase === '') return null;
  return (turn) => {
    const values = texts.flatMap(({ of }) => of(turn) ?? []);
    return foldCase(values.join(' ')).includes(phrase);
  };
}

function wordsMatcher({ texts }: TextMember, words: readonly string[]): Matcher | null {
  if (words.length === 0) return null;
  return (turn) => {
    const values = texts.map(({ of }) => foldCase(of(turn) ?? ''));
    return words.every((word) => values.some((value) => value.includes(word)));
  };
}
