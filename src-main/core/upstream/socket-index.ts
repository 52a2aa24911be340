interface Filed {
  readonly key: string;
  readonly accountId: string;
}

/** Sockets by key and by account, so that no look-up walks those of others. */
export class SocketIndex<S extends Filed> {
  readonly #all = new Set<S>();
  readonly #byKey = new Map<string, Set<S>>();
  readonly #byAccount = new Map<string, Set<S>>();

  get size(): number {
    return this.#all.size;
  }

  add(socket: S): void {
    this.#all.add(socket);
    file(this.#byKey, socket.key, socket);
    file(this.#byAccount, socket.accountId, socket);
  }

  delete(socket: S): void {
    this.#all.delete(socket);
    unfile(this.#byKey, socket.key, socket);
    unfile(this.#byAccount, socket.accountId, socket);
  }

  /** All of them, as they are now: they may be closed while it is walked. */
  list(): readonly S[] {
    return [...this.#all];
  }

  ofKey(key: string): ReadonlySet<S> {
    return this.#byKey.get(key) ?? none;
  }

  ofAccount(accountId: string): ReadonlySet<S> {
    return this.#byAccount.get(accountId) ?? none;
  }
}

const none: ReadonlySet<never> = new Set();

function file<S>(sets: Map<string, Set<S>>, name: string, socket: S): void {
  const set = sets.get(name);
  if (set === undefined) sets.set(name, new Set([socket]));
  else set.add(socket);
}

function unfile<S>(sets: Map<string, Set<S>>, name: string, socket: S): void {
  const set = sets.get(name);
  set?.delete(socket);
  if (set?.size === 0) sets.delete(name);
}
