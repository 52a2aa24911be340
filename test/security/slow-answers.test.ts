import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { listenForCallback } from '../../src-main/core/accounts/sign-in/callback-listener.ts';
import type { Clock } from '../../src-main/core/ports.ts';
import { requestJson } from '../../src-main/core/upstream/json-request.ts';
import { ProxyRoutes } from '../../src-main/core/upstream/proxy.ts';
import { readRefusal } from '../../src-main/core/upstream/refusal-body.ts';
import { testWay } from '../../src-main/core/upstream/way-test.ts';
import { systemClock } from '../../src-main/node/clock.ts';
import { freePort } from '../support/free-port.ts';
import { fakeClock } from '../unit/fake-clock.ts';

/** Answers to plain questions that never come to their end, as an issuer, or whoever stands in between, may send them. */

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  undo.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** Asks a server that says this again and again. */
async function asked(says: (response: ServerResponse) => void, clock: Clock = systemClock): Promise<unknown> {
  const server = createServer((_request, response) => {
    const again = setInterval(() => says(response), 20);
    response.on('close', () => clearInterval(again));
  });
  const port = await portOf(server);
  undo.push(() => server.closeAllConnections());
  const routes = new ProxyRoutes(() => null, clock);
  undo.push(() => routes.close());
  return requestJson(
    { method: 'GET', url: `http://127.0.0.1:${port}/`, accountId: null, headers: [], timeoutMs: 200 },
    routes,
  );
}

it('a sign-in goes to the next port where who has the first never answers', { timeout: 20_000 }, async () => {
  const occupant = createTcpServer((socket) => {
    const again = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'), 100);
    socket.on('error', () => {}).on('close', () => clearInterval(again));
    undo.push(() => socket.destroy());
  });
  const [taken, free] = [await portOf(occupant), await freePort()];
  const handlers = { callback: async () => 'done' as const, cancelled: () => {} };
  const listener = await listenForCallback({ ports: [taken, free], clock: systemClock, handlers });
  undo.push(() => listener.close('now'));
  expect(new URL(listener.redirectUri).port).toBe(String(free));
});

describe('an answer that does not end', () => {
  it.each<[string, (response: ServerResponse) => void]>([
    ['that comes byte by byte', (response) => response.write(' ')],
    ['that is always about to come', (response) => response.writeEarlyHints({ link: '</a>; rel=preload' })],
  ])('%s is not waited for', async (_what, says) => {
    expect(await asked(says)).toMatchObject({ kind: 'unreachable' });
  });

  it('of a proxy that lets nobody through is not waited for', { timeout: 20_000 }, async () => {
    const port = await portOf(createTcpServer((socket) => socket.on('error', () => {}).resume()));
    const routes = new ProxyRoutes(() => `http://127.0.0.1:${port}`, systemClock);
    undo.push(() => routes.close());
    const question = { method: 'GET', url: 'https://127.0.0.1:1/', accountId: null, headers: [] } as const;
    expect(await requestJson(question, routes)).toMatchObject({ kind: 'unreachable' });
  });
});

describe('how long is waited', () => {
  const limitsMs = { wholeAnswerMs: 800, refusalMs: 3_000, wayMs: 10_000 };

  it('for the whole of an answer is told by the one clock', async () => {
    const clock = fakeClock();
    const { promise: isAsked, resolve } = Promise.withResolvers<void>();
    const answer = asked((response) => {
      response.write(' ');
      resolve();
    }, clock);
    await isAsked;
    clock.advance(limitsMs.wholeAnswerMs);
    expect(await answer).toEqual({ kind: 'unreachable', message: 'no answer in time' });
    expect(clock.pending).toBe(0);
  });

  it('for the words of a refusal is told by the one clock, and what had come is kept', async () => {
    const clock = fakeClock();
    const body = new PassThrough();
    body.write('no account');
    const told = readRefusal(body, [], clock);
    await new Promise(setImmediate);
    clock.advance(limitsMs.refusalMs);
    expect(await told).toBe('no account');
    expect(clock.pending).toBe(0);
  });

  it('for a way out that is tried is told by the one clock', async () => {
    const clock = fakeClock();
    const port = await portOf(createTcpServer((socket) => socket.on('error', () => {}).resume()));
    const { promise: isAsked, resolve } = Promise.withResolvers<void>();
    const routes = new ProxyRoutes(() => null, clock);
    undo.push(() => routes.close());
    const tried = testWay(
      {
        url: `http://127.0.0.1:${port}/`,
        proxy: null,
        clock: {
          ...clock,
          after: (ms, action) => {
            const timer = clock.after(ms, action);
            resolve();
            return timer;
          },
        },
      },
      routes,
    );
    await isAsked;
    clock.advance(limitsMs.wayMs);
    expect(await tried).toMatchObject({ tookMs: limitsMs.wayMs, problem: { kind: 'timeout' } });
  });
});
