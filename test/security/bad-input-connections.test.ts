import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseJsonObject } from '../../src-main/core/json.ts';
import { openRaw, postHead, sayRaw, statusOfRaw, upgradeHead } from '../support/raw-connection.ts';
import { type SkippingClock, skippingClock } from '../support/skipping-clock.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, errorOf, openPost, post, readAnswer, textOf } from '../support/turn-client.ts';

/** Bytes no client should send: a clear error or a closed connection, and the process serves the next request. */

let rig: Rig;
let clock: SkippingClock;

beforeAll(async () => {
  clock = skippingClock();
  rig = await startRig({ clock });
});

afterAll(() => rig.stop());

afterEach(async () => {
  expect(textOf((await post(rig, ask('Reply with exactly: alive'))).events)).toBe('alive');
  const lines = rig.host.log.lines.splice(0);
  expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
});

const body = JSON.stringify(ask('hello'));

describe('what is no HTTP', () => {
  const noise: [string, string | Buffer][] = [
    ['a greeting of another protocol', 'EHLO there\r\n\r\n'],
    ['a TLS hello', Buffer.from('16030100a5010000a10303', 'hex')],
    ['zeros', Buffer.alloc(4096)],
    ['a request line without end', `GET /${'a'.repeat(300_000)}`],
    ['HTTP/2 without asking', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['an unknown method', 'SMUGGLE /v1/responses HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['a header without a name', 'GET / HTTP/1.1\r\n: x\r\n\r\n'],
    ['a folded header', 'GET / HTTP/1.1\r\nhost: x\r\nx: a\r\n b\r\n\r\n'],
    ['a header with a NUL', 'GET / HTTP/1.1\r\nhost: x\u0000y\r\n\r\n'],
  ];

  it.each(noise)('is refused and the connection is closed: %s', async (_what, bytes) => {
    const answer = await sayRaw(rig, bytes);
    expect([0, 400, 403, 404, 414, 431]).toContain(statusOfRaw(answer));
  });

  it.each([
    ['both a length and chunks', ['content-length: 5', 'transfer-encoding: chunked']],
    ['two lengths', ['content-length: 5', 'content-length: 6']],
    ['a length that is no number', ['content-length: five']],
    ['a negative length', ['content-length: -1']],
    ['a length beyond all', ['content-length: 99999999999999999999999']],
    ['an unknown transfer encoding', ['transfer-encoding: chunked, bogus']],
  ])('is a body nobody can tell the end of: %s', async (_what, headers) => {
    const answer = await sayRaw(rig, postHead(rig, ...headers), '5\r\nhello\r\n0\r\n\r\n');
    expect([0, 400, 413]).toContain(statusOfRaw(answer));
    expect(rig.simulator.log.frames.every(({ raw }) => raw.includes('alive'))).toBe(true);
  });
});

describe('floods of headers', () => {
  it.each([
    ['one of 200 KiB', [`x-long: ${'a'.repeat(200 * 1024)}`]],
    ['20,000 small ones', Array.from({ length: 20_000 }, (_, index) => `x-${index}: y`)],
  ])('are refused: %s', async (_what, headers) => {
    const answer = await sayRaw(rig, postHead(rig, 'content-length: 0', ...headers));
    expect(statusOfRaw(answer)).toBe(431);
  });

  it('that still fit are served', async () => {
    const many = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`x-filler-${index}`, 'a'.repeat(50)]));
    expect(textOf((await post(rig, ask('Reply with exactly: fits'), many)).events)).toBe('fits');
  });
});

describe('connections that stop half-way', () => {
  it('a client that has said all and closes its half is not served, and costs nothing', async () => {
    const { socket, answer } = openRaw(rig);
    socket.end(postHead(rig, `content-length: ${body.length}`) + body);
    await answer;
  });

  it('a client that leaves in the middle of its body', async () => {
    const { socket, answer } = openRaw(rig);
    socket.write(`${postHead(rig, 'content-length: 1000')}{"model":`);
    socket.end();
    await answer;
  });

  it('a client that resets in the middle of its body', async () => {
    const { socket, answer } = openRaw(rig);
    await new Promise<void>((resolve) => {
      socket.write(`${postHead(rig, 'content-length: 1000')}{"model":`, () => resolve());
    });
    socket.resetAndDestroy();
    await answer;
  });

  it('a body that stops coming is answered with 408 after 30 s', async () => {
    const waits = () => clock.waitingMs.filter((ms) => ms === 30_000).length;
    const before = waits();
    const { socket, received, answer } = openRaw(rig);
    socket.write(`${postHead(rig, 'content-length: 1000')}{"model":`);
    await expect.poll(waits).toBeGreaterThan(before);
    clock.skip(30_000);
    await answer;
    expect(statusOfRaw(received())).toBe(408);
    expect(received()).toContain('body_timeout');
  });

  it('a body that comes byte by byte is read, however slowly', async () => {
    const { socket, received } = openRaw(rig);
    const text = JSON.stringify(ask('Reply with exactly: patience'));
    socket.write(postHead(rig, `content-length: ${text.length}`));
    for (const character of text) {
      clock.skip(1_000);
      await new Promise<void>((resolve) => {
        socket.write(character, () => resolve());
      });
    }
    await expect.poll(received, { timeout: 10_000 }).toContain('response.completed');
    socket.destroy();
  });

  it('200 connections that say nothing keep nobody else waiting', async () => {
    const idle = Array.from({ length: 200 }, () => openRaw(rig));
    expect(textOf((await post(rig, ask('Reply with exactly: me first'))).events)).toBe('me first');
    for (const { socket } of idle) socket.destroy();
  });

  it('a client that asks to continue is told to', async () => {
    const { head, request } = openPost(rig, '/v1/responses', body, { expect: '100-continue' });
    const answer = await readAnswer(await head);
    expect(answer.status).toBe(200);
    request.destroy();
  });
});

describe('paths', () => {
  it.each([
    ['//v1/responses', 404],
    ['/v1//responses', 404],
    ['/v1/%72esponses', 404],
    ['/V1/RESPONSES', 404],
    ['/v1/responses%00', 404],
    ['/v1/responses;x=1', 404],
    [`/v1/${'a'.repeat(8_000)}`, 404],
    [`/v1/${'a'.repeat(8_200)}`, 414],
    [`/v1/${'a'.repeat(100_000)}`, 414],
  ])('%.60s is no route of the proxy', async (path, status) => {
    expect((await post(rig, body, {}, path)).status).toBe(status);
  });

  it.each(['/v1/responses/', '/v1/responses?x=1&x=2'])('%s is the route all the same', async (path) => {
    expect((await post(rig, body, {}, path)).status).toBe(200);
  });

  it('dots lead nowhere else', async () => {
    const head = postHead(rig, 'content-length: 2').replace('/v1/responses', '/v1/../healthz');
    expect(statusOfRaw(await sayRaw(rig, head, '{}'))).toBe(404);
  });

  it('a tunnel, as of an HTTPS proxy, is refused with what to do instead', async () => {
    const answer = await sayRaw(rig, 'CONNECT chatgpt.com:443 HTTP/1.1\r\nhost: chatgpt.com:443\r\n\r\n');
    expect(statusOfRaw(answer)).toBe(405);
    expect(answer).toContain('base URL');
  });

  it('a whole URL, as for a proxy, opens nothing', async () => {
    const head = postHead(rig, 'content-length: 2').replace('/v1/responses', 'http://example.test/v1/responses');
    expect(statusOfRaw(await sayRaw(rig, head, '{}'))).toBeGreaterThanOrEqual(400);
  });
});

/** A client's frame, with its parts as a test wants them. */
function frame(options: {
  opcode: number;
  payload: Buffer;
  fin?: boolean;
  rsv?: number;
  masked?: boolean;
  claim?: bigint;
}): Buffer {
  const { opcode, payload, fin = true, rsv = 0, masked = true, claim } = options;
  const first = (fin ? 0x80 : 0) | rsv | opcode;
  const length = claim ?? BigInt(payload.length);
  const mask = masked ? 0x80 : 0;
  const head =
    length < 126n
      ? Buffer.from([first, mask | Number(length)])
      : Buffer.concat([Buffer.from([first, mask | 127]), Buffer.alloc(8)]);
  if (length >= 126n) head.writeBigUInt64BE(length, 2);
  // Masked with zeros: the bytes stay as they are.
  return Buffer.concat([head, Buffer.alloc(masked ? 4 : 0), payload]);
}

/** The code of the close frame that ends what came after the upgrade; null without one. */
function closeCode(answer: string): number | null {
  const bytes = Buffer.from(answer, 'latin1');
  const at = bytes.indexOf('\r\n\r\n') + 4;
  for (let start = at; start + 1 < bytes.length; ) {
    const length = bytes[start + 1] ?? 0;
    if (bytes[start] === 0x88) return length >= 2 ? bytes.readUInt16BE(start + 2) : null;
    start += 2 + (length < 126 ? length : length === 126 ? 2 + bytes.readUInt16BE(start + 2) : 0);
  }
  return null;
}

describe('frames on a websocket', () => {
  const text = Buffer.from('{"type":"response.create","model":"gpt-5.5","input":"hello"}');
  const garbage: [string, Buffer, number][] = [
    ['a reserved opcode', frame({ opcode: 0x3, payload: text }), 1002],
    ['a reserved bit', frame({ opcode: 0x1, payload: text, rsv: 0x40 }), 1002],
    ['no mask', frame({ opcode: 0x1, payload: text, masked: false }), 1002],
    ['a continuation of nothing', frame({ opcode: 0x0, payload: text }), 1002],
    ['a ping in pieces', frame({ opcode: 0x9, payload: Buffer.from('x'), fin: false }), 1002],
    ['a ping that is too long', frame({ opcode: 0x9, payload: Buffer.alloc(126) }), 1002],
    ['a close with half a code', frame({ opcode: 0x8, payload: Buffer.from([3]) }), 1002],
    ['a close with a code that is none', frame({ opcode: 0x8, payload: Buffer.from([0x03, 0xed]) }), 1002],
    ['a text that is no UTF-8', frame({ opcode: 0x1, payload: Buffer.from([0xff, 0xfe, 0xfd]) }), 1007],
    ['a message that would be 65 MiB', frame({ opcode: 0x1, payload: text, claim: 65n * 1024n * 1024n }), 1009],
    ['a message beyond all', frame({ opcode: 0x1, payload: text, claim: 2n ** 62n }), 1009],
  ];

  it.each(garbage)('that break the protocol close it with the right code: %s', async (_what, bytes, code) => {
    const answer = await sayRaw(rig, upgradeHead(rig), bytes);
    expect(statusOfRaw(answer)).toBe(101);
    expect(closeCode(answer)).toBe(code);
  });

  it('that are mere noise close it', async () => {
    const answer = await sayRaw(rig, upgradeHead(rig), Buffer.alloc(10_000, 0xa5));
    expect(closeCode(answer)).toBe(1002);
  });

  it('in 10,000 pieces are put together', async () => {
    const { socket, received } = openRaw(rig);
    const long = Buffer.from(
      JSON.stringify({
        type: 'response.create',
        ...ask('Reply with exactly: whole', { metadata: { filler: 'x'.repeat(9_000) } }),
      }),
    );
    socket.write(upgradeHead(rig));
    const pieces = Array.from(long, (byte, index) =>
      frame({ opcode: index === 0 ? 0x1 : 0x0, payload: Buffer.from([byte]), fin: index === long.length - 1 }),
    );
    socket.write(Buffer.concat(pieces));
    await expect.poll(received, { timeout: 10_000 }).toContain('response.completed');
    socket.destroy();
  });

  const ping = frame({ opcode: 0x9, payload: Buffer.from('ping') });

  it('pings are answered and do not keep a turn waiting', async () => {
    const { socket, received } = openRaw(rig);
    socket.write(upgradeHead(rig));
    socket.write(Buffer.concat([...Array<Buffer>(20).fill(ping), frame({ opcode: 0x1, payload: text })]));
    await expect.poll(received).toContain('response.completed');
    expect(received().match(/ping/g)).toHaveLength(20);
    socket.destroy();
  });

  it('pings by the thousand, faster than they can be answered, end the connection', async () => {
    const answer = await sayRaw(rig, upgradeHead(rig), Buffer.concat(Array<Buffer>(5_000).fill(ping)));
    expect(statusOfRaw(answer)).toBe(101);
  });
});

describe('upgrades', () => {
  const spoil = (from: string, to: string) => upgradeHead(rig).replace(from, to);

  it.each([
    ['of another version', 'sec-websocket-version: 13', 'sec-websocket-version: 7'],
    ['without a version', 'sec-websocket-version: 13\r\n', ''],
    ['without a key', 'sec-websocket-key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n', ''],
    ['with a key that is none', 'AQIDBAUGBwgJCgsMDQ4PEA==', 'short'],
    ['by POST', 'GET /v1', 'POST /v1'],
    ['of a path that has none', '/v1/responses', '/v1/models'],
  ])('are refused %s, as all else is', async (_what, from, to) => {
    const answer = await sayRaw(rig, spoil(from, to));
    const status = statusOfRaw(answer);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    const [head = '', told = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(/content-type: application\/json/i);
    expect(errorOf(parseJsonObject(told))).toMatchObject({ type: 'invalid_request_error' });
  });

  it('are not what a POST asks for whose headers a proxy made those of one', async () => {
    const turn = JSON.stringify(ask('Reply with exactly: alive'));
    const upgrade = ['connection: upgrade, close', 'upgrade: websocket'];
    const answer = await sayRaw(rig, postHead(rig, ...upgrade, `content-length: ${turn.length}`) + turn);
    expect(answer).toContain('response.completed');
  });

  it('that come before the answer to an earlier request is over do not overtake it', async () => {
    rig.simulator.setTiming({ tokensPerSecond: 50 });
    const long = JSON.stringify(ask('Count to 4000'));
    const answer = await sayRaw(rig, postHead(rig, `content-length: ${long.length}`) + long + upgradeHead(rig));
    rig.simulator.setTiming({ tokensPerSecond: 0 });
    expect(answer).not.toContain('101 Switching Protocols');
    expect((await rig.lastTrace()).row.status).toBe('cancelled');
  });

  it('nor do they leave a connection open whose answers were still to come', async () => {
    const list = upgradeHead(rig)
      .replace('/v1/responses', '/v1/models')
      .replace(/(connection|upgrade): .*\r\n/g, '');
    const answer = await sayRaw(rig, list.repeat(3) + upgradeHead(rig));
    expect(answer).not.toContain('101 Switching Protocols');
  });

  it('that follow an answer on its connection are taken', async () => {
    const { socket, received } = openRaw(rig);
    socket.write(postHead(rig, `content-length: ${body.length}`) + body);
    await expect.poll(received).toContain('\r\n0\r\n\r\n');
    socket.write(upgradeHead(rig));
    await expect.poll(received).toContain('101 Switching Protocols');
    socket.destroy();
  });

  it('that are refused say why, as JSON', async () => {
    const answer = await sayRaw(rig, spoil(rig.apiKey, 'wrong'));
    const json: unknown = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));
    expect(errorOf(json as { error: { code: string } })).toMatchObject({ code: 'key_wrong' });
  });
});
