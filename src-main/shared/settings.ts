import { z } from 'zod';
import { AccountStrategy } from './account-model.ts';
import { accountNameStyles } from './account-name.ts';
import { ProfileChoice } from './learned-profile.ts';
import { minutesADay, noticeKinds } from './notice-kinds.ts';
import { isProxyAddress, proxyRule } from './proxy-address.ts';
import {
  collectorRule,
  isCollectorAddress,
  maxOriginChars,
  maxOrigins,
  originatorPattern,
  originatorRule,
  settingRanges,
} from './settings-limits.ts';
import { isShortcut, shortcutRule } from './shortcut.ts';
import { fastPolicies } from './tiers.ts';
import { noPrices, UsagePrices } from './usage.ts';
import { languageChoices } from './words/languages.ts';

/** The fast-mode switch: `auto` leaves it to each client, `off` takes fast tiers out, the others ask for their tier. */
export const FastPolicy = z.enum(fastPolicies);
export type FastPolicy = z.infer<typeof FastPolicy>;

/** As a browser sends an origin, so that the two can be compared as texts. */
const WebOrigin = z
  .url({ protocol: /^https?$/, error: 'must be an http or https origin, such as https://app.example' })
  .max(maxOriginChars, `must be at most ${maxOriginChars} characters long`)
  .transform((url) => new URL(url).origin);

const within = ({ min, max }: { readonly min: number; readonly max: number }) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.int(error).min(min, error).max(max, error);
};

/** Of a proxy; with its credentials, where it has some. */
export const ProxyAddress = z
  .string()
  .max(2048)
  .refine(isProxyAddress, { error: `must be ${proxyRule}, or null` });

const CollectorAddress = z
  .string()
  .max(2048)
  .refine(isCollectorAddress, { error: `must be ${collectorRule}, or null` });

const MinuteOfDay = within({ min: 0, max: minutesADay - 1 });

/** What the user sets, wherever each member is kept: every change of it is told as one delta. Neither the key nor an id is in it. */
export const AppSettings = z.object({
  fastPolicy: FastPolicy,
  /** New turns are refused until the user resumes; running turns go on. Not kept over a restart. */
  paused: z.boolean(),
  /** Hidden then, in the tray only. The system keeps it, and may change it; null until the user has said. */
  startAtLogin: z.boolean().nullable(),
  /** How an account is chosen for a new session. */
  strategy: AccountStrategy,
  /** New sessions use this account while it can be used. */
  pinnedAccountId: z.string().max(200).nullable(),
  /** How accounts are named on the user's own screens, where they have no nickname: masked, up to the @, or whole. */
  accountNames: z.enum(accountNameStyles),
  /** Of the page: as the system, or always the same. */
  theme: z.enum(['system', 'light', 'dark']),
  /** The guide to the first turn is over. */
  guideDismissed: z.boolean(),
  /** What page, tray and notifications speak. */
  language: z.enum(languageChoices),
  /** Web origins that may call the proxy. */
  allowedOrigins: z.array(WebOrigin).max(maxOrigins, `must be at most ${maxOrigins} origins`),
  /** Sent for clients that are not Codex (S4). */
  originator: z.string().regex(originatorPattern, `must be ${originatorRule}`),
  /** The shape that clients which are not Codex are sent with. */
  codexProfile: ProfileChoice,
  /** Way out of every account that has none of its own; null follows HTTPS_PROXY and NO_PROXY, else the system. */
  proxyUrl: ProxyAddress.nullable(),
  /** Absolute path of a PEM file whose certificates are trusted beside the usual ones, upstream's and the issuer's. */
  caFile: z.string().min(1).max(4096).nullable(),
  /** Whether connections to upstream are opened before a turn wants them. */
  opensAhead: z.boolean(),
  /** Of newer versions of the desktop app: look for none, tell of them, or download them as well. */
  updates: z.enum(['off', 'tell', 'download']),
  /** What a plain click on the tray icon does, where the system does not open the menu by itself. */
  trayClick: z.enum(['open', 'fast']),
  /** Toggles fast mode from any program, in the form Electron takes; null is none. */
  fastShortcut: z
    .string()
    .refine(isShortcut, { error: `must be ${shortcutRule}, or null` })
    .nullable(),
  /** What the desktop's notifications are about. */
  notices: z.array(z.enum(noticeKinds)).max(noticeKinds.length),
  /** When no notification is shown; null is never. */
  quietHours: z.object({ fromMinute: MinuteOfDay, toMinute: MinuteOfDay }).nullable(),
  /** On macOS, what is left of the quota beside the icon. */
  menuBarQuota: z.boolean(),
  /** How long and how much of the turns is kept on the disk; the oldest go first. */
  traceDays: within(settingRanges.traceDays),
  traceTurns: within(settingRanges.traceTurns),
  traceMegabytes: within(settingRanges.traceMegabytes),
  /** Also bodies and frames, redacted. */
  traceBodies: z.boolean(),
  /** What tokens cost, for the usage screen. */
  usagePrices: UsagePrices,
  /** Whether turns are counted and can be looked at on `/metrics`. */
  metrics: z.boolean(),
  /** Base of a collector that a span of each turn is sent to over OTLP (HTTP, JSON); null sends nothing. */
  otlpEndpoint: CollectorAddress.nullable(),
});
export type AppSettings = z.infer<typeof AppSettings>;

/** Some of it: what is to be changed, or what has. A member that is named has a value. */
export const SettingsPatch = exactPartial(AppSettings.shape);

/** What the user can set, as kept in the data folder's settings file (0600: it holds the API key). */
export const Settings = z.object({
  version: z.literal(1),
  fastPolicy: FastPolicy,
  /** Opens the proxy routes to local clients; made at first start. */
  apiKey: z.string().regex(/^[A-Za-z0-9_-]{16,128}$/),
  /** Random id of this data folder, sent in the turn metadata of clients that have none. */
  installationId: z.uuid(),
  allowedOrigins: AppSettings.shape.allowedOrigins.default([]),
  originator: AppSettings.shape.originator.default('codex-toy-app-server'),
  codexProfile: AppSettings.shape.codexProfile.default('built-in'),
  strategy: AppSettings.shape.strategy.default('most-headroom'),
  pinnedAccountId: AppSettings.shape.pinnedAccountId.default(null),
  accountNames: AppSettings.shape.accountNames.default('name'),
  language: AppSettings.shape.language.default('system'),
  theme: AppSettings.shape.theme.default('system'),
  guideDismissed: AppSettings.shape.guideDismissed.default(false),
  /** Without its credentials, which `sealedProxy` has. */
  proxyUrl: AppSettings.shape.proxyUrl.default(null),
  /** The same address with them, as tokens are sealed. */
  sealedProxy: z.string().max(20_000).nullable().default(null),
  caFile: AppSettings.shape.caFile.default(null),
  opensAhead: AppSettings.shape.opensAhead.default(true),
  updates: AppSettings.shape.updates.default('tell'),
  trayClick: AppSettings.shape.trayClick.default('open'),
  fastShortcut: AppSettings.shape.fastShortcut.default(null),
  notices: AppSettings.shape.notices.default([...noticeKinds]),
  quietHours: AppSettings.shape.quietHours.default(null),
  menuBarQuota: AppSettings.shape.menuBarQuota.default(false),
  /** The newest version seen of a Codex client; none yet where it is null. */
  newestCodexVersion: z.string().max(20).nullable().default(null),
  /** The user has said whether to start at login. */
  autostartAsked: z.boolean().default(false),
  traceDays: AppSettings.shape.traceDays.default(30),
  traceTurns: AppSettings.shape.traceTurns.default(100_000),
  traceMegabytes: AppSettings.shape.traceMegabytes.default(256),
  traceBodies: AppSettings.shape.traceBodies.default(false),
  usagePrices: AppSettings.shape.usagePrices.default(noPrices),
  metrics: AppSettings.shape.metrics.default(false),
  /** Opens `/metrics` alone; made when it is first asked for. */
  metricsToken: z.string().min(20).max(100).nullable().default(null),
  otlpEndpoint: AppSettings.shape.otlpEndpoint.default(null),
});
export type Settings = z.infer<typeof Settings>;

function exactPartial<S extends Record<string, z.ZodType>>(shape: S) {
  const members = Object.entries(shape).map(([name, schema]) => [name, z.exactOptional(schema)]);
  return z.object(Object.fromEntries(members) as { [K in keyof S]: z.ZodExactOptional<S[K]> });
}
