import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { pairOf, viewOf } from '../support/rig-accounts.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { type SocksProxy, startSocksProxy } from '../support/socks-proxy.ts';
import { ask, errorOf, post, textOf } from '../support/turn-client.ts';

const login = 'ada:own-secret-word';

let rig: Rig;
let own: SocksProxy;
let common: SocksProxy;

beforeEach(async () => {
  [own, common] = await Promise.all([startSocksProxy(login), startSocksProxy()]);
  const proxyUrl = `socks5h://127.0.0.1:${common.port}`;
  rig = await startRig({ accounts: 2, settings: { proxyUrl, strategy: 'fill-first' } });
});

afterEach(async () => {
  await rig.stop();
  await Promise.all([own.stop(), common.stop()]);
});

const ownUrl = () => `socks5h://${login}@127.0.0.1:${own.port}`;

async function turn(words: string): Promise<void> {
  expect(textOf((await post(rig, ask(`Reply with exactly: ${words}`))).events)).toBe(words);
}

it('takes turns on both transports, renewal and usage of its account, and nothing of another', async () => {
  const [first, second] = pairOf(rig);
  const { handlers } = rig.app;
  await handlers['accounts.setProxy']({ id: first.id, proxyUrl: ownUrl() });
  // Whatever goes the common way from here on fails.
  common.setMood('refusing');
  common.cut();
  await turn('by socket');
  await handlers['accounts.setWebsockets']({ id: first.id, websockets: false });
  first.upstream.invalidateAccess();
  await turn('by post, with a new token');
  await handlers['accounts.readUsage']({ id: first.id });
  expect(new Set(own.credentials)).toEqual(new Set([login]));
  await expect(handlers['accounts.readUsage']({ id: second.id })).rejects.toMatchObject({
    code: 'upstream_unreachable',
  });
});

it('is left by the next turn once it is taken away, whatever sockets it kept', async () => {
  const [first] = pairOf(rig);
  const { handlers } = rig.app;
  await handlers['accounts.setProxy']({ id: first.id, proxyUrl: ownUrl() });
  await turn('first');
  await handlers['accounts.setProxy']({ id: first.id, proxyUrl: null });
  const before = common.asked.length;
  own.setMood('refusing');
  own.cut();
  await turn('second');
  expect(common.asked.length).toBeGreaterThan(before);
});

it('stays over a restart and a new sign-in, and is told to nobody', async () => {
  const [first] = pairOf(rig);
  await rig.app.handlers['accounts.setProxy']({ id: first.id, proxyUrl: ownUrl() });
  const shown = `socks5h://********:********@127.0.0.1:${own.port}`;
  expect(viewOf(rig, first).proxyUrl).toBe(shown);
  await rig.app.handlers['accounts.import']({ text: first.upstream.authJson() });
  await rig.restart();
  // A screen gives back what it was shown.
  await rig.app.handlers['accounts.setProxy']({ id: first.id, proxyUrl: shown });
  await turn('after all');
  expect(new Set(own.credentials)).toEqual(new Set([login]));
  expect(JSON.stringify([rig.app.snapshot(), await rig.lastTrace()])).not.toMatch(/own-secret-word|ada:/);
  const folder = join(rig.host.dataDir, 'accounts');
  for (const name of readdirSync(folder)) {
    const { sealedTokens: _sealed, ...open } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    expect(JSON.stringify(open)).not.toContain('own-secret-word');
  }
});

it('is gone around by nothing of an account that is removed while its turn is on the way', async () => {
  const [first, second] = pairOf(rig);
  const { handlers } = rig.app;
  await handlers['accounts.remove']({ id: second.id });
  await handlers['accounts.setProxy']({ id: first.id, proxyUrl: ownUrl() });
  own.setMood('silent');
  await rig.restart();
  const before = common.asked.length;
  const answer = post(rig, ask('Count to 3'));
  await vi.waitFor(async () => expect((await rig.app.handlers['app.status'](null)).running).toBe(1));
  await rig.app.handlers['accounts.remove']({ id: first.id });
  own.setMood('refusing');
  own.cut();
  expect(errorOf((await answer).json).code).toBe('account_none');
  expect(common.asked.length).toBe(before);
});
