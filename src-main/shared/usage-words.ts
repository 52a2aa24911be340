import { type PriceRow, priceOf } from './usage-price.ts';

/** What usage is summed up by and what is summed, for screens and commands alike. Pure. */

export const usageKeys = ['day', 'model', 'client', 'project', 'account', 'tier', 'key'] as const;
export type UsageKey = (typeof usageKeys)[number];

/** What stands for none of a key: no folder told, no tier sent, no account reached, the first API key. */
export const noneKey = '';
/** Stands for the rest of a day that had more different values than are told apart. */
export const otherKey = '(other)';

const countedNames = ['turns', 'failed', 'inputTokens', 'cachedTokens', 'outputTokens', 'reasoningTokens'] as const;
type CountedName = (typeof countedNames)[number];

/**
 * Cached tokens are part of the input, reasoning of the output; `quotaPercent` are points of accounts' short windows. `untold`
 * are turns that were left or cut after their answer had begun: upstream counts at the end alone, so their tokens are in no sum.
 */
export type UsageSums = Readonly<Record<CountedName | 'quotaPercent' | 'untold', number>>;

export const noUsage: UsageSums = {
  turns: 0,
  failed: 0,
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  quotaPercent: 0,
  untold: 0,
};

/** Two sums as one. */
export function addUsage(a: UsageSums, b: UsageSums): UsageSums {
  return {
    turns: a.turns + b.turns,
    failed: a.failed + b.failed,
    inputTokens: a.inputTokens + b.inputTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
    quotaPercent: a.quotaPercent + b.quotaPercent,
    untold: a.untold + b.untold,
  };
}

/** Sums of one combination of keys; a key that was not asked for is absent. */
export interface UsageGroup extends UsageSums {
  readonly keys: Readonly<Partial<Record<UsageKey, string>>>;
  /** How the account is called in traces; null where it was not asked for. */
  readonly accountLabel: string | null;
}

/** The same with what it cost; null where prices are off, or none is set for any of it. */
export interface PricedGroup extends UsageGroup {
  readonly cost: number | null;
  /** Tokens that no price is set for. */
  readonly unpricedTokens: number;
}

/**
 * Groups with their cost, folded to the keys that were asked for: prices differ by model and tier, so `groups` must tell both.
 * Most tokens first; days in their order.
 */
export function pricedGroups(
  groups: readonly UsageGroup[],
  by: readonly UsageKey[],
  prices: readonly PriceRow[] | null,
): readonly PricedGroup[] {
  const folded = new Map<string, PricedGroup>();
  for (const group of groups) {
    const id = JSON.stringify(by.map((key) => group.keys[key]));
    const known = folded.get(id);
    const keys = known?.keys ?? Object.fromEntries(by.map((key) => [key, group.keys[key] ?? noneKey]));
    const tokens = group.inputTokens + group.outputTokens;
    const cost =
      prices === null ? null : priceOf(prices, group.keys.model ?? noneKey, group.keys.tier ?? noneKey, group);
    const unpriced = prices !== null && cost === null ? tokens : 0;
    folded.set(id, {
      ...addUsage(known ?? noUsage, group),
      keys,
      accountLabel: by.includes('account') ? group.accountLabel : null,
      cost: cost === null ? (known?.cost ?? null) : (known?.cost ?? 0) + cost,
      unpricedTokens: (known?.unpricedTokens ?? 0) + unpriced,
    });
  }
  const tokensOf = (group: UsageSums): number => group.inputTokens + group.outputTokens;
  return [...folded.values()].toSorted(
    (a, b) => compare(a.keys.day, b.keys.day) || tokensOf(b) - tokensOf(a) || b.turns - a.turns,
  );
}

function compare(a = '', b = ''): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** The local day of an instant, `2026-11-28`, by the time zone of the program that asks. */
export function localDay(epochMs: number): string {
  const date = new Date(Math.min(Math.max(epochMs, firstDayMs), lastDayMs));
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** No clock is believed that says a year before 2020 or after 2100. */
const firstDayMs = 1_577_836_800_000;
const lastDayMs = 4_102_444_800_000;

const pad = (value: number): string => String(value).padStart(2, '0');

/** The day so many days later, or earlier: by the calendar, whatever the length of the days between. */
export function dayAfter(day: string, days: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, date + days)).toISOString().slice(0, 10);
}

/** A day as it is, or the one so many days before today (`6d`). */
export function dayMeant(text: string, today: string): string {
  return text.endsWith('d') ? dayAfter(today, -Number(text.slice(0, -1))) : text;
}

/** The time zone that local days are of. */
export function localTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Usage as comma-separated values, a heading first. Cells that a spreadsheet would run as a formula are quoted for it. */
export function usageCsv(groups: readonly PricedGroup[], by: readonly UsageKey[], currency: string | null): string {
  const heading = [
    ...by,
    'turns',
    'failed',
    'input_tokens',
    'cached_tokens',
    'output_tokens',
    'reasoning_tokens',
    'quota_percent',
    ...(currency === null ? [] : [`cost_${currency.toLowerCase()}`]),
    'untold_turns',
  ];
  const lines = groups.map((group) => [
    ...by.map((key) => (key === 'account' ? (group.accountLabel ?? '') : (group.keys[key] ?? ''))),
    ...countedNames.map((name) => String(group[name])),
    String(Number(group.quotaPercent.toFixed(2))),
    ...(currency === null ? [] : [group.cost === null ? '' : String(Number(group.cost.toFixed(6)))]),
    String(group.untold),
  ]);
  return csvText([heading, ...lines]);
}

/** Rows as comma-separated values (RFC 4180), each line ended. */
export function csvText(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
