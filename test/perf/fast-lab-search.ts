/**
 * The search for what fast depends on, whole and with its own stages, over sampled turns: six truths, three kinds of noise.
 * `node test/perf/fast-lab-search.ts [--runs N] [--seed N] [--json]`
 */
import type { LabAnswer, LabPlace, LabQuestion } from '../../src-main/core/latency/experiment.ts';
import { FastLab, type FastLabParts } from '../../src-main/core/latency/fast-lab.ts';
import { seededRandom } from '../../src-main/core/latency/seeded-random.ts';
import { type LabCondition, type LabExperiment, LabRequest } from '../../src-main/shared/lab.ts';
import { readArguments } from '../support/arguments.ts';
import { normal } from './fast-lab-noise.ts';

/** What fast truly needs; null: it is never granted. */
export const truths: Readonly<Record<string, readonly LabCondition[] | null>> = {
  never: null,
  'whatever else': [],
  'websocket only': ['transport'],
  'originator only': ['originator'],
  'hint only': ['hint'],
  'websocket and originator': ['transport', 'originator'],
};

export const searchNoises = [
  { name: '0.25/0.1', turnSigma: 0.25, socketSigma: 0.1 },
  { name: '0.10/0.03', turnSigma: 0.1, socketSigma: 0.03 },
  { name: '0.05/0.02', turnSigma: 0.05, socketSigma: 0.02 },
] as const;

const speedup = 1.5;
/** HTTP is slower at any tier. */
const httpLog = 0.2;
const outputTokens = 600;
const msPerToken = 16;

interface Sampled {
  readonly needs: readonly LabCondition[] | null;
  readonly turnSigma: number;
  readonly socketSigma: number;
  /** Turns that are granted fast before that ends; no end where it is absent. */
  readonly grantedTurns?: number;
}

function sampledAsk(
  random: () => number,
  { needs, turnSigma, socketSigma, grantedTurns = Number.POSITIVE_INFINITY }: Sampled,
) {
  let granted = 0;
  return async ({ arm, kind, without }: LabQuestion & LabPlace): Promise<LabAnswer> => {
    const none = { exchangeId: null, tierEchoed: 'default', quotaPercent: null, failure: null };
    if (kind === 'warm-up') return { ...none, firstTokenMs: 1, totalMs: 1, outputTokens: 1 };
    const isFit = arm === 'priority' && needs !== null && !needs.some((condition) => without.includes(condition));
    granted += isFit ? 1 : 0;
    const isGranted = isFit && granted <= grantedTurns;
    const log =
      turnSigma * normal(random) +
      socketSigma * normal(random) +
      (without.includes('transport') ? httpLog : 0) -
      (isGranted ? Math.log(speedup) : 0);
    return { ...none, firstTokenMs: 500, totalMs: outputTokens * msPerToken * Math.exp(log), outputTokens };
  };
}

/** One search to its end, the dear stage agreed to. */
export async function sampleSearch(seed: number, sampled: Sampled): Promise<LabExperiment> {
  const random = seededRandom(seed);
  const { promise, resolve } = Promise.withResolvers<LabExperiment>();
  const parts: FastLabParts = {
    clock: { monotonicMs: () => 0, epochMs: () => 0, after: () => ({ cancel: () => {} }) },
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    random,
    version: '0',
    profile: () => '0',
    account: () => ({ id: 'a', label: 'a' }),
    modelHasTier: () => true,
    ask: sampledAsk(random, sampled),
    abort: () => {},
    save: async () => {},
    kept: async () => [],
    passive: async () => ({ n: 0, fromMs: null, toMs: null, comparisons: [], quota: [], quotaRatio: null }),
    changed: ({ state, id, ...experiment }) => {
      if (state === 'asking' && !hasAsked) {
        hasAsked = true;
        queueMicrotask(() => lab.confirm(id));
      } else if (state === 'done' || state === 'failed') resolve({ state, id, ...experiment });
    },
  };
  let hasAsked = false;
  const lab = new FastLab(parts);
  await lab.start(LabRequest.parse({ kind: 'conditions' }));
  return promise;
}

/** Whether the whole picture is right, and whether anything told is wrong. */
export function judgeSearch({ search }: LabExperiment, needs: readonly LabCondition[] | null) {
  const finding = search?.finding ?? null;
  if (needs === null) return { isRight: finding === 'never' || finding === 'open', isWrong: search?.stage !== 1 };
  if (needs.length === 0) return { isRight: finding === 'whatever-else', isWrong: finding === 'never' };
  const claims = search?.claims ?? [];
  const isRight =
    claims.length > 0 &&
    claims.every(({ condition, finding: told }) => told === (needs.includes(condition) ? 'needed' : 'not-needed'));
  const isWrong =
    finding === 'whatever-else' ||
    claims.some(({ condition, finding: told }) => told === (needs.includes(condition) ? 'not-needed' : 'needed'));
  return { isRight, isWrong };
}

if (import.meta.main) {
  const { values: options } = readArguments({
    options: {
      runs: { type: 'string', default: '200' },
      seed: { type: 'string', default: '111' },
      json: { type: 'boolean', default: false },
    },
  });
  const runs = Number(options.runs);
  const rows = [];
  for (const { name, ...noise } of searchNoises) {
    for (const [truth, needs] of Object.entries(truths)) {
      let [right, wrong, turns, told, toldRuns] = [0, 0, 0, 0, 0];
      for (let run = 0; run < runs; run += 1) {
        const ended = await sampleSearch(Number(options.seed) * 100_000 + run, { needs, ...noise });
        const { isRight, isWrong } = judgeSearch(ended, needs);
        right += isRight ? 1 : 0;
        wrong += isWrong ? 1 : 0;
        turns += ended.turnsDone / 2;
        if (ended.search?.price != null && ended.search.isConfirmed) {
          told += ended.turnsDone / ended.turnsTotal;
          toldRuns += 1;
        }
      }
      rows.push({
        noise: name,
        truth,
        rightPercent: (100 * right) / runs,
        wrongPercent: (100 * wrong) / runs,
        measuredTurns: Number((turns / runs).toFixed(1)),
        doneOfTold: toldRuns === 0 ? null : Number((told / toldRuns).toFixed(2)),
      });
    }
  }
  if (options.json) process.stdout.write(`${JSON.stringify({ runs, rows }, null, 2)}\n`);
  // biome-ignore lint/suspicious/noConsole: a table for people
  else console.table(rows);
}
