import { validate as isUuid, v7 as uuidV7 } from 'uuid';
import { BoundedMap } from '../bounded-map.ts';

const maxSessions = 10_000;

/** A client's conversation, as far as later turns depend on it. */
export class Session {
  /** The effective session id that upstream sees: always a UUID. */
  readonly id: string;
  /** The client named no conversation, so nothing will come back to this session. */
  readonly isOneOff: boolean;
  #accountId: string | null = null;
  #hasCompaction = false;

  constructor(id: string, isOneOff: boolean) {
    this.id = id;
    this.isOneOff = isOneOff;
  }

  /** Account of its last turn. */
  get accountId(): string | null {
    return this.#accountId;
  }

  /** Its history holds a compaction item, which only the account that made it can read. */
  get hasCompaction(): boolean {
    return this.#hasCompaction;
  }

  /** An account serves it from now on; null: whichever comes next. */
  moveTo(accountId: string | null): void {
    this.#accountId = accountId;
  }

  noteCompaction(): void {
    this.#hasCompaction = true;
  }
}

/** A session that nothing names; with `id`, one that goes on. */
export function oneOffSession(id: string = uuidV7()): Session {
  return new Session(id, true);
}

/** Sessions by affinity key. One-off sessions are not kept; the least recently used goes first. */
export class Sessions {
  readonly #sessions = new BoundedMap<string, Session>(maxSessions);

  get size(): number {
    return this.#sessions.size;
  }

  /** The session of a key, new or known. */
  resolve(key: string): Session {
    const known = this.#sessions.get(key);
    const session = known ?? new Session(isUuid(key) ? key : uuidV7(), false);
    this.#sessions.renew(key, session);
    return session;
  }

  /** Forgets a session that nothing will come back to. */
  forget(key: string): void {
    this.#sessions.delete(key);
  }
}
