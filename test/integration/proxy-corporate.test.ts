import { randomUUID } from 'node:crypto';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ConnectProxy, startConnectProxy } from '../support/connect-proxy.ts';
import { freePort } from '../support/free-port.ts';
import { accountsOf, pairOf, startedOn, viewOf } from '../support/rig-accounts.ts';
import { makeSelfSigned } from '../support/self-signed.ts';
import { skippingClock } from '../support/skipping-clock.ts';
import { type Rig, type RigOptions, startRig } from '../support/slipstream.ts';
import { ask, codexBody, codexHeaders, errorOf, post, textOf, WsTurns } from '../support/turn-client.ts';

const variables = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'ALL_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'all_proxy',
];
const environment = Object.fromEntries(variables.map((name) => [name, process.env[name]]));
const certificates = getCACertificates('default');

let rig: Rig;
let proxy: ConnectProxy;

beforeEach(async () => {
  for (const name of variables) delete process.env[name];
  proxy = await startConnectProxy();
});

afterEach(async () => {
  await rig.stop();
  await proxy.stop();
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  setDefaultCACertificates(certificates);
});

async function start(options: RigOptions = {}): Promise<void> {
  rig = await startRig(options);
}

/** Upstream as it truly is: behind TLS. */
async function overTls(): Promise<RigOptions> {
  const certificate = makeSelfSigned();
  setDefaultCACertificates([...certificates, certificate.cert]);
  const port = await freePort();
  // By name: for an address the tunnel's client has no name to check the certificate against.
  return { simulator: { tls: certificate, port }, upstreamUrl: `https://localhost:${port}/backend-api/codex` };
}

function upstreamHost(): string {
  return new URL(rig.app.snapshot().app.upstream).host;
}

async function useHttp(isHttp: boolean): Promise<void> {
  for (const { id } of accountsOf(rig)) await rig.app.handlers['accounts.setWebsockets']({ id, websockets: !isHttp });
}

function transports(): string[] {
  return rig.simulator.log.turns.filter(({ phase }) => phase === 'completed').map(({ transport }) => transport);
}

describe('the proxy of the settings', () => {
  it('carries turns on both transports, catalogue, usage and refresh', async () => {
    await start({ settings: { proxyUrl: proxy.url } });
    expect(textOf((await post(rig, ask('Reply with exactly: by tunnel'))).events)).toBe('by tunnel');
    accountsOf(rig)[0]?.upstream.invalidateAccess();
    await useHttp(true);
    expect(textOf((await post(rig, ask('Reply with exactly: by post'))).events)).toBe('by post');
    expect(transports()).toEqual(['ws', 'http']);
    const paths = ['/responses', '/models', '/wham/usage', '/oauth/token'];
    const tunnels = proxy.asked.filter((line) => line === `CONNECT ${upstreamHost()}`);
    const forwarded = paths.filter((path) =>
      proxy.asked.some((line) => line.includes(`${upstreamHost()}`) && line.includes(path)),
    );
    expect(tunnels.length).toBeGreaterThan(0);
    expect(tunnels.length + forwarded.length).toBeGreaterThan(1);
    expect(proxy.asked.every((line) => line.includes(upstreamHost()))).toBe(true);
  });

  it('carries both transports over TLS', async () => {
    await start({ ...(await overTls()), settings: { proxyUrl: proxy.url } });
    expect(textOf((await post(rig, ask('Reply with exactly: sealed'))).events)).toBe('sealed');
    await useHttp(true);
    expect(textOf((await post(rig, ask('Reply with exactly: sealed too'))).events)).toBe('sealed too');
    expect(transports()).toEqual(['ws', 'http']);
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${upstreamHost()}`]));
  });

  it('wins over the environment, also over NO_PROXY', async () => {
    process.env.HTTP_PROXY = 'http://127.0.0.1:1';
    process.env.NO_PROXY = '*';
    await start({ settings: { proxyUrl: proxy.url } });
    expect(textOf((await post(rig, ask('Reply with exactly: chosen'))).events)).toBe('chosen');
    expect(proxy.asked.length).toBeGreaterThan(0);
  });

  it('gets the credentials of its URL', async () => {
    await start({ settings: { proxyUrl: proxy.url.replace('://', '://ada:s%20cret@') } });
    await post(rig, ask('hello'));
    await useHttp(true);
    await post(rig, ask('hello'));
    const expected = `Basic ${Buffer.from('ada:s cret').toString('base64')}`;
    expect(new Set(proxy.credentials)).toEqual(new Set([expected]));
  });

  it('carries a websocket client’s turns in the same way', async () => {
    await start({ settings: { proxyUrl: proxy.url } });
    const client = await WsTurns.open(rig, codexHeaders(randomUUID()));
    expect(textOf(await client.turn(codexBody('Count to 3')))).toBe('1 2 3');
    expect(proxy.asked).toContain(`CONNECT ${upstreamHost()}`);
    await client.close();
  });
});

describe('the proxy of the environment', () => {
  it.each(['HTTPS_PROXY', 'https_proxy'])('%s carries both transports', async (name) => {
    process.env[name] = proxy.url;
    await start(await overTls());
    expect(textOf((await post(rig, ask('Reply with exactly: found'))).events)).toBe('found');
    await useHttp(true);
    expect(textOf((await post(rig, ask('Reply with exactly: found too'))).events)).toBe('found too');
    expect(transports()).toEqual(['ws', 'http']);
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${upstreamHost()}`]));
  });

  it.each(['*', 'localhost', 'chatgpt.com,localhost'])(
    'is passed by where NO_PROXY says %s, on both transports',
    async (value) => {
      process.env.HTTPS_PROXY = proxy.url;
      process.env.NO_PROXY = value;
      await start(await overTls());
      expect(textOf((await post(rig, ask('Reply with exactly: direct'))).events)).toBe('direct');
      await useHttp(true);
      expect(textOf((await post(rig, ask('Reply with exactly: direct too'))).events)).toBe('direct too');
      expect(transports()).toEqual(['ws', 'http']);
      expect(proxy.asked).toEqual([]);
    },
  );

  it('is used although NO_PROXY names another host', async () => {
    process.env.HTTPS_PROXY = proxy.url;
    process.env.NO_PROXY = 'example.test';
    await start(await overTls());
    await post(rig, ask('hello'));
    expect(proxy.asked.length).toBeGreaterThan(0);
  });
});

describe('a proxy in trouble', () => {
  it('that is not there ends in a 502 that names upstream', async () => {
    await proxy.stop();
    await start({ settings: { proxyUrl: proxy.url } });
    const answer = await post(rig, ask('hello'));
    expect(answer.status).toBe(502);
    expect(errorOf(answer.json)).toMatchObject({ code: 'upstream_unreachable' });
  });

  it('that never answers a tunnel is given up after 5 s, and HTTP is asked', async () => {
    const clock = skippingClock();
    await start({ settings: { proxyUrl: proxy.url }, clock });
    await expect.poll(() => proxy.asked.some((line) => line.includes('models'))).toBe(true);
    proxy.setMood('silent');
    const answer = post(rig, ask('Reply with exactly: after all'));
    for (const count of [1, 2]) {
      await expect
        .poll(() => proxy.asked.filter((line) => line.startsWith('CONNECT')).length)
        .toBeGreaterThanOrEqual(count);
      if (count === 2) proxy.setMood('open');
      clock.skip(5_000);
    }
    expect(textOf((await answer).events)).toBe('after all');
  });

  it('that wants credentials first is told as it is', async () => {
    await start({ settings: { proxyUrl: proxy.url } });
    proxy.setMood(407);
    const answer = await post(rig, ask('hello'));
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(errorOf(answer.json).message).toBeTypeOf('string');
    proxy.setMood('open');
    expect((await post(rig, ask('hello'))).status).toBe(200);
  });
});

describe('the proxy of one account, while others go another way', () => {
  it.each([401, 402, 403, 407, 429, 502])(
    'is not taken for upstream where it answers %i: others serve, it is told, and it is back with the proxy',
    async (status) => {
      const clock = skippingClock();
      await start({ ...(await overTls()), accounts: 2, settings: { strategy: 'fill-first' }, clock });
      const [first, second] = pairOf(rig);
      await rig.app.handlers['accounts.setProxy']({ id: first.id, proxyUrl: proxy.url });
      proxy.setMood(status);
      expect(textOf((await post(rig, ask('Reply with exactly: around'))).events)).toBe('around');
      expect(viewOf(rig, first)).toMatchObject({
        state: 'ready',
        refusals: [],
        overHttp: null,
        problem: expect.stringMatching(/^Its way out of this machine led nowhere: .*\b\d{3}\b/),
      });
      const tries = proxy.asked.length;
      await post(rig, ask('hello'));
      expect([startedOn(rig), proxy.asked.length]).toEqual([[second.upstream.id, second.upstream.id], tries]);
      expect(rig.simulator.log.entries.filter(({ kind }) => kind === 'fault')).toEqual([]);
      proxy.setMood('open');
      clock.skip(30_001);
      await post(rig, ask('hello'));
      expect([startedOn(rig).at(-1), viewOf(rig, first).problem]).toEqual([first.upstream.id, null]);
    },
  );

  it('is tried beside the turns while it leads nowhere, so that none is late by it again', async () => {
    const clock = skippingClock();
    await start({ ...(await overTls()), accounts: 2, settings: { strategy: 'fill-first' }, clock });
    const [first, second] = pairOf(rig);
    await rig.app.handlers['accounts.setProxy']({ id: first.id, proxyUrl: proxy.url });
    proxy.setMood(502);
    await post(rig, ask('hello'));
    for (const restMs of [30_000, 60_000]) {
      const tries = proxy.asked.length;
      clock.skip(restMs);
      await expect.poll(() => proxy.asked.length).toBe(tries + 1);
      await expect.poll(() => rig.app.snapshot().accounts[0]?.usageTrouble).not.toBeNull();
      clock.skip(1);
      await post(rig, ask('hello'));
      expect([startedOn(rig).at(-1), proxy.asked.length]).toEqual([second.upstream.id, tries + 1]);
    }
    proxy.setMood('open');
    await expect
      .poll(() => {
        clock.skip(30_000);
        return viewOf(rig, first).problem;
      })
      .toBeNull();
    await post(rig, ask('hello'));
    expect(startedOn(rig).at(-1)).toBe(first.upstream.id);
  });

  it('leaves all accounts that go by it, and tries none of them in the same turn', async () => {
    await start({ ...(await overTls()), accounts: 3, settings: { strategy: 'fill-first' } });
    const [first, second] = pairOf(rig);
    const last = accountsOf(rig)[2]?.upstream.id;
    for (const { id } of [first, second]) await rig.app.handlers['accounts.setProxy']({ id, proxyUrl: proxy.url });
    proxy.setMood(502);
    await post(rig, ask('hello'));
    expect([startedOn(rig), (await rig.lastTrace()).attempts.map(({ account }) => account)]).toEqual([
      [last],
      expect.not.arrayContaining([second.id]),
    ]);
    expect(viewOf(rig, second).problem).toContain('Its way out of this machine led nowhere');
  });
});

describe('a certificate that nobody trusts', () => {
  it('is not accepted, on either transport', async () => {
    const options = await overTls();
    setDefaultCACertificates(certificates);
    await start(options);
    const answer = await post(rig, ask('hello'));
    expect(answer.status).toBe(502);
    expect(errorOf(answer.json)).toMatchObject({ code: 'upstream_unreachable' });
    expect(rig.simulator.log.entries).toEqual([]);
  });
});
