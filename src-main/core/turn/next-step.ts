import { SlipstreamError } from '../../shared/errors.ts';
import type { RequestRow, Transport } from '../../shared/model.ts';
import type { AttemptOutcome } from '../upstream/attempt.ts';
import { type Refusal, refusalError, refusalFromResponse } from './refusal.ts';
import { classifyRefusal, type RefusalClass } from './refusal-class.ts';

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
  readonly isAborted: boolean;
  readonly attempts: number;
  /** This account's token was renewed during the turn, or cannot be. */
  readonly wasRefreshed: boolean;
  /** Tries on this account since it was chosen. */
  readonly triesOnAccount: number;
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
    }
  /** The same account, on a new socket, with the full request. */
  | { readonly kind: 'again' }
  | { readonly kind: 'without-reasoning' }
  | { readonly kind: 'over-http'; readonly remember: 'refused' | 'unreachable' | 'too-big' }
  | { readonly kind: 'refresh'; readonly error: SlipstreamError }
  /** Another account; `error` is what the client is told where there is none. */
  | { readonly kind: 'other-account'; readonly error: SlipstreamError; readonly rest: Rest | null };

const maxAttempts = 12;
const triesPerAccount = 2;
const rateLimitRestMs = 10_000;

function fail(error: SlipstreamError, rest: Rest | null = null, leaveAccount = false): NextStep {
  return { kind: 'fail', error, rest, leaveAccount };
}

/** A client that extends a response is told to resend, silently; its full request can then go anywhere (DESIGN §5.8). */
function resend(rest: Rest | null = null, leaveAccount = false): NextStep {
  return fail(new SlipstreamError('previous_response_not_found'), rest, leaveAccount);
}

function overHttp(report: AttemptReport, remember: 'refused' | 'unreachable'): NextStep {
  // A websocket client whose account is served over HTTP is sent there in the codes it obeys silently.
  if (report.clientTransport === 'http') return { kind: 'over-http', remember };
  if (report.kind === 'prewarm') return fail(new SlipstreamError('upgrade_required', { status: 400 }));
  return fail(new SlipstreamError('websocket_connection_limit_reached'));
}

function otherAccount(report: AttemptReport, error: SlipstreamError, rest: Rest | null): NextStep {
  return report.clientExtends ? resend(rest, true) : { kind: 'other-account', error, rest };
}

function retryThenMove(report: AttemptReport, error: SlipstreamError): NextStep {
  if (report.clientExtends) return resend();
  if (report.triesOnAccount < triesPerAccount) return { kind: 'again' };
  return { kind: 'other-account', error, rest: null };
}

function afterRefusal(report: AttemptReport, refusal: Refusal, meaning: RefusalClass): NextStep {
  const error = refusalError(refusal);
  switch (meaning.kind) {
    case 'usage-limit':
      return otherAccount(report, error, { why: 'usage-limit', untilMs: meaning.resetsAtMs });
    case 'rate-limit':
      return otherAccount(report, error, {
        why: 'rate-limit',
        untilMs: report.nowMs + (meaning.retryAfterMs ?? rateLimitRestMs),
      });
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
      return report.sentIncrement ? { kind: 'again' } : fail(error);
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
  if (outcome.closeCode === messageTooBig) {
    const error = new SlipstreamError('message_too_big');
    return report.clientExtends || report.transport === 'http'
      ? fail(error)
      : { kind: 'over-http', remember: 'too-big' };
  }
  const error = new SlipstreamError('upstream_closed', { message: describeDrop(outcome, report.upstreamHost) });
  return report.isCommitted ? fail(error) : retryThenMove(report, error);
}

function afterUnreachable(report: AttemptReport, message: string): NextStep {
  const text = `${report.upstreamHost} could not be reached: ${message}.`;
  const error = new SlipstreamError('upstream_unreachable', { message: text });
  if (report.transport === 'http') return fail(error);
  if (report.triesOnAccount < triesPerAccount) return { kind: 'again' };
  return overHttp(report, 'unreachable');
}

/** What to do after an attempt. Pure: all it looks at is the report. */
export function decideNext(report: AttemptReport): NextStep {
  const { outcome, refusal } = report;
  if (report.isAborted) return fail(new SlipstreamError('client_gone'));
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
      if (outcome.status === 426 && report.transport === 'ws') return overHttp(report, 'refused');
      const refused = refusalFromResponse(outcome.status, outcome.headers, outcome.body);
      return afterRefusal(report, refused, classifyRefusal(refused, report.nowMs));
    }
    case 'unreachable':
      return afterUnreachable(report, outcome.message);
    case 'dropped':
      return afterDrop(report, outcome);
    case 'timed-out': {
      const error = new SlipstreamError('upstream_timeout', {
        message: `${report.upstreamHost} sent nothing for too long.`,
      });
      return report.isCommitted ? fail(error) : retryThenMove(report, error);
    }
    case 'chain-lost':
      return report.sentIncrement ? { kind: 'again' } : resend();
    case 'pool-full':
      return fail(new SlipstreamError('pool_full', { retryAfterSeconds: 5 }));
    case 'aborted':
      return fail(new SlipstreamError('stopping'));
  }
}
