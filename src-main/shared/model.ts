import { z } from 'zod';

/** What crosses from main to the screens and commands. Times are epoch ms, spans are ms; tokens never appear here. */

export const FastPolicy = z.enum(['auto', 'on', 'off']);
export type FastPolicy = z.infer<typeof FastPolicy>;

export const Transport = z.enum(['ws', 'http']);
export type Transport = z.infer<typeof Transport>;

export const Dialect = z.enum(['responses', 'chat', 'messages']);
export type Dialect = z.infer<typeof Dialect>;

/** How an account is chosen for a session that has none yet. */
export const AccountStrategy = z.enum(['most-headroom', 'round-robin', 'fill-first']);
export type AccountStrategy = z.infer<typeof AccountStrategy>;

/** Name and value, as they were on the wire: order, case and repeats kept. */
export const RawHeader = z.tuple([z.string(), z.string()]);
export type RawHeader = z.infer<typeof RawHeader>;

export const ExchangeStatus = z.enum(['running', 'completed', 'incomplete', 'failed', 'cancelled']);
export type ExchangeStatus = z.infer<typeof ExchangeStatus>;

export const TokenUsage = z.object({
  inputTokens: z.number(),
  cachedTokens: z.number(),
  outputTokens: z.number(),
  reasoningTokens: z.number(),
});
export type TokenUsage = z.infer<typeof TokenUsage>;

/** One line of the request list. */
export const RequestRow = z.object({
  id: z.string(),
  startedAt: z.number(),
  /** `codex_exec 0.169.0`, `curl 7.88.1`, …: from the originator or the user agent. */
  client: z.string(),
  dialect: Dialect,
  /** How the client is connected. */
  clientTransport: Transport,
  /** `prewarm` is a frame with `generate: false`. */
  kind: z.enum(['turn', 'prewarm', 'compact']),
  sessionId: z.string().nullable(),
  model: z.string(),
  tierAsked: z.string().nullable(),
  tierSent: z.string().nullable(),
  /** What upstream's final event says; it says `default` for every tier, so it proves nothing. */
  tierEchoed: z.string().nullable(),
  transport: Transport.nullable(),
  account: z.object({ id: z.string(), label: z.string() }).nullable(),
  attempts: z.number(),
  status: ExchangeStatus,
  /** Status code told to an HTTP client; null until it is committed, and for websocket clients. */
  httpStatus: z.number().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  firstTokenMs: z.number().nullable(),
  totalMs: z.number().nullable(),
  usage: TokenUsage.nullable(),
});
export type RequestRow = z.infer<typeof RequestRow>;

/** Points of a turn's life, in their usual order. */
export const MarkName = z.enum([
  'accepted',
  'bodyRead',
  'normalised',
  'accountChosen',
  'tokenReady',
  'upstreamReady',
  'requestSent',
  'firstEvent',
  'firstReasoning',
  'firstText',
  'lastText',
  'completed',
  'flushed',
]);
export type MarkName = z.infer<typeof MarkName>;

export const Mark = z.object({ name: MarkName, /** Since `accepted`. */ atMs: z.number() });
export type Mark = z.infer<typeof Mark>;

/** One thing the normaliser did to what the client sent. */
export const Change = z.object({
  step: z.enum(['body', 'headers', 'identity', 'tier', 'transport']),
  /** `body.service_tier`, `headers.cookie`, … */
  path: z.string(),
  action: z.enum(['added', 'set', 'removed', 'dropped']),
  why: z.string(),
});
export type Change = z.infer<typeof Change>;

export const FrameRecord = z.object({
  /** Since `accepted`. */
  atMs: z.number(),
  direction: z.enum(['client-in', 'upstream-out', 'upstream-in', 'client-out']),
  type: z.string(),
  bytes: z.number(),
});
export type FrameRecord = z.infer<typeof FrameRecord>;

export const AttemptRecord = z.object({
  transport: Transport,
  account: z.string(),
  url: z.string(),
  startedMs: z.number(),
  endedMs: z.number().nullable(),
  /** An upstream socket that was already open. */
  reused: z.boolean(),
  status: z.number().nullable(),
  closeCode: z.number().nullable(),
  requestHeaders: z.array(RawHeader),
  responseHeaders: z.array(RawHeader),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type AttemptRecord = z.infer<typeof AttemptRecord>;

/** A condition for fast mode to be granted upstream, and whether this turn met it. */
export const FastCondition = z.object({ name: z.string(), met: z.boolean(), detail: z.string() });
export type FastCondition = z.infer<typeof FastCondition>;

/** Everything kept of one exchange, redacted. */
export const TraceDetail = z.object({
  row: RequestRow,
  marks: z.array(Mark),
  /** Slipstream's own share of the time to the first token. */
  ownMs: z.number().nullable(),
  clientRequest: z.object({
    method: z.string(),
    path: z.string(),
    headers: z.array(RawHeader),
    body: z.string().nullable(),
  }),
  clientResponse: z.object({ status: z.number().nullable(), headers: z.array(RawHeader) }),
  attempts: z.array(AttemptRecord),
  /** Body of the last attempt as it went upstream. */
  upstreamBody: z.string().nullable(),
  profile: z.string(),
  changes: z.array(Change),
  frames: z.array(FrameRecord),
  /** Frames beyond those kept. */
  framesDropped: z.number(),
  fastConditions: z.array(FastCondition),
});
export type TraceDetail = z.infer<typeof TraceDetail>;

export const UsageWindow = z.object({
  usedPercent: z.number(),
  windowMinutes: z.number().nullable(),
  resetAt: z.number().nullable(),
});
export type UsageWindow = z.infer<typeof UsageWindow>;

export const AccountView = z.object({
  id: z.string(),
  /** E-mail; shown on the Accounts screen only. */
  email: z.string(),
  /** What other screens show. */
  label: z.string(),
  plan: z.string().nullable(),
  source: z.enum(['import', 'browser', 'device', 'linked', 'demo']),
  enabled: z.boolean(),
  /** Null: not set, which means yes. */
  websockets: z.boolean().nullable(),
  state: z.enum(['ready', 'expired', 'signed-out', 'exhausted', 'other-upstream']),
  tokenExpiresAt: z.number().nullable(),
  /** Exhausted until then. */
  cooldownUntil: z.number().nullable(),
  usage: z
    .object({ primary: UsageWindow.nullable(), secondary: UsageWindow.nullable(), readAt: z.number() })
    .nullable(),
  /** Tokens are encrypted on disk. */
  encrypted: z.boolean(),
});
export type AccountView = z.infer<typeof AccountView>;

/** What decides between accounts. */
export const AccountPolicy = z.object({ strategy: AccountStrategy, pinnedAccountId: z.string().nullable() });
export type AccountPolicy = z.infer<typeof AccountPolicy>;

export const AppInfo = z.object({
  version: z.string(),
  face: z.enum(['desktop', 'headless']),
  demo: z.boolean(),
  baseUrl: z.string(),
  upstream: z.string(),
  dataDir: z.string(),
  profile: z.string(),
  startedAt: z.number(),
});
export type AppInfo = z.infer<typeof AppInfo>;

/** All state a screen shows, as of delta number `seq`. */
export const Snapshot = z.object({
  seq: z.number(),
  app: AppInfo,
  fastPolicy: FastPolicy,
  accountPolicy: AccountPolicy,
  accounts: z.array(AccountView),
  /** Newest first. */
  requests: z.array(RequestRow),
});
export type Snapshot = z.infer<typeof Snapshot>;

/** A numbered change of the snapshot; a gap in the numbers means: fetch the snapshot again. */
export const Delta = z.discriminatedUnion('kind', [
  z.object({ seq: z.number(), kind: z.literal('fast'), fastPolicy: FastPolicy }),
  z.object({ seq: z.number(), kind: z.literal('accounts'), accounts: z.array(AccountView) }),
  z.object({ seq: z.number(), kind: z.literal('accountPolicy'), accountPolicy: AccountPolicy }),
  /** New or changed rows, by id. */
  z.object({ seq: z.number(), kind: z.literal('requests'), rows: z.array(RequestRow) }),
]);
export type Delta = z.infer<typeof Delta>;
