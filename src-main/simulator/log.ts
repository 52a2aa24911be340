/** What arrived at the simulator, in order, and ways to wait for an entry without polling. */
import type { HeaderPair, Json } from './json.ts';

interface Stamp {
  readonly seq: number;
  readonly atMs: number;
}

/** A websocket upgrade request; `status` is 101 or the refusal, 0 while unanswered or reset. */
export interface UpgradeEntry extends Stamp {
  readonly kind: 'upgrade';
  readonly connection: number;
  readonly path: string;
  readonly headers: readonly HeaderPair[];
  readonly accountId: string | undefined;
  readonly status: number;
}

/** One websocket message from the client. */
export interface FrameEntry extends Stamp {
  readonly kind: 'frame';
  readonly connection: number;
  readonly accountId: string;
  readonly binary: boolean;
  readonly raw: Buffer;
  /** Undefined if the message was not JSON. */
  readonly body: Json | undefined;
}

/** One HTTP request, whole. */
export interface HttpEntry extends Stamp {
  readonly kind: 'http';
  readonly connection: number;
  readonly method: string;
  readonly path: string;
  readonly headers: readonly HeaderPair[];
  readonly accountId: string | undefined;
  readonly rawBody: Buffer;
  /** The body after its content-encoding. */
  readonly decodedBody: Buffer;
  /** The decoded body as JSON or form fields; undefined if it is neither. */
  readonly body: Json | undefined;
}

/** A websocket ended; `code` as the simulator saw it (1006: no close frame came). */
export interface CloseEntry extends Stamp {
  readonly kind: 'close';
  readonly connection: number;
  readonly accountId: string;
  readonly code: number;
  readonly reason: string;
}

/** A request or frame was refused by the rules, not by a fault. */
export interface RefusalEntry extends Stamp {
  readonly kind: 'refusal';
  readonly where: 'upgrade' | 'frame' | 'http' | 'issuer';
  readonly connection: number;
  readonly status: number;
  readonly code: string | null;
  readonly message: string;
  readonly param: string | null;
}

/** A turn's life: `aborted` means that the client went away before the end. */
export interface TurnEntry extends Stamp {
  readonly kind: 'turn';
  readonly phase: 'started' | 'completed' | 'failed' | 'aborted';
  readonly transport: 'ws' | 'http';
  readonly connection: number;
  readonly accountId: string;
  readonly responseId: string;
  readonly tier: string | undefined;
  /** Events handed to the socket so far. */
  readonly events: number;
}

/** A scripted fault was used. */
interface FaultEntry extends Stamp {
  readonly kind: 'fault';
  readonly point: string;
  readonly fault: string;
  readonly connection: number;
}

export type LogEntry = UpgradeEntry | FrameEntry | HttpEntry | CloseEntry | RefusalEntry | TurnEntry | FaultEntry;
export type LogKind = LogEntry['kind'];
export type EntryOf<K extends LogKind> = Extract<LogEntry, { kind: K }>;
type Unstamped<E> = E extends LogEntry ? Omit<E, keyof Stamp> : never;

export interface LogLimits {
  readonly maxEntries: number;
  /** Oldest entries go when the kept bodies are more than this. */
  readonly maxBytes: number;
}

/** What is kept of a refusal. */
type Told = Pick<RefusalEntry, 'status' | 'code' | 'message' | 'param'>;

/** Told of every new entry until it says true. */
type Waiter = (entry: LogEntry) => boolean;

export interface WaitOptions {
  /** Only entries after this mark. */
  readonly since?: number;
  readonly timeoutMs?: number;
}

function sizeOf(entry: LogEntry): number {
  if (entry.kind === 'frame') return entry.raw.length;
  return entry.kind === 'http' ? entry.rawBody.length + entry.decodedBody.length : 0;
}

export class SimulatorLog {
  #limits: LogLimits;
  #entries: LogEntry[] = [];
  #bytes = 0;
  #seq = 0;
  #waiters = new Set<Waiter>();

  constructor(limits: LogLimits) {
    this.#limits = limits;
  }

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  get upgrades(): UpgradeEntry[] {
    return this.of('upgrade');
  }

  get frames(): FrameEntry[] {
    return this.of('frame');
  }

  get requests(): HttpEntry[] {
    return this.of('http');
  }

  get closes(): CloseEntry[] {
    return this.of('close');
  }

  get refusals(): RefusalEntry[] {
    return this.of('refusal');
  }

  get turns(): TurnEntry[] {
    return this.of('turn');
  }

  /** The entries of one kind, oldest first. */
  of<K extends LogKind>(kind: K): EntryOf<K>[] {
    return this.#entries.filter((entry): entry is EntryOf<K> => entry.kind === kind);
  }

  /** The number of the last entry: pass it to `waitFor` to see only later ones. */
  mark(): number {
    return this.#seq;
  }

  clear(): void {
    this.#entries = [];
    this.#bytes = 0;
  }

  add(entry: Unstamped<LogEntry>): void {
    this.#seq += 1;
    const stamped = { ...entry, seq: this.#seq, atMs: performance.now() } as LogEntry;
    this.#entries.push(stamped);
    this.#bytes += sizeOf(stamped);
    if (this.#entries.length > this.#limits.maxEntries || this.#bytes > this.#limits.maxBytes) this.#forget();
    for (const waiter of this.#waiters) {
      if (waiter(stamped)) this.#waiters.delete(waiter);
    }
  }

  refused(where: RefusalEntry['where'], connection: number, refusal: Told): void {
    const { status, code, message, param } = refusal;
    this.add({ kind: 'refusal', where, connection, status, code, message, param });
  }

  faulted(point: string, fault: { readonly kind: string }, connection: number): void {
    this.add({ kind: 'fault', point, fault: fault.kind, connection });
  }

  /** Resolves with the first entry of `kind` after `since` that `matches`: at once if it is here, else on arrival. */
  async waitFor<K extends LogKind>(
    kind: K,
    matches: (entry: EntryOf<K>) => boolean = () => true,
    options: WaitOptions = {},
  ): Promise<EntryOf<K>> {
    const [first] = await this.waitForCount(kind, 1, matches, options);
    if (!first) throw new Error('unreachable: one entry was waited for');
    return first;
  }

  /** Resolves with the entries of `kind` that match, once there are `count` of them. */
  waitForCount<K extends LogKind>(
    kind: K,
    count: number,
    matches: (entry: EntryOf<K>) => boolean = () => true,
    { since = 0, timeoutMs = 5000 }: WaitOptions = {},
  ): Promise<EntryOf<K>[]> {
    const found = this.of(kind).filter((entry) => entry.seq > since && matches(entry));
    if (found.length >= count) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = (entry) => {
        if (entry.kind !== kind || !matches(entry as EntryOf<K>)) return false;
        found.push(entry as EntryOf<K>);
        if (found.length < count) return false;
        clearTimeout(timer);
        resolve(found);
        return true;
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        const seen = `${found.length} of ${count}; the last entries: ${this.#summary()}`;
        reject(new Error(`waited ${timeoutMs} ms for ${kind} entries, got ${seen}`));
      }, timeoutMs);
      this.#waiters.add(waiter);
    });
  }

  #forget(): void {
    // A quarter at once, so that a long run does not shift the array for every entry.
    const dropped = this.#entries.splice(0, Math.max(1, this.#entries.length >> 2));
    for (const entry of dropped) this.#bytes -= sizeOf(entry);
  }

  #summary(): string {
    const last = this.#entries.slice(-12).map((entry) => {
      if (entry.kind === 'refusal') return `refusal(${entry.status} ${entry.message})`;
      if (entry.kind === 'http') return `http(${entry.method} ${entry.path})`;
      return entry.kind === 'turn' ? `turn(${entry.phase})` : entry.kind;
    });
    return last.length > 0 ? last.join(', ') : 'nothing';
  }
}
