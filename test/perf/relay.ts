/**
 * The relay benchmark of DESIGN §13: what Slipstream adds to the first content event, and how many events a second it
 * moves, beside the bare relay in the same run. `node test/perf/relay.ts [--events N] [--turns N] [--rounds N]`; JSON out.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { quantile } from '../../src-main/core/latency/quantile.ts';
import type { Role, Started, Usage } from './relay-process.ts';

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

const sessionId = '01a2091c-35f3-7960-8b0b-166583eb2b00';
const firstContent = Buffer.from('{"type":"response.output_item.added"');

class Part {
  readonly #child: ChildProcess;
  readonly started: Started;

  private constructor(child: ChildProcess, started: Started) {
    this.#child = child;
    this.started = started;
  }

  static async start(role: Role): Promise<Part> {
    const child = fork(join(import.meta.dirname, 'relay-process.ts'), {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    child.send(role);
    const [started] = await once(child, 'message');
    return new Part(child, started);
  }

  async usage(): Promise<Usage> {
    this.#child.send('usage');
    const [usage] = await once(this.#child, 'message');
    return usage;
  }

  stop(): void {
    this.#child.disconnect();
  }
}

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

async function main(): Promise<void> {
  const simulator = await Part.start({ role: 'simulator' });
  const { upstreamUrl = '', issuerUrl = '', authJson = '', headers = {} } = simulator.started;
  const bare = await Part.start({ role: 'bare', upstreamUrl, headers });
  const recording = await Part.start({ role: 'slipstream', upstreamUrl, issuerUrl, authJson, records: true });
  const silent = await Part.start({ role: 'slipstream', upstreamUrl, issuerUrl, authJson, records: false });
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
  const parts = { bare, recording, silent };
  const direct = new WebSocket(`${upstreamUrl.replace('http', 'ws')}/responses`, { headers });
  await once(direct, 'open');

  const firstContentMs = [];
  for (const kilobytes of [2, 55]) {
    const body = bodyOf('Reply with exactly: OK', kilobytes * 1000);
    const frame = JSON.stringify({ type: 'response.create', ...JSON.parse(body) });
    const seen = { direct: [] as number[], bare: [] as number[], recording: [] as number[], silent: [] as number[] };
    // In short blocks by turns, so that a busy moment of the machine meets all of them alike.
    for (let block = 0; block < (rounds * turnsPerRound) / blockTurns; block += 1) {
      for (let turn = 0; turn < blockTurns; turn += 1)
        seen.direct.push((await turnDirect(direct, frame)).firstContentMs);
      for (const [name, part] of Object.entries(parts)) {
        for (let turn = 0; turn < blockTurns; turn += 1)
          seen[name as keyof typeof parts].push((await turnOver(target(part), body)).firstContentMs);
      }
    }
    // The first ones are compiled while they run.
    const p50 = (values: number[]) =>
      quantile(
        values.slice(turnsPerRound).toSorted((a, b) => a - b),
        0.5,
      );
    const added = (values: number[]) => p50(values) - p50(seen.direct);
    const budgetMs = kilobytes === 2 ? 0.4 : 1.5;
    firstContentMs.push({
      bodyKilobytes: kilobytes,
      n: seen.direct.length - turnsPerRound,
      directP50: round(p50(seen.direct)),
      bareAddsP50: round(added(seen.bare)),
      slipstreamAddsP50: round(added(seen.recording)),
      withoutRecordingAddsP50: round(added(seen.silent)),
      overBareMs: round(added(seen.recording) - added(seen.bare)),
      budgetMs,
      met: added(seen.recording) - added(seen.bare) <= budgetMs,
    });
  }

  const stream = bodyOf(`Count to ${eventsPerTurn}`, 2000);
  const rates = { bare: [] as number[], recording: [] as number[], silent: [] as number[] };
  const cpuMs = { bare: [] as number[], recording: [] as number[], silent: [] as number[] };
  const rssBytes = { bare: 0, recording: 0, silent: 0 };
  const entries = Object.entries(parts) as [keyof typeof parts, Part][];
  for (const [, part] of entries) await turnOver(target(part), stream);
  for (let turn = 0; turn < rounds; turn += 1) {
    // Each goes first in its turn, so that none has the better place.
    const order = entries.map((_, index) => entries[(index + turn) % entries.length] as (typeof entries)[number]);
    for (const [name, part] of order) {
      const before = await part.usage();
      const { totalMs } = await turnOver(target(part), stream);
      const after = await part.usage();
      rates[name].push((eventsPerTurn / totalMs) * 1000);
      cpuMs[name].push(after.cpuMs - before.cpuMs);
      rssBytes[name] = after.rssBytes;
    }
  }
  const median = (values: number[]) =>
    quantile(
      values.toSorted((a, b) => a - b),
      0.5,
    );
  const perEvent = (name: keyof typeof parts) => round((median(cpuMs[name]) * 1000) / eventsPerTurn, 2);
  const megabytes = (name: keyof typeof parts) => round(rssBytes[name] / 2 ** 20, 1);
  const ratio = median(rates.recording) / median(rates.bare);
  const recordingRatio = median(rates.recording) / median(rates.silent);
  const result = {
    firstContentMs,
    throughput: {
      events: eventsPerTurn,
      rounds,
      bareEventsPerSecond: Math.round(median(rates.bare)),
      slipstreamEventsPerSecond: Math.round(median(rates.recording)),
      withoutRecordingEventsPerSecond: Math.round(median(rates.silent)),
      ratioToBare: round(ratio),
      budgetRatio: 0.8,
      met: ratio >= 0.8,
      recordingCostsPercent: round((1 - recordingRatio) * 100, 1),
      recordingMet: recordingRatio >= 0.9,
      cpuMicrosecondsPerEvent: {
        bare: perEvent('bare'),
        slipstream: perEvent('recording'),
        silent: perEvent('silent'),
      },
      rssMegabytes: { bare: megabytes('bare'), slipstream: megabytes('recording'), silent: megabytes('silent') },
    },
  };
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  direct.terminate();
  agent.destroy();
  for (const part of [bare, recording, silent, simulator]) part.stop();
  process.exitCode = result.throughput.met && result.firstContentMs.every(({ met }) => met) ? 0 : 1;
}

await main();
