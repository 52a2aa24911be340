import { errorTable, SlipstreamError } from '../../shared/errors.ts';
import type { RequestRow, Transport } from '../../shared/model.ts';
import { objectMember } from '../json.ts';
import type { AttemptOutcome } from '../upstream/attempt.ts';
import type { WaitName } from '../watch.ts';
import { type Refusal, refusalError, refusalFromResponse, retryAfterMs } from './refusal.ts';
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
  /** The body went up encoded. */
  readonly sentEncoded: boolean;
  /** This account's token was renewed during the turn, or cannot be. */
  readonly wasRefreshed: boolean;
  /** Tries on this account since it was chosen, or since it is tried over HTTP. */
  readonly triesOnAccount: number;
  readonly hasOtherAccount: boolean;
  readonly withoutReasoning: boolean;
  readonly sealedBy: SealedBy;
  readonly nowMs: number;
  /** From 0 to 1: spreads turns that back off at the same moment. */
  readonly random: number;
  /** Named in messages. */
  readonly upstreamHost: string;
}

/** Who can read the session's compaction item, if it holds one; of an account that cannot be used now, until when it rests. */
export type SealedBy = 'nobody' | 'this-account' | 'unknown' | { readonly restsUntilMs: number | null };

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
  /** The same once more, when the delay is over that upstream asked for, or that gives it time to recover. */
  | { readonly kind: 'wait'; readonly ms: number; readonly name: WaitName; readonly error: SlipstreamError }
  | { readonly kind: 'without-reasoning' }
  /** The same with a body that is not encoded, from now on. */
  | { readonly kind: 'plain-body' }
  | { readonly kind: 'over-http'; readonly remember: 'refused' | 'unreachable' | 'too-big' }
  | { readonly kind: 'refresh'; readonly error: SlipstreamError }
  /** Another account, after a moment; `error` is what the client is told where there is none. */
  | {
      readonly kind: 'other-account';
      readonly error: SlipstreamError;
      readonly rest: Rest | null;
      readonly backOffMs: number;
    };

const unsupportedMediaType = 415;
const maxAttempts = 12;
const triesPerAccount = 2;
const rateLimitRestMs = 10_000;
const poolRetryAfterSeconds = 5;
/** Longer waits are the client's own business. */
const maxWaitMs = 5_000;
/** The official client's own first one (PROTOCOL.md, HTTP); each is twice the one before. */
const firstBackOffMs = 200;

function fail(error: SlipstreamError, rest: Rest | null = null, leaveAccount = false): NextStep {
  return { kind: 'fail', error, rest, leaveAccount, remember: null };
}

/** A client that extends a response is told to resend, silently; its full request can then go anywhere. */
function resend(rest: Rest | null = null, leaveAccount = false): NextStep {
  return fail(new SlipstreamError('previous_response_not_found'), rest, leaveAccount);
}

/** What sends a websocket client over to HTTP, in the codes it obeys silently. */
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
  return report.clientExtends ? resend(rest, true) : { kind: 'other-account', error, rest, backOffMs: 0 };
}

/** In the code that clients wait on. */
function poolFullError(): SlipstreamError {
  const { type, text } = errorTable.pool_full;
  const upstreamBody = { error: { message: text, type, code: 'rate_limit_exceeded', param: null } };
  return new SlipstreamError('pool_full', { retryAfterSeconds: poolRetryAfterSeconds, upstreamBody });
}

function retryThenMove(report: AttemptReport, error: SlipstreamError): NextStep {
  if (report.clientExtends) return resend();
  if (report.triesOnAccount < triesPerAccount) return { kind: 'again' };
  return { kind: 'other-account', error, rest: null, backOffMs: 0 };
}

function backOffMs({ attempts, random }: AttemptReport): number {
  return Math.min(maxWaitMs, firstBackOffMs * 2 ** (attempts - 1)) * (0.5 + random / 2);
}

/** Upstream is in trouble of its own, which tries without a pause would only make worse. */
function afterOverload(report: AttemptReport, refusal: Refusal): NextStep {
  if (report.clientExtends) return resend();
  const error = refusalError(refusal);
  const askedMs = retryAfterMs(refusal);
  if (report.triesOnAccount < triesPerAccount && (askedMs ?? 0) <= maxWaitMs) {
    return askedMs === null
      ? { kind: 'wait', ms: backOffMs(report), name: 'back-off', error }
      : { kind: 'wait', ms: askedMs, name: 'asked to wait', error };
  }
  return { kind: 'other-account', error, rest: null, backOffMs: report.hasOtherAccount ? backOffMs(report) : 0 };
}

/** Websockets that fail again and again may be the transport's fault, so HTTP comes before another account. */
function isWorn({ transport, clientExtends, triesOnAccount }: AttemptReport): boolean {
  return transport === 'ws' && !clientExtends && triesOnAccount >= triesPerAccount;
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
      return isWorn(report) ? overHttp(report, 'unreachable') : afterOverload(report, refusal);
    default:
      return overHttp(report, 'refused');
  }
}

function afterRateLimit(report: AttemptReport, error: SlipstreamError, waitMs: number): NextStep {
  const isWorthIt = waitMs <= maxWaitMs && report.triesOnAccount < triesPerAccount;
  if (isWorthIt && !report.hasOtherAccount && !report.clientExtends)
    return { kind: 'wait', ms: waitMs, name: 'asked to wait', error };
  return otherAccount(report, error, { why: 'rate-limit', untilMs: report.nowMs + waitMs });
}

/** Upstream's error, with what can be done about it. */
function sealedError(refusal: Refusal, restsUntilMs: number | null): SlipstreamError {
  const until = restsUntilMs === null ? '' : new Date(restsUntilMs).toISOString().slice(0, 16).replace('T', ' ');
  const message =
    restsUntilMs === null
      ? 'Only the account that compacted this conversation can read it, and that account cannot be used now. Mend it on the Accounts screen, or start a new session.'
      : `Only the account that compacted this conversation can read it, and that account has reached its usage limit until ${until} UTC. Wait until then, or start a new session.`;
  return refusalError({ ...refusal, message, body: { error: { ...objectMember(refusal.body, 'error'), message } } });
}

/** The history holds what another account sealed. */
function afterSealed(report: AttemptReport, refusal: Refusal): NextStep {
  const { clientExtends, sealedBy, hasOtherAccount, withoutReasoning } = report;
  const error = refusalError(refusal);
  if (clientExtends) return fail(error);
  // One of the others may be the one that can read it.
  if (sealedBy === 'unknown' && hasOtherAccount) return { kind: 'other-account', error, rest: null, backOffMs: 0 };
  if (!withoutReasoning) return { kind: 'without-reasoning' };
  return fail(typeof sealedBy === 'string' ? error : sealedError(refusal, sealedBy.restsUntilMs));
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
      return afterOverload(report, refusal);
    case 'connection-limit':
      return report.clientExtends ? resend() : retryThenMove(report, error);
    case 'chain-lost':
      return report.clientExtends ? fail(error) : retryThenMove(report, error);
    case 'encrypted-content':
      return afterSealed(report, refusal);
    case 'too-big':
      return report.transport === 'ws' && !report.clientExtends
        ? { kind: 'over-http', remember: 'too-big' }
        : fail(error);
    case 'request':
      return fail(error);
  }
}

/** Nobody else can finish what the client has seen the start of; the next turn is spared an account without quota. */
function afterLateRefusal(report: AttemptReport, refusal: Refusal): NextStep {
  const meaning = classifyRefusal(refusal, report.nowMs);
  const error = refusalError(refusal);
  if (meaning.kind !== 'usage-limit') return fail(error);
  return fail(error, { why: 'usage-limit', untilMs: meaning.resetsAtMs }, true);
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
  if (report.isCommitted) return fail(error);
  return isWorn(report) ? overHttp(report, 'unreachable') : retryThenMove(report, error);
}

/** By then the client's own patience is at its end as well: whether to go on is its choice. */
function afterSilence(report: AttemptReport, who: 'upstream' | 'client'): NextStep {
  if (who === 'client') return fail(new SlipstreamError('client_stalled'));
  if (report.clientExtends && !report.isCommitted) return resend();
  return fail(
    new SlipstreamError('upstream_timeout', { message: `${report.upstreamHost} sent nothing for too long.` }),
  );
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
  const isWhole = outcome.kind === 'finished' && refusal === null;
  if (report.abortedFor !== null && !isWhole) return fail(new SlipstreamError(report.abortedFor));
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
      if (refusal === null) return { kind: 'done' };
      return report.isCommitted
        ? afterLateRefusal(report, refusal)
        : afterRefusal(report, refusal, classifyRefusal(refusal, report.nowMs));
    case 'refused': {
      if (outcome.status === unsupportedMediaType && report.sentEncoded) return { kind: 'plain-body' };
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
    case 'timed-out':
      return afterSilence(report, outcome.who);
    case 'chain-lost':
      return report.sentIncrement ? { kind: 'again' } : resend();
    case 'pool-full':
      return fail(poolFullError());
    case 'aborted':
      return fail(new SlipstreamError('stopping'));
  }
}
