import dns from 'node:dns';
import { getDefaultAutoSelectFamily, setDefaultAutoSelectFamily } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answerEvents, type ScriptedUpstream, sse, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, errorOf, post, textOf } from '../support/turn-client.ts';

/** Upstream by a name of its own, which only this test's lookups know. */

const name = 'upstream.test';
const isDefaultOn = getDefaultAutoSelectFamily();

let upstream: ScriptedUpstream;
let rig: Rig;
let allowsWebsockets: boolean;
let answerLookup: typeof dns.lookup;

type Answer = (error: Error | null, addresses?: unknown, family?: number) => void;

/** As for a name that does not exist. */
const unknownName = ((host: string, _options: unknown, done: Answer) => {
  done(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' }));
}) as unknown as typeof dns.lookup;

beforeEach(async () => {
  allowsWebsockets = true;
  answerLookup = unknownName;
  upstream = await startScriptedUpstream({
    upgrade: (socket) => {
      if (!allowsWebsockets)
        socket.end('HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return !allowsWebsockets;
    },
    frame: (socket) => {
      for (const event of answerEvents('resp_ws')) socket.send(JSON.stringify(event));
    },
    post: (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(answerEvents('resp_http').map(sse).join(''));
    },
  });
  const real = dns.lookup;
  const lookup = (host: string, ...rest: unknown[]) =>
    Reflect.apply(host === name ? answerLookup : real, dns, [host, ...rest]);
  vi.spyOn(dns, 'lookup').mockImplementation(lookup as typeof dns.lookup);
  rig = await startRig({ upstreamUrl: upstream.url.replace('127.0.0.1', name) });
});

afterEach(async () => {
  vi.restoreAllMocks();
  setDefaultAutoSelectFamily(isDefaultOn);
  await rig.stop();
  await upstream.stop();
});

describe('a name with an address of each family, of which the first cannot be reached', () => {
  it.each([
    ['websockets', true],
    ['HTTP', false],
  ])('is reached over %s at the other, whatever Node was told to do by itself', async (_what, isWebsocket) => {
    setDefaultAutoSelectFamily(false);
    allowsWebsockets = isWebsocket;
    const both = [
      { address: '::1', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ];
    answerLookup = ((_host: string, options: { all?: boolean }, done: Answer) =>
      options.all === true ? done(null, both) : done(null, '::1', 6)) as unknown as typeof dns.lookup;
    expect(textOf((await post(rig, ask('hello'))).events)).toBe('All is well.');
    expect((await rig.lastTrace()).attempts.at(-1)?.transport).toBe(isWebsocket ? 'ws' : 'http');
  });
});

it('a name that cannot be looked up is told as that, with what to look at', async () => {
  const answer = await post(rig, ask('hello'));
  expect(answer.status).toBe(502);
  expect(errorOf(answer.json)).toMatchObject({ code: 'upstream_unresolved' });
  expect(String(errorOf(answer.json).message)).toMatch(
    /^The name upstream\.test:\d+ could not be looked up: .*name servers/,
  );
});

it('an address that refuses is told as that', async () => {
  answerLookup = ((_host: string, _options: unknown, done: Answer) =>
    done(null, [{ address: '127.0.0.1', family: 4 }])) as unknown as typeof dns.lookup;
  await upstream.stop();
  const answer = await post(rig, ask('hello'));
  expect(answer.status).toBe(502);
  expect(errorOf(answer.json)).toMatchObject({ code: 'upstream_unreachable' });
  expect(String(errorOf(answer.json).message)).toContain('ECONNREFUSED');
});
