import { z } from 'zod';
import { CoinRequest, LabArm, LabPair } from '../../shared/lab.ts';
import type { JsonObject } from '../json.ts';

const CoinSession = z.object({
  id: z.string().max(200),
  side: LabArm,
  /** Which two it is one of. */
  two: z.int().min(0),
  startedAt: z.number(),
  lastAt: z.number(),
  /** What was measured: time after the first token, and the tokens. */
  turns: z.int(),
  spanMs: z.number(),
  outputTokens: z.number(),
  /** Turns that were sent with what the coin fell on. */
  asFell: z.int(),
  /** Why the latest turn that failed did so; null where none has. */
  failure: z.string().nullable(),
  isOver: z.boolean(),
});
export type CoinSession = z.infer<typeof CoinSession>;

/** A coin and everything it was thrown for, as it is kept. */
export const CoinRecord = z.object({
  id: z.string(),
  request: CoinRequest.extend({ accountId: z.string(), pairs: z.int() }),
  accountLabel: z.string(),
  version: z.string(),
  profile: z.string(),
  seed: z.number(),
  run: z.int(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  /** The user has left it. */
  isLeft: z.boolean(),
  /** In the order they began. */
  sessions: z.array(CoinSession),
  /** Twos of which both sessions are over, in the order that happened; and sessions that were lost. */
  pairs: z.array(LabPair),
});
export type CoinRecord = z.infer<typeof CoinRecord>;

/** What a file keeps; a coin that is not as it was written is left out. Pure. */
export function parseCoins({ coins }: JsonObject): CoinRecord[] {
  return Array.isArray(coins) ? coins.flatMap((coin) => CoinRecord.safeParse(coin).data ?? []) : [];
}
