import { z } from 'zod';

/** What was learned of official client versions, as it is kept in the data folder and shown. Names and kinds of values, no user's text. */

/** A header or member as it may stand in a learned profile: whatever else a file says is not read. */
const Name = z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/);
const Version = z.string().regex(/^\d{1,3}\.\d{1,4}\.\d{1,4}$/);
const ShortText = z.string().regex(/^[\x20-\x7e]{0,200}$/);
const maxNames = 100;

/** How often a name was there on one transport; `unseen` where nothing was seen of the transport. */
export const Presence = z.enum(['always', 'sometimes', 'never', 'unseen']);
export type Presence = z.infer<typeof Presence>;

export const PresenceByTransport = z.object({ ws: Presence, http: Presence });
export type PresenceByTransport = z.infer<typeof PresenceByTransport>;

/** What stands in a header or member that Slipstream can truthfully fill for another client. */
export const Fill = z.discriminatedUnion('kind', [
  /** The same for everybody: a text, number or flag. */
  z.object({ kind: z.literal('constant'), value: z.union([ShortText, z.number(), z.boolean(), z.null()]) }),
  z.object({ kind: z.enum(['session', 'window', 'turn', 'model', 'version', 'originator', 'installation']) }),
]);
export type Fill = z.infer<typeof Fill>;

/** One header or member of the client: where it was, whether its value varies, and what Slipstream could put there. */
export const LearnedName = z.object({
  name: Name,
  on: PresenceByTransport,
  value: z.enum(['same', 'varies']),
  /** Null: its value is not known, or cannot be truthfully said of another client. */
  fill: Fill.nullable(),
});
export type LearnedName = z.infer<typeof LearnedName>;

const Names = z.array(LearnedName).max(maxNames);

/** Where a shape was learned: of the installed command, run for it, or of clients that passed. */
const LearnedSource = z.enum(['cli', 'traffic']);

/** One official client version's shape as this machine saw it. */
export const LearnedProfile = z.object({
  version: Version,
  source: LearnedSource,
  /** Epoch ms of when something of it was last new. */
  learnedAt: z.number().int().nonnegative(),
  originator: ShortText.nullable(),
  /** With `<originator>`, `<version>`, `<os>`, `<arch>` and `<terminal>` for what varies; null where it has another form. */
  userAgent: ShortText.nullable(),
  /** Values of `openai-beta` and `x-codex-beta-features`; null where they were not there, or not kept. */
  websocketBeta: ShortText.nullable(),
  betaFeatures: ShortText.nullable(),
  /** Of HTTP; null where it asks for none. */
  acceptEncoding: ShortText.nullable(),
  /** How its bodies over HTTP are packed. */
  bodyEncoding: z.enum(['zstd']).nullable(),
  headers: Names,
  fields: Names,
  clientMetadata: Names,
  turnMetadata: Names,
});
export type LearnedProfile = z.infer<typeof LearnedProfile>;

/** What a client version sent, or was sent, that its profile does not know: told once a version. */
export const DriftNote = z.object({
  version: Version,
  /** The profile that it was compared with. */
  profile: z.string().max(40),
  at: z.number().int().nonnegative(),
  headers: z.array(Name).max(20),
  fields: z.array(Name).max(20),
  metadata: z.array(Name).max(20),
  frames: z.array(Name).max(20),
  events: z.array(Name).max(20),
  dismissed: z.boolean(),
});
export type DriftNote = z.infer<typeof DriftNote>;

/** The profile of clients that are not Codex: the built-in one, the newest of built-in and learned, or one learned version. */
export const ProfileChoice = z.union([z.enum(['built-in', 'newest']), Version]);
export type ProfileChoice = z.infer<typeof ProfileChoice>;

/** A learned profile in a list. */
const LearnedSummary = z.object({
  version: z.string(),
  source: LearnedSource,
  learnedAt: z.number(),
  /** From the built-in profile of its version. */
  differences: z.number(),
  isUsed: z.boolean(),
});

/** News of a client version, as one sentence. */
export const DriftNews = z.object({ version: z.string(), at: z.number(), text: z.string() });
export type DriftNews = z.infer<typeof DriftNews>;

/** What screens show of profiles. */
export const ProfilesView = z.object({
  choice: ProfileChoice,
  /** What clients that are not Codex are sent with now. */
  used: z.object({ id: z.string(), version: z.string() }),
  builtIn: z.array(z.object({ id: z.string(), version: z.string() })),
  /** Newest first. */
  learned: z.array(LearnedSummary),
  /** Newest first, less those the user has put away. */
  news: z.array(DriftNews),
  /** The run of the installed command that is under way. */
  running: z.object({ step: z.string() }).nullable(),
});
export type ProfilesView = z.infer<typeof ProfilesView>;

export const profileParts = ['header', 'body member', 'client metadata', 'turn metadata'] as const;

/** One name, side by side: in the built-in profile, as learned, and as Slipstream sends it now for clients that are not Codex. */
export const ProfileRow = z.object({
  part: z.enum(profileParts),
  name: z.string(),
  builtIn: PresenceByTransport,
  learned: PresenceByTransport,
  sent: PresenceByTransport,
  /** Null where it was not learned. */
  value: z.enum(['same', 'varies']).nullable(),
  /** How the learned profile differs from the built-in one. */
  difference: z.enum(['new', 'gone', 'elsewhere']).nullable(),
  /** What it means for other clients; null where there is nothing to say. */
  note: z.string().nullable(),
});
export type ProfileRow = z.infer<typeof ProfileRow>;

/** A value that has one text in a profile. */
export const ProfileValue = z.object({
  name: z.string(),
  builtIn: z.string().nullable(),
  learned: z.string().nullable(),
  sent: z.string().nullable(),
  differs: z.boolean(),
});
export type ProfileValue = z.infer<typeof ProfileValue>;

/** A learned profile beside the built-in one of its version. */
export const ProfileComparison = z.object({
  version: z.string(),
  source: LearnedSource,
  learnedAt: z.number(),
  builtIn: z.string(),
  used: z.string(),
  isUsed: z.boolean(),
  rows: z.array(ProfileRow),
  values: z.array(ProfileValue),
  /** Each difference as a sentence. */
  differences: z.array(z.string()),
});
export type ProfileComparison = z.infer<typeof ProfileComparison>;

/** Names a learned profile in calls. */
export const LearnedKey = z.object({ version: Version, source: LearnedSource });
export type LearnedKey = z.infer<typeof LearnedKey>;
