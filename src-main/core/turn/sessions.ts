import { validate as isUuid, v7 as uuidV7 } from 'uuid';

const maxSessions = 10_000;

/** A client's conversation, as far as later turns depend on it. */
export interface Session {
  /** The effective session id that upstream sees: always a UUID. */
  readonly id: string;
  /** The client named no conversation, so nothing will come back to this session. */
  readonly isOneOff: boolean;
  /** Account of its last turn. */
  accountId: string | null;
}

/** Sessions by affinity key. One-off sessions are not kept; the least recently used goes first. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();

  get size(): number {
    return this.#sessions.size;
  }

  /** The session of a key, new or known; a key of null gives a one-off session. */
  resolve(key: string | null): Session {
    if (key === null) return { id: uuidV7(), isOneOff: true, accountId: null };
    const known = this.#sessions.get(key);
    const session = known ?? { id: isUuid(key) ? key : uuidV7(), isOneOff: false, accountId: null };
    this.#sessions.delete(key);
    this.#sessions.set(key, session);
    const oldest = this.#sessions.keys().next();
    if (this.#sessions.size > maxSessions && !oldest.done) this.#sessions.delete(oldest.value);
    return session;
  }
}
