import { z } from 'zod';

/** Whether Slipstream starts when the user logs in; hidden then, in the tray only. */
export const AutostartView = z.object({
  enabled: z.boolean(),
  /** Why it cannot be switched on here; null where it can. */
  unsupported: z.string().nullable(),
  /** The user has answered the question once; until then the first-run screen asks. */
  asked: z.boolean(),
});
export type AutostartView = z.infer<typeof AutostartView>;
