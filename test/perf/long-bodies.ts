/**
 * How long one request with the key can hold the event loop, and what memory it takes (test/perf/README.md).
 * `node test/perf/long-bodies.ts [--only WORD]`; JSON out; exit code 1 where a budget is missed.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { WebSocket, WebSocketServer } from 'ws';
import { startSimulator } from '../../src-main/simulator/simulator.ts';
import { readArguments } from '../support/arguments.ts';
import { type LongBody, longBodies } from '../support/long-bodies.ts';
import { Part } from './part.ts';

const { values: options } = readArguments({ options: { only: { type: 'string' } } });
const budget = { turnMs: 100, extraMiB: 300 } as const;

const done = '{"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[]}}';

/** An upstream that reads what comes and says that it is done: it must cost nothing. */
async function startSink(): Promise<string> {
  const websockets = new WebSocketServer({ noServer: true });
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`event: response.completed\ndata: ${done}\n\n`);
    });
  });
  server.on('upgrade', (request, socket, head) =>
    websockets.handleUpgrade(request, socket, head, (client) => client.on('message', () => client.send(done))),
  );
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/backend-api/codex`;
}

const packers = { none: (text: Buffer) => text, gzip: gzipSync, zstd: zstdCompressSync } as const;
const simulator = await startSimulator();
const upstreamUrl = await startSink();
const authJsons = [simulator.addAccount().authJson()];

async function send(port: number, key: string, body: LongBody): Promise<number | string> {
  if (body.over === 'ws') return sendFrame(port, key, body.text());
  const packed = packers[body.coding](body.text());
  const post = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}${body.path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        ...(body.coding === 'none' ? {} : { 'content-encoding': body.coding }),
      },
      body: new Uint8Array(packed),
    });
    await answer.text();
    return answer.status;
  };
  const statuses = await Promise.all(Array.from({ length: body.times }, post));
  return [...new Set(statuses)].toSorted().join(' ');
}

function sendFrame(port: number, key: string, text: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/responses`, {
      headers: { authorization: `Bearer ${key}` },
    });
    socket.on('open', () => socket.send(text, { binary: false }));
    socket.on('message', (said) => {
      const answer = JSON.parse(String(said));
      resolve(`${answer.type} ${answer.status ?? ''}`.trim());
      socket.close();
    });
    socket.on('close', (code) => resolve(`close ${code}`));
    socket.on('error', (error) => resolve(error.message));
  });
}

const rows = [];
for (const body of longBodies.filter(({ what }) => what.includes(options.only ?? ''))) {
  const part = await Part.start({
    role: 'slipstream',
    upstreamUrl,
    issuerUrl: simulator.issuerUrl,
    authJsons,
    records: true,
  });
  const { port, apiKey = '' } = part.started;
  const small: LongBody = {
    ...body,
    what: '',
    times: 1,
    coding: 'none',
    over: 'http',
    path: '/v1/responses',
    text: () => Buffer.from('{"model":"gpt-5.5","input":"hi","stream":true}'),
  };
  for (let warm = 0; warm < 20; warm += 1) await send(port, apiKey, small);
  let status: number | string = 0;
  const seen = await part.watched(async () => {
    status = await send(port, apiKey, body);
  });
  part.stop();
  const isMet = seen.longestTurnMs <= budget.turnMs && seen.extraMiB <= budget.extraMiB;
  const round = (value: number) => Math.round(value);
  const row = {
    what: body.what,
    status,
    longestTurnMs: round(seen.longestTurnMs),
    onTheClockMs: round(seen.longestTurnWallMs),
    extraMiB: round(seen.extraMiB),
    isMet,
  };
  rows.push(row);
  process.stderr.write(`${JSON.stringify(row)}\n`);
}
await simulator.stop();
const isMet = rows.every((row) => row.isMet);
process.stdout.write(`${JSON.stringify({ budget, rows, isMet }, null, 2)}\n`);
process.exit(isMet ? 0 : 1);
