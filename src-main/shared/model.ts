import { z } from 'zod';
import { AccountView, SignInView } from './account-model.ts';
import { CoinView, LabExperiment } from './lab.ts';
import { ProfilesView } from './learned-profile.ts';
import { AppSettings, SettingsPatch } from './settings.ts';
import { dialectNames, exchangeStatuses, transports } from './turn-words.ts';
import type { Told } from './words/told-text.ts';

/** What crosses from main to the screens and commands. Times are epoch ms, spans are ms; tokens never appear here. */

/** How bytes travel: over a websocket, or over HTTP with server-sent events. */
export const Transport = z.enum(transports);
export type Transport = z.infer<typeof Transport>;

/** The API that a client speaks: OpenAI's Responses, Chat Completions, or Anthropic's Messages. */
export const Dialect = z.enum(dialectNames);
export type Dialect = z.infer<typeof Dialect>;

/** Name and value, as they were on the wire: order, case and repeats kept. */
export const RawHeader = z.tuple([z.string(), z.string()]);
export type RawHeader = z.infer<typeof RawHeader>;

/** How an exchange stands. `incomplete`: upstream stopped short of the end, such as at the token limit; `cancelled`: the client left. */
export const ExchangeStatus = z.enum(exchangeStatuses);
export type ExchangeStatus = z.infer<typeof ExchangeStatus>;

/** Tokens as upstream's final event counts them; cached ones are part of the input, reasoning ones of the output. */
export const TokenUsage = z.object({
  inputTokens: z.number(),
  cachedTokens: z.number(),
  outputTokens: z.number(),
  reasoningTokens: z.number(),
});
export type TokenUsage = z.infer<typeof TokenUsage>;

/** What upstream said of why a turn failed or stopped short, redacted and cut to a line's length; null: it did not say. */
export const UpstreamWords = z.object({
  /** Its code, else its type, else why the response is incomplete. */
  code: z.string().nullable(),
  message: z.string().nullable(),
  /** The member of the request that it is about. */
  param: z.string().nullable(),
  /** How the connection was closed before the end. */
  closeCode: z.number().nullable(),
  closeReason: z.string().nullable(),
});
export type UpstreamWords = z.infer<typeof UpstreamWords>;

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
  kind: z.enum(['turn', 'prewarm', 'compact', 'other']),
  sessionId: z.string().nullable(),
  /** The session that a sub-agent's own belongs to; absent where a session is nobody's part. */
  rootSessionId: z.string().nullish(),
  /** A sub-agent's name or kind, as its client says it. */
  agent: z.string().nullish(),
  /** Whether its last attempt sent the whole conversation, or what was new since a response; and its size. */
  sentAs: z.enum(['full', 'increment']).nullish(),
  sentBytes: z.number().nullish(),
  /** The folder a Codex client works in, where its turn metadata says; redacted. */
  project: z.string().nullish(),
  /** Name of the API key that asked; absent for the first one. */
  key: z.string().nullish(),
  /** Kept whatever the limits are; absent where it is not. */
  starred: z.boolean().optional(),
  /** What the user wrote beside it, redacted; absent where there is nothing. */
  note: z.string().optional(),
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
  /** Of a turn that failed, was sent back or is incomplete: the words of its last attempt that got any. */
  said: UpstreamWords.nullable().default(null),
  firstTokenMs: z.number().nullable(),
  totalMs: z.number().nullable(),
  usage: TokenUsage.nullable(),
  /** While it runs: when upstream last sent something, to about a second; absent before that. */
  lastEventAt: z.number().optional(),
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

/** A point of a turn's life and when it came. */
export const Mark = z.object({ name: MarkName, /** Ms since `accepted`. */ atMs: z.number() });
export type Mark = z.infer<typeof Mark>;

/** One thing that was done to what the client sent. */
export const Change = z.object({
  /** `dialect` is the translation of a client's own dialect, before the normaliser. */
  step: z.enum(['dialect', 'body', 'headers', 'identity', 'tier', 'transport']),
  /** `body.service_tier`, `headers.cookie`, … */
  path: z.string(),
  action: z.enum(['added', 'set', 'removed', 'dropped']),
  why: z.custom<Told>((text) => typeof text === 'string'),
});
export type Change = z.infer<typeof Change>;

/** One websocket message or server-sent event, on its way between client, Slipstream and upstream. */
export const FrameRecord = z.object({
  /** Ms since `accepted`. */
  atMs: z.number(),
  direction: z.enum(['client-in', 'upstream-out', 'upstream-in', 'client-out']),
  type: z.string(),
  bytes: z.number(),
});
export type FrameRecord = z.infer<typeof FrameRecord>;

/** A part of getting a connection: the wait for a free socket, then the steps to open a new one. */
export const ConnectionPhase = z.object({
  name: z.enum(['queue', 'proxy', 'dns', 'tcp', 'tls', 'upgrade']),
  /** Ms since `accepted`. */
  startMs: z.number(),
  endMs: z.number(),
  /** What was waited for; a queue alone says it. */
  why: z.string().optional(),
});
export type ConnectionPhase = z.infer<typeof ConnectionPhase>;

/** One bar of the waterfall. Bars lie end to end: they sum to the total. */
export const WaterfallSpan = z.object({
  name: z.enum([
    'request body',
    'prepare',
    'token refresh',
    'usage read',
    'asked to wait',
    'back-off',
    'connect',
    'queue',
    'proxy',
    'dns',
    'tcp',
    'tls',
    'upgrade',
    'send',
    'first event',
    'stream',
    'finish',
  ]),
  /** Whom the time went to. */
  who: z.enum(['client', 'slipstream', 'issuer', 'network', 'upstream']),
  /** Index in `attempts`; null before the first and after the last. */
  attempt: z.number().nullable(),
  startMs: z.number(),
  endMs: z.number(),
  /** As its connection phase says it. */
  why: z.string().optional(),
});
export type WaterfallSpan = z.infer<typeof WaterfallSpan>;

const NameDifference = z.object({ missing: z.array(z.string()), extra: z.array(z.string()) });

/** How the last attempt's header and body member names differ from what the official client of the profile sends. */
export const Parity = z.object({
  profile: z.string(),
  transport: Transport,
  headers: NameDifference,
  /** Null where the body is no longer kept. */
  fields: NameDifference.nullable(),
});
export type Parity = z.infer<typeof Parity>;

/** One try to have upstream run the turn. Its times are ms since the exchange was `accepted`. */
export const AttemptRecord = z.object({
  transport: Transport,
  /** The account's label; two accounts may have the same. */
  account: z.string(),
  accountId: z.string(),
  url: z.string(),
  startedMs: z.number(),
  /** A connection was there: opened, or taken from the pool. */
  connectedMs: z.number().nullable(),
  sentMs: z.number().nullable(),
  /** The answer's head had come; a websocket's comes with its upgrade. */
  readyMs: z.number().nullable(),
  firstEventMs: z.number().nullable(),
  endedMs: z.number().nullable(),
  /** Empty where the connection was there already. */
  phases: z.array(ConnectionPhase),
  /** An upstream socket that was already open. */
  reused: z.boolean(),
  /** It had been opened for whichever session would come. */
  wasSpare: z.boolean().optional(),
  status: z.number().nullable(),
  closeCode: z.number().nullable(),
  requestHeaders: z.array(RawHeader),
  responseHeaders: z.array(RawHeader),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  said: UpstreamWords.nullable().default(null),
});
export type AttemptRecord = z.infer<typeof AttemptRecord>;

/** A condition for fast mode to be granted upstream, and whether this turn met it. */
export const FastCondition = z.object({ name: z.string(), met: z.boolean(), detail: z.string() });
export type FastCondition = z.infer<typeof FastCondition>;

/** Everything kept of one exchange, redacted. */
export const TraceDetail = z.object({
  row: RequestRow,
  marks: z.array(Mark),
  /** Sums to `row.totalMs`. */
  waterfall: z.array(WaterfallSpan),
  /** Slipstream's own share of the time; null while nothing was sent. */
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
  /** Null where nothing went upstream, or the profile is not known. */
  parity: Parity.nullable(),
  changes: z.array(Change),
  frames: z.array(FrameRecord),
  /** Frames beyond those kept. */
  framesDropped: z.number(),
  fastConditions: z.array(FastCondition),
  /** From the database: bodies and frames are gone, and it cannot be sent again. */
  isStored: z.boolean(),
});
export type TraceDetail = z.infer<typeof TraceDetail>;

/** The running program: what it is, where it listens, where it keeps its files. */
export const AppInfo = z.object({
  version: z.string(),
  face: z.enum(['desktop', 'headless']),
  demo: z.boolean(),
  baseUrl: z.string(),
  upstream: z.string(),
  dataDir: z.string(),
  profile: z.string(),
  startedAt: z.number(),
  /** Why it cannot start at login here; null where it can. */
  autostartUnsupported: z.string().nullable(),
});
export type AppInfo = z.infer<typeof AppInfo>;

/** What is wrong with a file of Slipstream's own, what was done instead, and what to do; `files` are all but settings and turns. */
export const Problem = z.object({ about: z.enum(['settings', 'files', 'traces']), text: z.string() });
export type Problem = z.infer<typeof Problem>;

/** All state a screen shows, as of delta number `seq`. */
export const Snapshot = z.object({
  seq: z.number(),
  app: AppInfo,
  settings: AppSettings,
  accounts: z.array(AccountView),
  signIn: SignInView.nullable(),
  problems: z.array(Problem),
  profiles: ProfilesView,
  /** Those that are thrown now. */
  coins: z.array(CoinView),
  /** Newest first. */
  requests: z.array(RequestRow),
});
export type Snapshot = z.infer<typeof Snapshot>;

/** A numbered change of the snapshot; a gap in the numbers means: fetch the snapshot again. */
export const Delta = z.discriminatedUnion('kind', [
  /** What has changed of the user's settings, whoever changed it. */
  z.object({ seq: z.number(), kind: z.literal('settings'), settings: SettingsPatch }),
  z.object({ seq: z.number(), kind: z.literal('accounts'), accounts: z.array(AccountView) }),
  z.object({ seq: z.number(), kind: z.literal('signIn'), signIn: SignInView.nullable() }),
  z.object({ seq: z.number(), kind: z.literal('problems'), problems: z.array(Problem) }),
  /** New or changed rows, by id. */
  z.object({ seq: z.number(), kind: z.literal('requests'), rows: z.array(RequestRow) }),
  /** A turn that ended before was starred, or a note was written beside it. */
  z.object({ seq: z.number(), kind: z.literal('marked'), row: RequestRow }),
  /** Every turn that has ended was forgotten. */
  z.object({ seq: z.number(), kind: z.literal('cleared') }),
  /** What was learned of Codex clients, or a look at the installed one, has gone on. */
  z.object({ seq: z.number(), kind: z.literal('profiles'), profiles: ProfilesView }),
  /** The experiment that runs, or has just ended. */
  z.object({ seq: z.number(), kind: z.literal('lab'), experiment: LabExperiment }),
  /** The coins that are thrown now: one has begun, has gone on, or is over. */
  z.object({ seq: z.number(), kind: z.literal('coins'), coins: z.array(CoinView) }),
]);
export type Delta = z.infer<typeof Delta>;
