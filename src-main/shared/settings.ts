import { z } from 'zod';
import { AccountStrategy, FastPolicy } from './model.ts';

/** What the user can set, as kept in the data folder's settings file (0600: it holds the API key). */
export const Settings = z.object({
  version: z.literal(1),
  fastPolicy: FastPolicy,
  /** Opens the proxy routes to local clients; made at first start. */
  apiKey: z.string().regex(/^[A-Za-z0-9_-]{16,128}$/),
  /** Random id of this data folder, sent in the turn metadata of clients that have none. */
  installationId: z.uuid(),
  /** Web origins that may call the proxy. */
  allowedOrigins: z.array(z.string().max(300)).max(50).default([]),
  /** Sent for clients that are not Codex. */
  originator: z
    .string()
    .regex(/^[\x21-\x7e]{1,100}$/)
    .default('codex-toy-app-server'),
  /** How an account is chosen for a new session. */
  strategy: AccountStrategy.default('most-headroom'),
  /** New sessions use this account while it can be used. */
  pinnedAccountId: z.string().max(200).nullable().default(null),
  /** Way out for every upstream request; null follows HTTPS_PROXY and NO_PROXY. */
  proxyUrl: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null),
});
export type Settings = z.infer<typeof Settings>;
