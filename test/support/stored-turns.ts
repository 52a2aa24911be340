import type { EndedExchange } from '../../src-main/core/traces/store/trace-store.ts';
import type { RequestRow, TraceDetail } from '../../src-main/shared/model.ts';

/** Times begin here: late enough for no limit of days to reach them. */
export const firstStartedAt = Date.parse('2026-11-01T00:00:00Z');

type Members = Partial<RequestRow> & {
  readonly effort?: string | null;
  readonly isReplay?: boolean;
  readonly tellsReasoning?: boolean;
};

function detailOf(row: RequestRow): TraceDetail {
  return {
    row,
    marks: [{ name: 'accepted', atMs: 0 }],
    waterfall: [],
    ownMs: 1,
    clientRequest: { method: 'POST', path: '/v1/responses', headers: [['user-agent', 'curl']], body: null },
    clientResponse: { status: 200, headers: [] },
    attempts: [],
    upstreamBody: null,
    profile: '0.169',
    parity: null,
    changes: [],
    frames: [],
    framesDropped: 0,
    fastConditions: [],
    isStored: false,
  };
}

/** The `index`-th turn of a made-up past, one a second. */
export function storedTurn(
  index: number,
  { effort = 'low', isReplay = false, tellsReasoning = true, ...members }: Members = {},
): EndedExchange {
  const row: RequestRow = {
    id: `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`,
    startedAt: firstStartedAt + index * 1_000,
    client: 'codex_exec 0.169.0',
    dialect: 'responses',
    clientTransport: 'http',
    kind: 'turn',
    sessionId: '01a2091c-35f3-7960-8b0b-166583eb2b00',
    model: 'gpt-5.5',
    tierAsked: null,
    tierSent: null,
    tierEchoed: 'default',
    transport: 'ws',
    account: { id: 'one', label: 'an…@e…' },
    attempts: 1,
    status: 'completed',
    httpStatus: 200,
    error: null,
    said: null,
    firstTokenMs: 100 + index,
    totalMs: 1_100 + index,
    usage: { inputTokens: 50, cachedTokens: 0, outputTokens: 200, reasoningTokens: 8 },
    ...members,
  };
  const facts = { ownMs: 1, effort, firstEventMs: 90, quotaPercent: null, isReplay, tellsReasoning };
  return { row, facts, detail: Buffer.from(JSON.stringify(detailOf(row))) };
}
