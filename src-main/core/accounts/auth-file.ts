import { z } from 'zod';
import { tell } from '../../shared/words/told.ts';
import type { Account, AccountOrigin } from './account.ts';
import { newAccount } from './new-account.ts';
import { refuseFile } from './refuse-file.ts';

/** The official client's auth.json, as far as it matters here (PROTOCOL.md, Sign-in). */
const AuthFile = z.object({
  auth_mode: z.string().nullish().catch(null),
  OPENAI_API_KEY: z.string().nullish().catch(null),
  personal_access_token: z.unknown().optional(),
  agent_identity: z.unknown().optional(),
  tokens: z
    .object({
      id_token: z.string().nullish(),
      access_token: z.string().nullish(),
      refresh_token: z.string().nullish(),
      account_id: z.string().nullish(),
    })
    .nullish(),
});
type AuthFile = z.infer<typeof AuthFile>;

function parseFile(text: string): AuthFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    refuseFile(tell('failures.import.json'));
  }
  const parsed = AuthFile.safeParse(json);
  if (!parsed.success) refuseFile(tell('failures.import.damaged'));
  return parsed.data;
}

const mend = tell('failures.import.chatgpt');

/** What a file without ChatGPT tokens holds instead, in the order in which the official client looks. */
function refuseOtherKind({ auth_mode: mode, OPENAI_API_KEY: key, ...file }: AuthFile): never {
  const said = mode?.toLowerCase().replaceAll(/[^a-z]/g, '') ?? '';
  if (file.personal_access_token != null || said.includes('personalaccesstoken') || said === 'pat')
    refuseFile(tell('failures.import.pat', { mend }));
  if (file.agent_identity != null || said.includes('agent')) refuseFile(tell('failures.import.agent', { mend }));
  if (key || said.includes('apikey')) refuseFile(tell('failures.import.key', { mend }));
  if (said.startsWith('chatgpt') || said === '') refuseFile(tell('failures.import.empty'));
  refuseFile(tell('failures.import.way', { way: String(mode?.slice(0, 40)), mend }));
}

/**
 * Reads an official auth.json (by copy). Throws `account_file_invalid` saying what is wrong with it.
 * `websockets` stays unset, which means yes (S1).
 */
export function parseAuthFile(text: string, origin: AccountOrigin, nowMs: number): Account {
  const file = parseFile(text);
  const { tokens } = file;
  if (!tokens) refuseOtherKind(file);
  const { id_token: idToken, access_token: accessToken } = tokens;
  if (!accessToken) refuseFile(tell('failures.import.damaged'));
  const result = newAccount({
    tokens: { accessToken, refreshToken: tokens.refresh_token ?? null, idToken: idToken ?? '' },
    source: 'import',
    origin,
    nowMs,
    workspaceId: tokens.account_id ?? null,
    mayBeNameless: true,
  });
  if (result.ok) return result.account;
  refuseFile(tell('failures.import.header'));
}
