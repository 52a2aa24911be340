import { z } from 'zod';
import { ProxyAddress } from './settings.ts';

/** What is to be tried: the way that would be taken were this address set, for an account or for all. */
export const WayTestRequest = z.object({
  /** Null: the setting that holds for all. */
  accountId: z.string().max(200).nullable(),
  /** As typed, or as shown with its stand-ins; null: none of its own. */
  proxyUrl: ProxyAddress.nullable(),
});

const WayProblem = z.object({
  kind: z.enum(['credentials', 'closed', 'untrusted', 'name', 'refused', 'network', 'timeout', 'other']),
  /** In the words of the system or the library; no credentials are in it. */
  detail: z.string(),
});
export type WayProblem = z.infer<typeof WayProblem>;

const WayTestHost = z.object({
  host: z.string(),
  tookMs: z.number(),
  /** Null where the host was reached. */
  problem: WayProblem.nullable(),
});
export type WayTestHost = z.infer<typeof WayTestHost>;

/** What came of it. Nobody but upstream and the issuer is asked, and neither is told who asks. */
export const WayTest = z.object({
  /** User and password hidden; null: straight. */
  proxyUrl: z.string().nullable(),
  decidedBy: z.enum(['account', 'settings', 'environment', 'system', 'nobody']),
  hosts: z.array(WayTestHost),
});
export type WayTest = z.infer<typeof WayTest>;
