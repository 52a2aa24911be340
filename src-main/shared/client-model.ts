import { z } from 'zod';
import type { clientModesWords } from './words/en/client-modes.ts';

/** What screens are told of setting up other programs; secrets never appear but where it is said. */

/** What is said of a way to set a client up: an id of the catalogue. */
type ClientModeText = keyof typeof clientModesWords;
const ClientModeText = z.custom<ClientModeText>((value) => typeof value === 'string');

/** One way to set a client up. */
export const ClientModeView = z.object({ id: z.string(), name: ClientModeText, hint: ClientModeText });
export type ClientModeView = z.infer<typeof ClientModeView>;

/** Another program that can be pointed at Slipstream. */
export const ClientView = z.object({
  id: z.string(),
  name: z.string(),
  /** It seems to be on this machine. */
  detected: z.boolean(),
  /** The one file that is written; null: there is only a snippet. */
  path: z.string().nullable(),
  /**
   * `absent`: not on this machine. `not-set-up`: its file does not point here. `set-up`: it does, whoever wrote that.
   * `changed-since`: Slipstream wrote the file, and another program has changed it; `mode` says whether it still points here.
   */
  state: z.enum(['absent', 'not-set-up', 'set-up', 'changed-since']),
  modes: z.array(ClientModeView),
  /** The mode that the file is in; null: none. */
  mode: z.string().nullable(),
  /** The file can be put back as it was, byte for byte. */
  undoable: z.boolean(),
  /** Why the file cannot be read or understood, with the mend; null where nothing is wrong. */
  problem: z.string().nullable(),
});
export type ClientView = z.infer<typeof ClientView>;

/** What a set-up would write. Secrets are replaced: the API key by `<API key>`. */
export const ClientPlan = z.object({
  path: z.string(),
  /** Unified; empty where nothing would change. */
  diff: z.string(),
  snippet: z.string(),
  /** Names this change of this file; to be given back when it is applied. */
  hash: z.string(),
  /** The file would hold the API key, and be for its owner alone. */
  holdsKey: z.boolean(),
  /** The file's real place where a link leads out of the home folder: writing it takes a second yes. Null inside. */
  outside: z.string().nullable(),
});
export type ClientPlan = z.infer<typeof ClientPlan>;

/** What undo would write. Secrets are replaced. */
export const ClientUndoPlan = z.object({
  path: z.string(),
  /**
   * `whole-file`: nobody changed the file, it becomes what it was, byte for byte. `own-part`: somebody changed it, only what
   * Slipstream wrote is taken out.
   */
  kind: z.enum(['whole-file', 'own-part']),
  /** Unified; empty where nothing of Slipstream is left in the file. */
  diff: z.string(),
  /** Names this change of this file; to be given back when it is undone. */
  hash: z.string(),
  /** The file was made by Slipstream and would be removed. */
  removesFile: z.boolean(),
  /** As in a plan. */
  outside: z.string().nullable(),
});
export type ClientUndoPlan = z.infer<typeof ClientUndoPlan>;

/** What to paste by hand: `text` with the API key, to copy; `shown` without, for the screen. */
export const ClientSnippet = z.object({ text: z.string(), shown: z.string() });
export type ClientSnippet = z.infer<typeof ClientSnippet>;
