import { errorTable, SlipstreamError } from '../../shared/errors.ts';
import { said, saidInEnglish } from '../../shared/words/said.ts';
import { tell } from '../../shared/words/told.ts';
import type { Told } from '../../shared/words/told-text.ts';
import type { AttemptOutcome } from '../upstream/attempt.ts';
import type { NetworkFault } from '../upstream/network-fault.ts';
import { afterRefusal, afterRefusedUpgrade } from './after-refusal.ts';
import { type Refusal, refusalError, refusalFromResponse } from './refusal.ts';
import { classifyRefusal } from './refusal-class.ts';
import { restOf } from './rest.ts';
import {
  type AttemptReport,
  fail,
  isWorn,
  type NextStep,
  otherAccount,
  overHttp,
  resend,
  retryThenMove,
  triesPerAccount,
} from './steps.ts';

const unsupportedMediaType = 415;
const maxAttempts = 12;

const poolRetryAfterSeconds = 5;

/** In the code that clients wait on. */
function poolFullError(): SlipstreamError {
  const { type, text } = errorTable.pool_full;
  const upstreamBody = { error: { message: text, type, code: 'rate_limit_exceeded', param: null } };
  return new SlipstreamError('pool_full', { retryAfterSeconds: poolRetryAfterSeconds, upstreamBody });
}

/** Nobody else can finish what the client has seen the start of; the next turn is spared an account that has just said no. */
function afterLateRefusal(report: AttemptReport, refusal: Refusal): NextStep {
  const rest = restOf(classifyRefusal(refusal, report.nowMs), refusal, report.nowMs);
  const leaveAccount = rest !== null && rest.why !== 'rate-limit';
  return fail(refusalError(refusal), { rest, leaveAccount });
}

function describeDrop(outcome: Extract<AttemptOutcome, { kind: 'dropped' }>, host: string): Told {
  const { closeCode, reason } = outcome;
  const code = String(closeCode);
  if (reason === '')
    return closeCode === null
      ? tell('failures.turn.dropped', { host })
      : tell('failures.turn.dropped.code', { host, code });
  return closeCode === null
    ? tell('failures.turn.dropped.reason', { host, reason })
    : tell('failures.turn.dropped.both', { host, code, reason });
}

const messageTooBig = 1009;

const hostOf = ({ upstreamUrl }: AttemptReport) => new URL(upstreamUrl).host;

function afterDrop(report: AttemptReport, outcome: Extract<AttemptOutcome, { kind: 'dropped' }>): NextStep {
  if (outcome.closeCode === messageTooBig && !report.isCommitted) {
    const error = new SlipstreamError('message_too_big');
    return report.clientExtends || report.transport === 'http'
      ? fail(error)
      : { kind: 'over-http', remember: 'too-big' };
  }
  const error = new SlipstreamError('upstream_closed', saidInEnglish(describeDrop(outcome, hostOf(report))));
  if (report.isCommitted) return fail(error);
  return isWorn(report) ? overHttp(report, 'unreachable') : retryThenMove(report, error);
}

/** By then the client's own patience is at its end as well: whether to go on is its choice. */
function afterSilence(report: AttemptReport, who: 'upstream' | 'client'): NextStep {
  if (who === 'client') return fail(new SlipstreamError('client_stalled'));
  if (report.clientExtends && !report.isCommitted) return resend();
  return fail(new SlipstreamError('upstream_timeout', said('failures.turn.silent', { host: hostOf(report) })));
}

/**
 * What a client is told where upstream cannot be reached: a name that cannot be looked up is mended otherwise than an address
 * that refuses or is silent, and a lack of descriptors or memory is our own.
 */
export function unreachableError(host: string, fault: NetworkFault, message: string): SlipstreamError {
  if (fault === 'room') return new SlipstreamError('resources_short');
  return fault === 'name'
    ? new SlipstreamError('upstream_unresolved', said('failures.turn.unresolved', { host, why: message }))
    : new SlipstreamError('upstream_unreachable', said('failures.turn.unreachable', { host, why: message }));
}

function afterUnreachable(
  report: AttemptReport,
  { fault, message }: Extract<AttemptOutcome, { kind: 'unreachable' }>,
): NextStep {
  const error = unreachableError(hostOf(report), fault, message);
  if (fault === 'room') return fail(error);
  // Each such try costs the client 5 s, which another account need not.
  const isSlow = fault === 'timeout' && report.hasOtherWay;
  if (report.triesOnAccount < triesPerAccount && !isSlow) return { kind: 'again' };
  if (report.transport === 'ws') return overHttp(report, 'unreachable');
  return report.hasOtherWay ? otherAccount(report, error, { why: 'way', words: message }) : fail(error);
}

/** A full account was told at once where another had room; where that is taken by now, the turn waits after all. */
function afterPoolFull(report: AttemptReport): NextStep {
  if (report.hasRoomElsewhere) return otherAccount(report, poolFullError(), null);
  return report.mayQueue ? fail(poolFullError()) : { kind: 'again' };
}

/** What to do after an attempt. Pure: all it looks at is the report. */
export function decideNext(report: AttemptReport): NextStep {
  const { outcome, refusal } = report;
  const isWhole = outcome.kind === 'finished' && refusal === null;
  if (report.abortedFor !== null && !isWhole) return fail(new SlipstreamError(report.abortedFor));
  const step = decide(report, outcome, refusal);
  const isMore = step.kind !== 'done' && step.kind !== 'fail';
  if (isMore && report.attempts >= maxAttempts) {
    return fail('error' in step ? step.error : new SlipstreamError('upstream_refused', said('failures.turn.refused')));
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
      return afterUnreachable(report, outcome);
    case 'dropped':
      return afterDrop(report, outcome);
    case 'timed-out':
      return afterSilence(report, outcome.who);
    case 'chain-lost':
      return report.sentIncrement ? { kind: 'again' } : resend();
    case 'pool-full':
      return afterPoolFull(report);
    // What the client extends was the account's.
    case 'account-removed':
      if (report.isCommitted) return fail(new SlipstreamError('turn_stopped'));
      return report.clientExtends ? resend() : { kind: 'again' };
    case 'aborted':
      return fail(new SlipstreamError('stopping'));
  }
}
