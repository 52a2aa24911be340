/**
 * What a turn costs beside many others (test/perf/README.md): processor time of each at 200 turns a second with a dashboard that
 * follows, with few accounts, sessions and kept turns, and with 50 accounts, 5,000 sessions and a trace store at its cap, by turns.
 * `node test/perf/scale.ts [--rounds N] [--seconds N] [--sessions N]`; JSON out; exit code 1 where many cost too much more than few.
 */
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { median } from '../../src-main/shared/statistics.ts';
import { readArguments } from '../support/arguments.ts';
import { bodyOf } from './bench-targets.ts';
import { Part } from './part.ts';

const { values: options } = readArguments({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    sessions: { type: 'string', default: '5000' },
  },
});
const rounds = Number(options.rounds);
const seconds = Number(options.seconds);
const turnsPerSecond = 200;
/** Of the processor time of a turn. */
const budgetRatio = 1.25;
const sizes = {
  few: { accounts: 1, sessions: 50, keptTurns: 1_000_000 },
  // The least that the setting allows: each turn drops another.
  many: { accounts: 50, sessions: Number(options.sessions), keptTurns: 1_000 },
};

const body = bodyOf(2_000, 5);
const upstream = await Part.start({ role: 'flood', deflates: false });

async function startOne({ accounts, sessions, keptTurns }: (typeof sizes)['few']) {
  const issuer = await Part.start({ role: 'simulator', accounts });
  const slipstream = await Part.start({
    role: 'slipstream',
    upstreamUrl: upstream.started.upstreamUrl ?? '',
    issuerUrl: issuer.started.issuerUrl ?? '',
    authJsons: issuer.started.authJsons ?? [],
    records: true,
    isWatched: true,
    settings: { strategy: 'round-robin', traceTurns: keptTurns },
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const names = Array.from({ length: sessions }, () => randomUUID());
  let next = 0;
  const ask = () =>
    new Promise<void>((resolve, reject) => {
      next += 1;
      const outgoing = request(
        `http://127.0.0.1:${slipstream.started.port}/v1/responses`,
        {
          method: 'POST',
          agent,
          headers: {
            'content-type': 'application/json',
            authorization: `Bearer ${slipstream.started.apiKey ?? ''}`,
            'session-id': names[next % sessions],
          },
        },
        (response) => {
          if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
          response.resume();
          response.on('end', resolve);
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  /** So many turns at the pace of 200 a second, or as fast as they go. */
  const run = async (turns: number, isPaced: boolean) => {
    const startMs = performance.now();
    const running = new Set<Promise<void>>();
    for (let turn = 0; turn < turns; turn += 1) {
      const dueMs = startMs + (turn * 1000) / turnsPerSecond;
      const waitMs = isPaced ? dueMs - performance.now() : 0;
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      if (running.size >= 32) await Promise.race(running);
      const asked = ask().finally(() => running.delete(asked));
      running.add(asked);
    }
    await Promise.all(running);
  };
  // All sessions have had a turn, and the store is full.
  await run(Math.max(sessions, 1_200), false);
  const measure = async () => {
    const before = (await slipstream.usage()).cpuMs;
    await run(turnsPerSecond * seconds, true);
    return ((await slipstream.usage()).cpuMs - before) / (turnsPerSecond * seconds);
  };
  const stop = () => {
    agent.destroy();
    for (const part of [slipstream, issuer]) part.stop();
  };
  return { measure, stop };
}

const [few, many] = [await startOne(sizes.few), await startOne(sizes.many)];
const each: { few: number[]; many: number[] } = { few: [], many: [] };
for (let round = 0; round < rounds; round += 1) {
  each.few.push(await few.measure());
  each.many.push(await many.measure());
}
for (const part of [few, many, upstream]) part.stop();
const ratio = median(each.many.map((ms, index) => ms / (each.few[index] ?? Number.NaN)));
const spread = (list: number[]) => [Math.min(...list), Math.max(...list)].map((ms) => Number(ms.toFixed(2)));
const result = {
  rounds,
  turnsPerSecond,
  cpuMsPerTurn: { few: Number(median(each.few).toFixed(2)), many: Number(median(each.many).toFixed(2)) },
  leastToMost: { few: spread(each.few), many: spread(each.many) },
  ratio: Number(ratio.toFixed(2)),
  budgetRatio,
  met: ratio <= budgetRatio,
};
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
process.exitCode = result.met ? 0 : 1;
