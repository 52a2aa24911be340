import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { SlipstreamError } from '../../shared/errors.ts';
import type { Clock, Logger, SecretBox } from '../ports.ts';
import type { Account, AccountTokens } from './account.ts';
import { type AccountFile, newestVersion, parseAccountFile } from './account-file.ts';
import { readExpiry } from './claims.ts';

const Tokens = z.object({ accessToken: z.string(), refreshToken: z.string().nullable(), idToken: z.string() });

export interface StoreHost {
  readonly dataDir: string;
  readonly secrets: SecretBox;
  readonly clock: Clock;
  readonly log: Logger;
  /** Writes a file whole and durably: temporary file, fsync, rename. Tests put crashes and full disks here. */
  readonly writeFile?: (path: string, text: string) => Promise<void>;
}

const writeOwnerFile = (path: string, text: string) => writeFileAtomic(path, text, { mode: 0o600 });

/** As write-file-atomic names the file it renames into place. */
const temporaryName = /^([0-9a-f]{16}\.json)\.\d+$/;

/** What may be changed of an account that is there. */
type AccountPatch = Partial<
  Pick<Account, 'enabled' | 'websockets' | 'priority' | 'plan' | 'link' | 'signedOut' | 'tokens'>
>;

/** Account files in the data folder: one JSON file each, 0600, written atomically. */
export class AccountStore {
  readonly #folder: string;
  readonly #host: StoreHost;
  readonly #accounts = new Map<string, Account>();
  readonly #listeners = new Set<() => void>();
  /** Changes happen one after another, so that none is lost and the last one said is the last one on disk. */
  #working: Promise<unknown> = Promise.resolve();

  constructor(host: StoreHost) {
    this.#host = host;
    this.#folder = join(host.dataDir, 'accounts');
  }

  /** Reads every account. A damaged file is set aside and logged; the others load. Throws `secrets_locked`, `store_unwritable`. */
  async load(): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    } catch (cause) {
      throw unwritable(this.#folder, cause);
    }
    await this.#finishWrites();
    for (const entry of await readdir(this.#folder, { withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.json')) continue;
      const account = await this.#read(join(this.#folder, entry.name));
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
  add(account: Account): Promise<Account> {
    return this.#queue(() => {
      const before = this.#accounts.get(account.id);
      return this.#write(
        before === undefined
          ? account
          : {
              ...account,
              enabled: before.enabled,
              websockets: account.websockets ?? before.websockets,
              priority: before.priority,
              addedAt: before.addedAt,
            },
      );
    });
  }

  /** Changes an account; one that gets other tokens is not signed out any more. Throws `account_unknown`, `store_unwritable`. */
  update(id: string, patch: AccountPatch): Promise<Account> {
    return this.#queue(() => {
      const updated = { ...this.#require(id), ...patch };
      const { tokens } = patch;
      return this.#write(
        tokens === undefined
          ? updated
          : { ...updated, signedOut: null, tokenExpiresAt: readExpiry(tokens.accessToken) },
      );
    });
  }

  /** Puts renewed tokens on disk before anyone uses them. Throws `account_unknown` when the account was removed meanwhile. */
  renew(id: string, tokens: AccountTokens): Promise<Account> {
    return this.update(id, { tokens });
  }

  /** Removes an account and its file. Throws `account_unknown`. */
  remove(id: string): Promise<void> {
    return this.#queue(async () => {
      this.#require(id);
      const path = this.#path(id);
      await rm(path, { force: true }).catch((cause: unknown) => {
        throw unwritable(path, cause);
      });
      this.#accounts.delete(id);
      this.#changed();
    });
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
    const parsed = parseAccountFile(await readFile(path, 'utf8'));
    if (parsed.kind === 'newer') {
      this.#host.log.warn('An account file was written by a newer Slipstream and is left alone.', { file: path });
      return null;
    }
    if (parsed.kind === 'damaged') return this.#setAside(path);
    const { sealedTokens, version: _version, ...facts } = parsed.file;
    const tokens = Tokens.safeParse(safeJson(await this.#host.secrets.open(sealedTokens)));
    if (!tokens.success) return this.#setAside(path);
    const tokenExpiresAt = readExpiry(tokens.data.accessToken) ?? facts.tokenExpiresAt;
    return { ...facts, tokens: tokens.data, tokenExpiresAt };
  }

  /**
   * Ends what a crash interrupted. A temporary file that is whole holds what was said last, perhaps the only copy of a
   * rotated token, and takes its place; one that is not is removed, for tokens are in it.
   */
  async #finishWrites(): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      const target = temporaryName.exec(name)?.[1];
      if (target === undefined) continue;
      const path = join(this.#folder, name);
      const parsed = parseAccountFile(await readFile(path, 'utf8'));
      const isWhole = parsed.kind === 'ok' && `${parsed.file.id}.json` === target;
      await (isWhole ? rename(path, join(this.#folder, target)) : rm(path, { force: true }));
    }
  }

  async #setAside(path: string): Promise<null> {
    const aside = `${path}.damaged-${this.#host.clock.epochMs()}`;
    await rename(path, aside);
    this.#host.log.error('An account file is damaged and was set aside; sign in again or restore it.', { file: aside });
    return null;
  }

  async #write(account: Account): Promise<Account> {
    const { tokens, ...facts } = account;
    const sealedTokens = await this.#host.secrets.seal(JSON.stringify(tokens satisfies AccountTokens));
    const text = JSON.stringify({ version: newestVersion, ...facts, sealedTokens } satisfies AccountFile, null, 2);
    const path = this.#path(account.id);
    try {
      await (this.#host.writeFile ?? writeOwnerFile)(path, text);
    } catch (cause) {
      throw unwritable(path, cause);
    }
    this.#accounts.set(account.id, account);
    this.#changed();
    return account;
  }

  #queue<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#working.then(action);
    this.#working = result.catch(() => {});
    return result;
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** What stands in the way of a write, for people. */
const writeProblems: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'its permissions do not allow it',
  EPERM: 'its permissions do not allow it',
  EROFS: 'the disk is read-only',
};

function unwritable(path: string, cause: unknown): SlipstreamError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const why = writeProblems[code] ?? (code === '' ? 'the system does not allow it' : code);
  return new SlipstreamError('store_unwritable', {
    message: `${path} cannot be written: ${why}. Nothing was changed.`,
    cause,
  });
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
