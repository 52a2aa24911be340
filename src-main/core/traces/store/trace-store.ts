import type { RequestRow, TraceDetail } from '../../../shared/model.ts';
import type { SessionDetail, SessionPage, SessionQuery, SessionTurnsQuery } from '../../../shared/session-query.ts';
import type {
  LatencyAnswer,
  LatencyQuery,
  TraceChoices,
  TraceFilter,
  TracePage,
  TraceQuery,
  TraceStoreState,
} from '../../../shared/trace-query.ts';
import type { QuotaReading } from '../../../shared/usage-forecast.ts';
import type { UsageGroup, UsageKey } from '../../../shared/usage-words.ts';
import type { ObservedTurn } from '../../latency/passive.ts';
import type { ExchangeFacts } from '../kept-exchange.ts';
import type { TurnMark } from '../turn-mark.ts';

/** An exchange that has ended, redacted, as the store gets it. */
export interface EndedExchange {
  readonly row: RequestRow;
  readonly facts: ExchangeFacts;
  /** JSON of its `TraceDetail` in UTF-8, without bodies and frames unless the user keeps them. */
  readonly detail: Uint8Array;
  /** JSON of its frames' texts by index, redacted; absent where the user does not keep them. */
  readonly payloads?: string;
}

/** What came of marking one: its row, or why it was not done. */
export type Marked = RequestRow | 'unknown' | 'full';

/** How much is kept. The oldest go first. */
export interface StoreLimits {
  readonly maxRows: number;
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

/** A completed turn as passive comparison and quota draw look at it. */
export interface PassiveTurn extends ObservedTurn {
  readonly cachedTokens: number;
}

/** A kept experiment: its id, its start, its JSON. */
export interface KeptExperiment {
  readonly id: string;
  readonly startedAt: number;
  readonly json: string;
}

/** Which daily sums, both ends taken; null: from the first, to the last. */
export interface UsageRange {
  readonly fromDay: string | null;
  readonly toDay: string | null;
  /** What tells the sums apart. */
  readonly by: readonly UsageKey[];
}

/** Daily sums: they outlive the turns they are of. */
interface UsageSummary {
  readonly groups: readonly UsageGroup[];
  /** The first day there is any of; null where there is none. */
  readonly firstDay: string | null;
}

/** The used share of an account's short window as a turn was told it. */
export interface AccountReading extends QuotaReading {
  readonly accountId: string;
}

/** Ended exchanges and what is asked of them. The database runs in a worker; where it cannot, memory stands in. */
export interface TraceStore {
  /** Returns at once; it is written with the next batch, within half a second. */
  add(exchange: EndedExchange): void;
  query(query: TraceQuery): Promise<TracePage>;
  /** Null when it is not kept. */
  detail(id: string): Promise<TraceDetail | null>;
  /** Texts of its frames by index, null where one is not kept; empty where none is. */
  payloads(id: string): Promise<readonly (string | null)[]>;
  /** Marks an exchange; `full`: so many are starred that there would be no end. */
  mark(id: string, mark: TurnMark): Promise<Marked>;
  /** Null when the exchange is not kept. */
  markOf(id: string): Promise<TurnMark | null>;
  choices(): Promise<TraceChoices>;
  sessions(query: SessionQuery): Promise<SessionPage>;
  session(query: SessionTurnsQuery): Promise<SessionDetail>;
  latency(query: LatencyQuery): Promise<LatencyAnswer>;
  /** Completed turns of clients, oldest first, at most the latest 20,000. */
  passiveTurns(filter: TraceFilter): Promise<readonly PassiveTurn[]>;
  usage(range: UsageRange): Promise<UsageSummary>;
  /** Since an instant (epoch ms), oldest first. */
  quotaReadings(sinceMs: number): Promise<readonly AccountReading[]>;
  saveExperiment(experiment: KeptExperiment): Promise<void>;
  /** Newest first. */
  experiments(): Promise<readonly KeptExperiment[]>;
  state(): Promise<TraceStoreState>;
  setLimits(limits: StoreLimits): void;
  /** Forgets every exchange and the daily sums; experiments stay. */
  clear(): Promise<void>;
  /** Writes what waits and ends. */
  close(): Promise<void>;
}

/** What the worker is asked; its answers are those of `TraceStore`. */
export interface StoreCalls {
  add(batch: readonly EndedExchange[]): null;
  query(query: TraceQuery): TracePage;
  /** JSON of a `TraceDetail`. */
  detail(id: string): string | null;
  /** JSON, as it was added. */
  payloads(id: string): string | null;
  mark(input: { readonly id: string; readonly mark: TurnMark }): Marked;
  markOf(id: string): TurnMark | null;
  choices(input: null): TraceChoices;
  sessions(query: SessionQuery): SessionPage;
  session(query: SessionTurnsQuery): SessionDetail;
  latency(query: LatencyQuery): LatencyAnswer;
  passiveTurns(filter: TraceFilter): readonly PassiveTurn[];
  usage(range: UsageRange): UsageSummary;
  quotaReadings(sinceMs: number): readonly AccountReading[];
  saveExperiment(experiment: KeptExperiment): null;
  experiments(input: null): readonly KeptExperiment[];
  state(input: null): TraceStoreState;
  setLimits(limits: StoreLimits): null;
  clear(input: null): null;
  close(input: null): null;
}
