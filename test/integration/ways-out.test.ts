import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { hurryingClock } from '../support/hurrying-clock.ts';
import { type RealProxy, startHttpProxy, startSocks5Proxy } from '../support/real-proxies.ts';
import { pairOf } from '../support/rig-accounts.ts';
import { makeSelfSigned } from '../support/self-signed.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, openPost, post, readAnswer, textOf, typesOf } from '../support/turn-client.ts';

const certificate = makeSelfSigned();

let rig: Rig;
let proxy: RealProxy;
let systemAnswer: string;
let systemAsked: string[];

/** Upstream and issuer behind TLS that only the user's own file vouches for. */
async function start(kind: () => Promise<RealProxy>): Promise<void> {
  proxy = await kind();
  const port = await freePort();
  systemAnswer = 'DIRECT';
  systemAsked = [];
  rig = await startRig({
    accounts: 2,
    settings: { strategy: 'fill-first' },
    simulator: { tls: certificate, port },
    upstreamUrl: `https://localhost:${port}/backend-api/codex`,
    clock: hurryingClock(),
    systemProxy: async (url) => {
      systemAsked.push(url);
      return systemAnswer;
    },
  });
  const caFile = join(rig.host.dataDir, 'company.pem');
  writeFileSync(caFile, `A comment.\n${certificate.cert}`);
  await rig.app.handlers['settings.set']({ caFile });
}

afterEach(async () => {
  await rig.stop();
  await proxy.stop();
});

const handlers = () => rig.app.handlers;
const issuerHost = () => new URL(rig.simulator.issuerUrl).host;
const upstreamHost = () => new URL(rig.app.snapshot().app.upstream).host;

async function turn(words: string): Promise<void> {
  expect(textOf((await post(rig, ask(`Reply with exactly: ${words}`))).events)).toBe(words);
}

/** Everything that is told of the program by now: screens, the newest trace, the log. */
async function told(): Promise<string> {
  return JSON.stringify([
    rig.app.snapshot(),
    await rig.lastTrace(),
    rig.host.log.lines,
    await handlers()['export.har']({ ids: null, filter: {}, limit: 200, withBodies: true }),
  ]);
}

describe.each([
  ['an HTTP proxy', startHttpProxy],
  ['a SOCKS5 proxy', startSocks5Proxy],
] as const)('%s that wants a user and a password', (_name, kind) => {
  beforeEach(() => start(kind));

  it('carries turns, renewal and usage of the account that has it, over TLS that only the file of certificates trusts', async () => {
    const [first, second] = pairOf(rig);
    const view = await handlers()['accounts.setProxy']({ id: first.id, proxyUrl: proxy.url() });
    expect(view.proxyUrl).not.toContain('s3cret');
    await turn('by socket');
    await handlers()['accounts.setWebsockets']({ id: first.id, websockets: false });
    first.upstream.invalidateAccess();
    await turn('by post, renewed');
    await handlers()['accounts.readUsage']({ id: first.id });
    // Renewal is the issuer's.
    expect(new Set(proxy.opened)).toEqual(new Set([upstreamHost(), issuerHost()]));
    const before = proxy.opened.length;
    await handlers()['accounts.readUsage']({ id: second.id });
    expect(proxy.opened).toHaveLength(before);
    expect(await told()).not.toMatch(/s3cret|ada:/);
  });

  it('is tested as it would be used: reached, a wrong password, a refusal, nobody there', async () => {
    const [{ id }] = pairOf(rig);
    const test = (proxyUrl: string | null) => handlers()['ways.test']({ accountId: id, proxyUrl });
    const good = await test(proxy.url());
    expect(good).toMatchObject({ decidedBy: 'account', hosts: [{ problem: null }, { problem: null }] });
    expect(good.hosts[0]?.host).toBe(upstreamHost());
    expect(good.proxyUrl).toContain('********:********@');
    const wrong = await test(proxy.url('wrong'));
    expect(wrong.hosts[0]?.problem?.kind).toBe('credentials');
    proxy.setMood('refusing');
    const refused = await test(proxy.url());
    expect(refused.hosts[0]?.problem?.kind).toBe('closed');
    await proxy.stop();
    const gone = await test(proxy.url());
    expect(gone.hosts[0]?.problem?.kind).toBe('refused');
    expect(JSON.stringify([good, wrong, refused, gone])).not.toContain('s3cret');
    expect(await test(null)).toMatchObject({ proxyUrl: null, decidedBy: 'nobody', hosts: [{ problem: null }, {}] });
  });

  it('that dies within a stream ends the turn with an error, and the next turn goes through once it is back', async () => {
    const [{ id }, second] = pairOf(rig);
    await handlers()['accounts.setProxy']({ id, proxyUrl: proxy.url() });
    await handlers()['accounts.setEnabled']({ id: second.id, enabled: false });
    rig.simulator.setTiming({ tokensPerSecond: 40 });
    const response = await openPost(rig, '/v1/responses', JSON.stringify(ask('Count to 400', { stream: true }))).head;
    await once(response, 'readable');
    proxy.setMood('refusing');
    proxy.cut();
    const { events } = await readAnswer(response);
    expect(typesOf(events).at(-1)).toMatch(/error|response\.failed/);
    const failed = await post(rig, ask('hello'));
    expect(failed.status).toBeGreaterThanOrEqual(500);
    await handlers()['accounts.setEnabled']({ id: second.id, enabled: true });
    await turn('by another account');
    expect(rig.app.snapshot().accounts[0]?.problem).toContain('troubles.way');
    expect(JSON.stringify([events, failed.json, await told()])).not.toContain('s3cret');
    await handlers()['accounts.setEnabled']({ id: second.id, enabled: false });
    proxy.setMood('open');
    await turn('back again');
  });

  it('that takes its time is waited for', async () => {
    const [{ id }] = pairOf(rig);
    await handlers()['accounts.setProxy']({ id, proxyUrl: proxy.url() });
    proxy.setMood('slow');
    const slow = turn('late, and whole');
    const test = handlers()['ways.test']({ accountId: id, proxyUrl: proxy.url() });
    setTimeout(() => proxy.setMood('open'), 60);
    await slow;
    const { hosts } = await test;
    expect(hosts.map(({ problem }) => problem)).toEqual([null, null]);
  });

  it('signs an account in that is to have it, by which its tokens are never asked for another way', async () => {
    const person = rig.simulator.addAccount({ email: 'grace@example.test' });
    const { id, userCode } = await handlers()['signIn.start']({ method: 'device', proxyUrl: proxy.url() });
    person.approveDevice(userCode ?? '');
    const { accountId } = await handlers()['signIn.wait']({ id });
    const view = rig.app.snapshot().accounts.find((account) => account.id === accountId);
    expect(view?.proxyUrl).toContain('********');
    await expect.poll(() => proxy.opened.includes(upstreamHost())).toBe(true);
    expect(proxy.opened).toContain(issuerHost());
  });

  it('goes with an account that is removed while it signs in again, and the sign-in ends there', async () => {
    const person = rig.simulator.addAccount({ email: 'grace@example.test' });
    const signIn = async (way: { proxyUrl?: string }) => {
      const { id, userCode } = await handlers()['signIn.start']({ method: 'device', ...way });
      person.approveDevice(userCode ?? '');
      return (await handlers()['signIn.wait']({ id })).accountId ?? '';
    };
    const viewOf = (id: string) => rig.app.snapshot().accounts.find((account) => account.id === id);
    const accountId = await signIn({ proxyUrl: proxy.url() });
    const { id, userCode } = await handlers()['signIn.start']({ method: 'device', accountId });
    await handlers()['accounts.remove']({ id: accountId });
    person.approveDevice(userCode ?? '');
    expect(await handlers()['signIn.wait']({ id })).toMatchObject({ state: 'cancelled', accountId: null });
    expect(viewOf(accountId)).toBeUndefined();
    // Whoever signs in anew begins with nothing.
    expect(await signIn({})).toBe(accountId);
    expect(viewOf(accountId)?.proxyUrl).toBeNull();
  });
});

describe('the way that the system says', () => {
  beforeEach(() => start(startHttpProxy));

  it('is taken where nothing else is said, and left where it says so', async () => {
    // Systems name proxies without credentials: this one asks for some, and so cannot be passed.
    systemAnswer = `PROXY ${new URL(proxy.url()).host}; DIRECT`;
    rig.app.connectionsStale();
    const test = await handlers()['ways.test']({ accountId: null, proxyUrl: null });
    expect(test).toMatchObject({ decidedBy: 'system', proxyUrl: `http://${new URL(proxy.url()).host}` });
    expect(test.hosts[0]?.problem?.kind).toBe('credentials');
    expect((await post(rig, ask('hello'))).status).toBeGreaterThanOrEqual(500);
    systemAnswer = 'DIRECT';
    rig.app.connectionsStale();
    await turn('straight');
    // No path of a request is told to a script.
    expect(new Set(systemAsked)).toEqual(new Set([`https://${upstreamHost()}/`, `https://${issuerHost()}/`]));
  });
});

describe('the file of certificates', () => {
  beforeEach(() => start(startHttpProxy));

  it('is refused with its reason where it cannot be used, and nothing is changed', async () => {
    const file = (name: string, text: string) => {
      const path = join(rig.host.dataDir, name);
      writeFileSync(path, text);
      return path;
    };
    const before = rig.app.snapshot().settings.caFile;
    const cases: readonly (readonly [string, RegExp])[] = [
      ['/nowhere/at-all.pem', /there is no such file/],
      [rig.host.dataDir, /folder/],
      [file('words.pem', 'hello'), /holds no certificate in PEM form/],
      [
        file('half.pem', `${certificate.cert}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----`),
        /certificate 2 of 2/,
      ],
      ['relative.pem', /absolute/],
    ];
    for (const [caFile, reason] of cases) {
      await expect(async () => handlers()['settings.set']({ caFile })).rejects.toThrow(reason);
    }
    expect(rig.app.snapshot().settings.caFile).toBe(before);
    await turn('as before');
  });

  it('takes its trust away with it: no kept connection serves a turn any more, and the test says why', async () => {
    await turn('trusted');
    await handlers()['settings.set']({ caFile: null });
    expect((await post(rig, ask('hello'))).status).toBe(502);
    const { hosts } = await handlers()['ways.test']({ accountId: null, proxyUrl: null });
    expect(hosts[0]?.problem?.kind).toBe('untrusted');
  });
});
