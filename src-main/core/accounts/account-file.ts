import { z } from 'zod';
import { plainName } from '../../shared/visible-text.ts';
import { type JsonObject, parseJsonObject } from '../json.ts';
import { Verdict } from './verdicts.ts';

/** One account on disk, newest version. `sealedTokens` is what the host's secret box made of the tokens. */
export const AccountFile = z.object({
  version: z.literal(5),
  id: z.string().regex(/^[0-9a-f]{16}$/),
  email: z.string(),
  workspaceId: z.string(),
  plan: z.string().nullable(),
  source: z.enum(['import', 'browser', 'device', 'linked', 'demo']),
  origin: z.object({ upstream: z.string(), issuer: z.string() }),
  enabled: z.boolean(),
  websockets: z.boolean().nullable(),
  priority: z.int(),
  nickname: z
    .string()
    .nullable()
    .transform((name) => plainName(name ?? '') || null),
  link: z.object({ path: z.string(), spentHash: z.string().nullable() }).nullable(),
  addedAt: z.number(),
  signedOut: z.enum(['token', 'file']).nullable(),
  /** One of a kind that this version does not know is nothing to lose the account for. */
  verdicts: z.array(z.unknown()).transform((list) => list.flatMap((entry) => Verdict.safeParse(entry).data ?? [])),
  /** For tokens that do not say when they end. */
  tokenExpiresAt: z.number().nullable(),
  sealedTokens: z.string(),
});
export type AccountFile = z.infer<typeof AccountFile>;

export const newestVersion = 5;

/** Steps from each old version to the next; a file is rewritten when its account changes next. */
const migrations: Readonly<Record<number, (file: JsonObject) => JsonObject>> = {
  // 1: no priority, no links, and the expiry was always read from the token.
  1: (file) => ({ ...file, version: 2, priority: 0, link: null, tokenExpiresAt: null }),
  // 2: whether an account is signed out was forgotten at exit.
  2: (file) => ({ ...file, version: 3, signedOut: null }),
  // 3: what upstream had said of an account was forgotten at exit.
  3: (file) => ({ ...file, version: 4, verdicts: [] }),
  // 4: accounts had no nicknames.
  4: (file) => ({ ...file, version: 5, nickname: null }),
};

export type ParsedAccountFile =
  | { readonly kind: 'ok'; readonly file: AccountFile }
  | { readonly kind: 'damaged' }
  /** Written by a newer Slipstream: not ours to touch. */
  | { readonly kind: 'newer' };

/** Reads the text of an account file of any version. */
export function parseAccountFile(text: string): ParsedAccountFile {
  let file = parseJsonObject(text);
  for (let version = versionOf(file); file !== null && version < newestVersion; version = versionOf(file)) {
    file = migrations[version]?.(file) ?? null;
  }
  if (file !== null && versionOf(file) > newestVersion) return { kind: 'newer' };
  const parsed = AccountFile.safeParse(file);
  return parsed.success ? { kind: 'ok', file: parsed.data } : { kind: 'damaged' };
}

function versionOf(file: JsonObject | null): number {
  return typeof file?.version === 'number' ? file.version : 0;
}
