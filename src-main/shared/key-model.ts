import { z } from 'zod';
import { maxKeyNameChars } from './settings-limits.ts';

export const maxKeys = 200;

/** The end of the year 9999: what is later is no date, or none that reads as one. */
const latestExpiryMs = Date.UTC(10_000, 0) - 1;
const count = z.int().min(1).max(1_000_000_000_000);
const names = z.array(z.string().min(1).max(100)).min(1).max(100);

/** What a key is called and may do. */
export const KeyFacts = z.object({
  /** As traces and figures call it: one key each. */
  name: z
    .string()
    .trim()
    .min(1)
    .max(maxKeyNameChars)
    .regex(/^[\x20-\x7e]*$/, 'must be plain ASCII'),
  /** Epoch ms; null: never. */
  expiresAt: z.number().min(0).max(latestExpiryMs).nullable(),
  /** Null: all. */
  models: names.nullable(),
  /** `standard`, `priority`, …; null: all. */
  tiers: names.nullable(),
  /** Of a day of UTC; null: as many as there are. */
  requestsPerDay: count.nullable(),
  tokensPerDay: count.nullable(),
});
export type KeyFacts = z.infer<typeof KeyFacts>;

/** A key as screens see it. */
export const KeyView = KeyFacts.extend({
  id: z.string(),
  createdAt: z.number(),
  lastUsedAt: z.number().nullable(),
  usedToday: z.object({ requests: z.number(), tokens: z.number() }),
});
export type KeyView = z.infer<typeof KeyView>;

/** A key as it is kept: its hash, never itself. */
export const StoredKey = KeyFacts.extend({
  id: z.string(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  createdAt: z.number(),
  lastUsedAt: z.number().nullable(),
  used: z.object({ day: z.number(), requests: z.number(), tokens: z.number() }),
});
export type StoredKey = z.infer<typeof StoredKey>;
