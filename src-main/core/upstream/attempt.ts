import { SlipstreamError } from '../../shared/errors.ts';
import type { ConnectionPhase } from '../../shared/model.ts';
import type { RawHeaders } from '../headers.ts';
import type { WireEvent } from '../wire-event.ts';
import { type NetworkFault, networkFault } from './network-fault.ts';

/** One try of a turn, ready to be sent: its headers and body are upstream's already. */
export interface UpstreamRequest {
  /** Base of upstream, e.g. https://chatgpt.com/backend-api/codex */
  readonly baseUrl: string;
  /** Under the base; a websocket only knows `/responses`. */
  readonly path: '/responses' | '/responses/compact';
  /** Behind the path, with its question mark; none where it is absent. */
  readonly query?: string;
  readonly headers: RawHeaders;
  readonly body: Buffer;
  /** Sockets are shared only between requests with the same key. */
  readonly socketKey: string;
  readonly accountId: string;
  /** No kept socket will do, such as after one that could not serve the turn: those beside it may be as old. */
  readonly wantsNewSocket: boolean;
  /** The turn extends this response, which must be the last one on the socket; null starts anew. */
  readonly previousResponseId: string | null;
  /** Whether a turn that starts anew may run on an idle socket that ends in this response, so that nothing goes on from it. */
  readonly mayReplace: (responseId: string) => boolean;
  /** One-off sessions keep their socket for a shorter time. */
  readonly isOneOff: boolean;
  /** False: another account has room, so that a full one is told at once instead of waited for. */
  readonly mayQueue?: boolean;
}

/** How an attempt ended on the wire. */
export type AttemptOutcome =
  /** The terminal event was delivered. */
  | { readonly kind: 'finished' }
  /** Upstream said no before any event: an upgrade or a POST answered with an error status. */
  | { readonly kind: 'refused'; readonly status: number; readonly headers: RawHeaders; readonly body: string }
  /** No connection could be made. */
  | { readonly kind: 'unreachable'; readonly fault: NetworkFault; readonly message: string }
  /** The connection ended, or broke its protocol, before the terminal event. */
  | { readonly kind: 'dropped'; readonly closeCode: number | null; readonly reason: string }
  /** Upstream sent nothing for too long, or the client took nothing. */
  | { readonly kind: 'timed-out'; readonly who: 'upstream' | 'client' }
  /** No socket holds the response that the turn extends. */
  | { readonly kind: 'chain-lost' }
  /** Too many turns on this account, and the wait, if there may be one, was over. */
  | { readonly kind: 'pool-full' }
  /** Its account was removed. */
  | { readonly kind: 'account-removed' }
  /** We ended it. */
  | { readonly kind: 'aborted' };

/** What an attempt reports while it runs. All calls are synchronous and throw nothing; one of `ended` and `failed` is last, once. */
export interface AttemptListener {
  /** How the connection came about, or how far it came; `phases` are on the monotonic clock, empty where it was there. */
  connection(info: {
    readonly reused: boolean;
    /** It was opened for whichever session would come. */
    readonly wasSpare?: boolean;
    readonly isOpen: boolean;
    readonly phases: readonly ConnectionPhase[];
  }): void;
  ready(info: { readonly reused: boolean; readonly status: number; readonly headers: RawHeaders }): void;
  sent(): void;
  /** `atMs`, on the monotonic clock, is when it came: now where it is absent. */
  event(event: WireEvent, atMs?: number): void;
  ended(outcome: AttemptOutcome): void;
  /** Slipstream met an error of its own, which says nothing of upstream or of the account. */
  failed(cause: unknown): void;
}

/** Hears what comes on a line between turns. */
export interface StrayListener {
  /** Upstream answers something by itself: the line is in use. */
  isAnswering(): boolean;
  event(event: WireEvent): void;
  /** The line has closed. */
  closed(outcome: AttemptOutcome): void;
}

/** An open way up that stands between turns, too. */
export interface UpstreamLine {
  /**
   * Sends a frame of a type nobody here knows, also while a turn runs on it; what it brings between turns goes to
   * `stray`, up to the next turn. False where the line is closed.
   */
  interject(frame: Buffer, stray: StrayListener): boolean;
  /** Ends it, and whatever upstream does on it. */
  close(): void;
}

/** A running attempt. */
export interface Attempt {
  /** Stops and restarts reading from upstream. */
  pause(): void;
  resume(): void;
  /** Ends it; the listener gets `aborted`. */
  abort(): void;
  /** The line it runs on; null over HTTP, and while there is none. */
  line(): UpstreamLine | null;
  /** The client says that the response is over; the listener gets `finished`, the line stays. */
  supersede(): void;
}

/** The outcome that a thrown error stands for; null where it is no fault of the wire but one of our own. */
export function wireOutcome(thrown: unknown): AttemptOutcome | null {
  if (!(thrown instanceof SlipstreamError)) return null;
  if (thrown.code === 'upstream_invalid') return { kind: 'dropped', closeCode: null, reason: thrown.message };
  if (thrown.code !== 'upstream_unreachable') return null;
  return { kind: 'unreachable', fault: networkFault(thrown), message: thrown.message };
}
