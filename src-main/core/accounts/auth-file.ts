import { z } from 'zod';
import { SlipstreamError } from '../../shared/errors.ts';
import type { Account, AccountOrigin } from './account.ts';
import { newAccount } from './new-account.ts';

/** The official client's auth.json, as far as it matters here (PROTOCOL.md, Sign-in). */
const AuthFile = z.object({
  OPENAI_API_KEY: z.string().nullish(),
  tokens: z
    .object({
      id_token: z.string().min(1),
      access_token: z.string().min(1),
      refresh_token: z.string().nullish(),
      account_id: z.string().nullish(),
    })
    .nullish(),
});

function refuse(message: string): never {
  throw new SlipstreamError('account_file_invalid', { message });
}

function parseFile(text: string): z.infer<typeof AuthFile> {
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

/**
 * Reads an official auth.json (by copy). Throws `account_file_invalid` saying what is wrong with it.
 * `websockets` stays unset, which means yes (S1).
 */
export function parseAuthFile(text: string, origin: AccountOrigin, nowMs: number): Account {
  const { tokens, OPENAI_API_KEY } = parseFile(text);
  if (tokens === null || tokens === undefined) {
    refuse(
      typeof OPENAI_API_KEY === 'string'
        ? 'This file holds an API key, not a ChatGPT sign-in. Run "codex login" and choose ChatGPT.'
        : 'This file holds no tokens; the login may be stored in the system keyring. Sign in separately instead.',
    );
  }
  const result = newAccount({
    tokens: { accessToken: tokens.access_token, refreshToken: tokens.refresh_token ?? null, idToken: tokens.id_token },
    source: 'import',
    origin,
    nowMs,
    workspaceId: tokens.account_id ?? null,
  });
  if (result.ok) return result.account;
  if (result.lacks === 'sendable')
    refuse('The token or workspace in this file holds characters that no header can carry.');
  refuse(
    result.lacks === 'e-mail'
      ? 'The sign-in in this file names no e-mail address. Run "codex login" and import it again.'
      : 'The sign-in in this file names no workspace. Run "codex login" and import it again.',
  );
}
