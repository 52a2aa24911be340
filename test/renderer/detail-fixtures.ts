import type { FrameRecord, RequestRow, TraceDetail, WaterfallSpan } from '../../src-main/shared/model.ts';
import { tell } from '../../src-main/shared/words/told.ts';
import { othersWords } from '../../src-main/shared/words/told-text.ts';

/** A scripted detail, with something on every tab. */

const turnMetadata = JSON.stringify({
  installation_id: 'b01088a9-cdfb-4b00-ad74-4cd263cceb01',
  session_id: '01a2091c-35f3-7960-8b0b-166583eb2b00',
  window_id: '01a2091c-35f3-7960-8b0b-166583eb2b00:0',
  request_kind: 'turn',
});

const clientBody = {
  model: 'gpt-6.1-sol',
  input: [{ role: 'user', content: 'Rename the function and run the tests.' }],
  temperature: 0.2,
  service_tier: 'fast',
  stream: false,
};

const upstreamBody = {
  model: 'gpt-6.1-sol',
  stream: true,
  service_tier: 'priority',
  instructions: '',
  input: [
    {
      type: 'message',
      role: 'user',
      content: [{ type: 'input_text', text: 'Rename the function and run the tests.' }],
    },
  ],
  store: false,
  include: ['reasoning.encrypted_content'],
  prompt_cache_key: '01a2091c-35f3-7960-8b0b-166583eb2b00',
};

function makeFrames(firstMs: number, totalMs: number, hasFailed: boolean): FrameRecord[] {
  const types = ['response.created', 'response.in_progress', 'response.output_item.added'];
  const deltas = Array.from({ length: 240 }, (_, index) => ({
    type: index < 60 ? 'response.reasoning_summary_text.delta' : 'response.output_text.delta',
    atMs: firstMs + ((totalMs - firstMs - 40) * index) / 240,
  }));
  const events = [
    ...types.map((type, index) => ({ type, atMs: firstMs - 140 + index * 12 })),
    ...deltas,
    { type: hasFailed ? 'error' : 'response.completed', atMs: totalMs - 6 },
  ];
  return [
    { atMs: 0.4, direction: 'client-in', type: 'body', bytes: 612 },
    { atMs: 2.9, direction: 'upstream-out', type: 'response.create', bytes: 70_635 },
    ...events.map(
      ({ type, atMs }, index): FrameRecord => ({
        atMs,
        direction: 'upstream-in',
        type,
        bytes: 180 + ((index * 37) % 90),
      }),
    ),
    ...(hasFailed ? [{ atMs: totalMs - 5, direction: 'client-out' as const, type: 'error', bytes: 196 }] : []),
  ];
}

function makeWaterfall(firstMs: number, totalMs: number): WaterfallSpan[] {
  const ends: [WaterfallSpan['name'], WaterfallSpan['who'], number | null, number][] = [
    ['request body', 'client', null, 0.41],
    ['prepare', 'slipstream', 0, 1.4],
    ['connect', 'network', 0, 1.45],
    ['send', 'slipstream', 0, 1.8],
    ['first event', 'upstream', 0, 95],
    ['stream', 'upstream', 0, 96],
    ['prepare', 'slipstream', 1, 97],
    ['dns', 'network', 1, 99.4],
    ['tcp', 'network', 1, 112],
    ['tls', 'network', 1, 131],
    ['upgrade', 'network', 1, 148.2],
    ['send', 'slipstream', 1, 148.9],
    ['first event', 'upstream', 1, firstMs - 140],
    ['stream', 'upstream', 1, totalMs - 6],
    ['finish', 'slipstream', null, totalMs],
  ];
  return ends.map(([name, who, attempt, endMs], index) => ({
    name,
    who,
    attempt,
    startMs: ends[index - 1]?.[3] ?? 0,
    endMs,
  }));
}

/** A detail that fits a row. */
export function makeDetail(row: RequestRow, patch: Partial<TraceDetail> = {}): TraceDetail {
  const firstMs = row.firstTokenMs ?? 900;
  const totalMs = row.totalMs ?? 4_000;
  const isSent = row.transport !== null;
  const hint = `model=${row.model}${row.tierSent === 'priority' ? ';tier=priority' : ''}`;
  return {
    row,
    marks: [
      { name: 'accepted', atMs: 0 },
      { name: 'bodyRead', atMs: 0.41 },
      { name: 'accountChosen', atMs: 0.52 },
      { name: 'tokenReady', atMs: 0.58 },
      { name: 'normalised', atMs: 1.34 },
      { name: 'upstreamReady', atMs: 148.2 },
      { name: 'requestSent', atMs: 148.9 },
      { name: 'firstEvent', atMs: firstMs - 140 },
      { name: 'firstReasoning', atMs: firstMs },
      { name: 'firstText', atMs: firstMs + (totalMs - firstMs) * 0.25 },
      { name: 'lastText', atMs: totalMs - 46 },
      { name: 'completed', atMs: totalMs - 6 },
      { name: 'flushed', atMs: totalMs },
    ],
    waterfall: isSent
      ? makeWaterfall(firstMs, totalMs)
      : [{ name: 'prepare', who: 'slipstream', attempt: null, startMs: 0, endMs: totalMs }],
    ownMs: isSent ? 8.46 : null,
    clientRequest: {
      method: 'POST',
      path: '/v1/responses',
      headers: [
        ['Host', '127.0.0.1:2575'],
        ['User-Agent', 'curl/7.88.1'],
        ['Authorization', '[redacted]'],
        ['Content-Type', 'application/json'],
        ['Accept', '*/*'],
        ['Cookie', '[redacted]'],
      ],
      body: JSON.stringify(clientBody),
    },
    clientResponse: {
      status: row.httpStatus ?? 200,
      headers: [
        ['content-type', 'text/event-stream'],
        ['server-timing', 'slipstream;dur=2.04'],
      ],
    },
    attempts: isSent
      ? [
          {
            transport: 'ws',
            account: 'gr…@e… (team)',
            accountId: 'account-1',
            url: 'wss://chatgpt.com/backend-api/codex/responses',
            startedMs: 1.4,
            connectedMs: 1.45,
            sentMs: 1.8,
            readyMs: 1.45,
            firstEventMs: 95,
            endedMs: 96,
            phases: [{ name: 'queue', startMs: 1.4, endMs: 1.45, why: tell('why.connection.queue', { count: 64 }) }],
            reused: true,
            status: 101,
            closeCode: null,
            requestHeaders: [
              ['authorization', '[redacted]'],
              ['originator', 'codex-toy-app-server'],
            ],
            responseHeaders: [['x-codex-plan-type', 'team']],
            error: { code: 'usage_limit_reached', message: 'The usage limit has been reached.' },
            said: null,
          },
          {
            transport: row.transport ?? 'ws',
            account: 'ad…@e… (pro)',
            accountId: 'account-1',
            url: 'wss://chatgpt.com/backend-api/codex/responses',
            startedMs: 97,
            connectedMs: 148.2,
            sentMs: 148.9,
            readyMs: 148.2,
            firstEventMs: firstMs - 140,
            endedMs: totalMs - 6,
            phases: [
              { name: 'dns', startMs: 97.1, endMs: 99.4 },
              { name: 'tcp', startMs: 99.4, endMs: 112 },
              { name: 'tls', startMs: 112, endMs: 131 },
              { name: 'upgrade', startMs: 131, endMs: 148.2 },
            ],
            reused: false,
            status: 101,
            closeCode: null,
            requestHeaders: [
              ['authorization', '[redacted]'],
              ['chatgpt-account-id', '[masked]'],
              ['originator', 'codex-toy-app-server'],
              [
                'user-agent',
                'codex-toy-app-server/0.169.0 (Debian 12.0.0; x86_64) xterm (codex-toy-app-server; 0.169.0)',
              ],
              ['openai-beta', 'responses_websockets=2026-02-06'],
              ['x-codex-turn-metadata', turnMetadata],
              ['x-codex-routing-hint', hint],
            ],
            responseHeaders: [
              ['upgrade', 'websocket'],
              ['x-codex-primary-used-percent', '34'],
            ],
            error: null,
            said: row.said,
          },
        ]
      : [],
    upstreamBody: isSent ? JSON.stringify(upstreamBody) : null,
    profile: '0.169',
    parity: isSent
      ? {
          profile: '0.169',
          transport: row.transport ?? 'ws',
          headers: { missing: ['x-codex-beta-features'], extra: [] },
          fields: { missing: [], extra: ['instructions'] },
        }
      : null,
    isStored: false,
    changes: [
      {
        step: 'tier',
        path: 'body.service_tier',
        action: 'set',
        why: othersWords('the client asked for fast, which is priority on the wire'),
      },
      { step: 'body', path: 'body.stream', action: 'set', why: othersWords('upstream only streams') },
      { step: 'body', path: 'body.temperature', action: 'removed', why: othersWords('upstream refuses it') },
      {
        step: 'body',
        path: 'body.instructions',
        action: 'added',
        why: othersWords('upstream wants the field; it stays empty'),
      },
      { step: 'body', path: 'body.include', action: 'added', why: othersWords('encrypted reasoning has to come back') },
      {
        step: 'identity',
        path: 'body.prompt_cache_key',
        action: 'added',
        why: othersWords('the effective session id'),
      },
      { step: 'identity', path: 'headers.originator', action: 'added', why: tell('why.official.shape') },
      { step: 'headers', path: 'headers.cookie', action: 'dropped', why: othersWords('not for upstream') },
    ],
    frames: makeFrames(firstMs, totalMs, row.status === 'failed'),
    framesDropped: 0,
    fastConditions: [
      {
        name: tell('fastTab.condition.tier', { tier: 'priority' }),
        met: row.tierSent === 'priority',
        detail: row.tierSent === null ? tell('fastTab.detail.tierLeftOut') : `service_tier: ${row.tierSent}`,
      },
      {
        name: tell('fastTab.condition.websocket'),
        met: row.transport === 'ws',
        detail: tell(row.transport === null ? 'fastTab.detail.nothing' : `transport.${row.transport}`),
      },
      { name: tell('fastTab.condition.hint'), met: row.tierSent === 'priority', detail: hint },
      { name: tell('fastTab.condition.originator'), met: true, detail: 'codex-toy-app-server' },
      { name: tell('fastTab.condition.model'), met: true, detail: tell('fastTab.detail.listed') },
    ],
    ...patch,
  };
}
