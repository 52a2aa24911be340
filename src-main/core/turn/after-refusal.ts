import type { SlipstreamError } from '../../shared/errors.ts';
import { objectMember } from '../json.ts';
import { type Refusal, refusalError, retryAfterMs, verdictError } from './refusal.ts';
import type { RefusalClass } from './refusal-class.ts';
import { rateLimitRestMs, restOf } from './rest.ts';
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

/** Longer waits are the client's own business. */
const maxWaitMs = 5_000;
/** The official client's own first one (PROTOCOL.md, HTTP); each is twice the one before. */
const firstBackOffMs = 200;

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

/** An upgrade carries no request: what it refuses is the account, or websockets as such. */
export function afterRefusedUpgrade(report: AttemptReport, refusal: Refusal, meaning: RefusalClass): NextStep {
  switch (meaning.kind) {
    case 'usage-limit':
    case 'rate-limit':
    case 'bucket-limit':
    case 'unauthorized':
      return afterRefusal(report, refusal, meaning);
    case 'forbidden': {
      // Where nothing is known but that it is refused, it may be websockets that the account may not have.
      const mayBeTransport = meaning.verdict === 'refused' || meaning.verdict === 'challenged';
      return mayBeTransport && !report.hasOtherAccount
        ? overHttp(report, 'refused')
        : afterRefusal(report, refusal, meaning);
    }
    case 'overloaded':
      return isWorn(report) ? overHttp(report, 'unreachable') : afterOverload(report, refusal);
    default:
      return overHttp(report, refusal.status === 426 ? 'no-websockets' : 'refused');
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
      ? 'Only the account that sealed a part of this conversation can read it, and that account cannot be used now. Mend it on the Accounts screen, or start a new session.'
      : `Only the account that sealed a part of this conversation can read it, and that account has reached its usage limit until ${until} UTC. Wait until then, or start a new session.`;
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

/** What a refusal leads to: a wait, a renewed token, another account or transport, or the turn's failure. */
export function afterRefusal(report: AttemptReport, refusal: Refusal, meaning: RefusalClass): NextStep {
  const error = refusalError(refusal);
  switch (meaning.kind) {
    case 'usage-limit':
    case 'bucket-limit':
      return otherAccount(report, error, restOf(meaning, refusal, report.nowMs));
    case 'rate-limit':
      return afterRateLimit(report, error, meaning.retryAfterMs ?? rateLimitRestMs);
    case 'unauthorized':
      if (!report.wasRefreshed) return { kind: 'refresh', error };
      return otherAccount(report, error, { why: 'verdict', verdict: 'sign-in', words: refusal.message });
    case 'forbidden':
      return otherAccount(report, verdictError(refusal, meaning.verdict), restOf(meaning, refusal, report.nowMs));
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
