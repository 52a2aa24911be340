import {
  addUsage,
  dayAfter,
  noneKey,
  noUsage,
  type PricedGroup,
  type UsageKey,
  type UsageSums,
} from '../../../src-main/shared/usage-words.ts';

/** What the usage screen shows of the sums. Pure. */

export const measures = ['tokens', 'inputTokens', 'outputTokens', 'turns', 'quotaPercent', 'cost'] as const;
export type Measure = (typeof measures)[number];

type Measured = UsageSums & Pick<PricedGroup, 'cost'>;

/** What a bar's height says. */
function measured(sums: Measured, measure: Measure): number {
  if (measure === 'tokens') return sums.inputTokens + sums.outputTokens;
  return measure === 'cost' ? (sums.cost ?? 0) : sums[measure];
}

/** Groups folded to one key, the greatest first. */
export function foldedBy(groups: readonly PricedGroup[], key: UsageKey, measure: Measure): readonly PricedGroup[] {
  const folded = new Map<string, PricedGroup>();
  for (const group of groups) {
    const value = group.keys[key] ?? noneKey;
    const known = folded.get(value);
    const cost = group.cost === null ? (known?.cost ?? null) : (known?.cost ?? 0) + group.cost;
    folded.set(value, {
      ...addUsage(known ?? noUsage, group),
      keys: { [key]: value },
      accountLabel: group.accountLabel || (known?.accountLabel ?? null),
      cost,
      unpricedTokens: (known?.unpricedTokens ?? 0) + group.unpricedTokens,
    });
  }
  return [...folded.values()].toSorted((a, b) => measured(b, measure) - measured(a, measure));
}

/** Every day from the first to the last, both taken. */
export function daysFrom(first: string, last: string): readonly string[] {
  const days: string[] = [];
  for (let day = first; day <= last && days.length < 1_500; day = dayAfter(day, 1)) days.push(day);
  return days;
}

/** More parts of a bar than this cannot be told apart; the others are one. */
export const maxParts = 5;

export interface DayColumn {
  readonly day: string;
  readonly total: number;
  /** In the order of the groups that are named, then the others. */
  readonly parts: readonly number[];
}

/** A bar a day, in parts by the named values of a key. */
export function dayColumns(
  groups: readonly PricedGroup[],
  { days, key, named, measure }: { days: readonly string[]; key: UsageKey; named: readonly string[]; measure: Measure },
): readonly DayColumn[] {
  const place = new Map(named.map((value, index) => [value, index]));
  const parts = new Map(days.map((day) => [day, new Array<number>(named.length + 1).fill(0)]));
  for (const group of groups) {
    const ofDay = parts.get(group.keys.day ?? '');
    const index = place.get(group.keys[key] ?? noneKey) ?? named.length;
    if (ofDay !== undefined) ofDay[index] = (ofDay[index] ?? 0) + measured(group, measure);
  }
  return [...parts].map(([day, list]) => ({ day, parts: list, total: list.reduce((sum, part) => sum + part, 0) }));
}

/** A round number at or above the greatest, for the top of the axis. */
export function roundTop(most: number): number {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 2, 2.5, 5, 10].find((step) => step * power >= most) ?? 10) * power;
}
