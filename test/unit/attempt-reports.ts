import type { Refusal } from '../../src-main/core/turn/refusal.ts';
import type { AttemptReport, NextStep } from '../../src-main/core/turn/steps.ts';
import type { AttemptOutcome } from '../../src-main/core/upstream/attempt.ts';

export const now = 1_795_449_000_000;

export function report(more: Partial<AttemptReport>): AttemptReport {
  return {
    outcome: { kind: 'finished' },
    transport: 'ws',
    refusal: null,
    isCommitted: false,
    clientTransport: 'http',
    kind: 'turn',
    clientExtends: false,
    sentIncrement: false,
    abortedFor: null,
    sentEncoded: false,
    attempts: 1,
    wasRefreshed: false,
    triesOnAccount: 1,
    hasOtherAccount: true,
    hasOtherWay: false,
    hasRoomElsewhere: false,
    mayQueue: true,
    withoutReasoning: false,
    sealedBy: 'nobody',
    nowMs: now,
    random: 0.5,
    upstreamUrl: 'https://chatgpt.com/backend-api/codex',
    ...more,
  };
}

export const refused = (
  status: number,
  error: Record<string, string | number> = {},
  headers: [string, string][] = [],
): AttemptOutcome => ({
  kind: 'refused',
  status,
  headers,
  body: JSON.stringify({ error }),
});
export const dropped = (closeCode: number | null = 1006, reason = ''): AttemptOutcome => ({
  kind: 'dropped',
  closeCode,
  reason,
});
export const inStream = (status: number, error: Record<string, string | number>): Partial<AttemptReport> => {
  const { code = null, type = null, message = 'no' } = error;
  const text = (value: string | number | null) => (typeof value === 'string' ? value : null);
  const refusal: Refusal = {
    status,
    code: text(code),
    type: text(type),
    message: String(message),
    body: { error },
    headers: [],
  };
  return { refusal };
};
export const silent: AttemptOutcome = { kind: 'timed-out', who: 'upstream' };
export const unreachable: AttemptOutcome = { kind: 'unreachable', fault: 'refused', message: 'connect ECONNREFUSED' };
export const client = {
  websocket: { clientTransport: 'ws' } as const,
  extending: { clientTransport: 'ws', clientExtends: true } as const,
};
export const second = { triesOnAccount: 2, attempts: 2 };
export const limit = { type: 'usage_limit_reached', resets_at: now / 1000 + 60 };

/** A step in one line: its kind, and for a failure the code and status a client is told. */
export function brief(step: NextStep): string {
  if (step.kind === 'fail') return `fail ${step.error.code} ${step.error.status}`;
  if (step.kind === 'over-http') return `over-http ${step.remember}`;
  return step.kind;
}
