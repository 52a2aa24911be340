import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { SlipstreamError } from '../../shared/errors.ts';
import type { Clock, Logger, SecretBox } from '../ports.ts';
import type { Account, AccountTokens } from './account.ts';
import { readExpiry } from './claims.ts';

/** One account on disk. `sealedTokens` is what the host's secret box made of the tokens. */
const AccountFile = z.object({
  version: z.literal(1),
  id: z.string().regex(/^[0-9a-f]{16}$/),
  email: z.string(),
  workspaceId: z.string(),
  plan: z.string().nullable(),
  source: z.enum(['import', 'browser', 'device', 'linked', 'demo']),
  origin: z.object({ upstream: z.string(), issuer: z.string() }),
  enabled: z.boolean(),
  websockets: z.boolean().nullable(),
  addedAt: z.number(),
  sealedTokens: z.string(),
});

const Tokens = z.object({ accessToken: z.string(), refreshToken: z.string().nullable(), idToken: z.string() });

interface StoreHost {
  readonly dataDir: string;
  readonly secrets: SecretBox;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Account files in the data folder: one JSON file each, 0600, written atomically. */
export class AccountStore {
  readonly #folder: string;
  readonly #host: StoreHost;
  readonly #accounts = new Map<string, Account>();
  readonly #listeners = new Set<() => void>();
  /** Writes happen one after another, so that the last one said is the last one on disk. */
  #writing: Promise<void> = Promise.resolve();

  constructor(host: StoreHost) {
    this.#host = host;
    this.#folder = join(host.dataDir, 'accounts');
  }

  /** Reads every account. A damaged file is set aside and logged; the others load. Throws `secrets_locked`. */
  async load(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#folder)) {
      if (!name.endsWith('.json')) continue;
      const account = await this.#read(join(this.#folder, name));
      if (account !== null) this.#accounts.set(account.id, account);
    }
  }

  /** All accounts, oldest first. */
  list(): readonly Account[] {
    return [...this.#accounts.values()].toSorted((a, b) => a.addedAt - b.addedAt || a.id.localeCompare(b.id));
  }

  get(id: string): Account | null {
    return this.#accounts.get(id) ?? null;
  }

  /** Adds an account, or renews the tokens of one that is there: what its owner set is kept (S1). */
  async add(account: Account): Promise<Account> {
    const before = this.#accounts.get(account.id);
    const merged =
      before === undefined
        ? account
        : {
            ...account,
            enabled: before.enabled,
            websockets: account.websockets ?? before.websockets,
            addedAt: before.addedAt,
          };
    await this.#write(merged);
    return merged;
  }

  /** Changes what its owner may set. Throws `account_unknown`. */
  async update(id: string, patch: Partial<Pick<Account, 'enabled' | 'websockets'>>): Promise<Account> {
    const updated = { ...this.#require(id), ...patch };
    await this.#write(updated);
    return updated;
  }

  /** Puts renewed tokens on disk before anyone uses them. Throws `account_unknown` when the account was removed meanwhile. */
  async renew(id: string, tokens: AccountTokens): Promise<Account> {
    const renewed = { ...this.#require(id), tokens, tokenExpiresAt: readExpiry(tokens.accessToken) };
    await this.#write(renewed);
    return renewed;
  }

  /** Removes an account and its file. Throws `account_unknown`. */
  async remove(id: string): Promise<void> {
    this.#require(id);
    await this.#queue(() => rm(this.#path(id), { force: true }));
    this.#accounts.delete(id);
    this.#changed();
  }

  /** Calls back after every change; returns its undo. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #require(id: string): Account {
    const account = this.#accounts.get(id);
    if (account === undefined) throw new SlipstreamError('account_unknown');
    return account;
  }

  #path(id: string): string {
    return join(this.#folder, `${id}.json`);
  }

  async #read(path: string): Promise<Account | null> {
    const parsed = AccountFile.safeParse(await readJson(path));
    if (!parsed.success) return this.#setAside(path);
    const { sealedTokens, version: _version, ...facts } = parsed.data;
    const opened = await this.#host.secrets.open(sealedTokens);
    const tokens = Tokens.safeParse(safeJson(opened));
    if (!tokens.success) return this.#setAside(path);
    return { ...facts, tokens: tokens.data, tokenExpiresAt: readExpiry(tokens.data.accessToken) };
  }

  async #setAside(path: string): Promise<null> {
    const aside = `${path}.damaged-${this.#host.clock.epochMs()}`;
    await rename(path, aside);
    this.#host.log.error('An account file is damaged and was set aside; sign in again or restore it.', { file: aside });
    return null;
  }

  async #write(account: Account): Promise<void> {
    const { tokens, tokenExpiresAt: _derived, ...facts } = account;
    const sealedTokens = await this.#host.secrets.seal(JSON.stringify(tokens satisfies AccountTokens));
    const text = JSON.stringify({ version: 1, ...facts, sealedTokens } satisfies z.infer<typeof AccountFile>, null, 2);
    await this.#queue(() => writeFileAtomic(this.#path(account.id), text, { mode: 0o600 }));
    this.#accounts.set(account.id, account);
    this.#changed();
  }

  #queue(action: () => Promise<void>): Promise<void> {
    const result = this.#writing.then(action).catch((cause: unknown) => {
      throw new SlipstreamError('store_unwritable', { cause });
    });
    this.#writing = result.catch(() => {});
    return result;
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

async function readJson(path: string): Promise<unknown> {
  return safeJson(await readFile(path, 'utf8'));
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
