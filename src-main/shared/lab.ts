import { z } from 'zod';
import { defaultTier, tierIds } from './tiers.ts';

/** The fast lab: what an experiment is asked, what it did, and what it says. Times are epoch ms, spans ms. */

/** Below so many blocks there is no interval and no verdict. */
export const minBlocks = 6;
/** Pairs that share their two sockets, one socket for each arm. */
export const pairsPerBlock = 3;

/** What is compared: turns without a tier, and turns with the one that the request names. */
export const LabArm = z.enum(['standard', 'priority']);
export type LabArm = z.infer<typeof LabArm>;

/** What an experiment is asked to do. */
export const LabRequest = z.object({
  model: z.string().min(1).max(100).default('gpt-5.5'),
  /** The fast tier to try; its figures are those called `priority`, whichever it is. */
  tier: z.enum(tierIds).default(defaultTier.id),
  /** Null: the account a new session would get. */
  accountId: z.string().max(200).nullable().default(null),
  /** Rounded up to whole blocks of three. */
  pairs: z.int().min(1).max(300).default(18),
  /** `enumerate` is the experiment; `ok` only shows that it works. */
  prompt: z.enum(['enumerate', 'ok']).default('enumerate'),
  /** Reasoning effort; the lowest that the model knows says most about speed for the least tokens. */
  effort: z.string().min(1).max(20).default('low'),
});
export type LabRequest = z.infer<typeof LabRequest>;

/** What an experiment will take, before it begins. */
export const LabEstimate = z.object({
  model: z.string(),
  tier: z.string(),
  pairs: z.number(),
  blocks: z.number(),
  /** Measured turns and one warm-up for each socket. */
  turns: z.number(),
  outputTokens: z.number(),
  /** Priority counted at what it draws from the quota, about 2.5 times. */
  standardEquivalentTokens: z.number(),
  /** From the account's own traffic; null while there is too little. */
  quotaPercent: z.number().nullable(),
  /** Stretches between two readings that it rests on. */
  quotaReadings: z.number(),
  durationMs: z.number(),
  /** The model's catalogue entry has the tier; null where the catalogue does not know the model. */
  modelHasTier: z.boolean().nullable(),
  /** Said beside the start button. */
  sentence: z.string(),
});
export type LabEstimate = z.infer<typeof LabEstimate>;

/** One turn of an experiment. */
export const LabTurn = z.object({
  arm: LabArm,
  block: z.number(),
  pair: z.number(),
  exchangeId: z.string().nullable(),
  firstTokenMs: z.number().nullable(),
  totalMs: z.number(),
  outputTokens: z.number(),
  tierEchoed: z.string().nullable(),
  /** Null where the turn completed over a websocket on the chosen account. */
  failure: z.string().nullable(),
});
export type LabTurn = z.infer<typeof LabTurn>;

/** The first turn on a socket: it opens it, and counts for nothing. */
export const LabWarmUp = LabTurn.omit({ pair: true });
export type LabWarmUp = z.infer<typeof LabWarmUp>;

/** Two turns with the same request, one of each arm, back to back. */
export const LabPair = z.object({
  block: z.number(),
  pair: z.number(),
  first: LabArm,
  standard: LabTurn,
  priority: LabTurn,
  /** Change of the total time per output token by priority, in per cent; null where a turn failed. */
  effectPercent: z.number().nullable(),
  /** The two answers' lengths are more than 10 % apart; the pair counts all the same. */
  lengthsDiffer: z.boolean(),
});
export type LabPair = z.infer<typeof LabPair>;

/** A middle, and of how many. */
const Middle = z.object({ n: z.number(), median: z.number().nullable() });

const ArmFigures = z.object({ firstTokenMs: Middle, totalMs: Middle, tokensPerSecond: Middle, msPerToken: Middle });

/** What the interval says; `not-enough-data` below the least number of blocks. */
export const LabVerdict = z.enum(['faster', 'slower', 'no-difference', 'not-enough-data']);
export type LabVerdict = z.infer<typeof LabVerdict>;

/** What an experiment says so far. */
export const LabResult = z.object({
  verdict: LabVerdict,
  /** For people, with its numbers. */
  sentence: z.string(),
  /** What weakens the verdict, and what to do about it; null where nothing does. */
  caution: z.string().nullable().default(null),
  /** Change of the total time per output token: below 0 is faster. */
  effectPercent: z.number().nullable(),
  /** Ends of the 95 % interval; null below six blocks. */
  lowPercent: z.number().nullable(),
  highPercent: z.number().nullable(),
  pairs: z.number(),
  blocks: z.number(),
  flaggedPairs: z.number(),
  failedTurns: z.number(),
  standard: ArmFigures,
  priority: ArmFigures,
});
export type LabResult = z.infer<typeof LabResult>;

/** An experiment, running or kept. */
export const LabExperiment = z.object({
  id: z.string(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  state: z.enum(['running', 'done', 'stopped', 'failed']),
  /** Why it failed; null otherwise. */
  problem: z.string().nullable(),
  request: LabRequest,
  accountLabel: z.string(),
  /** Turns that have ended, warm-ups counted, of all. */
  turnsDone: z.number(),
  turnsTotal: z.number(),
  pairs: z.array(LabPair),
  warmUps: z.array(LabWarmUp).default([]),
  result: LabResult,
});
export type LabExperiment = z.infer<typeof LabExperiment>;

/** How ordinary turns of one model and effort compare: seen, not tried, so there is no verdict. */
export const PassiveComparison = z.object({
  /** The fast tier whose figures are called `priority`. */
  tier: z.string(),
  model: z.string(),
  effort: z.string(),
  standard: ArmFigures,
  priority: ArmFigures,
  /** Difference of the medians of total time per output token; null without turns of both tiers. */
  differencePercent: z.number().nullable(),
});
export type PassiveComparison = z.infer<typeof PassiveComparison>;

/** What a tier drew from the accounts' short usage windows. */
export const QuotaDraw = z.object({
  tier: z.string(),
  /** Stretches between two readings of one account with turns of this tier only. */
  n: z.number(),
  outputTokens: z.number(),
  percentDrawn: z.number(),
  percentPerThousandTokens: z.number().nullable(),
});
export type QuotaDraw = z.infer<typeof QuotaDraw>;

/** What the ordinary traffic of a span of time shows of fast. */
export const PassiveAnswer = z.object({
  n: z.number(),
  fromMs: z.number().nullable(),
  toMs: z.number().nullable(),
  comparisons: z.array(PassiveComparison),
  quota: z.array(QuotaDraw),
  /** Quota drawn for a token by priority against standard; about 2 to 2.5 where fast is granted. Null without both. */
  quotaRatio: z.number().nullable(),
});
export type PassiveAnswer = z.infer<typeof PassiveAnswer>;
