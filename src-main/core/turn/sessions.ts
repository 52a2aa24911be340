import { hash as hashOnce } from 'node:crypto';
import { validate as isUuid } from 'uuid';
import { BoundedMap } from '../bounded-map.ts';
import { timeId } from '../time-id.ts';

const maxSessions = 10_000;
/** Of textual names that an id was minted for. */
const maxNames = 2_000;
/** Of places in conversations that nothing names. */
const maxPlaces = 4_000;
/** Of one conversation, so that a long one does not crowd out the others. */
const maxPlacesEach = 8;
/** A first question, its answer, and the second as the client tells both. */
const beginningPlaces = 3;
/** 132 bits of a hash in base64. */
const hashChars = 22;

/** A client's conversation, as far as later turns depend on it. */
export class Session {
  /** The client has no say in its id. */
  readonly isMinted: boolean;
  #id: string;
  #isUnheard: boolean;
  #isOneOff: boolean;
  #accountId: string | null = null;
  #hasSealed = false;

  constructor(id: string, isOneOff: boolean, minted: 'now' | 'before' | null) {
    this.#id = id;
    this.#isOneOff = isOneOff;
    this.isMinted = minted !== null;
    this.#isUnheard = minted === 'now';
  }

  /** The effective session id that upstream sees: always a UUID. */
  get id(): string {
    return this.#id;
  }

  /** Upstream has heard nothing of it, and its id may still become another. */
  get isUnheard(): boolean {
    return this.#isUnheard;
  }

  /** Upstream is about to hear of it: by this id, which stays. Only while it is unheard. */
  heardAs(id: string): void {
    this.#id = id;
    this.#isUnheard = false;
  }

  /** The client named no conversation, and none has gone on from it so far. */
  get isOneOff(): boolean {
    return this.#isOneOff;
  }

  /** Account of its last turn. */
  get accountId(): string | null {
    return this.#accountId;
  }

  /** Its history holds what only the account that sealed it can read: a compaction item, or a message of another agent. */
  get hasSealed(): boolean {
    return this.#hasSealed;
  }

  /** A second turn has come. */
  goOn(): void {
    this.#isOneOff = false;
  }

  /** An account serves it from now on; null: whichever comes next. */
  moveTo(accountId: string | null): void {
    this.#accountId = accountId;
  }

  noteSealed(): void {
    this.#hasSealed = true;
  }
}

/** A session that nothing names. */
export function oneOffSession(id: string = timeId()): Session {
  return new Session(id, true, 'now');
}

/** Ids by what they were minted for, oldest first: hashes of names, and of conversations up to some item. */
export interface KeptIds {
  readonly names: readonly (readonly [hash: string, id: string])[];
  readonly places: readonly (readonly [hash: string, id: string])[];
}

/** What a request that names no conversation says of it. */
export interface NamelessQuestion {
  /** Of all that was said, up to and with each item. */
  readonly prefixes: readonly { readonly hash: string }[];
  /** The user has spoken in it. */
  readonly hasUser: boolean;
  /** Hash of what stays the same in one conversation, on any account. */
  readonly factsHash: string;
}

function short(hash: string): string {
  return hash.slice(0, hashChars);
}

/**
 * Knows which conversation a turn belongs to, by the client's name for it or by what was said in it; whether it can be
 * extended is for `Chains`. One-off sessions leave no more than a place to go on from; the least recently used goes first.
 */
export class Sessions {
  readonly #sessions = new BoundedMap<string, Session>(maxSessions);
  readonly #names = new BoundedMap<string, string>(maxNames);
  readonly #places = new BoundedMap<string, Session>(maxPlaces);
  readonly #placesOf = new WeakMap<Session, readonly string[]>();
  readonly #nameOf = new WeakMap<Session, string>();
  readonly #connections = new Set<string>();
  readonly #changed: () => void;

  /** `changed` hears of each id that would be kept over a restart. */
  constructor(kept: KeptIds = { names: [], places: [] }, changed: () => void = () => {}) {
    this.#changed = changed;
    for (const [hash, id] of kept.names) this.#names.renew(hash, id);
    const byId = new Map<string, Session>();
    for (const [place, id] of kept.places) {
      const session = byId.get(id) ?? new Session(id, true, 'before');
      byId.set(id, session);
      this.#setPlace(session, place);
    }
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** For the disk. */
  get kept(): KeptIds {
    const recentFirst = new Set([...this.#places.values()].reverse());
    // Those of one conversation stay in their order: its beginning must be known again.
    const places = [...recentFirst].reverse().flatMap((session) => {
      const own = (this.#placesOf.get(session) ?? []).filter((place) => this.#places.get(place) === session);
      return own.map((place) => [place, session.id] as const);
    });
    return { names: [...this.#names], places };
  }

  /** The session of a key, new or known. */
  resolve(key: string): Session {
    const known = this.#sessions.get(key);
    const { id, minted, hash } = this.#idOf(key, known?.id);
    const session = known ?? new Session(id, false, minted);
    if (hash !== null) this.#nameOf.set(session, hash);
    this.#sessions.renew(key, session);
    return session;
  }

  /** The account of the session of a key; null where it has none, or nobody knows it. */
  accountOf(key: string): string | null {
    return this.#sessions.get(key)?.accountId ?? null;
  }

  /** Upstream is about to hear of a session, by this id from now on. */
  heardAs(session: Session, id: string): void {
    if (id !== session.id) {
      const hash = this.#nameOf.get(session);
      if (hash !== undefined) this.#names.renew(hash, id);
      this.#changed();
    }
    session.heardAs(id);
  }

  /**
   * The session of a client's websocket that names nothing: the one that `asked` goes on from, else the latest of that
   * websocket; a new one for what begins a conversation, since programs send all of theirs over one.
   */
  resolveConnection(key: string, asked: (NamelessQuestion & { readonly hasHistory: boolean }) | null): Session {
    const latest = asked?.hasHistory === false ? undefined : this.#sessions.get(key);
    const session = (asked === null ? null : this.find(asked)) ?? latest ?? new Session(timeId(), false, 'now');
    this.#sessions.renew(key, session);
    return session;
  }

  /** A client's websocket that names nothing goes on in a session. */
  giveConnection(key: string, session: Session): void {
    this.#sessions.renew(key, session);
  }

  /** A client's websocket has begun a turn. */
  connect(connectionId: string): void {
    this.#connections.add(connectionId);
  }

  /** Whether a client's websocket is still there to go on from what it holds. */
  isConnected(connectionId: string): boolean {
    return this.#connections.has(connectionId);
  }

  /** A client's websocket has closed; its session, if it was one, is forgotten. */
  disconnect(connectionId: string): void {
    this.#connections.delete(connectionId);
    this.#sessions.delete(connectionId);
  }

  /** The nameless conversation that a request goes on from; null for one that begins here. */
  find({ factsHash, prefixes }: NamelessQuestion): Session | null {
    // The very same request again is another conversation that begins with the same words.
    for (const { hash } of prefixes.slice(0, -1).toReversed()) {
      const place = placeKey(factsHash, hash);
      const session = this.#places.get(place);
      if (session === undefined) continue;
      this.#places.renew(place, session);
      session.goOn();
      return session;
    }
    return null;
  }

  /** A nameless conversation has come so far; `itemsHash` is of all that was said in it. */
  note(session: Session, { factsHash, hasUser }: NamelessQuestion, itemsHash: string | undefined): void {
    // What the system says is the same in many conversations.
    if (!hasUser || itemsHash === undefined) return;
    this.#setPlace(session, placeKey(factsHash, itemsHash));
    this.#changed();
  }

  #setPlace(session: Session, place: string): void {
    const places = [...(this.#placesOf.get(session) ?? []).filter((other) => other !== place), place];
    // An edit goes back a little, or to the beginning, which its first answer tells from others that began with the same words.
    const dropped = places.length > maxPlacesEach ? places.splice(beginningPlaces, 1) : [];
    for (const old of dropped) if (this.#places.get(old) === session) this.#places.delete(old);
    this.#placesOf.set(session, places);
    this.#places.renew(place, session);
  }

  /** The id that a name stands for, now and after a restart. */
  #idOf(key: string, known: string | undefined) {
    if (isUuid(key)) return { id: key, minted: null, hash: null };
    const hash = short(hashOnce('sha256', key, 'base64'));
    const kept = this.#names.get(hash);
    const id = known ?? kept ?? timeId();
    this.#names.renew(hash, id);
    if (kept !== id) this.#changed();
    return { id, minted: kept === undefined ? ('now' as const) : ('before' as const), hash };
  }
}

function placeKey(factsHash: string, itemsHash: string): string {
  return `${short(factsHash)}${short(itemsHash)}`;
}
