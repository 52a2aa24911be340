import { foldCase } from '../../../shared/fold-case.ts';
import type { QueryNumber, QueryText } from '../../../shared/query-fields.ts';
import { queryMatcher, type TurnAccess } from '../../../shared/query-match.ts';
import { parseQuery } from '../../../shared/query-parse.ts';
import {
  filterMembers,
  type ListName,
  listNames,
  openListNames,
  type TraceFilter,
  wordsOf,
} from '../../../shared/trace-filter.ts';
import type { LatencyGrouping, LatencyMetric, TraceChoices } from '../../../shared/trace-query.ts';
import { absent } from '../../../shared/turn-words.ts';
import { NumberColumn, SmallColumn } from './columns.ts';
import { Dictionary } from './dictionary.ts';
import type { LatencyPoints } from './latency-answer.ts';

export const metrics: readonly LatencyMetric[] = ['firstToken', 'total', 'tokensPerSecond', 'own'];

/** One exchange, as far as figures and filters look at it. */
export interface FigureRow {
  readonly startedAt: number;
  readonly keys: Readonly<Record<ListName, string | null>>;
  readonly accountLabel: string | null;
  readonly errorText: string | null;
  readonly id: string;
  readonly sessionId: string | null;
  readonly rootSessionId: string | null;
  /** A completed turn of a client: what latency is about. */
  readonly counts: boolean;
  readonly metrics: Readonly<Record<LatencyMetric, number | null>>;
  /** What the user thinks of it; null for nothing. */
  readonly mark: string | null;
  /** Null where it is to be read once a query asks for it. */
  readonly queried: Queried | null;
}

/** What queries alone ask for. */
export interface Queried {
  readonly texts: Readonly<Record<QueriedText, string | null>>;
  readonly numbers: Readonly<Record<QueriedNumber, number | null>>;
}

/** Of the query language's fields, those that nothing else of the figures holds. */
export const queriedTexts = ['asked', 'project', 'agent', 'kind', 'dialect', 'note'] as const;
export const queriedNumbers = ['in', 'cached', 'out', 'reasoning', 'attempts', 'http'] as const;
export type QueriedText = (typeof queriedTexts)[number];
type QueriedNumber = (typeof queriedNumbers)[number];

/** Where the exchanges of a filter lie. */
export interface Extent {
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Each moment that one began at; null where those are many. */
  readonly starts: readonly number[] | null;
}

/** Of so many moments each is looked up by itself. */
const mostStarts = 200;

/** A member for each name. Without a pair for each: a start reads tens of thousands of rows. */
export function recordOf<K extends string, V>(names: readonly K[], make: (name: K) => V): Record<K, V> {
  const record: Partial<Record<K, V>> = {};
  for (const name of names) record[name] = make(name);
  return record as Record<K, V>;
}

/**
 * The stored exchanges' figures, column by column beside the database: SQLite takes several times as long to read
 * 50,000 rows as their percentiles take to compute.
 */
export class Figures {
  readonly #dictionaries = recordOf(listNames, () => new Dictionary());
  readonly #keys = recordOf(listNames, () => new SmallColumn());
  readonly #metrics = recordOf(metrics, () => new NumberColumn());
  readonly #startedAt = new NumberColumn();
  readonly #textDictionaries = recordOf(queriedTexts, () => new Dictionary());
  readonly #texts = recordOf(queriedTexts, () => new SmallColumn());
  readonly #numbers = recordOf(queriedNumbers, () => new NumberColumn());
  readonly #readQueried: () => Iterable<Queried>;
  #isQueriedKnown = true;
  readonly #markTexts = new Dictionary();
  readonly #marks = new SmallColumn();
  readonly #counts = new SmallColumn();
  readonly #labels = new Map<string, string>();
  readonly #labelTexts = new Dictionary();
  readonly #labelNumbers = new SmallColumn();
  /** How long the session's name is among the ids: it may hold any mark. */
  readonly #sessionChars = new SmallColumn();
  readonly #columns = [
    ...[this.#keys, this.#metrics, this.#texts, this.#numbers].flatMap((each) => Object.values(each)),
    ...[this.#startedAt, this.#counts, this.#marks, this.#labelNumbers, this.#sessionChars],
  ];
  #errors: (string | null)[] = [];
  /** Id and sessions, folded; the root's is left out where it is the session's own. */
  #ids: string[] = [];
  #length = 0;
  #starred = 0;

  /** `readQueried` gives of every exchange, in their order, what queries alone ask for. */
  constructor(readQueried: () => Iterable<Queried> = () => []) {
    this.#readQueried = readQueried;
  }

  /** How many exchanges there are. */
  get length(): number {
    return this.#length;
  }

  /** How many of them stay whatever the limits are. */
  get starred(): number {
    return this.#starred;
  }

  /** Takes in an exchange. */
  add(row: FigureRow): void {
    const index = this.#length;
    this.#length += 1;
    if (row.mark !== null) this.#starred += 1;
    this.#marks.set(index, this.#markTexts.numberOf(row.mark));
    this.#startedAt.set(index, row.startedAt);
    this.#counts.set(index, row.counts ? 1 : 0);
    for (const name of listNames) this.#keys[name].set(index, this.#dictionaries[name].numberOf(row.keys[name]));
    for (const name of metrics) this.#metrics[name].set(index, row.metrics[name] ?? Number.NaN);
    if (row.queried === null) this.#isQueriedKnown = false;
    else this.#setQueried(index, row.queried);
    this.#labelNumbers.set(index, this.#labelTexts.numberOf(row.accountLabel));
    this.#errors[index] = row.errorText === null ? null : foldCase(row.errorText);
    const sessions = [row.sessionId, ...(row.rootSessionId === row.sessionId ? [] : [row.rootSessionId])];
    this.#ids[index] = foldCase([row.id, ...sessions.map((id) => id ?? '')].join('\n'));
    this.#sessionChars.set(index, row.sessionId?.length ?? 0);
    if (row.keys.account !== null) this.#labels.set(row.keys.account, row.accountLabel ?? row.keys.account);
  }

  #setQueried(index: number, { texts, numbers }: Queried): void {
    for (const name of queriedTexts) this.#texts[name].set(index, this.#textDictionaries[name].numberOf(texts[name]));
    for (const name of queriedNumbers) this.#numbers[name].set(index, numbers[name] ?? Number.NaN);
  }

  /** A start reads a third less where nothing is read that no query has asked for. */
  #knowQueried(): void {
    if (this.#isQueriedKnown) return;
    let index = 0;
    for (const queried of this.#readQueried()) {
      if (index < this.#length) this.#setQueried(index, queried);
      index += 1;
    }
    this.#isQueriedKnown = true;
  }

  /** What the user thinks of an exchange. */
  mark(id: string, { is, note }: { readonly is: string | null; readonly note: string | null }): void {
    const begin = `${foldCase(id)}\n`;
    const index = this.#ids.findIndex((ids) => ids.startsWith(begin));
    if (index < 0) return;
    this.#starred += (is === null ? 0 : 1) - (this.#text(index, 'is') === null ? 0 : 1);
    this.#marks.set(index, this.#markTexts.numberOf(is));
    this.#texts.note.set(index, this.#textDictionaries.note.numberOf(note));
  }

  /** Forgets what began at this moment or before; starred ones only if told so. */
  forgetUpTo(startedAt: number, which: 'all' | 'unstarred'): void {
    let kept = 0;
    for (let index = 0; index < this.#length; index += 1) {
      if (this.#startedAt.at(index) <= startedAt) {
        const isStarred = this.#text(index, 'is') !== null;
        if (which === 'all' || !isStarred) {
          if (isStarred) this.#starred -= 1;
          continue;
        }
      }
      if (kept !== index) this.#move(index, kept);
      kept += 1;
    }
    this.#length = kept;
    this.#errors.length = kept;
    this.#ids.length = kept;
    for (const column of this.#columns) column.cut(kept);
  }

  /** How many exchanges a filter lets through, and when they began. */
  extent(filter: TraceFilter): Extent {
    let count = 0;
    let firstMs = Number.POSITIVE_INFINITY;
    let lastMs = Number.NEGATIVE_INFINITY;
    const starts = new Set<number>();
    this.#each(filter, (index) => {
      const startedAt = this.#startedAt.at(index);
      count += 1;
      firstMs = Math.min(firstMs, startedAt);
      lastMs = Math.max(lastMs, startedAt);
      if (starts.size <= mostStarts) starts.add(startedAt);
    });
    return { count, firstMs, lastMs, starts: starts.size > mostStarts ? null : [...starts] };
  }

  /** Starts, group keys and values of the turns that count and have the figure. */
  points(metric: LatencyMetric, groupBy: ListName | 'none', filter: TraceFilter): LatencyPoints {
    const startedAt = new Float64Array(this.#length);
    const values = new Float64Array(this.#length);
    const keys: string[] = [];
    const texts = groupBy === 'none' ? null : this.#dictionaries[groupBy].texts;
    this.#each(filter, (index) => {
      const value = this.#metrics[metric].at(index);
      if (this.#counts.at(index) === 0 || Number.isNaN(value)) return;
      startedAt[keys.length] = this.#startedAt.at(index);
      values[keys.length] = value;
      keys.push(groupBy === 'none' ? '' : (texts?.[this.#keys[groupBy].at(index)] ?? absent));
    });
    return { startedAt: startedAt.subarray(0, keys.length), keys, values: values.subarray(0, keys.length) };
  }

  /** The values of a key, the most frequent first. */
  choices(name: ListName): string[] {
    const counts = new Map<number, number>();
    for (let index = 0; index < this.#length; index += 1) {
      const key = this.#keys[name].at(index);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const texts = [...counts].toSorted(([, a], [, b]) => b - a).map(([key]) => this.#dictionaries[name].texts[key]);
    return [...new Set(texts.map((text) => text ?? absent))];
  }

  /** An account's last known label; its id where none is known. */
  accountLabel(id: string): string {
    return this.#labels.get(id) ?? id;
  }

  #each(filter: TraceFilter, visit: (index: number) => void): void {
    const wanted = listNames.flatMap((name) => {
      const values: readonly string[] | undefined = filter[name];
      if (values === undefined) return [];
      const numbers = values.flatMap((value) => this.#dictionaries[name].named(value));
      return [{ column: this.#keys[name], numbers: new Set(numbers) }];
    });
    const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = filter;
    const errorText = filter.errorText ? foldCase(filter.errorText) : null;
    const words = wordsOf(filter.text).map((word) => this.#holdersOf(word));
    if (filter.query) this.#knowQueried();
    const matches = filter.query ? queryMatcher(parseQuery(filter.query), this.#access) : null;
    for (let index = 0; index < this.#length; index += 1) {
      const startedAt = this.#startedAt.at(index);
      if (startedAt < fromMs || startedAt >= toMs) continue;
      if (errorText !== null && !(this.#errors[index]?.includes(errorText) ?? false)) continue;
      if (!words.every((holds) => holds(index))) continue;
      if (matches !== null && !matches(index)) continue;
      if (wanted.every(({ column, numbers }) => numbers.has(column.at(index)))) visit(index);
    }
  }

  /** Whether an exchange holds a folded word anywhere that the text filter looks. */
  #holdersOf(word: string): (index: number) => boolean {
    const inKeys = [
      { column: this.#keys.client, numbers: this.#dictionaries.client.holding(word) },
      { column: this.#keys.model, numbers: this.#dictionaries.model.holding(word) },
      { column: this.#labelNumbers, numbers: this.#labelTexts.holding(word) },
      // Most words are in none of a kind.
    ].filter(({ numbers }) => numbers.size > 0);
    return (index) =>
      inKeys.some(({ column, numbers }) => numbers.has(column.at(index))) ||
      (this.#ids[index]?.includes(word) ?? false) ||
      (this.#errors[index]?.includes(word) ?? false);
  }

  /** An exchange's members as queries read them. */
  readonly #access: TurnAccess<number> = {
    ids: (index) => this.#ids[index] ?? '',
    text: (index, field) => this.#text(index, field),
    number: (index, field) => {
      const value = this.#numberColumn(field).at(index);
      return Number.isNaN(value) ? null : value;
    },
  };

  #text(index: number, field: QueryText): string | null {
    switch (field) {
      case 'id':
      case 'session':
      case 'root': {
        return this.#idText(index, field);
      }
      case 'error':
        return this.#errors[index] ?? null;
      case 'is':
        return this.#markTexts.texts[this.#marks.at(index)] ?? null;
      case 'account':
        return this.#labelTexts.texts[this.#labelNumbers.at(index)] ?? null;
      case 'asked':
      case 'project':
      case 'agent':
      case 'kind':
      case 'dialect':
      case 'note':
        return this.#textDictionaries[field].texts[this.#texts[field].at(index)] ?? null;
      default:
        return this.#dictionaries[field].texts[this.#keys[field].at(index)] ?? null;
    }
  }

  #idText(index: number, field: 'id' | 'session' | 'root'): string | null {
    const ids = this.#ids[index] ?? '';
    const from = ids.indexOf('\n') + 1;
    if (field === 'id') return ids.slice(0, from - 1);
    const to = from + this.#sessionChars.at(index);
    // A root of its own comes after another line break.
    return (field === 'root' && ids.length > to ? ids.slice(to + 1) : ids.slice(from, to)) || null;
  }

  #numberColumn(field: QueryNumber | 'started'): NumberColumn {
    switch (field) {
      case 'started':
        return this.#startedAt;
      case 'first':
        return this.#metrics.firstToken;
      case 'total':
        return this.#metrics.total;
      default:
        return this.#numbers[field];
    }
  }

  #move(from: number, to: number): void {
    for (const column of this.#columns) column.set(to, column.at(from));
    this.#errors[to] = this.#errors[from] ?? null;
    this.#ids[to] = this.#ids[from] ?? '';
  }
}

const maxChoices = 100;

/** What there is to choose from in filters. */
export function choicesOf(figures: Figures): TraceChoices {
  const choices = openListNames.map((name) => {
    const { offersAbsent, labelOf } = filterMembers[name];
    const values = figures.choices(name).filter((value) => offersAbsent || value !== absent);
    const label = name === 'account' ? (id: string) => figures.accountLabel(id) : labelOf;
    return [name, values.slice(0, maxChoices).map((value) => ({ value, label: label(value) }))] as const;
  });
  return Object.fromEntries(choices) as TraceChoices;
}

/** How a group's key is shown. */
export function labelsOf(figures: Figures, groupBy: LatencyGrouping): (key: string) => string {
  if (groupBy === 'none') return () => 'all turns';
  return groupBy === 'account' ? (id) => figures.accountLabel(id) : (key) => key;
}
