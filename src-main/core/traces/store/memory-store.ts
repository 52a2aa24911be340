import type { TraceDetail } from '../../../shared/model.ts';
import type { SessionQuery, SessionTurnsQuery } from '../../../shared/session-query.ts';
import { maxStarredTurns, memoryStoreTurns } from '../../../shared/store-limits.ts';
import { turnMatcher } from '../../../shared/trace-filter.ts';
import type { LatencyQuery, TraceFilter, TraceQuery } from '../../../shared/trace-query.ts';
import { compareBy } from '../../../shared/trace-sort.ts';
import { absent } from '../../../shared/turn-words.ts';
import { type TurnMark, withMark } from '../turn-mark.ts';
import { choicesOf, Figures, labelsOf } from './figures.ts';
import { latencyAnswer } from './latency-answer.ts';
import { columnsOf, figureRow } from './rows.ts';
import { sessionOf, sessionsOf } from './sessions.ts';
import { storedPayloads } from './stored-payloads.ts';
import type {
  EndedExchange,
  KeptExperiment,
  Marked,
  PassiveTurn,
  StoreLimits,
  TraceStore,
  UsageRange,
} from './trace-store.ts';
import { UsageLines } from './usage-lines.ts';

const maxExperiments = 200;

/** Stands in for the database where neither it nor its worker can be had. Nothing outlives the program. */
export class MemoryTraceStore implements TraceStore {
  /** Newest last. */
  #turns: EndedExchange[] = [];
  #experiments: KeptExperiment[] = [];
  readonly #usage = new UsageLines();
  #maxTurns = memoryStoreTurns;

  add(exchange: EndedExchange): void {
    this.#usage.add(exchange);
    this.#turns.push(exchange);
    this.#forgetOldest();
  }

  async query({ filter, cursor, limit, skip = 0, sort = { by: 'time', order: 'down' } }: TraceQuery) {
    const found = this.#matching(filter)
      .map(({ row }) => row)
      .toSorted(compareBy(sort));
    const isAfter = (row: { readonly startedAt: number; readonly id: string }) =>
      cursor === null || row.startedAt < cursor.startedAt || (row.startedAt === cursor.startedAt && row.id < cursor.id);
    const left = found.filter(isAfter).slice(skip);
    const rows = left.slice(0, limit);
    const last = rows.at(-1);
    const next = left.length > limit && last !== undefined ? { startedAt: last.startedAt, id: last.id } : null;
    return { rows, next, total: found.length };
  }

  async detail(id: string): Promise<TraceDetail | null> {
    const found = this.#turns.find(({ row }) => row.id === id);
    const { storedDetail } = await import('./stored-detail.ts');
    return storedDetail(found === undefined ? null : Buffer.from(found.detail).toString('utf8'));
  }

  async payloads(id: string) {
    return storedPayloads(this.#turns.find(({ row }) => row.id === id)?.payloads ?? null);
  }

  async mark(id: string, mark: TurnMark): Promise<Marked> {
    const index = this.#turns.findIndex(({ row }) => row.id === id);
    const turn = this.#turns[index];
    if (turn === undefined) return 'unknown';
    const starred = this.#turns.filter(({ row }) => row.starred === true).length;
    if (mark.starred && turn.row.starred !== true && starred >= maxStarredTurns) return 'full';
    const row = withMark(turn.row, mark);
    this.#turns[index] = { ...turn, row };
    return row;
  }

  async markOf(id: string): Promise<TurnMark | null> {
    const row = this.#turns.find((turn) => turn.row.id === id)?.row;
    return row === undefined ? null : { starred: row.starred === true, note: row.note ?? null };
  }

  async choices() {
    return choicesOf(this.#figures());
  }

  async sessions(query: SessionQuery) {
    const efforts = new Map(this.#turns.map(({ row, facts }) => [row.id, facts.effort]));
    const matches = turnMatcher(query.filter);
    return sessionsOf(
      this.#turns.map(({ row }) => row),
      (row) => matches({ ...row, effort: efforts.get(row.id) ?? null }),
      query,
    );
  }

  async session(query: SessionTurnsQuery) {
    return sessionOf(
      this.#turns.map(({ row }) => row),
      query,
    );
  }

  async latency({ metric, groupBy, filter, buckets, bins }: LatencyQuery) {
    const figures = this.#figures();
    return latencyAnswer(figures.points(metric, groupBy, filter), {
      metric,
      buckets,
      bins,
      labelOf: labelsOf(figures, groupBy),
    });
  }

  async passiveTurns(filter: TraceFilter): Promise<readonly PassiveTurn[]> {
    const turns = this.#matching(filter).toSorted((a, b) => a.row.startedAt - b.row.startedAt);
    return turns.flatMap(({ row, facts }) =>
      row.status !== 'completed' || row.kind !== 'turn' || row.account === null || !row.usage?.outputTokens
        ? []
        : [
            {
              startedAt: row.startedAt,
              sessionId: row.sessionId,
              accountId: row.account.id,
              model: row.model,
              effort: facts.effort ?? absent,
              tier: row.tierSent,
              firstTokenMs: row.firstTokenMs,
              totalMs: row.totalMs ?? 0,
              inputTokens: row.usage.inputTokens,
              cachedTokens: row.usage.cachedTokens,
              outputTokens: row.usage.outputTokens,
              quotaPercent: facts.quotaPercent,
              isOwn: facts.isReplay,
            },
          ],
    );
  }

  async usage(range: UsageRange) {
    return { groups: this.#usage.sums(range), firstDay: this.#usage.firstDay() };
  }

  async quotaReadings(sinceMs: number) {
    return this.#turns
      .flatMap(({ row: { account, startedAt }, facts: { quotaPercent } }) =>
        account === null || quotaPercent === null || startedAt < sinceMs
          ? []
          : [{ accountId: account.id, atMs: startedAt, usedPercent: quotaPercent }],
      )
      .toSorted((a, b) => a.atMs - b.atMs);
  }

  async saveExperiment(experiment: KeptExperiment): Promise<void> {
    this.#experiments = [experiment, ...this.#experiments.filter(({ id }) => id !== experiment.id)]
      .toSorted((a, b) => b.startedAt - a.startedAt)
      .slice(0, maxExperiments);
  }

  async experiments(): Promise<readonly KeptExperiment[]> {
    return this.#experiments;
  }

  async state() {
    const [oldest] = this.#turns;
    return {
      kind: 'memory' as const,
      turns: this.#turns.length,
      oldestAt: oldest?.row.startedAt ?? null,
      bytes: this.#turns.reduce((sum, { detail }) => sum + detail.length, 0),
      setAsidePath: null,
    };
  }

  setLimits({ maxRows }: StoreLimits): void {
    this.#maxTurns = Math.min(maxRows, memoryStoreTurns);
  }

  async clear(): Promise<void> {
    this.#turns = [];
    this.#usage.clear();
  }

  async close(): Promise<void> {}

  /** The oldest that nobody has starred go first. */
  #forgetOldest(): void {
    let over = this.#turns.length - this.#maxTurns;
    if (over <= 0) return;
    this.#turns = this.#turns.filter(({ row }) => {
      if (row.starred === true || over <= 0) return true;
      over -= 1;
      return false;
    });
  }

  #figures(): Figures {
    const figures = new Figures();
    for (const turn of this.#turns) figures.add(figureRow(columnsOf(turn)));
    return figures;
  }

  #matching(filter: TraceFilter): EndedExchange[] {
    const matches = turnMatcher(filter);
    return this.#turns.filter(({ row, facts }) => matches({ ...row, effort: facts.effort }));
  }
}
