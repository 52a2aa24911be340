import { hash, randomBytes, randomUUID } from 'node:crypto';
import { SlipstreamError } from '../../shared/errors.ts';
import { type KeyFacts, type KeyView, maxKeys, StoredKey } from '../../shared/key-model.ts';
import { said } from '../../shared/words/said.ts';
import { writeProblem } from '../../shared/write-problem.ts';
import type { KeyPass } from '../key-pass.ts';
import { writeOwnerFile } from '../owner-file.ts';
import type { Clock, Logger, Timer } from '../ports.ts';
import { openStateFile, type StateFile, type StateFileHost } from '../state-file.ts';
import { checkExpiry, checkLimits, checkTurn, dayOf, usedToday } from './key-rules.ts';

/** What is counted goes to the disk that often at most. */
const writeEveryMs = 5_000;
const version = 1;

interface BookHost extends StateFileHost {
  readonly clock: Clock;
  readonly log: Logger;
}

const digestOf = (key: string) => hash('sha256', key, 'hex');

/** API keys beside the first one: hashes alone on disk, for a key has 256 bits of chance and needs no slow hash. */
export class KeyBook {
  readonly #host: BookHost;
  readonly #file: StateFile;
  #keys = new Map<string, StoredKey>();
  /** Ids, by the hash of the key and by its name. */
  #byHash: ReadonlyMap<string, string> = new Map();
  #byName: ReadonlyMap<string, string> = new Map();
  /** By id, what each is called now, or was when it was revoked. */
  readonly #names = new Map<string, string>();
  #timer: Timer | null = null;
  #writing: Promise<void> = Promise.resolve();
  /** Changes by people, one after another: one that cannot be kept is taken back alone. */
  #changing: Promise<void> = Promise.resolve();

  /** Reads the file. Never throws; no key of one that cannot be read opens anything. */
  constructor(host: BookHost) {
    this.#host = host;
    this.#file = openStateFile({ ...host, kind: 'keys', version });
    const kept = this.#file.content?.keys;
    const keys = Array.isArray(kept) ? kept.flatMap((key) => StoredKey.safeParse(key).data ?? []) : [];
    this.#hold(keys);
    const isWhole = Array.isArray(kept) && kept.length === keys.length;
    if (this.#file.content !== null && !isWhole) this.#file.keepCopy();
  }

  /** Whether there is any, so that others need not be asked. */
  get isEmpty(): boolean {
    return this.#keys.size === 0;
  }

  /** The pass of a key that a client sent; null for one that is none. Throws `key_expired`. */
  find(given: string): KeyPass | null {
    if (this.isEmpty) return null;
    // How long it takes tells of the hash alone, which nobody who guesses can steer.
    const found = this.#keys.get(this.#byHash.get(digestOf(given)) ?? '');
    if (found === undefined) return null;
    checkExpiry(found, this.#host.clock.epochMs());
    return this.#passOf(found.id);
  }

  list(): KeyView[] {
    const nowMs = this.#host.clock.epochMs();
    return [...this.#keys.values()].map((key) => {
      const { hash: _hash, used: _used, ...facts } = key;
      return { ...facts, usedToday: usedToday(key, nowMs) };
    });
  }

  /** Makes a key; its text is told only now. Throws `key_name_taken`, `key_too_many`, `store_unwritable`. */
  async create(facts: KeyFacts): Promise<string> {
    const key = `sk-slip-${randomBytes(32).toString('base64url')}`;
    const nowMs = this.#host.clock.epochMs();
    const stored: StoredKey = {
      ...facts,
      id: randomUUID(),
      hash: digestOf(key),
      createdAt: nowMs,
      lastUsedAt: null,
      used: { day: dayOf(nowMs), requests: 0, tokens: 0 },
    };
    await this.#set((keys) => {
      if (keys.length >= maxKeys) throw new SlipstreamError('key_too_many');
      this.#checkName(facts.name, null);
      return [...keys, stored];
    });
    return key;
  }

  /** Changes what a key may do. Throws `key_unknown`, `key_name_taken`, `store_unwritable`. */
  async update(id: string, facts: KeyFacts): Promise<void> {
    await this.#set((keys) => {
      this.#require(id);
      this.#checkName(facts.name, id);
      return keys.map((key) => (key.id === id ? { ...key, ...facts } : key));
    });
  }

  /** Takes a key away for good; returns its name. Throws `key_unknown`, `store_unwritable`. */
  async revoke(id: string): Promise<string> {
    let name = '';
    await this.#set((keys) => {
      ({ name } = this.#require(id));
      return keys.filter((key) => key.id !== id);
    });
    return name;
  }

  /** Takes the tokens that a turn of a key uses, whatever the key is called by then. */
  meterOf(name: string): (tokens: number) => void {
    const id = this.#byName.get(name) ?? '';
    return (tokens) => this.#count(this.#keys.get(id), { requests: 0, tokens });
  }

  /** Writes what waits. */
  async close(): Promise<void> {
    if (this.#timer !== null) this.#write();
    await this.#writing;
  }

  #passOf(id: string): KeyPass {
    const names = this.#names;
    const now = (): StoredKey => {
      const key = this.#keys.get(id);
      // It may have been revoked since, on a websocket that stayed open.
      if (key === undefined) throw new SlipstreamError('key_wrong');
      return key;
    };
    const nowMs = () => this.#host.clock.epochMs();
    return {
      // A websocket that stays open may outlive the key's name.
      name: () => names.get(id) ?? '',
      mayAsk: (model) => this.#keys.get(id)?.models?.includes(model) ?? true,
      mayUse: (tier) => this.#keys.get(id)?.tiers?.includes(tier) ?? true,
      check: () => checkExpiry(now(), nowMs()),
      admit: ({ counts, ...asked }) => {
        const key = now();
        checkTurn(key, asked, nowMs());
        if (counts) this.#count(key, { requests: 1, tokens: 0 });
      },
      admitRelay: () => {
        const key = now();
        checkExpiry(key, nowMs());
        if (key.models !== null || key.tiers !== null) {
          throw new SlipstreamError('key_model_refused', {
            ...said('failures.turn.key.relay'),
          });
        }
        checkLimits(key, nowMs());
        this.#count(key, { requests: 1, tokens: 0 });
      },
    };
  }

  #count(key: StoredKey | undefined, more: { readonly requests: number; readonly tokens: number }): void {
    if (key === undefined) return;
    const nowMs = this.#host.clock.epochMs();
    const before = usedToday(key, nowMs);
    const used = {
      day: dayOf(nowMs),
      requests: before.requests + more.requests,
      tokens: before.tokens + more.tokens,
    };
    this.#keys.set(key.id, { ...key, used, lastUsedAt: nowMs });
    this.#timer ??= this.#host.clock.after(writeEveryMs, () => this.#write());
  }

  #require(id: string): StoredKey {
    const key = this.#keys.get(id);
    if (key === undefined) throw new SlipstreamError('key_unknown');
    return key;
  }

  /** Traces and figures go by the name. */
  #checkName(name: string, exceptId: string | null): void {
    const isTaken = [...this.#keys.values()].some(
      (key) => key.id !== exceptId && key.name.toLowerCase() === name.toLowerCase(),
    );
    if (isTaken) throw new SlipstreamError('key_name_taken');
  }

  #hold(keys: readonly StoredKey[]): void {
    this.#keys = new Map(keys.map((key) => [key.id, key]));
    this.#byHash = new Map(keys.map((key) => [key.hash, key.id]));
    this.#byName = new Map(keys.map((key) => [key.name, key.id]));
    for (const { id, name } of keys) this.#names.set(id, name);
  }

  #set(change: (keys: readonly StoredKey[]) => readonly StoredKey[]): Promise<void> {
    const changed = this.#changing.then(() => this.#change(change));
    this.#changing = changed.catch(() => {});
    return changed;
  }

  async #change(change: (keys: readonly StoredKey[]) => readonly StoredKey[]): Promise<void> {
    const before = [...this.#keys.values()];
    this.#hold(change(before));
    try {
      await this.#toDisk();
    } catch (cause) {
      // What was counted meanwhile stays.
      this.#hold(before.map((key) => ({ ...key, used: this.#keys.get(key.id)?.used ?? key.used })));
      const { path, leftAlone } = this.#file;
      const words =
        leftAlone === null
          ? said('failures.write', { path, why: writeProblem(cause) })
          : said('failures.left', { path, why: leftAlone });
      throw new SlipstreamError('store_unwritable', { ...words, cause });
    }
  }

  #write(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#toDisk().catch((error: unknown) => this.#host.log.warn('What keys have used could not be kept.', { error }));
  }

  /** One after another; each writes what is so when its turn comes. */
  #toDisk(): Promise<void> {
    const written = this.#writing.then(() => {
      if (this.#file.leftAlone !== null) throw new Error(this.#file.leftAlone);
      const text = JSON.stringify({ version, keys: [...this.#keys.values()] }, null, 2);
      return writeOwnerFile(this.#file.path, text);
    });
    this.#writing = written.catch(() => {});
    return written;
  }
}
