/** Simulated ChatGPT workspaces: their ids, tokens, quota and switches. */
import { newSecret, newUuid } from '../ids.ts';
import { CLIENT_ID, type TokenRegistry, type TokenSet } from './tokens.ts';
import { AccountUsage, type UsageSeed } from './usage.ts';

export interface AccountSeed {
  readonly id?: string;
  readonly email?: string;
  /** Give several accounts one user to have several workspaces under one e-mail. */
  readonly userId?: string;
  readonly plan?: string;
  /** false: upgrades of this account are answered 426. */
  readonly websockets?: boolean;
  /** What accounts/check says, and what upgrades must then carry (PROTOCOL.md, Side endpoints). */
  readonly routingOverride?: string;
  /** What accounts/check calls the workspace. */
  readonly workspaceName?: string;
  readonly usage?: UsageSeed;
  /** The first access token has expired already. */
  readonly expired?: boolean;
  readonly tokenLifetimeMs?: number;
}

export const DEFAULT_TOKEN_LIFETIME_MS = 10 * 24 * 3600 * 1000;

/** What an account asks of the simulator it lives in. */
export interface AccountHost {
  readonly tokens: TokenRegistry;
  readonly issuerUrl: () => string;
  /** Approves a device sign-in; false if the code is unknown. */
  readonly approveDevice: (account: SimulatedAccount, userCode: string) => boolean;
}

export class SimulatedAccount {
  readonly id: string;
  readonly email: string;
  readonly userId: string;
  readonly plan: string;
  readonly usage: AccountUsage;
  websockets: boolean;
  routingOverride: string | undefined;
  readonly workspaceName: string | null;
  #host: AccountHost;
  #current: TokenSet;

  constructor(host: AccountHost, seed: AccountSeed, ordinal: number) {
    this.#host = host;
    this.id = seed.id ?? newUuid();
    this.email = seed.email ?? `person${ordinal}@example.test`;
    this.userId = seed.userId ?? `user-${newSecret(12)}`;
    this.plan = seed.plan ?? 'plus';
    this.usage = new AccountUsage(seed.usage);
    this.websockets = seed.websockets ?? true;
    this.routingOverride = seed.routingOverride;
    this.workspaceName = seed.workspaceName ?? null;
    const lifetimeMs = seed.expired ? -60_000 : (seed.tokenLifetimeMs ?? DEFAULT_TOKEN_LIFETIME_MS);
    this.#current = host.tokens.issue(this, lifetimeMs);
  }

  /** The newest tokens issued to this account, by whatever way. */
  get tokens(): TokenSet {
    return this.#current;
  }

  get accessToken(): string {
    return this.#current.accessToken;
  }

  get refreshToken(): string {
    return this.#current.refreshToken;
  }

  get idToken(): string {
    return this.#current.idToken;
  }

  /** A new sign-in's tokens; the older ones stay good. */
  issueTokens(lifetimeMs = DEFAULT_TOKEN_LIFETIME_MS): TokenSet {
    this.#current = this.#host.tokens.issue(this, lifetimeMs);
    return this.#current;
  }

  /** Remembers tokens that the issuer minted in a rotation. */
  adopt(tokens: TokenSet): void {
    this.#current = tokens;
  }

  /** All access tokens of this account stop working at once, as after "sign out everywhere". */
  invalidateAccess(): void {
    this.#host.tokens.revokeAccess({ accountId: this.id });
  }

  /** The refresh token held now will be refused with `refresh_token_expired` or `_invalidated`. */
  spoilRefresh(state: 'expired' | 'invalidated'): void {
    this.#host.tokens.setRefreshState(this.refreshToken, state);
  }

  exhaust(options: { resetsAt?: number; at?: 'turn' | 'upgrade' } = {}): void {
    this.usage.exhaust(options);
  }

  resetUsage(): void {
    this.usage.reset();
  }

  /** Says yes to the device sign-in that shows `userCode`, as this account. */
  approveDevice(userCode: string): boolean {
    return this.#host.approveDevice(this, userCode);
  }

  /** The text of an official `~/.codex/auth.json` for this account (PROTOCOL.md, Sign-in). */
  authJson(): string {
    const auth = {
      auth_mode: 'chatgpt',
      OPENAI_API_KEY: null,
      tokens: {
        id_token: this.idToken,
        access_token: this.accessToken,
        refresh_token: this.refreshToken,
        oauth_provenance: { issuer: this.#host.issuerUrl(), client_id: CLIENT_ID },
        login_owner_id: newSecret(32),
        account_id: this.id,
      },
      last_refresh: new Date().toISOString().replace('Z', '000000Z'),
    };
    return `${JSON.stringify(auth, null, 2)}\n`;
  }
}

export class AccountRegistry {
  #byId = new Map<string, SimulatedAccount>();

  get all(): readonly SimulatedAccount[] {
    return [...this.#byId.values()];
  }

  add(account: SimulatedAccount): void {
    if (this.#byId.has(account.id)) throw new Error(`there is already an account ${account.id}`);
    this.#byId.set(account.id, account);
  }

  get(id: string): SimulatedAccount | undefined {
    return this.#byId.get(id);
  }

  /** The workspaces of the user this account belongs to. */
  workspacesOf(account: SimulatedAccount): SimulatedAccount[] {
    return this.all.filter((other) => other.userId === account.userId);
  }
}
