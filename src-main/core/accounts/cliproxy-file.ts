import { maxNicknameChars } from '../../shared/account-model.ts';
import { isProxyAddress } from '../../shared/proxy-address.ts';
import { plainName } from '../../shared/visible-text.ts';
import { tell } from '../../shared/words/told.ts';
import { type JsonObject, numberMember, objectMember, textMember } from '../json.ts';
import type { Account, AccountOrigin } from './account.ts';
import { newAccount } from './new-account.ts';
import { refuseFile } from './refuse-file.ts';

/** Names CLIProxyAPI has used for the end of a token, at the top or under `token` (PROTOCOL.md, Sign-in). */
const expiryNames = ['expired', 'expire', 'expires_at', 'expiresAt', 'expiry', 'expires'];

/** Older files write `access-token` for `access_token`. */
function withoutKebab(file: JsonObject): JsonObject {
  const renamed = Object.entries(file).map(([name, value]) => [name.replaceAll('-', '_'), value]);
  // What is written the right way wins.
  return { ...Object.fromEntries(renamed), ...file };
}

/** Whether a JSON object is a CLIProxyAPI `codex-*.json` file. */
export function isCliproxyFile(file: JsonObject): boolean {
  const { type, access_token } = withoutKebab(file);
  return typeof type === 'string' || typeof access_token === 'string';
}

/** Flags are booleans or texts. */
function flag(file: JsonObject, name: string): boolean | null {
  const value = file[name];
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.trim().toLowerCase() : null;
  return text === 'true' ? true : text === 'false' ? false : null;
}

/** A whole number, or one as a text. */
function wholeNumber(file: JsonObject, name: string): number | null {
  const text = textMember(file, name)?.trim() ?? '';
  return numberMember(file, name) ?? (/^[+-]?\d+$/.test(text) ? Number(text) : null);
}

/** What its owner called it, where a screen can show that. */
function nicknameOf(label: string | null): string | null {
  const text = plainName(label ?? '');
  return text !== '' && text.length <= maxNicknameChars && /^\P{Cc}*$/u.test(text) ? text : null;
}

/** "direct" and "none", which go past every proxy, have no equal here. */
function proxyOf(address: string | null): string | null {
  return address !== null && address.length <= 2048 && isProxyAddress(address) ? address : null;
}

/** No date is later. */
const latestMs = 8_640_000_000_000_000;

/** A time as RFC 3339, or as a number of seconds or milliseconds, also as a text. */
function time(file: JsonObject, name: string): number | null {
  const text = textMember(file, name);
  const value = numberMember(file, name) ?? (text !== null && /^\d+$/.test(text) ? Number(text) : null);
  const parsed = text === null ? Number.NaN : Date.parse(text);
  const epochMs = value === null ? parsed : value < 1e11 ? value * 1000 : value;
  return epochMs > 0 && epochMs <= latestMs ? epochMs : null;
}

/**
 * Reads a CLIProxyAPI file (by copy): its tokens, and what its owner set of `websockets`, `disabled`,
 * `priority`, `proxy_url` and `label` (S1).
 * Throws `account_file_invalid` saying what is wrong with it.
 */
export function parseCliproxyFile(given: JsonObject, origin: AccountOrigin, nowMs: number): Account {
  const file = withoutKebab(given);
  const nested = withoutKebab(objectMember(file, 'token') ?? {});
  const type = textMember(file, 'type');
  if (type !== null && type !== 'codex') refuseFile(tell('failures.import.cliproxy.type', { type: type.slice(0, 40) }));
  const text = (name: string) => textMember(file, name) || textMember(nested, name) || null;
  const accessToken = text('access_token');
  const idToken = text('id_token');
  if (accessToken === null || idToken === null) refuseFile(tell('failures.import.cliproxy.tokens'));
  const result = newAccount({
    tokens: { accessToken, refreshToken: text('refresh_token'), idToken },
    source: 'import',
    origin,
    nowMs,
    workspaceId: text('account_id'),
    email: text('email'),
  });
  if (!result.ok && result.lacks === 'sendable') refuseFile(tell('failures.import.header'));
  if (!result.ok) refuseFile(tell(`failures.import.cliproxy.${result.lacks === 'e-mail' ? 'email' : 'workspace'}`));
  const expiry = [file, nested]
    .flatMap((place) => expiryNames.map((name) => time(place, name)))
    .find((at) => at !== null);
  const { account } = result;
  return {
    ...account,
    enabled: flag(file, 'disabled') !== true,
    websockets: flag(file, 'websockets'),
    nickname: nicknameOf(text('label')),
    proxyUrl: proxyOf(text('proxy_url')),
    priority: Math.trunc(Math.max(-100, Math.min(100, wholeNumber(file, 'priority') ?? 0))),
    tokenExpiresAt: account.tokenExpiresAt ?? expiry ?? null,
  };
}
