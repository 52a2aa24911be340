import { errorTable, SlipstreamError } from '../../shared/errors.ts';
import type { RequestRow, Transport } from '../../shared/model.ts';
import type { AttemptOutcome } from '../upstream/attempt.ts';
import { type Refusal, refusalError, refusalFromResponse } from './refusal.ts';
import { classifyRefusal, type RefusalClass } from './refusal-class.ts';
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
  /** This account's token was renewed during the turn, or cannot be. */
  readonly wasRefreshed: boolean;
  /** Tries on this account since it was chosen, or since it is tried over HTTP. */
  readonly triesOnAccount: number;
  readonly hasOtherAccount: boolean;
  readonly withoutReasoning: boolean;
  readonly nowMs: number;
  /** Named in messages. */
  readonly upstreamHost: string;
}

/** Why the account rests, and for how long. */
export type Rest =
  | { readonly why: 'usage-limit'; readonly untilMs: number | null }
  | { readonly why: 'rate-limit'; readonly untilMs: number };

export type NextStep =
  | { readonly kind: 'done' }
  | {
      readonly kind: 'fail';
      readonly error: SlipstreamError;
      readonly rest: Rest | null;
      readonly leaveAccount: boolean;
      /** The account is served over HTTP from now on, so that the client's next connection is sent there. */
      readonly remember: 'refused' | 'unreachable' | null;
    }
  /** The same account, on a new socket, with the full request. */
  | { readonly kind: 'again' }
  /** The same once more, when the delay that upstream asked for is over. */
  | { readonly kind: 'wait'; readonly ms: number; readonly error: SlipstreamError }
  | { readonly kind: 'without-reasoning' }
  | { readonly kind: 'over-http'; readonly remember: 'refused' | 'unreachable' | 'too-big' }
  | { readonly kind: 'refresh'; readonly error: SlipstreamError }
  /** Another account; `error` is what the client is told where there is none. */
  | { readonly kind: 'other-account'; readonly error: SlipstreamError; readonly rest: Rest | null };

const maxAttempts = 12;
const triesPerAccount = 2;
const rateLimitRestMs = 10_000;
const poolRetryAfterSeconds = 5;
/** Longer waits are the client's own business. */
const maxWaitMs = 5_000;

function fail(error: SlipstreamError, rest: Rest | null = null, leaveAccount = false): NextStep {
  return { kind: 'fail', error, rest, leaveAccount, remember: null };
}

/** A client that extends a response is told to resend, silently; its full request can then go anywhere (DESIGN §5.8). */
function resend(rest: Rest | null = null, leaveAccount = false): NextStep {
  return fail(new SlipstreamError('previous_response_not_found'), rest, leaveAccount);
}

/** What sends a websocket client over to HTTP, in the codes it obeys silently (DESIGN §5.8). */
export function httpOnlyError(kind: RequestRow['kind']): SlipstreamError {
  return kind === 'prewarm'
    ? new SlipstreamError('upgrade_required', { status: 400 })
    : new SlipstreamError('websocket_connection_limit_reached');
}

function overHttp(report: AttemptReport, remember: 'refused' | 'unreachable'): NextStep {
  // A broken connection may soon be mended: the client keeps its websocket, and this turn alone goes over HTTP.
  const isKept = remember === 'unreachable' && report.kind !== 'prewarm';
  if (report.clientTransport === 'http' || isKept) return { kind: 'over-http', remember };
  return { kind: 'fail', error: httpOnlyError(report.kind), rest: null, leaveAccount: false, remember };
}

function otherAccount(report: AttemptReport, error: SlipstreamError, rest: Rest | null): NextStep {
  return report.clientExtends ? resend(rest, true) : { kind: 'other-account', error, rest };
}

/** In the code that clients wait on (DESIGN §5.6). */
function poolFullError(): SlipstreamError {
  const { type, text } = errorTable.pool_full;
  const upstreamBody = { error: { message: text, type, code: 'rate_limit_exceeded', param: null } };
  return new SlipstreamError('pool_full', { retryAfterSeconds: poolRetryAfterSeconds, upstreamBody });
}

function retryThenMove(report: AttemptReport, error: SlipstreamError): NextStep {
  if (report.clientExtends) return resend();
  if (report.triesOnAccount < triesPerAccount) return { kind: 'again' };
  return { kind: 'other-account', error, rest: null };
}

/** A connection that breaks again and again may be the transport's fault, so HTTP comes before another account. */
function reconnect(report: AttemptReport, error: SlipstreamError): NextStep {
  const isWorn = !report.clientExtends && report.triesOnAccount >= triesPerAccount;
  return isWorn && report.transport === 'ws' ? overHttp(report, 'unreachable') : retryThenMove(report, error);
}

/** An upgrade carries no request: what it refuses is the account, or websockets as such. */
function afterRefusedUpgrade(report: AttemptReport, refusal: Refusal, meaning: RefusalClass): NextStep {
  switch (meaning.kind) {
    case 'usage-limit':
    case 'rate-limit':
    case 'unauthorized':
      return afterRefusal(report, refusal, meaning);
    case 'forbidden':
      return report.hasOtherAccount ? afterRefusal(report, refusal, meaning) : overHttp(report, 'refused');
    case 'overloaded':
      return reconnect(report, refusalError(refusal));
    default:
      return overHttp(report, 'refused');
  }
}

function afterRateLimit(report: AttemptReport, error: SlipstreamError, waitMs: number): NextStep {
  const isWorthIt = waitMs <= maxWaitMs && report.triesOnAccount < triesPerAccount;
  if (isWorthIt && !report.hasOtherAccount && !report.clientExtends) return { kind: 'wait', ms: waitMs, error };
  return otherAccount(report, error, { why: 'rate-limit', untilMs: report.nowMs + waitMs });
}

function afterRefusal(report: AttemptReport, refusal: Refusal, meaning: RefusalClass): NextStep {
  const error = refusalError(refusal);
  switch (meaning.kind) {
    case 'usage-limit':
      return otherAccount(report, error, { why: 'usage-limit', untilMs: meaning.resetsAtMs });
    case 'rate-limit':
      return afterRateLimit(report, error, meaning.retryAfterMs ?? rateLimitRestMs);
    case 'unauthorized':
      if (!report.wasRefreshed) return { kind: 'refresh', error };
      return otherAccount(report, error, null);
    case 'forbidden':
      return otherAccount(report, error, null);
    case 'overloaded':
      return retryThenMove(report, error);
    case 'connection-limit':
      return report.clientExtends ? resend() : retryThenMove(report, error);
    case 'chain-lost':
      return report.clientExtends ? fail(error) : retryThenMove(report, error);
    case 'encrypted-content':
      return report.clientExtends || report.withoutReasoning ? fail(error) : { kind: 'without-reasoning' };
    case 'too-big':
      return report.transport === 'ws' && !report.clientExtends
        ? { kind: 'over-http', remember: 'too-big' }
        : fail(error);
    case 'request':
      return fail(error);
  }
}

function describeDrop(outcome: Extract<AttemptOutcome, { kind: 'dropped' }>, host: string): string {
  const code = outcome.closeCode === null ? '' : ` (close code ${outcome.closeCode})`;
  const reason = outcome.reason === '' ? '' : `: ${outcome.reason}`;
  return `${host} closed the connection before the response was complete${code}${reason}.`;
}

const messageTooBig = 1009;

function afterDrop(report: AttemptReport, outcome: Extract<AttemptOutcome, { kind: 'dropped' }>): NextStep {
  if (outcome.closeCode === messageTooBig && !report.isCommitted) {
    const error = new SlipstreamError('message_too_big');
    return report.clientExtends || report.transport === 'http'
      ? fail(error)
      : { kind: 'over-http', remember: 'too-big' };
  }
  const error = new SlipstreamError('upstream_closed', { message: describeDrop(outcome, report.upstreamHost) });
  return report.isCommitted ? fail(error) : reconnect(report, error);
}

function afterUnreachable(report: AttemptReport, message: string): NextStep {
  const text = `${report.upstreamHost} could not be reached: ${message}.`;
  const error = new SlipstreamError('upstream_unreachable', { message: text });
  if (report.triesOnAccount < triesPerAccount) return { kind: 'again' };
  return report.transport === 'ws' ? overHttp(report, 'unreachable') : fail(error);
}

/** What to do after an attempt. Pure: all it looks at is the report. */
export function decideNext(report: AttemptReport): NextStep {
  const { outcome, refusal } = report;
  if (report.abortedFor !== null) return fail(new SlipstreamError(report.abortedFor));
  const step = decide(report, outcome, refusal);
  const isMore = step.kind !== 'done' && step.kind !== 'fail';
  if (isMore && report.attempts >= maxAttempts) {
    return fail(
      'error' in step
        ? step.error
        : new SlipstreamError('upstream_refused', { message: 'Upstream refused every attempt.' }),
    );
  }
  return step;
}

function decide(report: AttemptReport, outcome: AttemptOutcome, refusal: Refusal | null): NextStep {
  switch (outcome.kind) {
    case 'finished':
      return refusal === null
        ? { kind: 'done' }
        : afterRefusal(report, refusal, classifyRefusal(refusal, report.nowMs));
    case 'refused': {
      const refused = refusalFromResponse(outcome.status, outcome.headers, outcome.body);
      const meaning = classifyRefusal(refused, report.nowMs);
      return report.transport === 'ws'
        ? afterRefusedUpgrade(report, refused, meaning)
        : afterRefusal(report, refused, meaning);
    }
    case 'unreachable':
      return afterUnreachable(report, outcome.message);
    case 'dropped':
      return afterDrop(report, outcome);
    case 'timed-out': {
      const error = new SlipstreamError('upstream_timeout', {
        message: `${report.upstreamHost} sent nothing for too long.`,
      });
      return report.isCommitted ? fail(error) : reconnect(report, error);
    }
    case 'chain-lost':
      return report.sentIncrement ? { kind: 'again' } : resend();
    case 'pool-full':
      return fail(poolFullError());
    case 'aborted':
      return fail(new SlipstreamError('stopping'));
  }
}
