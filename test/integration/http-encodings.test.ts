import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { brotliCompressSync, createZstdCompress, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpEntry } from '../../src-main/simulator/log.ts';
import { answerEvents, type ScriptedUpstream, sse, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { type Rig, type RigOptions, startRig } from '../support/slipstream.ts';
import { ask, codexBody, codexHeaders, post, textOf } from '../support/turn-client.ts';

/** Bodies and answers over HTTP are encoded as the official client has them. */

let rig: Rig;
let upstream: ScriptedUpstream | undefined;

afterEach(async () => {
  await rig.stop();
  await upstream?.stop();
  upstream = undefined;
});

async function start(options: RigOptions = {}): Promise<void> {
  rig = await startRig(options);
  for (const { id } of rig.app.snapshot().accounts)
    await rig.app.handlers['accounts.setWebsockets']({ id, websockets: false });
}

const posts = () => rig.simulator.log.requests.filter(({ path }) => path.endsWith('/responses'));
const header = ({ headers }: HttpEntry, name: string) => headers.find(([key]) => key.toLowerCase() === name)?.[1];
const encodings = () => posts().map((entry) => [header(entry, 'content-encoding'), header(entry, 'accept-encoding')]);

it.each([
  ['another client', () => post(rig, ask('Count to 4')), 'zstd,gzip'],
  ['Codex 0.169', () => post(rig, codexBody('Count to 4'), codexHeaders(randomUUID())), undefined],
] as const)('sends a zstd body of %s, and names the encodings that its version does', async (_, turn, accepted) => {
  await start();
  expect(textOf((await turn()).events)).toBe('1 2 3 4');
  expect(encodings()).toEqual([['zstd', accepted]]);
  const [entry] = posts();
  const { upstreamBody, attempts, parity } = await rig.lastTrace();
  expect(entry?.decodedBody.toString()).toBe(upstreamBody);
  expect(entry?.rawBody.length).toBeLessThan(entry?.decodedBody.length ?? 0);
  // What is shown is what was sent, before it was packed.
  expect(attempts[0]?.requestHeaders).toContainEqual(['content-encoding', 'zstd']);
  expect(parity?.headers.extra).toEqual([]);
});

it.each(['zstd', 'gzip'] as const)('reads an answer in %s as it comes, and keeps the connection', async (encoding) => {
  await start({ simulator: { answerEncoding: encoding } });
  for (const count of [300, 3]) {
    const { events } = await post(rig, ask(`Count to ${count}`));
    expect(textOf(events).split(' ')).toHaveLength(count);
  }
  expect(new Set(posts().map(({ connection }) => connection)).size).toBe(1);
});

it('sends plain bodies, of every account, once upstream has answered 415 to an encoded one', async () => {
  await start({ accounts: 2, simulator: { encodedBodies: false } });
  for (const text of ['1', '2', '3'])
    expect(textOf((await post(rig, ask(`Reply with exactly: ${text}`))).events)).toBe(text);
  expect(encodings().map(([body]) => body)).toEqual(['zstd', undefined, undefined, undefined]);
  expect(rig.app.snapshot().requests.map(({ attempts }) => attempts)).toEqual([1, 1, 2]);
});

it('passes on a 415 that is about something else', async () => {
  await start({ simulator: { encodedBodies: false } });
  rig.simulator.faults.always('request', { kind: 'status', status: 415 });
  expect((await post(rig, ask('Count to 2'))).status).toBe(415);
  expect(posts()).toHaveLength(2);
});

describe('an answer that cannot be unpacked', () => {
  const encoded = { 'content-type': 'text/event-stream', 'content-encoding': 'zstd' };
  const whole = () => zstdCompressSync(answerEvents('resp_1').map(sse).join(''));

  async function answering(write: (response: ServerResponse) => void): Promise<void> {
    upstream = await startScriptedUpstream({ post: (response) => write(response) });
    await start({ upstreamUrl: upstream.url });
  }

  it('because it breaks off ends the turn with an error', async () => {
    await answering((response) => response.writeHead(200, encoded).end(whole().subarray(0, 60)));
    expect((await post(rig, ask('hi'))).status).toBe(502);
  });

  it('because it is in no encoding that was asked for ends the turn with an error', async () => {
    await answering((response) => response.writeHead(200, { ...encoded, 'content-encoding': 'x-none' }).end(whole()));
    expect((await post(rig, ask('hi'))).status).toBe(502);
  });

  it('because one event would fill the memory is cut at the limit of an event', async () => {
    const head = 'data: {"type":"response.output_text.delta","delta":"';
    await answering((response) => {
      const packer = createZstdCompress();
      packer.on('error', () => {});
      packer.pipe(response.writeHead(200, encoded));
      packer.write(head);
      const piece = Buffer.alloc(4 * 1024 * 1024, 'a');
      for (let count = 0; count < 20; count += 1) packer.write(piece);
    });
    expect((await post(rig, ask('hi'))).status).toBe(502);
  });

  it('and is a refusal is told by its status', async () => {
    await answering((response) => response.writeHead(400, encoded).end(whole().subarray(0, 20)));
    expect((await post(rig, ask('hi'))).status).toBe(400);
  });
});

it.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
] as const)('reads why an upgrade is refused in %s', async (encoding, encode) => {
  const error = { type: 'usage_limit_reached', message: 'Spent.', resets_in_seconds: 60 };
  const body = encode(JSON.stringify({ error }));
  upstream = await startScriptedUpstream({
    upgrade: (socket) => {
      socket.write(`HTTP/1.1 429 X\r\ncontent-encoding: ${encoding}\r\ncontent-length: ${body.length}\r\n\r\n`);
      socket.end(body);
      return true;
    },
  });
  rig = await startRig({ upstreamUrl: upstream.url });
  const { status, json } = await post(rig, ask('hello'));
  expect([status, json]).toMatchObject([429, { error: { type: error.type } }]);
});
