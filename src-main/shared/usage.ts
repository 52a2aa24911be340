import { z } from 'zod';
import { UsageWindow } from './account-model.ts';
import { usageKeys } from './usage-words.ts';

/** Questions about what turns used, summed by local day: they outlive the turns themselves. */

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

const UsageKeyName = z.enum(usageKeys);

/** A day, or so many days ago (`6d`): whoever asks may live in another time zone than the program whose days are meant. */
const dayOrAgo = z.string().regex(/^(\d{4}-\d{2}-\d{2}|\d{1,4}d)$/);

/** Which days, both ends taken, and what tells the sums apart. */
export const UsageQuery = z.object({
  /** Null: from the first. */
  fromDay: dayOrAgo.nullable().default(null),
  toDay: dayOrAgo.nullable().default(null),
  by: z.array(UsageKeyName).max(usageKeys.length).default([]),
});
export type UsageQuery = z.infer<typeof UsageQuery>;

const sums = {
  turns: z.number(),
  failed: z.number(),
  inputTokens: z.number(),
  cachedTokens: z.number(),
  outputTokens: z.number(),
  reasoningTokens: z.number(),
  quotaPercent: z.number(),
  /** A program before this figure tells none. */
  untold: z.number().default(0),
};

const PricedGroup = z.object({
  ...sums,
  keys: z.partialRecord(UsageKeyName, z.string()),
  accountLabel: z.string().nullable(),
  cost: z.number().nullable(),
  unpricedTokens: z.number(),
});

/** Sums by what was asked for. */
export const UsageAnswer = z.object({
  /** By day, then most tokens first. */
  groups: z.array(PricedGroup),
  total: PricedGroup,
  /** The first day there is any of; null where there is none. */
  firstDay: day.nullable(),
  /** The first day that was asked for; null: the first there is. */
  fromDay: day.nullable(),
  /** Of the machine that Slipstream runs on, in its time zone (`Europe/Berlin`). */
  today: day,
  timeZone: z.string(),
  /** Of the prices; null where they are off. */
  currency: z.string().nullable(),
});
export type UsageAnswer = z.infer<typeof UsageAnswer>;

/** How a window of an account is being used up. Times are epoch ms. */
export const WindowForecast = z.object({
  accountId: z.string(),
  window: UsageWindow,
  which: z.enum(['primary', 'secondary']),
  readAt: z.number(),
  state: z.enum(['empty', 'empties', 'lasts', 'unused', 'unknown']),
  /** Points of the window an hour; null where there is nothing to judge by. */
  percentPerHour: z.number().nullable(),
  /** What the pace is of: the last while, or the whole window until now. */
  basis: z.enum(['recent', 'window']).nullable(),
  /** Null unless it is used up before it starts anew. */
  emptyAt: z.number().nullable(),
});
export type WindowForecast = z.infer<typeof WindowForecast>;

/** What a million tokens cost, by model and tier: nobody but the user knows. */
export const UsagePrices = z.object({
  isShown: z.boolean(),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be three capital letters, such as USD'),
  rows: z
    .array(
      z.object({
        model: z.string().trim().min(1).max(100),
        tier: z.string().max(40).nullable(),
        input: z.number().min(0).max(1_000_000),
        cached: z.number().min(0).max(1_000_000),
        output: z.number().min(0).max(1_000_000),
      }),
    )
    .max(100),
});
export type UsagePrices = z.infer<typeof UsagePrices>;

/** No price until the user sets one. */
export const noPrices: UsagePrices = { isShown: false, currency: 'USD', rows: [] };
