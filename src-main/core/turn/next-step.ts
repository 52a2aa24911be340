import { SlipstreamError } from '../../shared/errors.ts';
import type { RequestRow, Transport } from '../../shared/model.ts';
import type { AttemptOutcome } from '../upstream/attempt.ts';
import { type Refusal, refusalError, refusalFromResponse } from './refusal.ts';

/** What is known when an attempt has ended. */
export interface AttemptReport {
  readonly outcome: AttemptOutcome;
  readonly transport: Transport;
  /** An error event before any content. */
  readonly refusal: Refusal | null;
  readonly isCommitted: boolean;
  readonly clientTransport: Transport;
  readonly kind: RequestRow['kind'];
  readonly hasPreviousResponse: boolean;
  readonly isAborted: boolean;
  /** Named in messages. */
  readonly upstreamHost: string;
}

export type NextStep =
  | { readonly kind: 'done' }
  /** Another attempt, over this transport. */
  | { readonly kind: 'again'; readonly transport: Transport }
  | { readonly kind: 'fail'; readonly error: SlipstreamError };

const fail = (error: SlipstreamError): NextStep => ({ kind: 'fail', error });

/** A websocket client whose account turns out to be HTTP-only is sent to HTTP in the codes it obeys silently (DESIGN §5.8). */
function sendToHttp(report: AttemptReport): NextStep {
  if (report.clientTransport === 'http') return { kind: 'again', transport: 'http' };
  if (report.kind === 'prewarm') return fail(new SlipstreamError('upgrade_required', { status: 400 }));
  return fail(new SlipstreamError('websocket_connection_limit_reached'));
}

function describeDrop(outcome: Extract<AttemptOutcome, { kind: 'dropped' }>, host: string): string {
  const code = outcome.closeCode === null ? '' : ` (close code ${outcome.closeCode})`;
  const reason = outcome.reason === '' ? '' : `: ${outcome.reason}`;
  return `${host} closed the connection before the response was complete${code}${reason}.`;
}

/** What to do after an attempt. Pure: all it looks at is the report. */
export function decideNext(report: AttemptReport): NextStep {
  const { outcome, upstreamHost } = report;
  if (report.isAborted) return fail(new SlipstreamError('client_gone'));
  switch (outcome.kind) {
    case 'finished':
      return report.refusal === null ? { kind: 'done' } : fail(refusalError(report.refusal));
    case 'refused':
      if (outcome.status === 426 && report.transport === 'ws') return sendToHttp(report);
      return fail(refusalError(refusalFromResponse(outcome.status, outcome.headers, outcome.body)));
    case 'unreachable':
      return fail(
        new SlipstreamError('upstream_unreachable', {
          message: `${upstreamHost} could not be reached: ${outcome.message}.`,
        }),
      );
    case 'dropped':
      return fail(new SlipstreamError('upstream_closed', { message: describeDrop(outcome, upstreamHost) }));
    case 'chain-lost':
      return fail(new SlipstreamError('previous_response_not_found'));
    case 'pool-full':
      return fail(new SlipstreamError('pool_full', { retryAfterSeconds: 5 }));
    case 'aborted':
      return fail(new SlipstreamError('stopping'));
  }
}
