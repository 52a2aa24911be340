/**
 * 1,000 streams at 20 events a second (test/perf/README.md): what is lost or out of order, the delay that Slipstream adds to each
 * event, and the memory each stream takes, to clients over server-sent events and over websockets, with and without permessage-deflate
 * upstream. `node test/perf/streams.ts [--streams N] [--seconds N] [--only KIND]`; JSON out; exit code 1 where a budget is missed.
 */
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { WebSocket } from 'ws';
import { quantile } from '../../src-main/shared/statistics.ts';
import { readArguments } from '../support/arguments.ts';
import { machineMs } from './paced-upstream.ts';
import { Part } from './part.ts';

const { values: options } = readArguments({
  options: {
    streams: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '10' },
    only: { type: 'string', default: '' },
  },
});
const streams = Math.min(2_000, Number(options.streams));
const seconds = Math.min(60, Number(options.seconds));
const eventsPerSecond = 20;
const eventsEach = eventsPerSecond * seconds;
/** An account has 64 sockets. */
const accounts = Math.ceil(streams / 60);
/** Streams begin in groups, as programs do; nobody dials a thousand sockets in one moment. */
const groupSize = 50;
const groupEveryMs = 100;
const budgetAddedMs = 25;
const budgetKib = { plain: 150, deflated: 450 } as const;

/** What one stream came to. */
interface Outcome {
  readonly events: number;
  readonly outOfOrder: number;
  readonly isComplete: boolean;
  /** The code of the error it ended with; null for none. */
  readonly errorCode: string | null;
}

/** Reads events as they come, and how late each is. */
class Reader {
  readonly #delaysMs: number[];
  #next = 0;
  #outOfOrder = 0;
  #isComplete = false;
  #errorCode: string | null = null;

  constructor(delaysMs: number[]) {
    this.#delaysMs = delaysMs;
  }

  read(text: string, atMs: number): void {
    for (const [, number, sentMs] of text.matchAll(/"sequence_number":(\d+),"sent":([\d.]+)/g)) {
      if (Number(number) !== this.#next) this.#outOfOrder += 1;
      this.#next += 1;
      this.#delaysMs.push(atMs - Number(sentMs));
    }
    if (text.includes('"type":"response.completed"')) this.#isComplete = true;
    this.#errorCode ??= text.match(/"code":"(\w+)"/)?.[1] ?? null;
  }

  outcome(): Outcome {
    return {
      events: this.#next,
      outOfOrder: this.#outOfOrder,
      isComplete: this.#isComplete,
      errorCode: this.#errorCode,
    };
  }
}

type Stream = (delaysMs: number[]) => Promise<Outcome>;

const filler = 'Keep the change small, run the tests, and say what you did. '.repeat(170);
const body = JSON.stringify({ model: 'gpt-5.5', stream: true, instructions: filler, input: 'Go on.' });

/** Over a websocket of its own. */
function socketStream(url: string, headers: () => Record<string, string> = () => ({})): Stream {
  return (delaysMs) =>
    new Promise((resolve) => {
      const reader = new Reader(delaysMs);
      const socket = new WebSocket(`${url.replace('http', 'ws')}/responses`, { headers: headers() });
      socket.on('open', () => socket.send(`{"type":"response.create",${body.slice(1)}`));
      socket.on('message', (data) => {
        reader.read(String(data), machineMs());
        if (reader.outcome().isComplete) socket.terminate();
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve(reader.outcome()));
    });
}

/** Over server-sent events. */
function sseStream({ started }: Part, headersOf: () => Record<string, string>): Stream {
  return (delaysMs) =>
    new Promise((resolve) => {
      const reader = new Reader(delaysMs);
      const done = () => resolve(reader.outcome());
      const outgoing = request(
        {
          host: '127.0.0.1',
          port: started.port,
          path: '/v1/responses',
          method: 'POST',
          agent: false,
          headers: { 'content-type': 'application/json', ...headersOf() },
        },
        (response) => {
          let rest = '';
          response.on('data', (chunk: Buffer) => {
            const text = rest + chunk.toString('latin1');
            const end = text.lastIndexOf('\n\n') + 2;
            rest = text.slice(end);
            reader.read(text.slice(0, end), machineMs());
          });
          response.on('close', () => {
            reader.read(rest, machineMs());
            done();
          });
        },
      );
      outgoing.on('error', (error) => resolve({ ...reader.outcome(), errorCode: error.message }));
      outgoing.end(body);
    });
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const round = (value: number, digits = 2) => Number(value.toFixed(digits));

/** Runs all streams at once; `meanwhile` when all of them have begun. */
async function runAll(stream: Stream, meanwhile: () => Promise<void> = async () => {}) {
  const delaysMs: number[] = [];
  const running: Promise<Outcome>[] = [];
  while (running.length < streams) {
    for (let count = 0; count < groupSize && running.length < streams; count += 1) running.push(stream(delaysMs));
    await pause(groupEveryMs);
  }
  await meanwhile();
  const outcomes = await Promise.all(running);
  const sorted = delaysMs.toSorted((a, b) => a - b);
  return {
    delayMs: { p50: round(quantile(sorted, 0.5)), p99: round(quantile(sorted, 0.99)), max: round(sorted.at(-1) ?? 0) },
    lost: outcomes.reduce((total, { events }) => total + eventsEach - events, 0),
    outOfOrder: outcomes.reduce((total, { outOfOrder }) => total + outOfOrder, 0),
    incomplete: outcomes.filter(({ isComplete }) => !isComplete).length,
    errorCodes: [...new Set(outcomes.flatMap(({ errorCode }) => errorCode ?? []))],
  };
}

async function measure(clients: 'sse' | 'websocket', deflates: boolean) {
  const issuer = await Part.start({ role: 'simulator', accounts });
  const paced = await Part.start({ role: 'paced', eventsPerSecond, seconds, deflates });
  const { upstreamUrl = '' } = paced.started;
  const { issuerUrl = '', authJsons = [] } = issuer.started;
  const settings = { strategy: 'round-robin' } as const;
  const slipstream = await Part.start({
    role: 'slipstream',
    upstreamUrl,
    issuerUrl,
    authJsons,
    records: true,
    settings,
  });
  const bare = await Part.start({ role: 'bare-streams', upstreamUrl });
  const parts = [slipstream, bare, paced, issuer];
  const headers = () => ({ authorization: `Bearer ${slipstream.started.apiKey ?? ''}`, 'session-id': randomUUID() });
  const through = (part: Part) =>
    clients === 'sse' ? sseStream(part, headers) : socketStream(`http://127.0.0.1:${part.started.port}/v1`, headers);
  const cpuOf = async (part: Part, stream: Stream) => {
    const before = (await part.usage()).cpuMs;
    const came = await runAll(stream);
    return {
      ...came,
      cpuMicrosecondsPerEvent: round((((await part.usage()).cpuMs - before) * 1000) / (streams * eventsEach)),
    };
  };
  try {
    const proxied = through(slipstream);
    // What is compiled and made once is not the streams'.
    await Promise.all(Array.from({ length: accounts }, () => proxied([])));
    const before = await slipstream.usage();
    let during = before;
    await runAll(proxied, async () => {
      await pause((seconds * 1000) / 4);
      // Its garbage collection delays events, so that these delays do not count.
      during = await slipstream.usage();
    });
    const direct = await runAll(socketStream(upstreamUrl));
    const relayed = await cpuOf(bare, through(bare));
    const came = await cpuOf(slipstream, proxied);
    const kibEach = (during.rssBytes - before.rssBytes) / 1024 / streams;
    const addedP99Ms = came.delayMs.p99 - direct.delayMs.p99;
    const budget = deflates ? budgetKib.deflated : budgetKib.plain;
    return {
      clients,
      deflates,
      direct,
      bareRelay: relayed,
      slipstream: came,
      addedMs: {
        p50: round(came.delayMs.p50 - direct.delayMs.p50),
        p99: round(addedP99Ms),
        p99OfBareRelay: round(relayed.delayMs.p99 - direct.delayMs.p99),
      },
      budgetAddedMs,
      kibEach: round(kibEach, 1),
      budgetKib: budget,
      met: came.lost + came.outOfOrder + came.incomplete === 0 && addedP99Ms <= budgetAddedMs && kibEach <= budget,
    };
  } finally {
    for (const part of parts) part.stop();
  }
}

/** `--only` names one of these, or a part of its name. */
const kinds = [
  { kind: 'sse-plain', clients: 'sse', deflates: false },
  { kind: 'sse-deflated', clients: 'sse', deflates: true },
  { kind: 'websocket-plain', clients: 'websocket', deflates: false },
  { kind: 'websocket-deflated', clients: 'websocket', deflates: true },
] as const;

const runs = [];
for (const { kind, clients, deflates } of kinds)
  if (kind.includes(options.only)) runs.push(await measure(clients, deflates));
if (runs.length === 0) throw new Error(`--only is one of ${kinds.map(({ kind }) => kind).join(', ')}, or a part of it`);
const result = { streams, seconds, eventsPerSecond, runs };
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
process.exitCode = result.runs.every(({ met }) => met) ? 0 : 1;
