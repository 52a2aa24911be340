import { z } from 'zod';

/** Accounts and sign-ins as screens and commands see them. Times are epoch ms; tokens never appear here. */

/** How an account is chosen for a session that has none yet. */
export const AccountStrategy = z.enum(['most-headroom', 'round-robin', 'fill-first']);
export type AccountStrategy = z.infer<typeof AccountStrategy>;

/** One of the two quota windows of an account, as upstream tells it; `resetAt` is epoch ms. */
export const UsageWindow = z.object({
  usedPercent: z.number(),
  windowMinutes: z.number().nullable(),
  resetAt: z.number().nullable(),
});
export type UsageWindow = z.infer<typeof UsageWindow>;

/** What was bought beyond the windows. */
export const AccountCredits = z.object({
  hasCredits: z.boolean(),
  unlimited: z.boolean(),
  /** As upstream writes it: an amount, without a unit. */
  balance: z.string().nullable(),
});
export type AccountCredits = z.infer<typeof AccountCredits>;

/** The official client's auth.json that an account shares with it. */
export const AccountLinkView = z.object({
  /** Absolute path as it was given. */
  path: z.string(),
  /**
   * `ok`: the file and this account agree. `unsaved`: renewed here, and the file could not be written; it is tried again.
   * The others mean that the account cannot be used until the file is mended: it is gone, cannot be read, or holds another sign-in.
   */
  state: z.enum(['ok', 'unsaved', 'missing', 'unreadable', 'other-account']),
});
export type AccountLinkView = z.infer<typeof AccountLinkView>;

/** One thing that upstream said of an account: of all its turns, or of those of one model or metered limit. */
const AccountRefusal = z.object({
  kind: z.string(),
  /** The model or the limit; null for the whole account. */
  scope: z.string().nullable(),
  text: z.string(),
  /** The account gets no such turn meanwhile; otherwise others are only asked first. */
  isHard: z.boolean(),
  untilMs: z.number(),
});

/** What an account may be called: one short line. */
export const maxNicknameChars = 40;

/** An account as screens and commands see it. */
export const AccountView = z.object({
  id: z.string(),
  /** Whole on the Accounts screen; elsewhere as the user's `accountNames` says. */
  email: z.string(),
  /** What the user calls it; null where they have not said. */
  nickname: z.string().nullable(),
  /** What its owner calls the workspace; null where upstream does not tell it. Shown where the e-mail is. */
  workspace: z.string().nullable(),
  /** Masked: what leaves this machine in traces, exports and logs. */
  label: z.string(),
  plan: z.string().nullable(),
  source: z.enum(['import', 'browser', 'device', 'linked', 'demo']),
  enabled: z.boolean(),
  /** Null: not set, which means yes. */
  websockets: z.boolean().nullable(),
  /** `locked`: the keyring that sealed its tokens is not open, or not yet. */
  state: z.enum(['ready', 'expired', 'signed-out', 'exhausted', 'refused', 'other-upstream', 'locked']),
  tokenExpiresAt: z.number().nullable(),
  /** Exhausted until then: as upstream refused, or until a window that is used up starts anew. */
  cooldownUntil: z.number().nullable(),
  usage: z
    .object({
      primary: UsageWindow.nullable(),
      secondary: UsageWindow.nullable(),
      /** Absent or null: not told. */
      credits: AccountCredits.nullish(),
      readAt: z.number(),
    })
    .nullable(),
  /** The latest reading of its quota failed, and why; null where it did not. */
  usageTrouble: z.object({ text: z.string(), atMs: z.number() }).nullable(),
  /** Tokens are encrypted on disk. */
  encrypted: z.boolean(),
  /** Higher goes first, before the strategy; 0 where it was never set. */
  priority: z.number(),
  /** Its own way out, user and password hidden; null: the way of all. */
  proxyUrl: z.string().nullable(),
  /** Null: a sign-in of its own. */
  link: AccountLinkView.nullable(),
  /** What is wrong with the account and how to mend it; null where nothing is. */
  problem: z.string().nullable(),
  /** What upstream said of it that still stands: each is lifted by a sign-in, by "try again", or by its time. */
  refusals: z.array(AccountRefusal),
  /** Null: its turns go as its setting says. Otherwise over HTTP, until then, and why. */
  overHttp: z.object({ untilMs: z.number(), why: z.string() }).nullable(),
});
export type AccountView = z.infer<typeof AccountView>;

/** `browser` comes back to a port of this machine; `device` shows a code to enter on any machine. */
export const SignInMethod = z.enum(['browser', 'device']);
export type SignInMethod = z.infer<typeof SignInMethod>;

/** A sign-in under way, or how the last one ended. There is one at a time. */
export const SignInView = z.object({
  id: z.string(),
  method: SignInMethod,
  state: z.enum(['waiting', 'done', 'failed', 'cancelled']),
  /** The page to open while it waits. */
  url: z.string().nullable(),
  /** To be entered on that page; device sign-in only, while it waits. */
  userCode: z.string().nullable(),
  /** Until when it waits. */
  expiresAt: z.number(),
  /** What happened, for people: set unless it waits. */
  message: z.string().nullable(),
  /** The account that signed in, once done. */
  accountId: z.string().nullable(),
});
export type SignInView = z.infer<typeof SignInView>;
