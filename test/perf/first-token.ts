/**
 * The first token over a line with 40 ms of round trip and TLS (test/perf/README.md): through Slipstream, of a session's first turn
 * (on a connection that is warm, and on a spare socket where Slipstream mints the session's id) and of its second; and from two plain
 * HTTPS clients, one that connects for each turn and one whose connection is kept.
 * `node test/perf/first-token.ts [--rounds N]`; JSON out; exit code 1 where a budget is missed.
 */
import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { median } from '../../src-main/shared/statistics.ts';
import { bodyOf } from '../integration/simulator-client.ts';
import { readArguments } from '../support/arguments.ts';
import { makeSelfSigned } from '../support/self-signed.ts';
import { Part } from './part.ts';

const { values: options } = readArguments({ options: { rounds: { type: 'string', default: '15' } } });
const rounds = Math.min(200, Number(options.rounds));
const roundTripMs = 40;
/** That a second turn saves a client which connects for each. */
const leastRoundTrips = 2;
/** Beside a client whose connection is kept. */
const mostOnSpareMs = 10;
/** And beyond the one round trip of the upgrade, as the line has it: timers and two processes make it longer than it is meant. */
const mostOnWarmMs = 10;
/** For the warm connection and the spare to stand again. */
const betweenTurnsMs = 4 * roundTripMs;

/** Sends a turn; milliseconds from its start to the first content event. Rejects where none comes. */
function firstContentMs(url: string, body: string, more: RequestOptions): Promise<number> {
  const startMs = performance.now();
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https') ? httpsRequest : httpRequest;
    const outgoing = send(url, { method: 'POST', ...more }, (response) => {
      let text = '';
      let foundMs: number | null = null;
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString('latin1');
        if (foundMs === null && text.includes('"response.output_text.delta"')) foundMs = performance.now() - startMs;
      });
      response.on('end', () => {
        if (foundMs === null) reject(new Error(`no content: ${response.statusCode} ${text.slice(0, 300)}`));
        else resolve(foundMs);
      });
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Milliseconds from a question that upstream answers at once to its answer, on a connection that is kept. */
function roundTrip(url: string, more: RequestOptions): Promise<number> {
  const startMs = performance.now();
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(url, more, (response) => {
      response.resume();
      response.on('end', () => resolve(performance.now() - startMs));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

const certificate = makeSelfSigned();
const timing = { networkDelayMs: roundTripMs / 2 };
const simulator = await Part.start({ role: 'simulator', options: { tls: certificate, timing } });
const { upstreamUrl = '', issuerUrl = '', authJsons = [], headers = {} } = simulator.started;
const { 'openai-beta': _ofWebsockets, ...postHeaders } = headers;
const trusted = certificate.cert;
const slipstream = await Part.start({ role: 'slipstream', upstreamUrl, issuerUrl, authJsons, records: true, trusted });
try {
  const proxied = (body: string, sessionId: string | null) =>
    firstContentMs(`http://127.0.0.1:${slipstream.started.port}/v1/responses`, body, {
      agent: false,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${slipstream.started.apiKey ?? ''}`,
        ...(sessionId === null ? {} : { 'session-id': sessionId }),
      },
    });
  const keeping = new Agent({ keepAlive: true });
  const plain = (body: string, agent: Agent | false) =>
    firstContentMs(`${upstreamUrl}/responses`, body, {
      agent,
      ca: certificate.cert,
      headers: { ...postHeaders, 'content-type': 'application/json', accept: 'text/event-stream' },
    });
  const ways = {
    firstOnWarm: (body: string, sessionId: string) => proxied(body, sessionId),
    second: (body: string, sessionId: string) => proxied(body, sessionId),
    firstOnSpare: (body: string) => proxied(body, null),
    plainConnecting: (body: string) => plain(body, false),
    plainKept: (body: string) => plain(body, keeping),
    roundTrip: () => roundTrip(`${upstreamUrl}/none`, { agent: keeping, ca: certificate.cert }),
  };
  type Way = keyof typeof ways;
  const names = Object.keys(ways) as Way[];
  const spans = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Way, number[]>;
  // The first ones are compiled while they run, and leave a spare.
  for (let round = -3; round < rounds; round += 1) {
    const sessionId = randomUUID();
    for (const name of names) {
      // A nameless turn that said the same would be the same conversation.
      const body = JSON.stringify({ ...bodyOf(`Count to 3, ${name} ${round}`), prompt_cache_key: undefined });
      const ms = await ways[name](body, sessionId);
      if (round >= 0) spans[name].push(ms);
      await new Promise((resolve) => setTimeout(resolve, betweenTurnsMs));
    }
  }
  keeping.destroy();
  /** Of the differences within each round. */
  const beyond = (name: Way, ...others: readonly Way[]) =>
    Number(
      median(
        spans[name].map((ms, index) => others.reduce((rest, other) => rest - (spans[other][index] ?? Number.NaN), ms)),
      ).toFixed(1),
    );
  const savedMs = beyond('plainConnecting', 'second');
  const figures = {
    savedMs,
    savedRoundTrips: Number((savedMs / roundTripMs).toFixed(2)),
    spareBeyondKeptMs: beyond('firstOnSpare', 'plainKept'),
    warmBeyondKeptMs: beyond('firstOnWarm', 'plainKept'),
    warmBeyondKeptAndRoundTripMs: beyond('firstOnWarm', 'plainKept', 'roundTrip'),
    secondBeyondKeptMs: beyond('second', 'plainKept'),
  };
  const result = {
    n: rounds,
    roundTripMs,
    p50Ms: Object.fromEntries(names.map((name) => [name, Number(median(spans[name]).toFixed(1))])),
    ...figures,
    budgets: {
      savedRoundTrips: leastRoundTrips,
      spareBeyondKeptMs: mostOnSpareMs,
      warmBeyondKeptAndRoundTripMs: mostOnWarmMs,
    },
    met:
      savedMs >= leastRoundTrips * roundTripMs &&
      figures.spareBeyondKeptMs <= mostOnSpareMs &&
      figures.warmBeyondKeptAndRoundTripMs <= mostOnWarmMs,
  };
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  process.exitCode = result.met ? 0 : 1;
} finally {
  slipstream.stop();
  simulator.stop();
}
