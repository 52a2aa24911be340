import type { ClientPlan, ClientUndoPlan, ClientView } from '../../src-main/shared/client-model.ts';
import type {
  LabArm,
  LabEstimate,
  LabExperiment,
  LabPair,
  LabResult,
  LabSearch,
  LabTurn,
  PassiveAnswer,
} from '../../src-main/shared/lab.ts';
import type { LatencyAnswer, LatencyQuery, TraceChoices } from '../../src-main/shared/trace-query.ts';
import type { TraceComparison } from '../../src-main/shared/trace-tools.ts';
import { makeRow } from './fixtures.ts';

/** Scripted answers for the Clients, Latency and Fast lab screens. */

export function makeClient(patch: Partial<ClientView> = {}): ClientView {
  return {
    id: 'codex',
    name: 'Codex CLI',
    detected: true,
    path: '/home/ada/.codex/config.toml',
    state: 'not-set-up',
    modes: [
      { id: 'provider', name: 'clients.codex.provider', hint: 'clients.codex.provider.hint' },
      { id: 'path-key', name: 'clients.codex.login', hint: 'clients.codex.login.hint' },
    ],
    mode: null,
    undoable: false,
    problem: null,
    ...patch,
  };
}

export function makePlan(): ClientPlan {
  return {
    path: '/home/ada/.codex/config.toml',
    diff: [
      '--- config.toml',
      '+++ config.toml',
      '@@ -1,2 +1,6 @@',
      '-model_provider = "openai"',
      '+model_provider = "slipstream"',
      ' # my comment',
      '+[model_providers.slipstream]',
      '+experimental_bearer_token = "<API key>"',
      '',
    ].join('\n'),
    snippet: '',
    hash: 'hash-1',
    holdsKey: true,
    outside: null,
  };
}

export function makeUndoPlan(patch: Partial<ClientUndoPlan> = {}): ClientUndoPlan {
  return {
    path: '/home/ada/.codex/config.toml',
    kind: 'whole-file',
    diff: [
      '--- config.toml',
      '+++ config.toml',
      '@@ -1,6 +1,2 @@',
      '-model_provider = "slipstream"',
      '+model_provider = "openai"',
      ' # my comment',
      '-[model_providers.slipstream]',
      '-experimental_bearer_token = "<API key>"',
      '',
    ].join('\n'),
    hash: 'hash-2',
    removesFile: false,
    outside: null,
    ...patch,
  };
}

const named = (...values: readonly string[]) => values.map((value) => ({ value, label: value }));

export const choices: TraceChoices = {
  model: named('gpt-5.5', 'gpt-6.1-sol'),
  tier: [
    { value: 'standard', label: 'standard (none)' },
    { value: 'priority', label: 'priority' },
  ],
  account: [{ value: 'a1', label: 'ad…@e… (pro)' }],
  client: named('codex_exec 0.169.0'),
  key: [],
  effort: [
    { value: 'low', label: 'low' },
    { value: 'standard', label: 'not given' },
  ],
};

export function makeLatency({ metric }: LatencyQuery): LatencyAnswer {
  const start = Date.UTC(2026, 10, 23, 8);
  const groups = [
    { key: 'standard', label: 'standard', base: 900, n: 240 },
    { key: 'priority', label: 'priority', base: 520, n: 80 },
  ].map(({ key, label, base, n }) => {
    const point = (at: number, count: number) => {
      const p50 = base * (1 + 0.2 * Math.sin(at));
      return { n: count, p50, p90: p50 * 1.6, p95: p50 * 1.9, p99: p50 * 2.6 };
    };
    const series = Array.from({ length: 40 }, (_, at) => point(at, n / 40));
    const histogram = Array.from({ length: 30 }, (_, bin) => Math.round(20 * Math.exp(-((bin - base / 60) ** 2) / 20)));
    return { key, label, summary: point(0, n), series, histogram };
  });
  return {
    metric,
    unit: metric === 'tokensPerSecond' ? 'tokens/s' : 'ms',
    n: 320,
    fromMs: start,
    toMs: start + 4_000_000,
    bucketStarts: Array.from({ length: 40 }, (_, at) => start + at * 100_000),
    bucketMs: 100_000,
    binEdges: Array.from({ length: 31 }, (_, at) => 100 * 1.12 ** at),
    groups,
  };
}

const figures = (scale: number): LabResult['standard'] => ({
  firstTokenMs: { n: 18, median: 800 * scale },
  totalMs: { n: 18, median: 9_000 * scale },
  tokensPerSecond: { n: 18, median: 66 / scale },
  msPerToken: { n: 18, median: 15 * scale },
});

function makeTurn(arm: LabArm, pair: number): LabTurn {
  const slow = arm === 'standard' ? 1 : 0.67;
  const totalMs = 9_000 * slow * (1 + ((pair * 3) % 5) / 20);
  const none = { tierEchoed: 'default', quotaPercent: null, failure: null };
  return { arm, exchangeId: `${arm}-${pair}`, firstTokenMs: 800 * slow, totalMs, outputTokens: 600, ...none };
}

/** Pair 2 has outputs of different length; pair 6 failed. */
function makePairs(count: number): LabPair[] {
  return Array.from({ length: count }, (_, pair) => {
    const lengthsDiffer = pair === 1;
    const failure = pair === 5 ? 'the turn went another way: over another transport, or on another account' : null;
    return {
      pair,
      first: pair % 2 === 0 ? 'standard' : 'priority',
      standard: makeTurn('standard', pair),
      priority: { ...makeTurn('priority', pair), outputTokens: lengthsDiffer ? 690 : 600, failure },
      effectPercent: failure === null ? -33 + ((pair * 7) % 11) - 5 : null,
      lengthsDiffer,
    };
  });
}

const looks = [
  { n: 6, effectPercent: -31, lowPercent: -52, highPercent: 1.2 },
  { n: 8, effectPercent: -32, lowPercent: -45, highPercent: -16 },
  { n: 12, effectPercent: -33.1, lowPercent: -38, highPercent: -28 },
];

export const labResult: LabResult = {
  verdict: 'faster',
  sentence: 'Priority was faster: 33 % less time for each output token (28 to 38 % less; 12 pairs, 3 looks).',
  notes: ['Stopped early, so the middle figure leans to the large side: trust the range.'],
  effectPercent: -33.1,
  lowPercent: -38,
  highPercent: -28,
  pairs: 12,
  lostPairs: 1,
  looks,
  promiseRuledOut: false,
  morePairs: null,
  flaggedPairs: 1,
  failedTurns: 1,
  standard: figures(1),
  priority: figures(0.67),
  evidence: {
    echoes: [
      { arm: 'standard', echoed: 'default', n: 12 },
      { arm: 'priority', echoed: 'default', n: 11 },
      { arm: 'priority', echoed: 'priority', n: 1 },
    ],
    failures: { standard: 0, priority: 1 },
    stalls: { standard: 1, priority: 0 },
    quota: { steps: 6, duringPriority: 4, lowOdds: 0.3, highOdds: 12.1 },
  },
};

export function makeExperiment(patch: Partial<LabExperiment> = {}): LabExperiment {
  return {
    id: 'e1',
    form: 'sequential',
    startedAt: Date.UTC(2026, 10, 23, 9),
    endedAt: Date.UTC(2026, 10, 23, 9, 8),
    state: 'done',
    problem: null,
    unkept: null,
    keptAt: null,
    request: {
      kind: 'pairs',
      model: 'gpt-5.5',
      tier: 'priority',
      accountId: null,
      pairs: 30,
      regionPercent: 10,
      conditions: ['transport', 'originator', 'hint'],
      prompt: 'enumerate',
      effort: 'low',
    },
    accountLabel: 'ad…@e… (pro)',
    accountId: 'one',
    pauses: [],
    version: '0.1.0',
    profile: '0.169',
    seed: 4_711,
    run: 3,
    turnsDone: 52,
    turnsTotal: 96,
    pairs: makePairs(13),
    result: labResult,
    search: null,
    coin: null,
    ...patch,
  };
}

/** A search that found that fast needs the websocket. */
export function makeSearch(patch: Partial<LabSearch> = {}): LabSearch {
  const look = (effectPercent: number) => ({
    n: 8,
    effectPercent,
    lowPercent: effectPercent - 9,
    highPercent: effectPercent + 9,
  });
  return {
    stage: 3,
    official: labResult,
    without: {
      ...labResult,
      verdict: 'undecided',
      promiseRuledOut: true,
      sentence: 'Not the promised speed.',
      notes: [],
    },
    price: { turns: 96, outputTokens: 30_720, standardEquivalentTokens: 61_440, durationMs: 660_000 },
    isConfirmed: true,
    rounds: 8,
    claims: [
      { condition: 'transport', finding: 'needed', rounds: 8, without: look(1), loss: look(45) },
      { condition: 'originator', finding: 'not-needed', rounds: 6, without: look(-33), loss: look(0) },
      { condition: 'hint', finding: 'open', rounds: 8, without: null, loss: null },
    ],
    firstTokenOverHttp: look(22),
    finding: 'some-needed',
    sentences: [
      'Fast needs the websocket: over HTTP the gain is gone.',
      'Not decided after 8 rounds: the routing hint.',
    ],
    ...patch,
  };
}

export const estimate: LabEstimate = {
  model: 'gpt-5.5',
  tier: 'priority',
  pairs: 24,
  turns: 96,
  outputTokens: 30_720,
  standardEquivalentTokens: 53_760,
  quotaPercent: 1.2,
  quotaReadings: 12,
  durationMs: 480_000,
  modelHasTier: true,
};

export const passive: PassiveAnswer = {
  n: 320,
  fromMs: 1,
  toMs: 2,
  comparisons: [
    {
      tier: 'priority',
      model: 'gpt-5.5',
      effort: 'low',
      standard: figures(1),
      priority: figures(0.7),
      differencePercent: -30,
      sessions: 5,
    },
  ],
  quota: [{ tier: 'standard', n: 4, outputTokens: 12_000, percentDrawn: 1.2, percentPerThousandTokens: 0.1 }],
  quotaRatio: null,
};

export function makeComparison(): TraceComparison {
  return {
    a: makeRow({ id: 'r1' }),
    b: makeRow({ id: 'r2' }),
    figures: [{ name: 'total', unit: 'ms', a: 2_000, b: 1_000, differencePercent: -50 }],
    headers: [{ name: 'session_id', a: 's-1', b: 's-2' }],
    fields: [{ name: 'service_tier', a: null, b: '"priority"' }],
    sameHeaders: 11,
    sameFields: 9,
  };
}
