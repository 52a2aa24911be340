import { z } from 'zod';
import { FastPolicy } from './model.ts';

/** What the user can set, as kept in the data folder's settings file (0600: it holds the API key). */
export const Settings = z.object({
  version: z.literal(1),
  fastPolicy: FastPolicy,
  /** Opens the proxy routes to local clients; made at first start. */
  apiKey: z.string().regex(/^[A-Za-z0-9_-]{16,128}$/),
  /** Random id of this data folder, sent in the turn metadata of clients that have none. */
  installationId: z.uuid(),
  /** Web origins that may call the proxy. */
  allowedOrigins: z.array(z.string().max(300)).max(50),
  /** Sent for clients that are not Codex. */
  originator: z.string().regex(/^[\x21-\x7e]{1,100}$/),
});
export type Settings = z.infer<typeof Settings>;
