import { z } from 'zod';
import { SlipstreamError } from '../../shared/errors.ts';
import type { Account, AccountOrigin } from './account.ts';
import { newAccount } from './new-account.ts';

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

function refuse(message: string): never {
  throw new SlipstreamError('account_file_invalid', { message });
}

function parseFile(text: string): AuthFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    refuse('This file is not JSON. Give the auth.json that "codex login" writes, usually ~/.codex/auth.json.');
  }
  const parsed = AuthFile.safeParse(json);
  if (!parsed.success)
    refuse(
      'This file is not a Codex sign-in: its tokens are missing or damaged. Run "codex login" and import it again.',
    );
  return parsed.data;
}

const chatGptOnly = 'Slipstream needs a ChatGPT sign-in: run "codex login" and choose ChatGPT, or sign in here.';

/** What a file without ChatGPT tokens holds instead, in the order in which the official client looks. */
function refuseOtherKind({ auth_mode: mode, OPENAI_API_KEY: key, ...file }: AuthFile): never {
  const said = mode?.toLowerCase().replaceAll(/[^a-z]/g, '') ?? '';
  if (file.personal_access_token != null || said.includes('personalaccesstoken') || said === 'pat')
    refuse(`This file holds a personal access token, which has no account to renew. ${chatGptOnly}`);
  if (file.agent_identity != null || said.includes('agent'))
    refuse(`This file holds an agent identity, whose requests only Codex can sign. ${chatGptOnly}`);
  if (key || said.includes('apikey')) refuse(`This file holds an API key, not a ChatGPT sign-in. ${chatGptOnly}`);
  if (said.startsWith('chatgpt') || said === '')
    refuse(
      'This file holds no tokens. Codex was signed out, or keeps its login in the system keyring (cli_auth_credentials_store in its config.toml). Sign in separately instead.',
    );
  refuse(`This file is for a way to sign in ("${mode?.slice(0, 40)}") that Slipstream does not know. ${chatGptOnly}`);
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
  if (!accessToken)
    refuse(
      'This file is not a Codex sign-in: its tokens are missing or damaged. Run "codex login" and import it again.',
    );
  const result = newAccount({
    tokens: { accessToken, refreshToken: tokens.refresh_token ?? null, idToken: idToken ?? '' },
    source: 'import',
    origin,
    nowMs,
    workspaceId: tokens.account_id ?? null,
    mayBeNameless: true,
  });
  if (result.ok) return result.account;
  refuse('The token or workspace in this file holds characters that no header can carry.');
}
