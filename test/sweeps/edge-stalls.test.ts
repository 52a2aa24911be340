import { gzipSync, type InputType } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRequestObject } from '../../src-main/core/dialects/request-json.ts';
import { type JsonLimits, scanJson, skipString } from '../../src-main/core/json-scan.ts';
import { atOnce, inSlices } from '../../src-main/core/slices.ts';
import { hashBody } from '../../src-main/core/turn/chains.ts';
import { longBodies } from '../support/long-bodies.ts';
import { openRaw, sayRaw, statusOfRaw } from '../support/raw-connection.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { longestStall, watchLoop } from '../support/stall.ts';

/** Nobody holds the program: a page not at all, and whoever has the key not for long. */

let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
  // The first of each is slower: code is compiled.
  await rig.post('/v1/responses', { model: 'gpt-5.5', input: [], stream: true });
});

afterAll(() => rig.stop());

/** Generous, since other work runs beside the tests; what is guarded against took seconds. */
const pageStallMs = 250;
const keyStallMs = 1_500;

/** Quickly, since what it is packed with is not what is tested. */
const packed = (data: InputType) => gzipSync(data, { level: 1 });

const hostLine = () => `host: 127.0.0.1:${new URL(rig.baseUrl).port}`;

describe('a web page, which has no key', () => {
  it.each<[string, (fill: string) => string, number]>([
    ['slashes and an x', () => `GET /v1${'/'.repeat(100_000)}x HTTP/1.1`, 414],
    ['slashes that fit', () => `GET /v1${'/'.repeat(8_000)}x HTTP/1.1`, 401],
    ['a path key of slashes', () => `GET /k/${'/'.repeat(8_000)}x HTTP/1.1`, 401],
    ['percent signs', () => `GET /v1/${'%'.repeat(8_000)} HTTP/1.1`, 401],
    ['a query of ampersands', () => `GET /v1/models?${'&='.repeat(4_000)} HTTP/1.1`, 401],
    ['dots', () => `GET /${'../'.repeat(2_600)} HTTP/1.1`, 404],
  ])('cannot hold it with %s', async (_what, line, status) => {
    let answer = '';
    const stallMs = await longestStall(async () => {
      answer = await sayRaw(rig, `${line('')}\r\n${hostLine()}\r\nconnection: close\r\n\r\n`);
      expect((await fetch(`${rig.baseUrl}/healthz`)).status).toBe(204);
    });
    expect(statusOfRaw(answer)).toBe(status);
    expect(stallMs).toBeLessThan(pageStallMs);
  });

  it('is told 431 where its headers are too long, and never makes it read a body', async () => {
    const long = `x: ${'a'.repeat(40_000)}`;
    expect(statusOfRaw(await sayRaw(rig, `GET /v1/models HTTP/1.1\r\n${hostLine()}\r\n${long}\r\n\r\n`))).toBe(431);
    const { socket, answer } = openRaw(rig);
    socket.write(`POST /v1/responses HTTP/1.1\r\n${hostLine()}\r\ncontent-length: 60000000\r\n\r\n`);
    expect(statusOfRaw(await answer)).toBe(401);
    socket.destroy();
  });
});

describe('whoever has the key', () => {
  const headers = () => ({
    authorization: `Bearer ${rig.apiKey}`,
    'content-type': 'application/json',
    'content-encoding': 'gzip',
  });
  const send = async (bytes: Buffer, path = '/v1/responses') => {
    const answer = await fetch(`${rig.baseUrl}${path}`, {
      method: 'POST',
      headers: headers(),
      body: new Uint8Array(bytes),
    });
    return { status: answer.status, text: await answer.text() };
  };
  const names = Array.from({ length: 150_000 }, (_none, index) => `"k${index}":1,`).join('');
  const twice = `${names}${names}`;
  const bodyOf = (list: string, times: number) =>
    packed(`{"model":"gpt-5.5","stream":true,"input":[${list.repeat(times)}${list.slice(0, -1)}]}`);

  it.each<[string, Buffer, number]>([
    ['60 KB of empty lists', bodyOf('[],', 20_000_000), 413],
    ['two million values', bodyOf('[],', 2_000_000), 413],
    ['a name of 100 KB', packed(`{"model":"m","${'a'.repeat(100_000)}":1}`), 400],
    ['9 MB of white space', packed(`{"model":"m","a":${' '.repeat(9_000_000)}1}`), 413],
    ['lists in lists', packed(`{"model":"m","input":${'['.repeat(3_000_000)}`), 400],
    ['objects in objects', packed(`{"model":"m","input":${'{"a":'.repeat(500_000)}`), 400],
    ['30,000 items', bodyOf('{},', 30_000), 413],
    ['one member 300,000 times', packed(`{"model":"m",${'"a":1,'.repeat(300_000)}"b":1}`), 400],
    ['150,000 members twice', packed(`{"model":"m",${twice}"b":1}`), 400],
    [
      'metadata that names one 300,000 times',
      packed(`{"model":"m","client_metadata":{${'"a":1,'.repeat(300_000)}"b":1}}`),
      400,
    ],
    ['a burst of zeros', packed(Buffer.alloc(63 * 1024 * 1024)), 413],
  ])('cannot hold it with %s', async (_what, body, status) => {
    let answer = { status: 0, text: '' };
    const stallMs = await longestStall(async () => {
      answer = await send(body);
    });
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining('error')]);
    expect(stallMs).toBeLessThan(keyStallMs);
  });

  it('cannot fill the memory with a body sent byte by byte', async () => {
    const bytes = 500_000;
    const head = `POST /v1/responses HTTP/1.1\r\n${hostLine()}\r\nx-api-key: ${rig.apiKey}\r\nconnection: close\r\n`;
    const before = process.memoryUsage.rss();
    const body = '1\r\n \r\n'.repeat(bytes);
    const answer = await sayRaw(rig, `${head}transfer-encoding: chunked\r\n\r\n${body}0\r\n\r\n`);
    expect(statusOfRaw(answer)).toBe(400);
    expect((process.memoryUsage.rss() - before) / 2 ** 20).toBeLessThan(120);
  });

  it('cannot fill the memory with large bodies sent side by side', async () => {
    const body = packed(Buffer.alloc(40 * 1024 * 1024, 'ab'));
    const before = process.memoryUsage.rss();
    const answers = await Promise.all(Array.from({ length: 24 }, () => send(body)));
    // Too large, or no room for another one now.
    expect(answers.filter(({ status }) => status !== 413 && status !== 429)).toEqual([]);
    expect(answers.filter(({ status }) => status === 413).length).toBeGreaterThan(0);
    expect((process.memoryUsage.rss() - before) / 2 ** 20).toBeLessThan(400);
    expect((await rig.post('/v1/responses', { model: 'gpt-5.5', input: 'hi', stream: true })).status).toBe(200);
  });
});

/** In this thread's own time, since a busy machine slows none of it; the benchmark's budget is 100 ms. */
const readingTurnMs = 250;

describe('a long body', () => {
  it.each(['a text of 50 MB of quotes', '19,900 items to mend', '120,000 objects of other names'])(
    'is read and hashed in slices: %s',
    async (what) => {
      const body = longBodies.find((each) => each.what === what)?.text() ?? Buffer.alloc(0);
      const watched = watchLoop();
      const read = await readRequestObject(body);
      await inSlices(hashBody(read.body, { isLong: true }));
      expect(watched().longestTurnMs).toBeLessThan(readingTurnMs);
    },
  );

  it('is read as a short one is, wherever its texts are cut', async () => {
    for (const text of ['\\ud83d\\ude00', '\u{1f600}é☃', '\\\\\\"', '\\u2603x', 'plain']) {
      const long = `"x${text.repeat(300_000 / text.length)}"`;
      const input = `[{"role":"assistant","content":[{"type":"output_text","text":${long}}]},{"type":"function_call","arguments":${long}},{"role":"user","content":${long}}]`;
      const body = Buffer.from(`{"model":"m","a":[1,{"b":${long}}],"input":${input},"__proto__":{"c":[]},"d":[[],{}]}`);
      const { body: read } = await readRequestObject(body);
      expect(JSON.stringify(read) === JSON.stringify(JSON.parse(body.toString()))).toBe(true);
      const hashes = await inSlices(hashBody(read, { isLong: true }));
      expect(hashes).toEqual(atOnce(hashBody(read)));
    }
  });

  it.each([
    '',
    '}',
    ',"e":1}x',
    ',}',
    ',"e"}',
    ',"e":}',
    ',"e":[1,]}',
    ',"e":01}',
    ',"e":tru}',
    ',"e" 1}',
    '"e":1}',
    ']',
  ])('is no JSON with the end %s', async (end) => {
    const body = Buffer.from(`{"a":"${'x'.repeat(300_000)}"${end}`);
    const read = readRequestObject(body).then(
      () => true,
      () => false,
    );
    expect(await read).toBe(end === '}');
  });
});

describe('the look over JSON', () => {
  const limits: JsonLimits = { depth: 9, values: 99, members: 9, nameBytes: 99, bareBytes: 999 };

  it.each<[string, number, number, number]>([
    ['{}', 1, 2, 1],
    ['[1,2,3]', 1, 4, 0],
    ['{"a":[{"b":"}]"},1],"c":2}', 3, 6, 2],
    ['"[[["', 0, 1, 0],
    ['["\\"[", [["\\\\"]]]', 3, 5, 0],
    ['{"a":{"b":1,"c":2,"d":3}}', 2, 5, 3],
  ])('measures %s', (text, depth, values, members) => {
    const scan = atOnce(scanJson(Buffer.from(text), limits, Number.POSITIVE_INFINITY));
    expect(scan).toMatchObject({ depth, values, members, escapedNames: 0 });
  });

  it('finds the end of every string that JSON can write', () => {
    for (const length of [0, 1, 20, 46, 47, 48, 49, 50, 100])
      for (const tail of ['', '\\', '\\\\', '"', '\\"', 'é\u0000"\\'])
        for (const lead of ['', '\\', '"\\']) {
          const text = JSON.stringify(`${lead}${'x'.repeat(length)}${tail}${'y'.repeat(length)}`);
          expect(skipString(Buffer.from(`${text},"z"`), 0)).toBe(Buffer.byteLength(text));
        }
  });
});
