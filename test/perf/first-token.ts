/**
 * The first token of a session's second turn over a line with 40 ms of round trip and TLS (test/perf/README.md): through Slipstream,
 * whose connection is open, and from a plain HTTPS client that connects for it.
 * `node test/perf/first-token.ts [--rounds N]`; JSON out; exit code 1 where the budget is missed.
 */
import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { parseArgs } from 'node:util';
import { median } from '../../src-main/shared/statistics.ts';
import { bodyOf } from '../integration/simulator-client.ts';
import { makeSelfSigned } from '../support/self-signed.ts';
import { Part } from './part.ts';

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } });
const rounds = Math.min(200, Number(options.rounds));
const roundTripMs = 40;
const leastRoundTrips = 2;

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

const certificate = makeSelfSigned();
const timing = { networkDelayMs: roundTripMs / 2 };
const simulator = await Part.start({ role: 'simulator', options: { tls: certificate, timing } });
const { upstreamUrl = '', issuerUrl = '', authJsons = [], headers = {} } = simulator.started;
const { 'openai-beta': _ofWebsockets, ...postHeaders } = headers;
const trusted = certificate.cert;
const slipstream = await Part.start({ role: 'slipstream', upstreamUrl, issuerUrl, authJsons, records: true, trusted });
try {
  const proxied = (sessionId: string, body: string) =>
    firstContentMs(`http://127.0.0.1:${slipstream.started.port}/v1/responses`, body, {
      agent: false,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${slipstream.started.apiKey ?? ''}`,
        'session-id': sessionId,
      },
    });
  const plain = (body: string) =>
    firstContentMs(`${upstreamUrl}/responses`, body, {
      agent: false,
      ca: certificate.cert,
      headers: { ...postHeaders, 'content-type': 'application/json', accept: 'text/event-stream' },
    });
  const spans: Record<'firstTurn' | 'secondTurn' | 'plain', number[]> = { firstTurn: [], secondTurn: [], plain: [] };
  // The first ones are compiled while they run.
  for (let round = -3; round < rounds; round += 1) {
    const sessionId = randomUUID();
    const body = JSON.stringify(bodyOf('Count to 3', { prompt_cache_key: sessionId }));
    const firstTurn = await proxied(sessionId, body);
    const secondTurn = await proxied(sessionId, body);
    const direct = await plain(body);
    if (round < 0) continue;
    spans.firstTurn.push(firstTurn);
    spans.secondTurn.push(secondTurn);
    spans.plain.push(direct);
  }
  const p50 = (name: keyof typeof spans) => Number(median(spans[name]).toFixed(1));
  const savedMs = median(spans.plain.map((direct, index) => direct - (spans.secondTurn[index] ?? Number.NaN)));
  const result = {
    n: rounds,
    roundTripMs,
    firstTurnP50Ms: p50('firstTurn'),
    secondTurnP50Ms: p50('secondTurn'),
    plainHttpsP50Ms: p50('plain'),
    savedMs: Number(savedMs.toFixed(1)),
    savedRoundTrips: Number((savedMs / roundTripMs).toFixed(2)),
    budgetRoundTrips: leastRoundTrips,
    met: savedMs >= leastRoundTrips * roundTripMs,
  };
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  process.exitCode = result.met ? 0 : 1;
} finally {
  slipstream.stop();
  simulator.stop();
}
