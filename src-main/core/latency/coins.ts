import { SlipstreamError } from '../../shared/errors.ts';
import type { CoinRequest, CoinView, LabExperiment } from '../../shared/lab.ts';
import { capOf } from '../../shared/lab-design.ts';
import type { RequestRow } from '../../shared/model.ts';
import { english } from '../../shared/words/english.ts';
import { saidInEnglish } from '../../shared/words/said.ts';
import { tell } from '../../shared/words/told.ts';
import type { Told } from '../../shared/words/told-text.ts';
import type { Clock, Timer } from '../ports.ts';
import { timeId } from '../time-id.ts';
import type { CoinRecord } from './coin-record.ts';
import { coinExperiment, coinView, settled } from './coin-result.ts';
import { nextCloseMs, nextPlace, sideOf, thrown, tierOfSide, touched, withTurn } from './coin-throws.ts';

/** One coin for an account and model; few are ever wanted. */
const mostRunning = 10;
/** Ended ones, whose sessions keep their tier. */
const mostEnded = 10;
const mostSeed = 2 ** 31;
/** Timers are in monotonic time, sessions in that of the wall: a moment later is soon enough. */
const graceMs = 1_000;
const leastPairs = 6;

/** What coins are given by the program around them. */
export interface CoinsParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly version: string;
  readonly profile: () => string;
  /** Label and id of the account that is meant. Throws where there is none. */
  readonly account: (id: string | null) => { readonly id: string; readonly label: string };
  readonly modelHasTier: (model: string, tier: string) => boolean | null;
  /** The user's switch leaves it to clients. */
  readonly isFree: () => boolean;
  /** Throws where nothing could be kept. */
  readonly checkSaved: () => void;
  /** Keeps the records before it returns, so that no session ever changes its tier. Never throws. */
  readonly save: (records: readonly CoinRecord[]) => void;
  /** One has begun, gone on or ended. */
  readonly changed: () => void;
}

/** A session's turn, and where it runs. */
interface CoinAsked {
  readonly sessionId: string;
  readonly accountId: string;
  readonly model: string;
  readonly begins: 'yes' | 'perhaps' | 'no';
}

const matches = ({ request }: CoinRecord, accountId: string, model: string) =>
  request.accountId === accountId && request.model === model;

/** Coins that decide the tier of ordinary sessions, by account and model. */
export class Coins {
  readonly #parts: CoinsParts;
  #records: readonly CoinRecord[];
  #timer: Timer | null = null;
  /** Whether something has changed that no file has yet. */
  #isUnsaved = false;

  /** `records`: those that were kept, oldest first. */
  constructor(parts: CoinsParts, records: readonly CoinRecord[]) {
    this.#parts = parts;
    this.#records = records;
    this.#settle();
  }

  /** What the coin fell on for a session: a tier or `standard`; null where none is thrown. */
  fallFor({ sessionId, accountId, model, begins }: CoinAsked): string | null {
    const own = this.#records.filter((record) => matches(record, accountId, model));
    const known = own.find((record) => sideOf(record, sessionId) !== null);
    if (known !== undefined) {
      if (begins !== 'perhaps') this.#replace(touched(known, sessionId, this.#parts.clock.epochMs()), 'later');
      return fallOf(known, sideOf(known, sessionId));
    }
    if (begins === 'no') return null;
    const running = own.find(({ endedAt }) => endedAt === null);
    if (running === undefined) return null;
    if (begins === 'perhaps') return fallOf(running, nextPlace(running)?.side ?? null);
    const next = thrown(running, sessionId, this.#parts.clock.epochMs());
    this.#replace(next, 'now');
    return fallOf(next, sideOf(next, sessionId));
  }

  /** Whether a turn that ends may be one of theirs. */
  get isThrowing(): boolean {
    return this.#records.some(({ endedAt }) => endedAt === null);
  }

  /** A turn of a client has ended. */
  noteEnded(row: RequestRow): void {
    const { account, sessionId, model, firstTokenMs, totalMs, usage, status, kind } = row;
    if (account === null || sessionId === null) return;
    const record = this.#records.find(
      (each) => each.endedAt === null && matches(each, account.id, model) && sideOf(each, sessionId) !== null,
    );
    if (record === undefined) return;
    const spanMs = firstTokenMs === null || totalMs === null ? 0 : totalMs - firstTokenMs;
    const outputTokens = usage?.outputTokens ?? 0;
    const isMeasured = status === 'completed' && kind === 'turn' && spanMs > 0 && outputTokens > 0;
    const turn = {
      sessionId,
      tierSent: row.tierSent,
      measured: isMeasured ? { spanMs, outputTokens } : null,
      failure: status === 'failed' ? (row.error?.message ?? english.t('failures.turn.some')) : null,
    };
    this.#replace(withTurn(record, turn, this.#parts.clock.epochMs()), 'now');
    this.#settle();
  }

  /** Begins one. Throws `request_invalid` where it could decide nothing, and what the account and the check of the file throw. */
  start(request: CoinRequest): LabExperiment {
    const { clock, random, version, profile, account, modelHasTier, isFree } = this.#parts;
    const { id: accountId, label } = account(request.accountId);
    const { model, tier } = request;
    const refuse = (told: Told) => new SlipstreamError('request_invalid', saidInEnglish(told));
    if (!isFree()) throw refuse(tell('failures.coin.switch'));
    if (modelHasTier(model, tier) !== true) throw refuse(tell('failures.coin.tier', { tier, model }));
    if (this.#running().some((record) => matches(record, accountId, model)))
      throw refuse(tell('failures.coin.running', { model, account: label }));
    if (this.#running().length >= mostRunning) throw refuse(tell('failures.coin.many', { n: mostRunning }));
    this.#parts.checkSaved();
    const now = clock.epochMs();
    const record: CoinRecord = {
      id: timeId(),
      request: { ...request, accountId, pairs: capOf(Math.max(leastPairs, request.pairs)) },
      accountLabel: label,
      version,
      profile: profile(),
      seed: Math.floor(random() * mostSeed),
      run: this.#records.filter((each) => matches(each, accountId, model)).length + 1,
      startedAt: now,
      endedAt: null,
      isLeft: false,
      sessions: [],
      pairs: [],
    };
    this.#records = [...this.#records, record];
    this.#keep();
    return coinExperiment(record);
  }

  /** Leaves one; what was measured is kept. Throws `experiment_unknown`. */
  leave(id: string): LabExperiment {
    this.#settle();
    const record = this.#records.find((each) => each.id === id);
    if (record === undefined) throw new SlipstreamError('experiment_unknown');
    const left = record.endedAt === null ? { ...record, endedAt: this.#parts.clock.epochMs(), isLeft: true } : record;
    this.#replace(left, 'now');
    this.#parts.changed();
    return coinExperiment(left);
  }

  /** Its account is gone: nothing more can be thrown for. */
  leaveOf(accountId: string): void {
    for (const { id, request } of this.#running()) if (request.accountId === accountId) this.leave(id);
  }

  /** Newest first, those that have ended included. */
  list(): LabExperiment[] {
    this.#settle();
    return this.#records.map(coinExperiment).toReversed();
  }

  /** Those that are thrown now. */
  views(): CoinView[] {
    return this.#running().map(coinView);
  }

  /** No timer is left behind. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (this.#isUnsaved) this.#save();
  }

  #running(): readonly CoinRecord[] {
    return this.#records.filter(({ endedAt }) => endedAt === null);
  }

  /** `later`: what changes with every turn, and is written with the next change that matters. */
  #replace(record: CoinRecord, when: 'now' | 'later'): void {
    const before = this.#records.find(({ id }) => id === record.id);
    if (before === record) return;
    this.#records = this.#records.map((each) => (each.id === record.id ? record : each));
    const isNew = before?.pairs.length !== record.pairs.length || before.sessions.length !== record.sessions.length;
    this.#isUnsaved = true;
    if (when === 'now') this.#keep(isNew);
    this.#plan();
  }

  #settle(): void {
    const now = this.#parts.clock.epochMs();
    const records = this.#records.map((record) => settled(record, now));
    if (records.some((record, at) => record !== this.#records[at])) {
      this.#records = records;
      this.#keep();
    }
    this.#plan();
  }

  #keep(isTold = true): void {
    const ended = this.#records.filter(({ endedAt }) => endedAt !== null);
    const dropped = new Set(ended.slice(0, Math.max(0, ended.length - mostEnded)));
    this.#records = this.#records.filter((record) => !dropped.has(record));
    this.#save();
    if (isTold) this.#parts.changed();
  }

  #save(): void {
    this.#parts.save(this.#records);
    this.#isUnsaved = false;
  }

  #plan(): void {
    this.#timer?.cancel();
    const due = this.#running().flatMap((record) => nextCloseMs(record) ?? []);
    const waitMs = due.length === 0 ? null : Math.max(0, Math.min(...due) - this.#parts.clock.epochMs());
    this.#timer = waitMs === null ? null : this.#parts.clock.after(waitMs + graceMs, () => this.#settle());
  }
}

function fallOf({ request }: CoinRecord, side: ReturnType<typeof sideOf>): string | null {
  return side === null ? null : (tierOfSide(side, request.tier) ?? 'standard');
}
