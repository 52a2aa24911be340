import type { Account, AccountHealth, AccountOrigin } from '../../src-main/core/accounts/account.ts';
import type { AccountFacts } from '../../src-main/core/accounts/account-view.ts';
import { Accounts } from '../../src-main/core/accounts/accounts.ts';
import { AccountStore, type StoreHost } from '../../src-main/core/accounts/store.ts';
import { plainSecrets } from '../../src-main/node/secrets.ts';
import { recordingLog, troublesIn } from '../support/host.ts';

/** Accounts and tokens for tests; nothing here is a credential of anyone. */

export const origin: AccountOrigin = { upstream: 'http://upstream.test/codex', issuer: 'http://issuer.test' };

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JWT with these claims and a signature of noise. */
export function jwt(claims: unknown): string {
  return `${encode({ alg: 'RS256' })}.${encode(claims)}.c2lnbmF0dXJl`;
}

export interface IdClaims {
  readonly email?: unknown;
  readonly plan?: unknown;
  readonly workspaceId?: unknown;
}

export function idToken({ email = 'ann@example.test', plan = 'plus', workspaceId = 'ws-1' }: IdClaims = {}): string {
  const auth = { chatgpt_account_id: workspaceId, chatgpt_plan_type: plan };
  return jwt({ ...(email === null ? {} : { email }), 'https://api.openai.com/auth': auth });
}

export interface AuthFileParts {
  readonly idToken?: string;
  readonly accessToken?: string;
  readonly refreshToken?: string | null;
  readonly accountId?: string | null;
}

/** The text of an official auth.json. */
export function authFile(parts: AuthFileParts = {}): string {
  const { accountId = 'ws-1', refreshToken = 'rt_refresh-token-1' } = parts;
  return JSON.stringify({
    OPENAI_API_KEY: null,
    tokens: {
      id_token: parts.idToken ?? idToken(),
      access_token: parts.accessToken ?? jwt({ exp: 2_000_000_000 }),
      refresh_token: refreshToken,
      account_id: accountId,
    },
    last_refresh: '2026-11-23T10:00:00Z',
  });
}

export function account(id: string, more: Partial<Account> = {}): Account {
  return {
    id,
    email: `${id}@example.test`,
    workspaceId: `workspace-${id}`,
    plan: 'plus',
    source: 'import',
    origin,
    enabled: true,
    websockets: null,
    priority: 0,
    nickname: null,
    proxyUrl: null,
    link: null,
    addedAt: 1_000,
    signedOut: null,
    verdicts: [],
    tokens: { accessToken: jwt({ exp: 2_000_000_000 }), refreshToken: 'rt_1234567890', idToken: idToken() },
    tokenExpiresAt: 2_000_000_000_000,
    ...more,
  };
}

export const healthy: AccountHealth = {
  usage: null,
  cooldownUntil: null,
  avoidUntil: null,
  wayRestsUntil: null,
  signedOut: null,
  verdicts: [],
};

/** Health of an account that has used so many per cent of its windows. */
export function used(primary: number | null, secondary: number | null = null): AccountHealth {
  const window = (percent: number | null) =>
    percent === null ? null : { usedPercent: percent, windowMinutes: 300, resetAt: null };
  return { ...healthy, usage: { primary: window(primary), secondary: window(secondary), readAt: 0 } };
}

/** Accounts whose files go nowhere, or to `writeFile`; `more` listens to them. */
export function accountsInMemory(
  clock: StoreHost['clock'],
  more: Partial<ConstructorParameters<typeof Accounts>[0]> & Pick<StoreHost, 'writeFile'> = {},
) {
  const { writeFile = async () => {}, ...parts } = more;
  const store = new AccountStore({
    dataDir: '/nowhere',
    troubles: troublesIn('/nowhere'),
    secrets: plainSecrets,
    clock,
    log: recordingLog(),
    writeFile,
  });
  const accounts = new Accounts({
    store,
    clock,
    log: recordingLog(),
    origin,
    encrypted: () => false,
    policy: () => ({ strategy: 'most-headroom', pinnedAccountId: null }),
    ...parts,
  });
  return { store, accounts };
}

/** All that a screen is told a healthy account by, `account('one')`, at this time. */
export function accountFacts(
  nowMs: number,
  more: Partial<AccountFacts> = {},
  health: Partial<AccountHealth> = {},
): AccountFacts {
  return {
    account: account('one'),
    health: { ...healthy, ...health },
    belongsHere: true,
    linkState: 'ok',
    trouble: null,
    wayTrouble: null,
    usageTrouble: null,
    workspace: null,
    label: 'on…@e…',
    overHttp: null,
    encrypted: false,
    nowMs,
    ...more,
  };
}
