/**
 * The relay benchmark of test/perf/README.md: what Slipstream adds to the first content event, and how many events a second it
 * moves, beside the bare relay in the same run. `node test/perf/relay.ts [--events N] [--turns N] [--rounds N]`; JSON out.
 */
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { median } from '../../src-main/shared/statistics.ts';
import { Part } from './part.ts';

const { values: options } = parseArgs({
  options: {
    events: { type: 'string', default: '100000' },
    turns: { type: 'string', default: '40' },
    rounds: { type: 'string', default: '5' },
  },
});
const eventsPerTurn = Number(options.events);
const turnsPerRound = Number(options.turns);
const rounds = Number(options.rounds);
const blockTurns = 20;
const warmUpBlocks = 10;

const sessionId = '01a2091c-35f3-7960-8b0b-166583eb2b00';
const firstContent = Buffer.from('{"type":"response.output_item.added"');

/** A turn of about `bytes`, half of it instructions, as coding clients send it. */
function bodyOf(text: string, bytes: number): string {
  const message = (content: string) => ({
    type: 'message',
    role: 'user',
    content: [{ type: 'input_text', text: content }],
  });
  const filler = 'Keep the change small, run the tests, and say what you did. ';
  const half = filler.repeat(Math.ceil(bytes / 2 / filler.length));
  return JSON.stringify({
    model: 'gpt-5.5',
    instructions: half,
    input: [...Array.from({ length: 8 }, () => message(half.slice(0, half.length / 8))), message(text)],
    tool_choice: 'auto',
    parallel_tool_calls: true,
    reasoning: { effort: 'low' },
    store: false,
    stream: true,
    include: ['reasoning.encrypted_content'],
    prompt_cache_key: sessionId,
  });
}

interface Target {
  readonly port: number;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly agent: Agent;
}

interface Turn {
  readonly firstContentMs: number;
  readonly totalMs: number;
  readonly bytes: number;
}

function turnOver({ port, path, headers, agent }: Target, body: string): Promise<Turn> {
  const startMs = performance.now();
  let firstContentMs = Number.NaN;
  let bytes = 0;
  let tail = '';
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, agent, method: 'POST', headers }, (response) => {
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (Number.isNaN(firstContentMs) && chunk.includes(firstContent)) firstContentMs = performance.now() - startMs;
        tail = chunk.toString('latin1', Math.max(0, chunk.length - 200));
      });
      response.on('end', () => {
        if (response.statusCode !== 200 || Number.isNaN(firstContentMs)) reject(new Error(`turn failed: ${tail}`));
        else resolve({ firstContentMs, totalMs: performance.now() - startMs, bytes });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The same turn straight over a websocket of the client's own. */
function turnDirect(socket: WebSocket, frame: string): Promise<Turn> {
  const startMs = performance.now();
  let firstContentMs = Number.NaN;
  let bytes = 0;
  return new Promise((resolve) => {
    const hear = (data: Buffer) => {
      bytes += data.length;
      const head = data.toString('latin1', 0, 60);
      if (Number.isNaN(firstContentMs) && head.startsWith(firstContent.toString()))
        firstContentMs = performance.now() - startMs;
      if (!head.startsWith('{"type":"response.completed"')) return;
      socket.off('message', hear);
      resolve({ firstContentMs, totalMs: performance.now() - startMs, bytes });
    };
    socket.on('message', hear);
    socket.send(frame);
  });
}

const round = (value: number, digits = 3) => Number(value.toFixed(digits));

type Name = 'bare' | 'recording' | 'silent';
type Parts = Readonly<Record<Name, Part>>;

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

const target = (part: Part): Target => ({
  port: part.started.port,
  path: '/v1/responses',
  agent,
  headers: {
    'content-type': 'application/json',
    'session-id': sessionId,
    authorization: `Bearer ${part.started.apiKey ?? ''}`,
  },
});

async function block(run: () => Promise<Turn>): Promise<number> {
  const spans: number[] = [];
  for (let turn = 0; turn < blockTurns; turn += 1) spans.push((await run()).firstContentMs);
  return median(spans);
}

/** Blocks of turns by turns, and the differences within each round of blocks: a busy moment of the machine meets all alike. */
async function measureFirstContent(parts: Parts, direct: WebSocket, kilobytes: number) {
  const body = bodyOf('Reply with exactly: OK', kilobytes * 1000);
  const frame = JSON.stringify({ type: 'response.create', ...JSON.parse(body) });
  const blocks: Record<Name | 'direct', number>[] = [];
  const wanted = Math.ceil((rounds * turnsPerRound) / blockTurns);
  for (let index = 0; index < wanted + warmUpBlocks; index += 1) {
    blocks.push({
      direct: await block(() => turnDirect(direct, frame)),
      bare: await block(() => turnOver(target(parts.bare), body)),
      recording: await block(() => turnOver(target(parts.recording), body)),
      silent: await block(() => turnOver(target(parts.silent), body)),
    });
  }
  // The first ones are compiled while they run.
  const counted = blocks.slice(warmUpBlocks);
  const added = (name: Name) => round(median(counted.map((each) => each[name] - each.direct)));
  const overBareMs = round(median(counted.map((each) => each.recording - each.bare)));
  const budgetMs = kilobytes === 2 ? 0.4 : 1.5;
  return {
    bodyKilobytes: kilobytes,
    n: counted.length * blockTurns,
    directP50: round(median(counted.map((each) => each.direct))),
    bareAddsP50: added('bare'),
    slipstreamAddsP50: added('recording'),
    withoutRecordingAddsP50: added('silent'),
    overBareMs,
    budgetMs,
    met: overBareMs <= budgetMs,
  };
}

async function measureThroughput(parts: Parts) {
  const stream = bodyOf(`Count to ${eventsPerTurn}`, 2000);
  const rates: Record<Name, number[]> = { bare: [], recording: [], silent: [] };
  const cpuMs: Record<Name, number[]> = { bare: [], recording: [], silent: [] };
  const rssBytes: Record<Name, number> = { bare: 0, recording: 0, silent: 0 };
  const names: readonly Name[] = ['bare', 'recording', 'silent'];
  for (const name of names) for (let turn = 0; turn < 2; turn += 1) await turnOver(target(parts[name]), stream);
  for (let turn = 0; turn < rounds; turn += 1) {
    // Each goes first in its turn, so that none has the better place.
    for (const name of names.map((_, index) => names[(index + turn) % names.length] ?? 'bare')) {
      const before = await parts[name].usage();
      const { totalMs } = await turnOver(target(parts[name]), stream);
      const after = await parts[name].usage();
      rates[name].push((eventsPerTurn / totalMs) * 1000);
      cpuMs[name].push(after.cpuMs - before.cpuMs);
      rssBytes[name] = after.rssBytes;
    }
  }
  const inRounds = (of: Name, to: Name) =>
    round(median(rates[of].map((rate, index) => rate / (rates[to][index] ?? 1))));
  const perEvent = (name: Name) => round((median(cpuMs[name]) * 1000) / eventsPerTurn, 2);
  const megabytes = (name: Name) => round(rssBytes[name] / 2 ** 20, 1);
  const ratioToBare = inRounds('recording', 'bare');
  const recordingRatio = inRounds('recording', 'silent');
  return {
    events: eventsPerTurn,
    rounds,
    bareEventsPerSecond: Math.round(median(rates.bare)),
    slipstreamEventsPerSecond: Math.round(median(rates.recording)),
    withoutRecordingEventsPerSecond: Math.round(median(rates.silent)),
    ratioToBare,
    budgetRatio: 0.8,
    met: ratioToBare >= 0.8,
    recordingCostsPercent: round((1 - recordingRatio) * 100, 1),
    recordingMet: recordingRatio >= 0.9,
    cpuMicrosecondsPerEvent: {
      bare: perEvent('bare'),
      slipstream: perEvent('recording'),
      withoutRecording: perEvent('silent'),
    },
    rssMegabytes: {
      bare: megabytes('bare'),
      slipstream: megabytes('recording'),
      withoutRecording: megabytes('silent'),
    },
  };
}

const simulator = await Part.start({ role: 'simulator' });
const { upstreamUrl = '', issuerUrl = '', authJsons = [], headers = {} } = simulator.started;
const upstream = { upstreamUrl, issuerUrl, authJsons };
const parts: Parts = {
  bare: await Part.start({ role: 'bare', upstreamUrl, headers }),
  recording: await Part.start({ role: 'slipstream', ...upstream, records: true }),
  silent: await Part.start({ role: 'slipstream', ...upstream, records: false }),
};
const direct = new WebSocket(`${upstreamUrl.replace('http', 'ws')}/responses`, { headers });
await once(direct, 'open');
const result = {
  firstContentMs: [await measureFirstContent(parts, direct, 2), await measureFirstContent(parts, direct, 55)],
  throughput: await measureThroughput(parts),
};
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
direct.terminate();
agent.destroy();
for (const part of [...Object.values(parts), simulator]) part.stop();
process.exitCode =
  result.throughput.met && result.throughput.recordingMet && result.firstContentMs.every(({ met }) => met) ? 0 : 1;
