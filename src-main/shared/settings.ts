import { z } from 'zod';
import { AccountStrategy, FastPolicy } from './model.ts';

/** What the Settings screen shows and changes. */
export const AppSettings = z.object({
  /** Web origins that may call the proxy. */
  allowedOrigins: z.array(z.url({ protocol: /^https?$/ }).max(300)).max(50),
  /** Sent for clients that are not Codex (S4). */
  originator: z.string().regex(/^[\x21-\x7e]{1,100}$/),
  /** Way out for every upstream request; null follows HTTPS_PROXY and NO_PROXY. */
  proxyUrl: z.url({ protocol: /^https?$/ }).nullable(),
  /** What a plain click on the tray icon does, where the system does not open the menu by itself. */
  trayClick: z.enum(['open', 'fast']),
  /** How long and how much of the turns is kept on the disk; the oldest go first. */
  traceDays: z.int().min(1).max(3650),
  traceTurns: z.int().min(1_000).max(1_000_000),
  traceMegabytes: z.int().min(16).max(10_000),
  /** Also bodies and frames, redacted. */
  traceBodies: z.boolean(),
});
export type AppSettings = z.infer<typeof AppSettings>;

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
  /** How an account is chosen for a new session. */
  strategy: AccountStrategy.default('most-headroom'),
  /** New sessions use this account while it can be used. */
  pinnedAccountId: z.string().max(200).nullable().default(null),
  proxyUrl: AppSettings.shape.proxyUrl.default(null),
  trayClick: AppSettings.shape.trayClick.default('open'),
  /** The user has said whether to start at login. */
  autostartAsked: z.boolean().default(false),
  traceDays: AppSettings.shape.traceDays.default(30),
  traceTurns: AppSettings.shape.traceTurns.default(100_000),
  traceMegabytes: AppSettings.shape.traceMegabytes.default(256),
  traceBodies: AppSettings.shape.traceBodies.default(false),
});
export type Settings = z.infer<typeof Settings>;
