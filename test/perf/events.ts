/**
 * What an event costs on its way down (test/perf/README.md): events a second and processor time, upstream plain and deflated, to
 * clients over server-sent events and websockets. `node test/perf/events.ts [--events N] [--rounds N]`; JSON out; exit code 1
 * where deflating costs more than twice of plain.
 */
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { median } from '../../src-main/shared/statistics.ts';
import { Part } from './part.ts';

const { values: options } = parseArgs({
  options: { events: { type: 'string', default: '20000' }, rounds: { type: 'string', default: '5' } },
});
const events = Number(options.events);
const rounds = Number(options.rounds);
const warmUps = 3;
const budgetRatio = 2;

const body = JSON.stringify({ model: 'gpt-5.5', stream: true, instructions: 'Be brief.', input: 'Go on.' });
const ending = '"type":"response.completed"';

/** A turn; resolves with the bytes of its events when the last one is there. */
type Client = () => Promise<number>;

function sseClient({ started }: Part, agent: Agent): Client {
  const headers = { authorization: `Bearer ${started.apiKey ?? ''}`, 'session-id': randomUUID() };
  return () =>
    new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: started.port, path: '/v1/responses', method: 'POST', agent, headers };
      const outgoing = request(options, (response) => {
        let bytes = 0;
        let tail = '';
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          tail = chunk.toString('latin1', Math.max(0, chunk.length - 400));
        });
        response.on('end', () => (tail.includes(ending) ? resolve(bytes) : reject(new Error(`turn failed: ${tail}`))));
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
}

async function websocketClient({ started }: Part): Promise<{ run: Client; close: () => void }> {
  const headers = { authorization: `Bearer ${started.apiKey ?? ''}`, 'session-id': randomUUID() };
  const socket = new WebSocket(`ws://127.0.0.1:${started.port}/v1/responses`, { headers });
  await new Promise((resolve) => socket.once('open', resolve));
  const frame = JSON.stringify({ type: 'response.create', ...JSON.parse(body) });
  const run = () =>
    new Promise<number>((resolve) => {
      let bytes = 0;
      const hear = (data: Buffer) => {
        bytes += data.length;
        if (!data.toString('latin1', 0, 60).includes(ending)) return;
        socket.off('message', hear);
        resolve(bytes);
      };
      socket.on('message', hear);
      socket.send(frame);
    });
  return { run, close: () => socket.terminate() };
}

interface Cost {
  readonly eventsPerSecond: number;
  readonly cpuMs: number;
  readonly bytes: number;
}

async function cost(part: Part, run: Client): Promise<Cost> {
  const before = await part.usage();
  const startMs = performance.now();
  const bytes = await run();
  const tookMs = performance.now() - startMs;
  const after = await part.usage();
  return { eventsPerSecond: (events / tookMs) * 1000, cpuMs: after.cpuMs - before.cpuMs, bytes };
}

async function target(deflates: boolean) {
  const upstream = await Part.start({ role: 'flood', events, deflates });
  const { upstreamUrl = '' } = upstream.started;
  const slipstream = await Part.start({
    role: 'slipstream',
    upstreamUrl,
    issuerUrl: issuer.started.issuerUrl ?? '',
    authJsons: issuer.started.authJsons ?? [],
    records: true,
  });
  const websocket = await websocketClient(slipstream);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    part: slipstream,
    clients: { sse: sseClient(slipstream, agent), websocket: websocket.run },
    stop: () => {
      websocket.close();
      agent.destroy();
      slipstream.stop();
      upstream.stop();
    },
  };
}

const issuer = await Part.start({ role: 'simulator' });
const targets = { plain: await target(false), deflated: await target(true) };
const kinds = ['sse', 'websocket'] as const;
const upstreams = ['plain', 'deflated'] as const;
const costs = new Map<string, Cost[]>();
// By turns, so that a busy moment of the machine meets all alike.
for (let round = 0; round < rounds + warmUps; round += 1) {
  for (const kind of kinds) {
    for (const upstream of upstreams) {
      const { part, clients } = targets[upstream];
      const came = await cost(part, clients[kind]);
      if (round >= warmUps) costs.set(`${kind} ${upstream}`, [...(costs.get(`${kind} ${upstream}`) ?? []), came]);
    }
  }
}
for (const { stop } of Object.values(targets)) stop();
issuer.stop();

function row(kind: string, upstream: string) {
  const all = costs.get(`${kind} ${upstream}`) ?? [];
  const cpu = all.map(({ cpuMs }) => cpuMs / events).toSorted((a, b) => a - b);
  // Milliseconds an event are seconds a thousand, so that a million is a thousand times as much.
  const perMillion = (each: number) => Number((each * 1000).toFixed(2));
  return {
    eventsPerSecond: Math.round(median(all.map(({ eventsPerSecond }) => eventsPerSecond))),
    cpuSecondsPerMillion: perMillion(median(cpu)),
    spread: [perMillion(cpu[0] ?? 0), perMillion(cpu.at(-1) ?? 0)],
    bytes: all[0]?.bytes ?? 0,
  };
}

const rows = kinds.map((kind) => {
  const plain = row(kind, 'plain');
  const deflated = row(kind, 'deflated');
  const cpuRatio = Number((deflated.cpuSecondsPerMillion / plain.cpuSecondsPerMillion).toFixed(2));
  return { client: kind, plain, deflated, cpuRatio, met: cpuRatio <= budgetRatio && plain.bytes === deflated.bytes };
});
process.stdout.write(`${JSON.stringify({ events, rounds, budgetRatio, rows }, null, 2)}\n`);
process.exitCode = rows.every(({ met }) => met) ? 0 : 1;
