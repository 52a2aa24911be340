/**
 * The database of traces: queries over 50,000 turns while 200 a second arrive, and its cap while 100,000 turns are written.
 * `node test/perf/trace-store.ts [--turns N] [--written N]`; JSON out; exit code 1 where a budget is missed.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EndedExchange, StoreLimits, TraceStore } from '../../src-main/core/traces/store/trace-store.ts';
import { openWorkerStore } from '../../src-main/core/traces/store/worker-store.ts';
import { quantile } from '../../src-main/shared/statistics.ts';
import { LatencyQuery, TraceQuery } from '../../src-main/shared/trace-query.ts';
import { seededRandom } from '../../src-main/simulator/seeded-random.ts';
import { readArguments } from '../support/arguments.ts';
import { realClock, recordingLog } from '../support/host.ts';
import { firstStartedAt, storedTurn } from '../support/stored-turns.ts';

const { values: options } = readArguments({
  options: { turns: { type: 'string', default: '50000' }, written: { type: 'string', default: '100000' } },
});
const turns = Number(options.turns);
const written = Number(options.written);
const budgetMs = 50;
const repeats = 15;
const capBytes = 64 * 1024 * 1024;
const arrivingPerSecond = 200;

const noLimits: StoreLimits = { maxRows: 10_000_000, maxBytes: 8 * 1024 ** 3, maxAgeMs: 100 * 365 * 24 * 60 * 60_000 };
const random = seededRandom(4);
const models = ['gpt-5.5', 'gpt-5.4', 'gpt-6.1-sol'];
const dir = mkdtempSync(join(tmpdir(), 'slipstream-store-benchmark-'));

function open(name: string, limits: StoreLimits): TraceStore {
  const store = openWorkerStore({ start: { path: join(dir, name), limits }, clock: realClock, log: recordingLog() });
  if (store === null) throw new Error('there is no worker');
  return store;
}

/** Headers and changes of a usual turn take about this much. */
const filler = Array.from({ length: 300 }, () => Math.floor(random() * 1e9).toString(36)).join(' ');

function turn(index: number): EndedExchange {
  const isFailed = random() < 0.03;
  const made = storedTurn(index, {
    model: models[Math.floor(random() * models.length)] ?? 'gpt-5.5',
    tierSent: random() < 0.4 ? 'priority' : null,
    transport: random() < 0.9 ? 'ws' : 'http',
    account: { id: `account-${Math.floor(random() * 4)}`, label: 'an…@e…' },
    client: random() < 0.7 ? 'codex_exec 0.169.0' : 'curl 8.5',
    firstTokenMs: 300 + random() * 2_000,
    totalMs: 2_500 + random() * 30_000,
    ...(isFailed
      ? {
          status: 'failed' as const,
          error: { code: 'upstream_closed', message: `Closed with code ${1000 + (index % 20)}.` },
        }
      : {}),
  });
  return {
    ...made,
    detail: Buffer.from(String(made.detail).replace('"changes":[]', `"changes":[],"_filler":"${filler}"`)),
  };
}

const round = (value: number) => Number(value.toFixed(2));

async function timed(name: string, ask: () => Promise<unknown>) {
  const spans: number[] = [];
  for (let repeat = 0; repeat < repeats + 1; repeat += 1) {
    const startMs = performance.now();
    await ask();
    if (repeat > 0) spans.push(performance.now() - startMs);
  }
  const sorted = spans.toSorted((a, b) => a - b);
  return {
    name,
    p50: round(quantile(sorted, 0.5)),
    max: round(quantile(sorted, 1)),
    met: quantile(sorted, 0.5) <= budgetMs,
  };
}

async function queries() {
  const store = open('queries.sqlite', noLimits);
  for (let index = 0; index < turns; index += 1) store.add(turn(index));
  await store.state();
  let index = turns;
  const arriving = setInterval(() => {
    for (let count = 0; count < arrivingPerSecond / 20; count += 1) {
      store.add(turn(index));
      index += 1;
    }
  }, 50);
  const list = (filter: object, cursor: object | null = null, skip = 0) =>
    store.query(TraceQuery.parse({ filter, cursor, skip }));
  const latency = (more: object) => store.latency(LatencyQuery.parse({ metric: 'firstToken', ...more }));
  const results = [
    await timed('list, newest', () => list({})),
    await timed('list, page in the middle', () =>
      list({}, { startedAt: firstStartedAt + (turns / 2) * 1_000, id: '' }),
    ),
    await timed('list, by model and tier', () => list({ model: ['gpt-5.4'], tier: ['priority'] })),
    await timed('list, text in errors', () => list({ errorText: 'code 1007' })),
    await timed('list, text that is nowhere', () => list({ errorText: 'walrus' })),
    await timed('list, words anywhere', () => list({ text: 'gpt-5.4 curl' })),
    await timed('list, one id', () => list({ text: `${turns / 2}`.padStart(12, '0') })),
    await timed('list, the oldest, from the newest', () => list({}, null, turns - 200)),
    await timed('list, the oldest of a model, from the newest', () => list({ model: ['gpt-5.4'] }, null, turns / 5)),
    await timed('list, one hour', () => list({ fromMs: firstStartedAt + 3_600_000, toMs: firstStartedAt + 7_200_000 })),
    await timed('percentiles, all', () => latency({})),
    await timed('percentiles, by tier', () => latency({ groupBy: 'tier' })),
    await timed('percentiles, by model', () => latency({ groupBy: 'model', metric: 'total' })),
    await timed('percentiles, by account', () => latency({ groupBy: 'account', metric: 'tokensPerSecond' })),
    await timed('percentiles, filtered', () => latency({ groupBy: 'transport', filter: { model: ['gpt-5.5'] } })),
    await timed('choices', () => store.choices()),
  ];
  clearInterval(arriving);
  await store.close();
  const startMs = performance.now();
  const again = open('queries.sqlite', noLimits);
  await again.state();
  const openMs = round(performance.now() - startMs);
  await again.close();
  return { turns, arrivingPerSecond, budgetMs, openMs, results, met: results.every(({ met }) => met) };
}

async function cap() {
  const store = open('cap.sqlite', { ...noLimits, maxBytes: capBytes });
  let mostBytes = 0;
  const startMs = performance.now();
  for (let index = 0; index < written; index += 1) {
    store.add(turn(index));
    if (index % 2_000 !== 1_999) continue;
    await store.state();
    const files = readdirSync(dir).filter((name) => name.startsWith('cap.sqlite'));
    mostBytes = Math.max(
      mostBytes,
      files.reduce((total, name) => total + statSync(join(dir, name)).size, 0),
    );
  }
  const { turns: kept } = await store.state();
  const seconds = (performance.now() - startMs) / 1000;
  await store.close();
  return {
    written,
    kept,
    capMegabytes: capBytes / 2 ** 20,
    mostMegabytesOnDisk: round(mostBytes / 2 ** 20),
    turnsPerSecond: Math.round(written / seconds),
    met: mostBytes <= capBytes && kept > 0,
  };
}

try {
  const result = { queries: await queries(), cap: await cap() };
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  process.exitCode = result.queries.met && result.cap.met ? 0 : 1;
} finally {
  rmSync(dir, { recursive: true, force: true });
}
