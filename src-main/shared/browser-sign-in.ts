import { z } from 'zod';

/** A browser that stays signed in to the dashboard. Times in epoch ms. */
export const BrowserView = z.object({
  id: z.string(),
  /** "Firefox on Linux" */
  name: z.string(),
  origin: z.string(),
  addedAt: z.number(),
  lastUsedAt: z.number(),
});
export type BrowserView = z.infer<typeof BrowserView>;
