import type { Change, Dialect, ExchangeStatus, MarkName, RequestRow, TokenUsage, Transport } from '../shared/model.ts';
import type { RawHeaders } from './headers.ts';

/** What the spine tells those who watch. Calls return at once and never throw; nothing waits on a watcher. */

export interface ExchangeStart {
  readonly id: string;
  readonly dialect: Dialect;
  readonly clientTransport: Transport;
  readonly kind: RequestRow['kind'];
  readonly method: string;
  /** Without the key prefix. */
  readonly path: string;
  readonly headers: RawHeaders;
  readonly body: Buffer;
  readonly model: string;
  readonly tierAsked: string | null;
  /** Monotonic ms. */
  readonly acceptedMs: number;
  readonly bodyReadMs: number;
}

export interface NormalisedNote {
  readonly profile: string;
  readonly tierSent: string | null;
  readonly model: string;
  readonly changes: readonly Change[];
  /** Whether the model's catalogue entry lists the priority tier; null when the model is unknown. */
  readonly modelHasPriority: boolean | null;
}

export interface AttemptStart {
  readonly transport: Transport;
  readonly account: { readonly id: string; readonly label: string };
  readonly url: string;
  readonly headers: RawHeaders;
  readonly body: Buffer;
}

export interface AttemptEnd {
  readonly status: number | null;
  readonly closeCode: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** Watches one try on one account over one transport. */
export interface AttemptWatch {
  ready(info: { readonly reused: boolean; readonly status: number; readonly headers: RawHeaders }): void;
  sent(): void;
  ended(end: AttemptEnd): void;
}

/** Watches one exchange from accept to last byte. */
export interface ExchangeWatch {
  mark(name: MarkName): void;
  session(id: string): void;
  account(account: { readonly id: string; readonly label: string }): void;
  normalised(note: NormalisedNote): void;
  attempt(start: AttemptStart): AttemptWatch;
  frame(direction: 'upstream-in' | 'client-out' | 'client-in' | 'upstream-out', type: string, bytes: number): void;
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
}
