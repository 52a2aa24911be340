import type { AccountLinkView } from '../../shared/account-model.ts';
import { SlipstreamError } from '../../shared/errors.ts';
import { said, saidInEnglish } from '../../shared/words/said.ts';
import { tell } from '../../shared/words/told.ts';
import { othersWords, type Told } from '../../shared/words/told-text.ts';
import { pause } from '../in-time.ts';
import type { Clock, Logger } from '../ports.ts';
import { SingleFlight } from '../single-flight.ts';
import { type Account, type AccountLink, type AccountOrigin, type AccountTokens, belongsTo } from './account.ts';
import { LinkWatch } from './link-watch.ts';
import {
  checkLinkPath,
  fileStamp,
  type LinkedContent,
  readLinkedFile,
  tokenHash,
  type WriteLinkedFile,
  writeLinkedTokens,
} from './linked-file.ts';
import type { AccountStore } from './store.ts';

/** A file that is being written looks damaged for a moment. */
const settleMs = 100;
const settleTries = 5;
/** How often, and how long, the file is looked at for what another program has just renewed. */
const newerPollMs = 250;

export type LinkState = AccountLinkView['state'];

export interface LinkedParts {
  readonly store: AccountStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly origin: AccountOrigin;
  /**
   * What became of a file, and whether other tokens were taken from it. Every state but `ok` and `unsaved` means that the
   * account cannot be used.
   */
  readonly noteState: (accountId: string, state: LinkState, isRenewed: boolean) => void;
  /** Tests put crashes here. */
  readonly writeFile?: WriteLinkedFile;
}

/** A linked account; its link is not null. */
type Linked<A> = A & { readonly link: AccountLink };

/** Whether an account shares its auth.json with the Codex command. */
export function isLinked<A extends Pick<Account, 'link'>>(account: A): account is Linked<A> {
  return account.link !== null;
}

/** Accounts that share an auth.json with the Codex command: reads what it wrote, and writes what was renewed here. */
export class LinkedAccounts {
  readonly #parts: LinkedParts;
  readonly #watch: LinkWatch;
  /** What each file looked like when it was read last. */
  readonly #stamps = new Map<string, string | null>();
  readonly #checking = new SingleFlight<Account>();

  constructor(parts: LinkedParts) {
    this.#parts = parts;
    this.#watch = new LinkWatch(parts.clock, (id) => {
      const account = parts.store.get(id);
      if (account !== null && isLinked(account)) void this.current(account).catch(() => {});
    });
    parts.store.onChange(() => this.#watchAll());
  }

  /** Links a file. Throws `link_invalid` saying why it cannot be, `store_unwritable`. */
  async link(path: string): Promise<Account> {
    const { store, origin, clock } = this.#parts;
    const content = await this.#readSettled(checkLinkPath(path));
    if (content.kind === 'missing') {
      throw new SlipstreamError('link_invalid', said('failures.link.none', { path }));
    }
    if (content.kind === 'unreadable') throw new SlipstreamError('link_invalid', saidInEnglish(content.told));
    if (content.account.tokens.refreshToken === null) {
      throw new SlipstreamError('link_invalid', said('failures.link.noRefresh', { path }));
    }
    const before = store.get(content.account.id);
    if (before !== null && isLinked(before) && isSpent(content.account.tokens.refreshToken, before.link.spentHash)) {
      // What the file has was renewed here already, and it could not be written.
      return this.reread(await this.#repoint(before, path));
    }
    const linked = await store.add({
      ...content.account,
      source: 'linked',
      link: { path, spentHash: null },
      addedAt: clock.epochMs(),
      origin,
    });
    this.#parts.noteState(linked.id, 'ok', true);
    return linked;
  }

  /** Looks at every linked file: at the start, and now and then where a folder cannot be watched. */
  async checkAll(): Promise<void> {
    this.#watchAll();
    await Promise.allSettled(this.#linked().map((account) => this.current(account)));
  }

  /** The account as its file has it now; only read where the file has changed. Throws `account_signed_out`. */
  async current(account: Linked<Account>): Promise<Account> {
    const stamp = await fileStamp(account.link.path);
    const isKnown = stamp !== null && stamp === this.#stamps.get(account.id) && account.link.spentHash === null;
    return isKnown ? (this.#parts.store.get(account.id) ?? account) : this.reread(account);
  }

  /** Reads the file whatever it looks like, takes in what is new there, and puts in what it has yet to take. */
  reread(account: Linked<Account>): Promise<Account> {
    return this.#checking.run(account.id, () => this.#reread(account));
  }

  /**
   * Keeps tokens that were just renewed: first here, which is the journal, then in the file. A file that cannot be written
   * keeps its old tokens, is tried again, and is reported.
   */
  async renew(account: Linked<Account>, tokens: AccountTokens, spentToken: string): Promise<Account> {
    const link = { ...account.link, spentHash: tokenHash(spentToken) };
    const journaled = await this.#parts.store.update(account.id, { tokens, link });
    // One that has read the file before is not to write it beside this one.
    await this.#checking.idle(account.id);
    return isLinked(journaled) ? this.reread(journaled) : journaled;
  }

  /** Puts renewed tokens into a file that is linked no more, if it still has those they replaced. Never rejects. */
  async handBack({ id, link: { path } }: Linked<Account>, tokens: AccountTokens, spentToken: string): Promise<void> {
    const { clock, log, writeFile } = this.#parts;
    await writeLinkedTokens(path, tokens, tokenHash(spentToken), clock.epochMs(), writeFile).catch((error: unknown) => {
      log.warn('A file that was linked could not be given its renewed tokens.', { account: id, error });
    });
  }

  /** Waits for another program to put other tokens into the file; null where none came. */
  async newer(account: Linked<Account>, waitMs: number): Promise<Account | null> {
    for (let waitedMs = 0; ; waitedMs += newerPollMs) {
      const now = await this.reread(account).catch(() => null);
      if (now !== null && now.tokens.accessToken !== account.tokens.accessToken) return now;
      if (waitedMs >= waitMs) return null;
      await pause(this.#parts.clock, newerPollMs);
    }
  }

  stop(): void {
    this.#watch.stop();
  }

  async #reread(given: Linked<Account>): Promise<Account> {
    const { store, noteState } = this.#parts;
    const stamp = await fileStamp(given.link.path);
    const content = await this.#readSettled(given.link.path);
    const account = store.get(given.id);
    if (account === null) throw new SlipstreamError('account_unknown');
    // It was unlinked, or signed in separately, meanwhile.
    if (!isLinked(account)) return account;
    if (content.kind !== 'ok') return this.#lost(account, content.kind);
    const { account: found } = content;
    if (found.id !== account.id) return this.#lost(account, 'other-account');
    const { refreshToken } = found.tokens;
    const { spentHash } = account.link;
    if (spentHash !== null && isSpent(refreshToken, spentHash)) return this.#save(account, spentHash);
    this.#stamps.set(account.id, stamp);
    const isSame =
      found.tokens.accessToken === account.tokens.accessToken && refreshToken === account.tokens.refreshToken;
    const adopted =
      isSame && spentHash === null
        ? account
        : await store.update(account.id, { tokens: found.tokens, link: { ...account.link, spentHash: null } });
    noteState(account.id, 'ok', !isSame);
    return adopted;
  }

  /** Puts the renewed tokens into the file, which still has those they replaced. */
  async #save(account: Linked<Account>, spentHash: string): Promise<Account> {
    const { store, clock, log, noteState, writeFile } = this.#parts;
    const { path } = account.link;
    try {
      const isWritten = await writeLinkedTokens(path, account.tokens, spentHash, clock.epochMs(), writeFile);
      if (!isWritten) return await this.#reread(account);
    } catch (error) {
      log.warn('A linked file could not be written; it is tried again.', { account: account.id, error });
      noteState(account.id, 'unsaved', false);
      return account;
    }
    this.#stamps.set(account.id, await fileStamp(path));
    // Renewed once more meanwhile, it has other tokens to put into the file, which that renewal does.
    const saved = await store.update(account.id, (now) =>
      now.link?.spentHash === spentHash ? { link: { path, spentHash: null } } : {},
    );
    noteState(account.id, 'ok', false);
    return saved;
  }

  async #repoint(account: Linked<Account>, path: string): Promise<Linked<Account>> {
    const moved = await this.#parts.store.update(account.id, { link: { ...account.link, path } });
    return isLinked(moved) ? moved : account;
  }

  #lost(account: Linked<Account>, state: Exclude<LinkState, 'ok' | 'unsaved'>): never {
    this.#stamps.delete(account.id);
    this.#parts.noteState(account.id, state, false);
    throw new SlipstreamError(
      'account_signed_out',
      saidInEnglish(linkProblem(state, account.link.path) ?? othersWords('')),
    );
  }

  async #readSettled(path: string): Promise<LinkedContent> {
    const { origin, clock } = this.#parts;
    for (let tries = 1; ; tries += 1) {
      const content = await readLinkedFile(path, origin, clock.epochMs());
      if (content.kind !== 'unreadable' || tries >= settleTries) return content;
      await pause(clock, settleMs);
    }
  }

  #watchAll(): void {
    this.#watch.set(this.#linked().map(({ id, link }) => ({ id, path: link.path })));
  }

  /** Those of this upstream: a file says nothing of which it is for, so others' would look like another account's. */
  #linked(): Linked<Account>[] {
    const { store, origin } = this.#parts;
    return store
      .list()
      .filter((account): account is Linked<Account> => isLinked(account) && belongsTo(account, origin));
  }
}

function isSpent(refreshToken: string | null, spentHash: string | null): boolean {
  return refreshToken !== null && tokenHash(refreshToken) === spentHash;
}

/** What is wrong with a link and how to mend it, as a told text; null where nothing is. */
export function linkProblem(state: LinkState, path: string): Told | null {
  switch (state) {
    case 'ok':
      return null;
    case 'unsaved':
      return tell('troubles.link.unsaved', { path });
    case 'missing':
      return tell('troubles.link.missing', { path });
    case 'unreadable':
      return tell('troubles.link.unreadable', { path });
    case 'other-account':
      return tell('troubles.link.otherAccount', { path });
  }
}
