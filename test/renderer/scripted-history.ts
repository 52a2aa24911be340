import { foldCase } from '../../src-main/shared/fold-case.ts';
import type { RequestRow } from '../../src-main/shared/model.ts';
import { turnMatcher } from '../../src-main/shared/trace-filter.ts';
import type { TraceChoices, TracePage, TraceQuery, TraceStoreState } from '../../src-main/shared/trace-query.ts';
import { compareBy } from '../../src-main/shared/trace-sort.ts';

const isAfter = (a: RequestRow, b: RequestRow) =>
  a.startedAt < b.startedAt || (a.startedAt === b.startedAt && a.id < b.id);

/** As many as the store gives of each, however many there are. */
const maxChoices = 100;

/** The ended turns that a scripted server has, answered as the store does. */
export class ScriptedHistory {
  /** Newest first. */
  #rows: RequestRow[];
  kind: TraceStoreState['kind'] = 'disk';
  setAsidePath: string | null = null;

  constructor(rows: readonly RequestRow[]) {
    this.#rows = rows.filter(({ status }) => status !== 'running').toSorted((a, b) => (isAfter(a, b) ? 1 : -1));
  }

  get(id: string): RequestRow | undefined {
    return this.#rows.find((row) => row.id === id);
  }

  /** Takes in a turn that has ended. */
  add(row: RequestRow): void {
    const known = this.#rows.findIndex(({ id, startedAt }) => id === row.id || startedAt < row.startedAt);
    if (this.#rows[known]?.id === row.id) this.#rows.splice(known, 1);
    const at = this.#rows.findIndex((other) => isAfter(other, row));
    this.#rows.splice(at < 0 ? this.#rows.length : at, 0, row);
  }

  clear(): void {
    this.#rows = [];
  }

  /** Stars a turn, or writes a note beside it; its row since then. */
  mark(id: string, mark: { readonly starred: boolean; readonly note: string | null }): RequestRow | null {
    const index = this.#rows.findIndex((row) => row.id === id);
    const known = this.#rows[index];
    if (known === undefined) return null;
    const { starred: _starred, note: _note, ...row } = known;
    const marked = {
      ...row,
      ...(mark.starred ? { starred: true } : {}),
      ...(mark.note === null ? {} : { note: mark.note }),
    };
    this.#rows[index] = marked;
    return marked;
  }

  query({ filter, cursor, limit, skip = 0, sort }: TraceQuery): TracePage {
    const isOpen = Object.keys(filter).length === 0;
    const matching = isOpen ? this.#rows : this.#rows.filter(turnMatcher(filter));
    const found = sort === undefined ? matching : matching.toSorted(compareBy(sort));
    const below = cursor === null ? found : found.slice(firstAfter(found, cursor));
    const rows = below.slice(skip, skip + limit);
    const last = rows.at(-1);
    const next = below.length > skip + limit && last !== undefined ? { startedAt: last.startedAt, id: last.id } : null;
    return { rows, next, total: found.length };
  }

  choices(): TraceChoices {
    const values = (of: (row: RequestRow) => string) =>
      [...new Set(this.#rows.map(of))].slice(0, maxChoices).map((value) => ({ value, label: value }));
    const accounts = new Map(this.#rows.flatMap(({ account }) => (account === null ? [] : [[account.id, account]])));
    return {
      model: values(({ model }) => model),
      tier: values(({ tierSent }) => foldCase(tierSent ?? 'standard')),
      account: [...accounts.values()].map(({ id, label }) => ({ value: id, label })),
      client: values(({ client }) => client),
      key: [],
      effort: [],
    };
  }

  state(): TraceStoreState {
    return {
      kind: this.kind,
      turns: this.#rows.length,
      oldestAt: this.#rows.at(-1)?.startedAt ?? null,
      bytes: this.#rows.length * 3_000,
      setAsidePath: this.setAsidePath,
    };
  }
}

/** Index of the first row behind a cursor, by halving. */
function firstAfter(rows: readonly RequestRow[], cursor: { readonly startedAt: number; readonly id: string }): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    const isBehind =
      row !== undefined &&
      (row.startedAt < cursor.startedAt || (row.startedAt === cursor.startedAt && row.id < cursor.id));
    if (isBehind) high = middle;
    else low = middle + 1;
  }
  return low;
}
