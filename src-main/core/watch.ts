import type {
  Change,
  ConnectionPhase,
  Dialect,
  ExchangeStatus,
  MarkName,
  RequestRow,
  TokenUsage,
  Transport,
  UpstreamWords,
} from '../shared/model.ts';
import type { RawHeaders } from './headers.ts';
import type { JsonObject } from './json.ts';
import type { OwnFrame } from './own-frame.ts';

/** What the spine tells those who watch. Calls return at once and never throw; nothing waits on a watcher. */

/** What is known of a request before it is understood. */
export interface ClientRequest {
  readonly dialect: Dialect;
  readonly clientTransport: Transport;
  readonly kind: RequestRow['kind'];
  readonly method: string;
  /** Without the key prefix. */
  readonly path: string;
  /** As sent, less the credentials that opened the door. */
  readonly headers: RawHeaders;
  /** Monotonic ms. */
  readonly acceptedMs: number;
  readonly bodyReadMs: number;
}

export interface ExchangeStart extends ClientRequest {
  readonly id: string;
  readonly body: Buffer;
  /** The body as it was read; absent where it is no turn's. */
  readonly parsed?: JsonObject;
  readonly model: string;
  readonly tierAsked: string | null;
  /** Reasoning effort the client asked for. */
  readonly effort?: string | null;
  /** Name of the API key that opened the door; absent for the first one, and for Slipstream's own turns. */
  readonly keyName?: string;
  /** Type of the client's frame that asked for it; absent where it is what such a client mostly sends. */
  readonly frameType?: string;
  /** Sent again by the user from a trace. */
  readonly isReplay?: boolean;
}

export interface NormalisedNote {
  readonly profile: string;
  readonly tierSent: string | null;
  readonly model: string;
  readonly changes: readonly Change[];
  /** Names of the body's members as it is sent. */
  readonly fields: readonly string[];
  /** Whether the model's catalogue entry lists the priority tier; null when the model is unknown. */
  readonly modelHasTier: boolean | null;
}

export interface AttemptStart {
  readonly transport: Transport;
  readonly account: { readonly id: string; readonly label: string };
  readonly url: string;
  readonly headers: RawHeaders;
  readonly body: Buffer;
  /** Its input goes on from a response that upstream holds. */
  readonly isIncrement: boolean;
}

export interface AttemptEnd {
  readonly status: number | null;
  readonly closeCode: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** As it came: unredacted, of any length. */
  readonly said: UpstreamWords | null;
}

/** Watches one try on one account over one transport. */
export interface AttemptWatch {
  /** There is a connection; `phases`, on the monotonic clock, say how a new one came about. */
  connected(info: {
    readonly reused: boolean;
    /** It was opened for whichever session would come. */
    readonly wasSpare?: boolean;
    readonly phases: readonly ConnectionPhase[];
  }): void;
  ready(info: { readonly reused: boolean; readonly status: number; readonly headers: RawHeaders }): void;
  sent(): void;
  ended(end: AttemptEnd): void;
}

/** Whom a turn can wait for between its attempts. */
export type WaitName = 'token refresh' | 'usage read' | 'asked to wait' | 'back-off';

/** Watches one exchange from accept to last byte. */
export interface ExchangeWatch {
  mark(name: MarkName): void;
  session(id: string): void;
  account(account: { readonly id: string; readonly label: string }): void;
  normalised(note: NormalisedNote): void;
  attempt(start: AttemptStart): AttemptWatch;
  /** `data` must not be written to afterwards; `atMs`, on the monotonic clock, is when it came or went: now where it is absent. */
  frame(
    direction: 'upstream-in' | 'client-out' | 'client-in' | 'upstream-out',
    type: string,
    bytes: number,
    data?: Buffer,
    atMs?: number,
  ): void;
  /** The turn waits for somebody else between attempts; the answer says that the wait is over. */
  waits(name: WaitName): () => void;
  /** What Slipstream itself has taken so far; null where nobody measures. */
  ownShareMs(): number | null;
  /** Used share of the account's short usage window, as upstream told it during the turn. */
  quota(usedPercent: number): void;
  /** The answer's status is told to the client; null for a websocket client. */
  committed(status: number | null, headers: RawHeaders): void;
  finalEvent(facts: { readonly tierEchoed: string | null; readonly usage: TokenUsage | null }): void;
  ended(
    status: Exclude<ExchangeStatus, 'running'>,
    error: { readonly code: string; readonly message: string } | null,
  ): void;
}

export interface TurnWatcher {
  begin(start: ExchangeStart): ExchangeWatch;
  /** A client sent a frame of this type while none of its turns ran. */
  strayFrame?(headers: RawHeaders, type: string): void;
}

/** Notes what Slipstream itself told the client, in its order. */
export function noteOwn(watch: ExchangeWatch, frames: readonly OwnFrame[]): void {
  for (const { type, bytes, data } of frames) watch.frame('client-out', type, bytes, data);
}

/** Waits for somebody else and tells the watcher. */
export async function waitedFor<T>(watch: ExchangeWatch, name: WaitName, work: Promise<T>): Promise<T> {
  const over = watch.waits(name);
  try {
    return await work;
  } finally {
    over();
  }
}
