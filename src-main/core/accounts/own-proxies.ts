import { BoundedMap } from '../bounded-map.ts';
import type { AccountStore } from './store.ts';

/** Far more than are removed while a turn of theirs still runs. */
const maxRemoved = 100;

/** The own way out of each account, also of one that was removed: what still runs for it goes no other way than it did. */
export class OwnProxies {
  readonly #store: Pick<AccountStore, 'get' | 'list'>;
  #present = new Map<string, string>();
  readonly #removed = new BoundedMap<string, string>(maxRemoved);

  /** Over accounts that are loaded. */
  constructor(store: Pick<AccountStore, 'get' | 'list' | 'onChange'>) {
    this.#store = store;
    this.#look();
    store.onChange(() => this.#look());
  }

  /** Null where it has none. */
  of(accountId: string): string | null {
    const account = this.#store.get(accountId);
    return account === null ? (this.#removed.get(accountId) ?? this.#present.get(accountId) ?? null) : account.proxyUrl;
  }

  #look(): void {
    for (const [id, proxyUrl] of this.#present) if (this.#store.get(id) === null) this.#removed.renew(id, proxyUrl);
    this.#present = new Map();
    for (const { id, proxyUrl } of this.#store.list()) {
      if (proxyUrl !== null) this.#present.set(id, proxyUrl);
      this.#removed.delete(id);
    }
  }
}
