import { z } from 'zod';
import { labRegions, mostLabPairs } from './lab-design.ts';
import { defaultTier, tierIds } from './tiers.ts';

/** The fast lab: what an experiment is asked, what it did, and what it says. Times are epoch ms, spans ms. */

/** What is compared: turns without a tier, and turns with the one that the request names. */
export const LabArm = z.enum(['standard', 'priority']);
export type LabArm = z.infer<typeof LabArm>;

/** What the official client sends and another may not: each can be left out to see whether fast needs it. */
export const LabCondition = z.enum(['transport', 'originator', 'hint', 'metadata']);
export type LabCondition = z.infer<typeof LabCondition>;

/** `pairs`: does fast help? `conditions`: what does it depend on? */
const LabKind = z.enum(['pairs', 'conditions']);

/** What an experiment is asked to do. */
export const LabRequest = z.object({
  kind: LabKind.default('pairs'),
  model: z.string().min(1).max(100).default('gpt-5.5'),
  /** The fast tier to try; its figures are those called `priority`, whichever it is. */
  tier: z.enum(tierIds).default(defaultTier.id),
  /** Null: the account a new session would get. */
  accountId: z.string().max(200).nullable().default(null),
  /** The most; an experiment ends sooner where it is decided sooner. Rounded up to the next look. */
  pairs: z.int().min(1).max(mostLabPairs).default(24),
  /** A difference within this many per cent does not matter. */
  regionPercent: z.union(labRegions.map((percent) => z.literal(percent))).default(10),
  /** Left out one by one, where `kind` is `conditions`. */
  conditions: z.array(LabCondition).min(1).max(4).default(['transport', 'originator', 'hint']),
  /** `enumerate` is the experiment; `ok` only shows that it works. */
  prompt: z.enum(['enumerate', 'ok']).default('enumerate'),
  /** Reasoning effort; the lowest that the model knows says most about speed for the least tokens. */
  effort: z.string().min(1).max(20).default('low'),
});
export type LabRequest = z.infer<typeof LabRequest>;

/** Lets a coin decide the tier of an account's sessions with a model. Its pairs are of sessions: one with the tier, one without. */
export const CoinRequest = LabRequest.pick({
  model: true,
  tier: true,
  accountId: true,
  pairs: true,
  regionPercent: true,
});
export type CoinRequest = z.infer<typeof CoinRequest>;

/** A coin that is thrown, as the tray and the fast screens name it. */
export const CoinView = z.object({
  id: z.string(),
  accountId: z.string(),
  accountLabel: z.string(),
  model: z.string(),
  tier: z.string(),
  /** Complete pairs of sessions, of the most there can be. */
  pairs: z.number(),
  most: z.number(),
});
export type CoinView = z.infer<typeof CoinView>;

/** What turns will take, at the most. */
export const LabPrice = z.object({
  /** Measured turns and one warm-up for each. */
  turns: z.number(),
  outputTokens: z.number(),
  /** Priority counted at what it draws from the quota, about 2.5 times. */
  standardEquivalentTokens: z.number(),
  durationMs: z.number(),
});
export type LabPrice = z.infer<typeof LabPrice>;

/** What an experiment will take, before it begins. */
export const LabEstimate = LabPrice.extend({
  model: z.string(),
  tier: z.string(),
  pairs: z.number(),
  /** From the account's own traffic; null while there is too little. */
  quotaPercent: z.number().nullable(),
  /** Stretches between two readings that it rests on. */
  quotaReadings: z.number(),
  /** The model's catalogue entry has the tier; null where the catalogue does not know the model. */
  modelHasTier: z.boolean().nullable(),
});
export type LabEstimate = z.infer<typeof LabEstimate>;

/** One turn of an experiment, on a socket and session of its own after one warm-up there. */
export const LabTurn = z.object({
  arm: LabArm,
  exchangeId: z.string().nullable(),
  firstTokenMs: z.number().nullable(),
  totalMs: z.number(),
  outputTokens: z.number(),
  tierEchoed: z.string().nullable(),
  /** Used share of the account's short window, as told when the turn began. */
  quotaPercent: z.number().nullable().default(null),
  /** Null where the turn completed on the chosen account, the way it was meant to go. */
  failure: z.string().nullable(),
});
export type LabTurn = z.infer<typeof LabTurn>;

/** Two turns with the same request, one of each arm, back to back. */
export const LabPair = z.object({
  pair: z.number(),
  first: LabArm,
  standard: LabTurn,
  priority: LabTurn,
  /** Change of the total time per output token by priority, in per cent; null where a turn failed. */
  effectPercent: z.number().nullable(),
  /** The two answers' lengths are more than 10 % apart; the pair counts all the same. */
  lengthsDiffer: z.boolean(),
  /** The first of an experiment that went on: other turns may have run since the pair before. */
  afterPause: z.literal(true).optional(),
});
export type LabPair = z.infer<typeof LabPair>;

/** A middle, and of how many. */
const Middle = z.object({ n: z.number(), median: z.number().nullable() });

const ArmFigures = z.object({ firstTokenMs: Middle, totalMs: Middle, tokensPerSecond: Middle, msPerToken: Middle });

export const LabVerdict = z.enum(['faster', 'slower', 'no-difference', 'undecided', 'not-enough-data']);
export type LabVerdict = z.infer<typeof LabVerdict>;

/** A change in per cent with its interval, at one look. Below 0 is faster. */
export const LabLook = z.object({
  n: z.number(),
  effectPercent: z.number(),
  lowPercent: z.number(),
  highPercent: z.number(),
});
export type LabLook = z.infer<typeof LabLook>;

/** Witnesses beside the verdict; none of them decides it. */
export const LabEvidence = z.object({
  /** What the final event called the tier, by arm; null: it named none. */
  echoes: z.array(z.object({ arm: LabArm, echoed: z.string().nullable(), n: z.number() })),
  /** Failed turns, and turns that took over twice the median of their arm. */
  failures: z.object({ standard: z.number(), priority: z.number() }),
  stalls: z.object({ standard: z.number(), priority: z.number() }),
  /** Whole per cents that the account's short window rose by; null without readings. */
  quota: z
    .object({
      steps: z.number(),
      duringPriority: z.number(),
      /** Odds that a step fell while a priority turn ran, with an exact 95 % interval; null: no end. */
      lowOdds: z.number(),
      highOdds: z.number().nullable(),
    })
    .nullable(),
});
export type LabEvidence = z.infer<typeof LabEvidence>;

/** What pairs say so far. Between looks it is what the last look said. */
export const LabResult = z.object({
  verdict: LabVerdict,
  /** For people, with its numbers, in English. */
  sentence: z.string(),
  /** What else is to be known of it, each a sentence. */
  notes: z.array(z.string()),
  effectPercent: z.number().nullable(),
  /** Ends of the interval at the last look; null before the first. */
  lowPercent: z.number().nullable(),
  highPercent: z.number().nullable(),
  /** Complete ones. */
  pairs: z.number(),
  /** Those that failed; each was measured again. */
  lostPairs: z.number().default(0),
  looks: z.array(LabLook),
  /** The promised speed is outside the interval. */
  promiseRuledOut: z.boolean(),
  /** So many more pairs would probably decide, if turns stay as steady; null where it is decided, or beyond 48 in all. */
  morePairs: z.number().nullable(),
  flaggedPairs: z.number(),
  failedTurns: z.number(),
  standard: ArmFigures,
  priority: ArmFigures,
  evidence: LabEvidence,
});
export type LabResult = z.infer<typeof LabResult>;

/** What is known of one condition: fast does without it, needs it, is less without it, or that is open. */
export const LabClaim = z.object({
  condition: LabCondition,
  finding: z.enum(['not-needed', 'needed', 'partly', 'open']),
  rounds: z.number(),
  /** Time per token that fast saves without the condition, in per cent of standard; below 0 is faster. Null before a look. */
  without: LabLook.nullable(),
  /** How much longer a token takes for lack of the condition. */
  loss: LabLook.nullable(),
});
export type LabClaim = z.infer<typeof LabClaim>;

export const LabConditionsFinding = z.enum(['never', 'whatever-else', 'some-needed', 'none-alone', 'revoked', 'open']);
export type LabConditionsFinding = z.infer<typeof LabConditionsFinding>;

/** The search for what fast depends on: granted at all, anything matters, which. */
export const LabSearch = z.object({
  stage: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  /** As the official client sends it. */
  official: LabResult,
  /** With every condition left out; null before that stage. */
  without: LabResult.nullable(),
  /** What the third stage will take: told before it, and confirmed; null where it is not reached. */
  price: LabPrice.nullable(),
  isConfirmed: z.boolean(),
  rounds: z.number(),
  claims: z.array(LabClaim),
  /** What transport alone does to the first token at standard tier, in per cent; null before a look. */
  firstTokenOverHttp: LabLook.nullable(),
  /** Null while it runs. */
  finding: LabConditionsFinding.nullable(),
  sentences: z.array(z.string()),
});
export type LabSearch = z.infer<typeof LabSearch>;

/** How the coin's sessions stand, by arm. How open ones fell is not told before they are over. */
const CoinArm = z.object({
  /** Sessions that are over and were measured. */
  measured: z.number(),
  /** Over without a turn to measure: another session took its place. */
  lost: z.number(),
  /** Of the measured ones: all their turns went as the coin fell. */
  asFell: z.number(),
  /** Turns of the measured ones. */
  turns: z.number(),
});

/** Ordinary sessions whose tier a coin decides, in twos. */
export const LabCoin = z.object({
  /** Sessions that are not over yet. */
  open: z.number(),
  standard: CoinArm,
  priority: CoinArm,
});
export type LabCoin = z.infer<typeof LabCoin>;

/** An experiment, running or kept. */
export const LabExperiment = z.object({
  id: z.string(),
  /** `blocks`: of an earlier form, three pairs on shared sockets and one 95 % interval at the end. */
  form: z.enum(['sequential', 'blocks']),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  /** `asking`: what comes next has its price, and waits to be confirmed. */
  state: z.enum(['running', 'asking', 'done', 'stopped', 'failed']),
  /** Why it failed; null otherwise. */
  problem: z.string().nullable(),
  /** Why its latest state is not on disk, and so is lost with the program; null where it is. */
  unkept: z.string().nullable().default(null),
  /** When it was last kept: so far its hours are known, should the program end suddenly. */
  keptAt: z.number().nullable().default(null),
  request: LabRequest.extend({
    // Kept ones of an earlier version lack both.
    kind: z.enum([...LabKind.options, 'coin']).default('pairs'),
    pairs: z.number(),
    conditions: z.array(LabCondition).default(['transport', 'originator', 'hint']),
  }),
  accountLabel: z.string(),
  /** Null in kept ones of an earlier version. */
  accountId: z.string().nullable().default(null),
  /** Between its end and its going on, where it was continued. */
  pauses: z.array(z.object({ fromMs: z.number(), toMs: z.number() })).default([]),
  /** Version of Slipstream and profile that the turns were sent with; null in kept ones of an earlier form. */
  version: z.string().nullable(),
  profile: z.string().nullable(),
  /** Of the coin that ordered the arms. */
  seed: z.number().nullable(),
  /** The how manieth on this account and model. */
  run: z.number(),
  /** Turns that have ended, warm-ups counted, of the most there can be. */
  turnsDone: z.number(),
  turnsTotal: z.number(),
  pairs: z.array(LabPair),
  result: LabResult,
  /** Null where `kind` is `pairs`. */
  search: LabSearch.nullable(),
  /** Null where `kind` is another than `coin`. */
  coin: LabCoin.nullable().default(null),
});
export type LabExperiment = z.infer<typeof LabExperiment>;

/** Sizes that an ended experiment can go on to, its pairs kept; or why it cannot. */
export const LabContinuation = z.object({
  /** A told text (words/told.ts); null where it can. */
  why: z.string().nullable(),
  steps: z.array(z.object({ pairs: z.number(), price: LabPrice })),
});
export type LabContinuation = z.infer<typeof LabContinuation>;

/** How ordinary turns of one model and effort compare: seen, not tried, so there is no verdict. */
export const PassiveComparison = z.object({
  /** The fast tier whose figures are called `priority`. */
  tier: z.string(),
  model: z.string(),
  effort: z.string(),
  standard: ArmFigures,
  priority: ArmFigures,
  /** Middle over fast sessions of their time after the first token for each output token, against standard turns of the same session or day; null without such. */
  differencePercent: z.number().nullable(),
  /** Fast sessions that it is the middle of. */
  sessions: z.number(),
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
