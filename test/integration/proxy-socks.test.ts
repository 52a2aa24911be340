import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { accountsOf } from '../support/rig-accounts.ts';
import { makeSelfSigned } from '../support/self-signed.ts';
import { skippingClock } from '../support/skipping-clock.ts';
import { type Rig, type RigOptions, startRig } from '../support/slipstream.ts';
import { type SocksProxy, startSocksProxy } from '../support/socks-proxy.ts';
import { ask, errorOf, post, textOf } from '../support/turn-client.ts';
import { postStream } from './proxy-client.ts';

const certificates = getCACertificates('default');
const login = 'ada:s cret@word';

let rig: Rig;
let proxy: SocksProxy;

afterEach(async () => {
  await rig.stop();
  await proxy.stop();
  setDefaultCACertificates(certificates);
});

interface Way extends RigOptions {
  readonly scheme?: 'socks5' | 'socks5h';
  /** Asked for by the proxy. */
  readonly wanted?: string;
  /** Given in the setting. */
  readonly given?: string;
}

async function start({ scheme = 'socks5h', wanted, given = '', ...options }: Way = {}): Promise<void> {
  proxy = await startSocksProxy(wanted);
  rig = await startRig({ ...options, settings: { proxyUrl: `${scheme}://${given}127.0.0.1:${proxy.port}` } });
}

/** Upstream by a name, for an address has nothing to look up. */
async function byName(host: string, scheme: 'http' | 'https' = 'http'): Promise<RigOptions> {
  const port = await freePort();
  return { simulator: { port }, upstreamUrl: `${scheme}://${host}:${port}/backend-api/codex` };
}

async function setHttp(isHttp: boolean): Promise<void> {
  for (const { id } of accountsOf(rig)) await rig.app.handlers['accounts.setWebsockets']({ id, websockets: !isHttp });
}

async function onBothTransports(): Promise<void> {
  expect(textOf((await post(rig, ask('Reply with exactly: by socket'))).events)).toBe('by socket');
  await setHttp(true);
  expect(textOf((await post(rig, ask('Reply with exactly: by post'))).events)).toBe('by post');
  const done = rig.simulator.log.turns.filter(({ phase }) => phase === 'completed');
  expect(done.map(({ transport }) => transport)).toEqual(['ws', 'http']);
}

describe('a SOCKS proxy', () => {
  it('carries both transports, catalogue and refresh, and is given the user and password', async () => {
    await start({ wanted: login, given: 'ada:s%20cret%40word@' });
    accountsOf(rig)[0]?.upstream.invalidateAccess();
    await onBothTransports();
    expect(new Set(proxy.credentials)).toEqual(new Set([login]));
    expect(proxy.asked.length).toBeGreaterThanOrEqual(3);
    const shown = JSON.stringify([rig.app.snapshot(), await rig.lastTrace()]);
    expect(shown).not.toMatch(/s cret|s%20cret|ada:/);
  });

  it('by socks5h looks the name up itself', async () => {
    await start({ ...(await byName('upstream.invalid')) });
    await onBothTransports();
    const { host } = new URL(rig.app.snapshot().app.upstream);
    const named = proxy.asked.filter((line) => line.startsWith('name '));
    expect(named.length).toBeGreaterThanOrEqual(2);
    expect(new Set(named)).toEqual(new Set([`name ${host}`]));
  });

  it('by socks5 is told addresses alone', async () => {
    await start({ scheme: 'socks5', ...(await byName('localhost')) });
    await onBothTransports();
    expect(proxy.asked.length).toBeGreaterThanOrEqual(2);
    for (const line of proxy.asked) expect(line).toMatch(/^address (127\.0\.0\.1|0000:[0:]+:0001):\d+$/);
  });

  it('carries both transports over TLS, whose certificate is held against the name', async () => {
    const certificate = makeSelfSigned();
    setDefaultCACertificates([...certificates, certificate.cert]);
    const named = await byName('localhost', 'https');
    await start({ ...named, simulator: { ...named.simulator, tls: certificate } });
    await onBothTransports();
    expect(new Set(proxy.asked)).toEqual(new Set([`name ${new URL(rig.app.snapshot().app.upstream).host}`]));
  });

  it('with a certificate that nobody trusts behind it is sent nothing', async () => {
    const named = await byName('localhost', 'https');
    await start({ ...named, simulator: { ...named.simulator, tls: makeSelfSigned() } });
    expect((await post(rig, ask('hello'))).status).toBe(502);
    expect(rig.simulator.log.entries).toEqual([]);
  });
});

describe('a SOCKS proxy in trouble', () => {
  it.each<[string, Way]>([
    ['knows another password', { wanted: login, given: 'ada:other%20words@' }],
    ['wants a password where there is none', { wanted: login }],
  ])('that %s ends in a 502 without any of it', async (_what, way) => {
    await start(way);
    const answer = await post(rig, ask('hello'));
    expect(answer.status).toBe(502);
    expect(errorOf(answer.json)).toMatchObject({ code: 'upstream_unreachable' });
    const told = JSON.stringify([answer.text, await rig.lastTrace(), rig.app.snapshot()]);
    expect(told).not.toMatch(/other words|other%20words/);
    expect(proxy.asked).toEqual([]);
  });

  it.each(['refusing', 'hanging up'] as const)('that is %s ends in a 502, and is asked again', async (mood) => {
    await start();
    proxy.setMood(mood);
    const answer = await post(rig, ask('hello'));
    expect(answer.status).toBe(502);
    expect(errorOf(answer.json)).toMatchObject({ code: 'upstream_unreachable' });
    proxy.setMood('open');
    expect((await post(rig, ask('hello'))).status).toBe(200);
  });

  it('that never answers is given up after 5 s, and HTTP is asked', async () => {
    const clock = skippingClock();
    await start({ clock });
    await expect.poll(() => proxy.asked.length).toBeGreaterThan(0);
    const before = proxy.asked.length;
    proxy.setMood('silent');
    const answer = post(rig, ask('Reply with exactly: after all'));
    for (const count of [1, 2]) {
      await expect.poll(() => proxy.asked.length - before).toBeGreaterThanOrEqual(count);
      if (count === 2) proxy.setMood('open');
      clock.skip(5_000);
    }
    expect(textOf((await answer).events)).toBe('after all');
  });

  it.each([false, true])(
    'that dies in the middle of an answer ends it with an error (over HTTP: %s)',
    async (isHttp) => {
      await start();
      await setHttp(isHttp);
      rig.simulator.faults.next('turn', { kind: 'stall', afterDeltas: 1 });
      const stream = await postStream(rig, ask('Reply with exactly: half of a long answer'));
      await stream.until(/output_text\.delta/);
      proxy.cut();
      expect(await stream.until(/"type":"(error|response\.failed)"/)).not.toContain('response.completed');
    },
  );
});
