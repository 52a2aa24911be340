import { SlipstreamError } from '../../shared/errors.ts';
import type { RequestRow, Transport } from '../../shared/model.ts';
import type { AttemptOutcome } from '../upstream/attempt.ts';
import type { WaitName } from '../watch.ts';
import type { Refusal } from './refusal.ts';
import type { Rest } from './rest.ts';
import type { HttpReason } from './transport-memory.ts';
import type { AbortReason } from './turn.ts';

/** What is known when an attempt has ended. */
export interface AttemptReport {
  readonly outcome: AttemptOutcome;
  readonly transport: Transport;
  /** An error event before any content. */
  readonly refusal: Refusal | null;
  readonly isCommitted: boolean;
  readonly clientTransport: Transport;
  readonly kind: RequestRow['kind'];
  /** The client itself extends a response; only its own socket can. */
  readonly clientExtends: boolean;
  /** We sent only the new items. */
  readonly sentIncrement: boolean;
  readonly abortedFor: AbortReason | null;
  readonly attempts: number;
  /** The body went up encoded. */
  readonly sentEncoded: boolean;
  /** This account's token was renewed during the turn, or cannot be. */
  readonly wasRefreshed: boolean;
  /** Tries on this account since it was chosen, or since it is tried over HTTP. */
  readonly triesOnAccount: number;
  readonly hasOtherAccount: boolean;
  /** Another account leaves this machine another way, by its own proxy or without this one's. */
  readonly hasOtherWay: boolean;
  /** Another account would run the turn without a wait for a socket. */
  readonly hasRoomElsewhere: boolean;
  /** The turn was willing to wait for a socket. */
  readonly mayQueue: boolean;
  readonly withoutReasoning: boolean;
  readonly sealedBy: SealedBy;
  readonly nowMs: number;
  /** From 0 to 1: spreads turns that back off at the same moment. */
  readonly random: number;
  /** Its host is named in messages; most turns need none. */
  readonly upstreamUrl: string;
}

/** Who can read the session's compaction item, if it holds one; of an account that cannot be used now, until when it rests. */
export type SealedBy = 'nobody' | 'this-account' | 'unknown' | { readonly restsUntilMs: number | null };

export type NextStep =
  | { readonly kind: 'done' }
  | {
      readonly kind: 'fail';
      readonly error: SlipstreamError;
      readonly rest: Rest | null;
      readonly leaveAccount: boolean;
      /** The account is served over HTTP from now on, so that the client's next connection is sent there. */
      readonly remember: HttpReason | null;
    }
  /** The same account, on a new socket, with the full request. */
  | { readonly kind: 'again' }
  /** The same once more, when the delay is over that upstream asked for, or that gives it time to recover. */
  | { readonly kind: 'wait'; readonly ms: number; readonly name: WaitName; readonly error: SlipstreamError }
  | { readonly kind: 'without-reasoning' }
  /** The same with a body that is not encoded, from now on. */
  | { readonly kind: 'plain-body' }
  | { readonly kind: 'over-http'; readonly remember: HttpReason | 'too-big' }
  | { readonly kind: 'refresh'; readonly error: SlipstreamError }
  /** Another account, after a moment; `error` is what the client is told where there is none. */
  | {
      readonly kind: 'other-account';
      readonly error: SlipstreamError;
      readonly rest: Rest | null;
      readonly backOffMs: number;
    };

/** How often one account is tried before another is: a first failure may be chance. */
export const triesPerAccount = 2;

/** What a failed turn leaves behind for its account. */
interface Aftermath {
  /** Why the account rests, and until when; null: it does not. */
  readonly rest?: Rest | null;
  /** The session's next turn goes elsewhere. */
  readonly leaveAccount?: boolean;
}

/** Ends the turn with an error. */
export function fail(error: SlipstreamError, { rest = null, leaveAccount = false }: Aftermath = {}): NextStep {
  return { kind: 'fail', error, rest, leaveAccount, remember: null };
}

/** A client that extends a response is told to resend, silently; its full request can then go anywhere. */
export function resend(aftermath: Aftermath = {}): NextStep {
  return fail(new SlipstreamError('previous_response_not_found'), aftermath);
}

/** What sends a websocket client over to HTTP, in the codes it obeys silently. */
export function httpOnlyError(kind: RequestRow['kind']): SlipstreamError {
  return kind === 'prewarm'
    ? new SlipstreamError('upgrade_required', { status: 400 })
    : new SlipstreamError('websocket_connection_limit_reached');
}

/**
 * The turn goes over HTTP on the same account; a websocket client whose account has no websockets, or that prewarms one, is
 * told to come over HTTP itself.
 */
export function overHttp(report: AttemptReport, remember: HttpReason): NextStep {
  // What may soon be mended, or was chance: the client keeps its websocket, and this turn alone goes over HTTP.
  const isKept = remember !== 'no-websockets' && report.kind !== 'prewarm';
  if (report.clientTransport === 'http' || isKept) return { kind: 'over-http', remember };
  return { kind: 'fail', error: httpOnlyError(report.kind), rest: null, leaveAccount: false, remember };
}

/** Another account takes over; a client that extends a response of this one is told to resend. */
export function otherAccount(report: AttemptReport, error: SlipstreamError, rest: Rest | null): NextStep {
  return report.clientExtends
    ? resend({ rest, leaveAccount: true })
    : { kind: 'other-account', error, rest, backOffMs: 0 };
}

/** Once more on the same account, then on another; a client that extends a response is told to resend. */
export function retryThenMove(report: AttemptReport, error: SlipstreamError): NextStep {
  if (report.clientExtends) return resend();
  if (report.triesOnAccount < triesPerAccount) return { kind: 'again' };
  return { kind: 'other-account', error, rest: null, backOffMs: 0 };
}

/** Websockets that fail again and again may be the transport's fault, so HTTP comes before another account. */
export function isWorn({ transport, clientExtends, triesOnAccount }: AttemptReport): boolean {
  return transport === 'ws' && !clientExtends && triesOnAccount >= triesPerAccount;
}
