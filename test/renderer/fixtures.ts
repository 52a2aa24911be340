import type { AccountView, SignInView } from '../../src-main/shared/account-model.ts';
import type { AppInfo, RequestRow, Snapshot } from '../../src-main/shared/model.ts';
import { AppSettings, Settings } from '../../src-main/shared/settings.ts';
import { tell } from '../../src-main/shared/words/told.ts';

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
  autostartUnsupported: tell('autostart.headless'),
};

export function makeAccount(patch: Partial<AccountView> = {}): AccountView {
  return {
    id: 'a1',
    email: 'ada@example.com',
    nickname: null,
    usageTrouble: null,
    workspace: null,
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
    priority: 0,
    link: null,
    problem: null,
    refusals: [],
    overHttp: null,
    proxyUrl: null,
    ...patch,
  };
}

export function makeSignIn(patch: Partial<SignInView> = {}): SignInView {
  return {
    id: 's1',
    method: 'browser',
    state: 'waiting',
    url: null,
    userCode: null,
    expiresAt: Date.now() + 300_000,
    message: null,
    accountId: null,
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
    said: null,
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

/** The settings a first start has. */
export const plainSettings = AppSettings.parse({
  ...Settings.parse({
    version: 1,
    fastPolicy: 'auto',
    apiKey: 'slipstream-test-key-0123456789',
    installationId: '00000000-0000-4000-8000-000000000000',
    guideDismissed: true,
  }),
  paused: false,
  startAtLogin: null,
});

const plainProfiles: Snapshot['profiles'] = {
  choice: 'built-in',
  used: { id: '0.171', version: '0.171.0' },
  builtIn: [{ id: '0.171', version: '0.171.0' }],
  learned: [],
  news: [],
  running: null,
};

export function makeSnapshot(patch: Partial<Snapshot> = {}): Snapshot {
  return {
    seq: 0,
    app: appInfo,
    settings: plainSettings,
    accounts: [],
    signIn: null,
    problems: [],
    profiles: plainProfiles,
    coins: [],
    requests: [],
    ...patch,
  };
}
