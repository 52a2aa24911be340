import { z } from 'zod';

/** What is known of a newer version of this program. Texts of `why` are as `tell` makes them. */
export const UpdateView = z.object({
  /** `off`: it cannot be looked for here; `waiting`: it is installed once no turn runs. */
  state: z.enum(['off', 'idle', 'checking', 'available', 'downloading', 'ready', 'waiting', 'failed']),
  /** Why it is off, or what failed. */
  why: z.string().nullable(),
  /** The newer version; null where there is none. */
  version: z.string().nullable(),
  /** Its release notes, as text. */
  notes: z.string().nullable(),
  /** Of the download. */
  percent: z.number().nullable(),
  /** When it was last looked for. */
  checkedAt: z.number().nullable(),
  /** Whether the version that runs now is kept beside the new one. */
  keepsPrevious: z.boolean(),
});
export type UpdateView = z.infer<typeof UpdateView>;

/** Where a face never looks for newer versions. */
export const noUpdates = (why: string): UpdateView => ({
  state: 'off',
  why,
  version: null,
  notes: null,
  percent: null,
  checkedAt: null,
  keepsPrevious: false,
});
