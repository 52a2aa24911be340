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
});
export type Settings = z.infer<typeof Settings>;
