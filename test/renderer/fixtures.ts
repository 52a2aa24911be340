import type {
  AccountView,
  AppInfo,
  FrameRecord,
  RequestRow,
  Snapshot,
  TraceDetail,
} from '../../src-main/shared/model.ts';

/** Scripted state for the page's tests and screenshots: the same on every run, apart from the clock it is given. */

const day = 86_400_000;

/** A seeded source of numbers in [0, 1). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

export const appInfo: AppInfo = {
  version: '0.1.0',
  face: 'headless',
  demo: true,
  baseUrl: 'http://127.0.0.1:2575',
  upstream: 'https://chatgpt.com/backend-api/codex',
  dataDir: '/home/ada/.local/share/slipstream',
  profile: '0.169',
  startedAt: Date.UTC(2026, 10, 23, 8),
};

export function makeAccount(patch: Partial<AccountView> = {}): AccountView {
  return {
    id: 'a1',
    email: 'ada@example.com',
    label: 'ad…@e… (pro)',
    plan: 'pro',
    source: 'import',
    enabled: true,
    websockets: null,
    state: 'ready',
    tokenExpiresAt: null,
    cooldownUntil: null,
    usage: null,
    encrypted: false,
    ...patch,
  };
}

export function makeAccounts(nowMs: number): AccountView[] {
  const usage = (primary: number, secondary: number) => ({
    primary: { usedPercent: primary, windowMinutes: 300, resetAt: nowMs + 2.2 * 3_600_000 },
    secondary: { usedPercent: secondary, windowMinutes: 10_080, resetAt: nowMs + 4.3 * day },
    readAt: nowMs - 140_000,
  });
  return [
    makeAccount({ usage: usage(34, 61), tokenExpiresAt: nowMs + 6 * day }),
    makeAccount({
      id: 'a2',
      email: 'grace.hopper@example.org',
      label: 'gr…@e… (team)',
      plan: 'team',
      websockets: true,
      usage: usage(100, 83),
      state: 'exhausted',
      cooldownUntil: nowMs + 2.2 * 3_600_000,
      tokenExpiresAt: nowMs + 9 * day,
    }),
    makeAccount({
      id: 'a3',
      email: 'linus@example.net',
      label: 'li…@e… (plus)',
      plan: 'plus',
      websockets: false,
      state: 'expired',
      enabled: false,
      tokenExpiresAt: nowMs - 0.4 * day,
    }),
  ];
}

export function makeRow(patch: Partial<RequestRow> = {}): RequestRow {
  return {
    id: 'r1',
    startedAt: Date.UTC(2026, 10, 23, 12),
    client: 'codex_exec 0.169.0',
    dialect: 'responses',
    clientTransport: 'ws',
    kind: 'turn',
    sessionId: '01a2091c-35f3-7960-8b0b-166583eb2b00',
    model: 'gpt-6.1-sol',
    tierAsked: null,
    tierSent: null,
    tierEchoed: 'default',
    transport: 'ws',
    account: { id: 'a1', label: 'ad…@e… (pro)' },
    attempts: 1,
    status: 'completed',
    httpStatus: null,
    error: null,
    firstTokenMs: 800,
    totalMs: 4_000,
    usage: { inputTokens: 18_240, cachedTokens: 16_900, outputTokens: 612, reasoningTokens: 288 },
    ...patch,
  };
}

const clients = [
  { client: 'codex_exec 0.169.0', dialect: 'responses', clientTransport: 'ws' },
  { client: 'codex_cli_rs 0.169.0', dialect: 'responses', clientTransport: 'ws' },
  { client: 'claude-cli 2.4.1', dialect: 'messages', clientTransport: 'http' },
  { client: 'opencode 1.9.0', dialect: 'chat', clientTransport: 'http' },
  { client: 'curl 7.88.1', dialect: 'responses', clientTransport: 'http' },
] as const;

const models = ['gpt-6.1-sol', 'gpt-6.1-sol', 'gpt-5.5', 'gpt-6-astra', 'gpt-5.6-luna'];

/** Realistic rows, newest first. */
export function makeRows(count: number, nowMs: number): RequestRow[] {
  const random = createRandom(7);
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  let at = nowMs - 4_000;
  return Array.from({ length: count }, (_, index) => {
    at -= 2_000 + random() * 40_000;
    const caller = pick(clients) ?? clients[0];
    const isFast = random() < 0.4;
    const firstTokenMs = (isFast ? 620 : 1_150) * Math.exp((random() - 0.5) * 0.9);
    const row = makeRow({
      id: `x${String(count - index).padStart(5, '0')}`,
      startedAt: at,
      ...caller,
      kind: random() < 0.07 ? 'prewarm' : 'turn',
      model: pick(models) ?? 'gpt-5.5',
      tierAsked: isFast && random() < 0.6 ? 'fast' : null,
      tierSent: isFast ? 'priority' : null,
      transport: random() < 0.9 ? 'ws' : 'http',
      account: random() < 0.7 ? { id: 'a1', label: 'ad…@e… (pro)' } : { id: 'a2', label: 'gr…@e… (team)' },
      httpStatus: caller.clientTransport === 'http' ? 200 : null,
      firstTokenMs,
      totalMs: firstTokenMs + (isFast ? 2_400 : 4_600) * Math.exp((random() - 0.5) * 1.4),
    });
    return { ...row, ...fate(index, row) };
  });
}

/** Mostly good, with one of each other end near the top. */
function fate(index: number, row: RequestRow): Partial<RequestRow> {
  const notAnswered = { firstTokenMs: null, usage: null, tierEchoed: null };
  if (index === 0) {
    return { ...notAnswered, kind: 'turn', status: 'running', totalMs: null, httpStatus: null, tierSent: 'priority' };
  }
  if (index === 1) return { status: 'running', kind: 'turn', totalMs: null, tierEchoed: null, usage: null };
  if (index === 5) {
    const error = { code: 'accounts_exhausted', message: 'Every account has reached its usage limit.' };
    return { ...notAnswered, status: 'failed', error, httpStatus: 429, totalMs: 212.4, attempts: 2, kind: 'turn' };
  }
  if (index === 9) return { status: 'cancelled', usage: null, tierEchoed: null, totalMs: 1_904 };
  if (index === 14) return { status: 'incomplete' };
  if (index === 20) {
    const error = { code: 'account_none', message: 'No account is signed in.' };
    const nothing = { transport: null, account: null, attempts: 0, tierSent: null } as const;
    return { ...notAnswered, ...nothing, status: 'failed', error, httpStatus: 400, totalMs: 0.84, kind: 'turn' };
  }
  return row.kind === 'prewarm' ? { firstTokenMs: null, totalMs: 96, usage: null } : {};
}

export function makeSnapshot(patch: Partial<Snapshot> = {}): Snapshot {
  return {
    seq: 0,
    app: appInfo,
    fastPolicy: 'auto',
    accountPolicy: { strategy: 'most-headroom', pinnedAccountId: null },
    accounts: [],
    requests: [],
    ...patch,
  };
}

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

function makeFrames(firstMs: number, totalMs: number): FrameRecord[] {
  const types = ['response.created', 'response.in_progress', 'response.output_item.added'];
  const deltas = Array.from({ length: 240 }, (_, index) => ({
    type: index < 60 ? 'response.reasoning_summary_text.delta' : 'response.output_text.delta',
    atMs: firstMs + ((totalMs - firstMs - 40) * index) / 240,
  }));
  const events = [
    ...types.map((type, index) => ({ type, atMs: firstMs - 140 + index * 12 })),
    ...deltas,
    { type: 'response.completed', atMs: totalMs - 6 },
  ];
  return [
    { atMs: 0.4, direction: 'client-in', type: 'body', bytes: 612 },
    { atMs: 2.9, direction: 'upstream-out', type: 'response.create', bytes: 70_635 },
    ...events.flatMap(({ type, atMs }, index): FrameRecord[] => [
      { atMs, direction: 'upstream-in', type, bytes: 180 + ((index * 37) % 90) },
      { atMs: atMs + 0.12, direction: 'client-out', type, bytes: 196 + ((index * 37) % 90) },
    ]),
  ];
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
    ownMs: 2.04,
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
            url: 'wss://chatgpt.com/backend-api/codex/responses',
            startedMs: 1.4,
            endedMs: 96,
            reused: true,
            status: 101,
            closeCode: null,
            requestHeaders: [
              ['authorization', '[redacted]'],
              ['originator', 'codex-toy-app-server'],
            ],
            responseHeaders: [['x-codex-plan-type', 'team']],
            error: { code: 'usage_limit_reached', message: 'The usage limit has been reached.' },
          },
          {
            transport: row.transport ?? 'ws',
            account: 'ad…@e… (pro)',
            url: 'wss://chatgpt.com/backend-api/codex/responses',
            startedMs: 97,
            endedMs: totalMs,
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
          },
        ]
      : [],
    upstreamBody: isSent ? JSON.stringify(upstreamBody) : null,
    profile: '0.169',
    changes: [
      {
        step: 'tier',
        path: 'body.service_tier',
        action: 'set',
        why: 'the client asked for fast, which is priority on the wire',
      },
      { step: 'body', path: 'body.stream', action: 'set', why: 'upstream only streams' },
      { step: 'body', path: 'body.temperature', action: 'removed', why: 'upstream refuses it' },
      { step: 'body', path: 'body.instructions', action: 'added', why: 'upstream wants the field; it stays empty' },
      { step: 'body', path: 'body.include', action: 'added', why: 'encrypted reasoning has to come back' },
      { step: 'identity', path: 'body.prompt_cache_key', action: 'added', why: 'the effective session id' },
      { step: 'identity', path: 'headers.originator', action: 'added', why: 'part of the official shape' },
      { step: 'headers', path: 'headers.cookie', action: 'dropped', why: 'not for upstream' },
    ],
    frames: makeFrames(firstMs, totalMs),
    framesDropped: 0,
    fastConditions: [
      {
        name: 'Priority tier sent',
        met: row.tierSent === 'priority',
        detail: `service_tier: ${row.tierSent ?? 'left out'}`,
      },
      { name: 'Websocket upstream', met: row.transport === 'ws', detail: row.transport ?? 'nothing was sent' },
      { name: 'Routing hint names the tier', met: row.tierSent === 'priority', detail: hint },
      { name: 'Official originator', met: true, detail: 'codex-toy-app-server' },
      { name: 'Model offers the tier', met: true, detail: 'listed in the catalogue' },
    ],
    ...patch,
  };
}
