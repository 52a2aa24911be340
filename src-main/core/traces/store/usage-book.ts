import { cutText } from '../../../shared/cut-text.ts';
import type { RequestRow } from '../../../shared/model.ts';
import { longestReadingGapMs } from '../../../shared/quota-window.ts';
import { localDay, noneKey, noUsage, type UsageKey, type UsageSums } from '../../../shared/usage-words.ts';
import type { EndedExchange } from './trace-store.ts';

/** The longest text that sums are told apart by. */
const maxKeyChars = 200;

/** One line of the daily sums: which, and what is added to it. */
export interface UsageAddition {
  readonly keys: Readonly<Record<UsageKey, string>>;
  readonly accountLabel: string;
  readonly sums: UsageSums;
}

/** A reading of an account's short window, and the line that what is drawn next belongs to. */
export interface LastReading {
  readonly atMs: number;
  readonly usedPercent: number;
  readonly keys: UsageAddition['keys'];
  readonly accountLabel: string;
}

/** The latest reading of an account before these turns; null where there is none. */
type FindReading = (accountId: string) => LastReading | null;

/** The label in a day with a label behind it: the greatest of these is of the latest day. */
export function labelOf(dayAndLabel: string): string {
  return dayAndLabel.slice('2026-11-28'.length);
}

function keysOf(row: RequestRow): UsageAddition['keys'] {
  const cut = (text: string): string => cutText(text, maxKeyChars);
  return {
    day: localDay(row.startedAt),
    model: cut(row.model),
    client: cut(row.client),
    project: cut(row.project ?? noneKey),
    account: row.account?.id ?? noneKey,
    tier: row.tierSent ?? noneKey,
    key: cut(row.key ?? noneKey),
  };
}

/** A turn as a reading of its account's short window; null where it told none. */
export function readingOf(row: RequestRow, quotaPercent: number | null): LastReading | null {
  if (row.account === null || quotaPercent === null) return null;
  return { atMs: row.startedAt, usedPercent: quotaPercent, keys: keysOf(row), accountLabel: row.account.label };
}

/**
 * Makes daily sums of turns. What an account's short window was drawn by between two readings belongs to the turn that the first
 * reading began: readings are rounded, so single ones say little and sums say more.
 */
export class UsageBook {
  readonly #find: FindReading;
  readonly #last = new Map<string, LastReading | null>();

  constructor(find: FindReading) {
    this.#find = find;
  }

  /** What a turn adds, to its own line and to that of the reading before. */
  additions(exchange: EndedExchange): readonly UsageAddition[] {
    const { row } = exchange;
    const isTurn = row.kind !== 'prewarm';
    const own: UsageAddition = {
      keys: keysOf(row),
      accountLabel: row.account?.label ?? '',
      sums: {
        turns: isTurn ? 1 : 0,
        failed: isTurn && row.status === 'failed' ? 1 : 0,
        inputTokens: row.usage?.inputTokens ?? 0,
        cachedTokens: row.usage?.cachedTokens ?? 0,
        outputTokens: row.usage?.outputTokens ?? 0,
        reasoningTokens: row.usage?.reasoningTokens ?? 0,
        quotaPercent: 0,
        untold: isTurn && row.usage === null && row.firstTokenMs !== null ? 1 : 0,
      },
    };
    const drawn = this.#drawnBefore(exchange);
    return drawn === null ? [own] : [own, drawn];
  }

  /** Readings are looked up anew: what was added has not been written. */
  forget(): void {
    this.#last.clear();
  }

  #drawnBefore({ row, facts }: EndedExchange): UsageAddition | null {
    const reading = readingOf(row, facts.quotaPercent);
    if (reading === null) return null;
    const id = reading.keys.account;
    const known = this.#last.get(id);
    const last = known === undefined ? this.#find(id) : known;
    // Turns side by side end in any order: the reading of an earlier one is old by now.
    if (last !== null && reading.atMs < last.atMs) {
      this.#last.set(id, last);
      return null;
    }
    this.#last.set(id, reading);
    const quotaPercent = reading.usedPercent - (last?.usedPercent ?? reading.usedPercent);
    if (last === null || quotaPercent <= 0 || reading.atMs - last.atMs > longestReadingGapMs) return null;
    return { keys: last.keys, accountLabel: last.accountLabel, sums: { ...noUsage, quotaPercent } };
  }
}
