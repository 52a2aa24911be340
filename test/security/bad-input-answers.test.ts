import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseJsonObject } from '../../src-main/core/json.ts';
import { Listener, type ListenerParts } from '../../src-main/core/server/listener.ts';
import { realClock } from '../support/host.ts';
import { openRaw, postHead, type RawConnection, sayRaw, statusOfRaw, upgradeHead } from '../support/raw-connection.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, errorOf } from '../support/turn-client.ts';

/** What Node can make no request of is answered in words, and never into the middle of another answer. */

const errorOfRaw = (answer: string) => errorOf(parseJsonObject(answer.slice(answer.indexOf('\r\n\r\n') + 4)));

describe('a request that does not arrive in time', () => {
  let listener: Listener;
  let server: { readonly baseUrl: string };

  beforeEach(async () => {
    // Nothing of these is asked before a request is whole.
    const nothing = {} as unknown as ListenerParts;
    listener = new Listener({
      ...nothing,
      clock: realClock,
      requestLimits: { headersTimeoutMs: 60, requestTimeoutMs: 120, checkEveryMs: 20 },
    });
    server = { baseUrl: `http://127.0.0.1:${await listener.listen(0, null)}` };
  });

  afterEach(() => {
    listener.stopAccepting();
    return listener.close();
  });

  it.each([
    ['in its headers', 'POST /v1/responses HTTP/1.1\r\nhost: '],
    ['in its first line', 'POST /v1'],
  ])('is answered with 408 as JSON: it stops %s', async (_where, head) => {
    const answer = await sayRaw(server, head);
    expect(statusOfRaw(answer)).toBe(408);
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(errorOfRaw(answer)).toMatchObject({ code: 'request_timeout', type: 'invalid_request_error' });
  });

  it('is answered with 408 however often it sends a little more', async () => {
    const { socket, answer } = openRaw(server);
    socket.write('POST /v1/responses HTTP/1.1\r\n');
    const trickle = setInterval(() => socket.write('x-a: b\r\n'), 10);
    expect(statusOfRaw(await answer)).toBe(408);
    clearInterval(trickle);
  });
});

describe('on the whole program', () => {
  let rig: Rig;
  let connections: RawConnection[] = [];
  const { stackTraceLimit } = Error;

  beforeEach(async () => {
    rig = await startRig();
    connections = [];
  });

  afterEach(async () => {
    Error.stackTraceLimit = stackTraceLimit;
    for (const { socket } of connections) socket.destroy();
    await rig.stop();
  });

  it('headers over the limit are answered with 431', async () => {
    const answer = await sayRaw(rig, postHead(rig, `x-long: ${'a'.repeat(200 * 1024)}`));
    expect(statusOfRaw(answer)).toBe(431);
    expect(errorOfRaw(answer)).toMatchObject({ code: 'headers_too_large' });
  });

  it('an idle connection is kept longer than clients keep theirs, so that none is closed under a request', async () => {
    const { headers } = await rig.post('/v1/responses', ask('hello'));
    expect(headers.get('keep-alive')).toBe('timeout=75');
  });

  it('a websocket client that sends nonsense and reads nothing is cut off', async () => {
    const connection = openRaw(rig);
    connections.push(connection);
    const { socket, answer, received } = connection;
    socket.write(upgradeHead(rig));
    await expect.poll(received).toContain('101 Switching Protocols');
    socket.pause();
    // The stacks of so many refusals would take longer than everything else.
    Error.stackTraceLimit = 0;
    const nonsense = Buffer.concat(Array<Buffer>(20_000).fill(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x7b, 0x7d])));
    for (let count = 0; count < 3; count += 1) socket.write(nonsense);
    let isCut = false;
    socket.once('error', () => {
      isCut = true;
    });
    while (!isCut) await new Promise((resolve) => socket.write(nonsense.subarray(0, 80), resolve));
    await answer;
  });

  it('what is no HTTP is answered with 400', async () => {
    const answer = await sayRaw(rig, 'NONSENSE\r\n\r\n');
    expect(statusOfRaw(answer)).toBe(400);
    expect(errorOfRaw(answer)).toMatchObject({ code: 'request_invalid' });
  });

  it('noise after a request does not break into the answer that runs', async () => {
    rig.simulator.faults.next('turn', { kind: 'stall', afterDeltas: 3 });
    const connection = openRaw(rig);
    connections.push(connection);
    const body = JSON.stringify(ask('Count to 9'));
    connection.socket.write(postHead(rig, `content-length: ${Buffer.byteLength(body)}`) + body);
    await expect.poll(connection.received).toContain('"delta":" 3"');
    connection.socket.write('NONSENSE\r\n\r\n');
    expect((await connection.answer).match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 200']);
    expect((await rig.lastTrace()).row.status).toBe('cancelled');
  });
});
