import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SlipstreamError } from '../../shared/errors.ts';
import { jsonValue } from '../../shared/json-value.ts';
import { Listeners } from '../../shared/listeners.ts';
import { said, saidInEnglish } from '../../shared/words/said.ts';
import type { Told } from '../../shared/words/told-text.ts';
import { writeProblem } from '../../shared/write-problem.ts';
import type { FileTrouble } from '../file-troubles.ts';
import { writeOwnerFile } from '../owner-file.ts';
import { checkPlainFile } from '../plain-file.ts';
import type { Clock, OpenedSecret, SecretBox } from '../ports.ts';
import { Remembered } from '../remembered.ts';
import type { StateFileHost } from '../state-file.ts';
import type { Account, AccountTokens, LockedAccount } from './account.ts';
import { type AccountFile, newestVersion, parseAccountFile } from './account-file.ts';
import { openAccountFolder } from './account-folder.ts';
import { readExpiry } from './claims.ts';

const Tokens = z.object({
  accessToken: z.string(),
  /** An empty one is none. */
  refreshToken: z
    .string()
    .nullable()
    .transform((token) => token || null),
  idToken: z.string(),
});

/** Sealed beside the tokens, for it may hold a password. */
const SealedProxy = z.object({ proxyUrl: z.string().nullable().catch(null) });

export interface StoreHost extends StateFileHost {
  readonly secrets: SecretBox;
  readonly clock: Clock;
  /** Writes a file whole and durably: temporary file, fsync, rename. Tests put crashes and full disks here. */
  readonly writeFile?: (path: string, text: string) => Promise<void>;
}

/** What may be changed of an account that is there. */
type AccountPatch = Partial<
  Pick<
    Account,
    | 'enabled'
    | 'websockets'
    | 'priority'
    | 'proxyUrl'
    | 'nickname'
    | 'plan'
    | 'link'
    | 'signedOut'
    | 'verdicts'
    | 'tokens'
  >
>;

interface UnreadFile {
  readonly kind: 'left' | 'damaged';
  readonly problem: Told;
}

/** What became of one file. */
type ReadFile =
  | { readonly kind: 'account'; readonly account: Account; readonly isStale: boolean }
  | UnreadFile
  | { readonly kind: 'locked'; readonly account: LockedAccount };

/** Account files in the data folder: one JSON file each, 0600, written atomically. */
export class AccountStore {
  readonly #folder: string;
  readonly #host: StoreHost;
  readonly #accounts = new Map<string, Account>();
  /** With the file of each. */
  readonly #locked = new Map<string, { readonly account: LockedAccount; readonly path: string }>();
  readonly #lists = new Remembered(() => {
    const opened: readonly Account[] = [...this.#accounts.values()].toSorted(byAge);
    return { opened, all: [...opened, ...this.locked()].toSorted(byAge) };
  });
  /** Paths of files that are not ours to change. */
  readonly #left = new Set<string>();
  readonly #listeners: Listeners;
  /** Changes happen one after another, so that none is lost and the last one said is the last one on disk. */
  #working: Promise<unknown> = Promise.resolve();

  constructor(host: StoreHost) {
    this.#host = host;
    this.#listeners = new Listeners(host.log);
    this.#folder = join(host.dataDir, 'accounts');
  }

  /**
   * Reads every account; returns, for people, why some are missing. A damaged file is set aside. One that cannot be read, or
   * is of a newer Slipstream, is left as it is; so is one whose tokens the box cannot open, or not yet: its account is locked.
   * Throws `store_unwritable`.
   */
  async load(): Promise<readonly Told[]> {
    const { paths, stuck } = await openAccountFolder(this.#folder).catch((cause: unknown) => {
      throw unwritable(this.#folder, cause);
    });
    const problems = stuck.map(({ path, target, trouble }) => {
      if (existsSync(target)) this.#left.add(target);
      return this.#tell(this.#leave(path, trouble));
    });
    for (const path of paths) problems.push(...(await this.#take(path)));
    return problems;
  }

  /** Opens what was locked and can be opened by now. */
  unlock(): Promise<void> {
    return this.#queue(async () => {
      for (const { path } of [...this.#locked.values()]) await this.#take(path);
      this.#changed();
    });
  }

  /** Accounts that are here and cannot be opened, oldest first. */
  locked(): readonly LockedAccount[] {
    return [...this.#locked.values()].map(({ account }) => account).toSorted(byAge);
  }

  /** All accounts, oldest first. */
  list(): readonly Account[] {
    return this.#lists.value.opened;
  }

  /** Opened and locked ones, oldest first. */
  all(): readonly LockedAccount[] {
    return this.#lists.value.all;
  }

  get(id: string): Account | null {
    return this.#accounts.get(id) ?? null;
  }

  /** Whether there is such an account, locked or not. */
  has(id: string): boolean {
    return this.#accounts.has(id) || this.#locked.has(id);
  }

  /** The account. Throws `account_unknown`, and `secrets_locked` where it is locked. */
  require(id: string): Account {
    const account = this.#accounts.get(id);
    if (account === undefined) throw new SlipstreamError(this.#locked.has(id) ? 'secrets_locked' : 'account_unknown');
    return account;
  }

  /** Adds an account, or renews the tokens of one that is there, locked or not: what its owner set is kept (S1). */
  add(account: Account): Promise<Account> {
    return this.#queue(() => {
      const opened = this.#accounts.get(account.id);
      const before = opened ?? this.#locked.get(account.id)?.account;
      return this.#write(
        before === undefined
          ? account
          : {
              ...account,
              enabled: before.enabled,
              websockets: account.websockets ?? before.websockets,
              priority: before.priority,
              nickname: before.nickname,
              proxyUrl: account.proxyUrl ?? opened?.proxyUrl ?? null,
              addedAt: before.addedAt,
            },
      );
    });
  }

  /**
   * Changes an account; a `change` that is a function gets the account as the changes before this one have left it. An account
   * that gets other tokens is no longer signed out. Throws `account_unknown`, `secrets_locked`, `store_unwritable`.
   */
  update(id: string, change: AccountPatch | ((now: Account) => AccountPatch)): Promise<Account> {
    return this.#queue(() => {
      const now = this.require(id);
      const patch = typeof change === 'function' ? change(now) : change;
      const updated = { ...now, ...patch };
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
      const path = this.#locked.get(id)?.path ?? this.#path(this.require(id).id);
      await rm(path, { force: true }).catch((cause: unknown) => {
        throw unwritable(path, cause);
      });
      this.#accounts.delete(id);
      this.#locked.delete(id);
      this.#changed();
    });
  }

  /** Calls back after every change; returns its undo. */
  onChange(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Resolves once what was asked for until now is on disk, or has failed. */
  async idle(): Promise<void> {
    await this.#working;
  }

  #path(id: string): string {
    return join(this.#folder, `${id}.json`);
  }

  /** Reads one file into what is known; answers why there is no account of it. */
  async #take(path: string): Promise<readonly Told[]> {
    const read = await this.#read(path);
    switch (read.kind) {
      case 'locked':
        this.#locked.set(read.account.id, { account: read.account, path });
        this.#lists.forget();
        return [];
      case 'account':
        this.#locked.delete(read.account.id);
        this.#accounts.set(read.account.id, read.account);
        this.#lists.forget();
        if (read.isStale) await this.#reseal(read.account);
        return [];
      case 'left':
      case 'damaged':
        if (read.kind === 'left') this.#left.add(path);
        return [this.#tell(read)];
    }
  }

  #tell({ kind, problem }: UnreadFile): Told {
    this.#host.log[kind === 'left' ? 'warn' : 'error'](saidInEnglish(problem).message);
    return problem;
  }

  /** The old seal still opens: where this fails, the next change of the account or the next start does it. */
  async #reseal(account: Account): Promise<void> {
    try {
      await this.#write(account);
    } catch (error) {
      this.#host.log.warn('Tokens could not be sealed again with the new key.', { error });
    }
  }

  async #read(path: string): Promise<ReadFile> {
    let text: string;
    try {
      checkPlainFile(path);
      text = await readFile(path, 'utf8');
    } catch (cause) {
      return this.#leave(path, { why: 'refused', cause: writeProblem(cause) });
    }
    const parsed = parseAccountFile(text);
    if (parsed.kind === 'newer') return this.#leave(path, { why: 'newer' });
    if (parsed.kind === 'damaged') return this.#damaged(path);
    const { sealedTokens, version: _version, ...facts } = parsed.file;
    let opened: OpenedSecret;
    try {
      opened = await this.#host.secrets.open(sealedTokens);
    } catch (error) {
      if (!(error instanceof SlipstreamError) || error.code !== 'secrets_locked') throw error;
      return { kind: 'locked', account: facts };
    }
    const sealed = jsonValue(opened.plain);
    const tokens = Tokens.safeParse(sealed);
    if (!tokens.success) return this.#damaged(path);
    const { proxyUrl } = SealedProxy.parse(sealed);
    const tokenExpiresAt = readExpiry(tokens.data.accessToken) ?? facts.tokenExpiresAt;
    const account = { ...facts, proxyUrl, tokens: tokens.data, tokenExpiresAt };
    return { kind: 'account', account, isStale: opened.isStale };
  }

  async #damaged(path: string): Promise<UnreadFile> {
    try {
      return { kind: 'damaged', problem: await this.#putAside(path, 'damaged') };
    } catch {
      return this.#leave(path, { why: 'damaged' });
    }
  }

  async #putAside(path: string, why: 'damaged' | 'left'): Promise<Told> {
    const aside = `${path}.${why}-${this.#host.clock.epochMs()}`;
    await rename(path, aside);
    return this.#host.troubles.noteAside('accounts', path, aside);
  }

  #leave(path: string, trouble: FileTrouble): UnreadFile {
    return { kind: 'left', problem: this.#host.troubles.note('accounts', path, trouble) };
  }

  async #write(account: Account): Promise<Account> {
    const { tokens, verdicts, proxyUrl, ...facts } = account;
    const sealedTokens = await this.#host.secrets.seal(
      JSON.stringify({ ...tokens, ...(proxyUrl === null ? {} : { proxyUrl }) }),
    );
    const file = { version: newestVersion, ...facts, verdicts: [...verdicts], sealedTokens } satisfies AccountFile;
    const path = this.#path(account.id);
    try {
      if (this.#left.delete(path)) await this.#putAside(path, 'left');
      await (this.#host.writeFile ?? writeOwnerFile)(path, JSON.stringify(file, null, 2));
    } catch (cause) {
      throw unwritable(path, cause);
    }
    this.#locked.delete(account.id);
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
    this.#lists.forget();
    this.#listeners.tell();
  }
}

function byAge(a: LockedAccount, b: LockedAccount): number {
  return a.addedAt - b.addedAt || a.id.localeCompare(b.id);
}

function unwritable(path: string, cause: unknown): SlipstreamError {
  return new SlipstreamError('store_unwritable', {
    ...said('failures.write', { path, why: writeProblem(cause) }),
    cause,
  });
}
