import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { englishAccount } from '../../src-main/node/english-account.ts';
import type { SimulatedAccount } from '../../src-main/simulator/accounts/accounts.ts';
import { type AccountsRig, startAccountsRig, visitIssuer } from '../support/accounts-rig.ts';
import { captureEvents, wireNames } from '../support/capture-events.ts';
import { askTurn } from '../support/turns.ts';

let rig: AccountsRig;
let baseUrl: string;

beforeEach(async () => {
  rig = await startAccountsRig();
});
afterEach(() => rig.stop());

async function imported(seed: Parameters<typeof rig.simulator.addAccount>[0] = {}): Promise<SimulatedAccount> {
  const person = rig.simulator.addAccount(seed);
  await rig.app.handlers['accounts.import']({ text: person.authJson() });
  return person;
}

const turn = () => askTurn(rig, baseUrl);
const accountFile = () => {
  const folder = join(rig.host.dataDir, 'accounts');
  return readFileSync(join(folder, readdirSync(folder)[0] ?? ''), 'utf8');
};

describe('refreshing', () => {
  it('50 parallel turns on an expired token make one refresh', async () => {
    const person = rig.simulator.addAccount({ expired: true });
    await rig.app.handlers['accounts.import']({ text: person.authJson() });
    baseUrl = await rig.listen();
    const turns = await Promise.all(Array.from({ length: 50 }, turn));
    expect(turns.map(({ status }) => status)).toEqual(turns.map(() => 200));
    expect(rig.asked('/oauth/token')).toHaveLength(1);
    expect(accountFile()).toContain(person.refreshToken);
  });

  it('50 parallel turns on a revoked token make one refresh', async () => {
    const person = await imported();
    baseUrl = await rig.listen();
    expect((await turn()).status).toBe(200);
    person.invalidateAccess();
    const turns = await Promise.all(Array.from({ length: 50 }, turn));
    expect(turns.map(({ status }) => status)).toEqual(turns.map(() => 200));
    expect(rig.asked('/oauth/token')).toHaveLength(1);
  });

  it.each([
    [290_000, 1],
    [400_000, 0],
  ])('a token that ends in %i ms is renewed %i times without any turn', async (tokenLifetimeMs, expected) => {
    const person = await imported({ tokenLifetimeMs });
    baseUrl = await rig.listen();
    await turn();
    expect(rig.asked('/oauth/token')).toHaveLength(expected);
    expect(accountFile()).toContain(person.refreshToken);
  });

  it('asks as the official client does: the same members in the same order, and the same headers', async () => {
    await imported({ expired: true });
    baseUrl = await rig.listen();
    await turn();
    const [ours] = rig.asked('/oauth/token');
    const official = captureEvents('o-expired').find((event) => event.path === '/oauth/token');
    const { refresh_token: _ours, ...body } = (ours?.body ?? {}) as Record<string, unknown>;
    const { refresh_token: _theirs, ...officialBody } = (official?.body ?? {}) as Record<string, unknown>;
    expect(Object.entries(body)).toEqual(Object.entries(officialBody));
    expect(wireNames(ours?.headers)).toEqual(newestNames(official?.headers));
    expect(ours?.rawBody.toString()).toMatch(/^\{"client_id":"[^"]+","grant_type":"refresh_token",/);
  });

  it('asks where its turns go as the official client does, after the refresh', async () => {
    await imported({ expired: true });
    baseUrl = await rig.listen();
    await turn();
    const path = '/backend-api/wham/accounts/check';
    const official = captureEvents('o-expired').find((event) => event.path === path);
    expect(wireNames(rig.asked(path)[0]?.headers)).toEqual(newestNames(official?.headers));
    const order = rig.simulator.log.entries.flatMap((entry) => (entry.kind === 'http' ? [entry.path] : []));
    expect(order.indexOf(path)).toBeGreaterThan(order.indexOf('/oauth/token'));
  });

  it('signs out as the official client does, and the token is dead then', async () => {
    const person = await imported();
    const [account] = rig.app.snapshot().accounts;
    const signedOut = rig.app.handlers['accounts.signOut']({ id: account?.id ?? '', revoke: true });
    expect(await signedOut).toEqual({ revoked: true });
    const [ours] = rig.asked('/oauth/revoke');
    const official = captureEvents('login-browser').find((event) => event.path === '/oauth/revoke');
    expect(Object.keys(ours?.body ?? {})).toEqual(Object.keys(official?.body ?? {}));
    expect(ours?.body).toEqual({ ...(official?.body as object), token: person.refreshToken });
    expect(wireNames(ours?.headers)).toEqual(newestNames(official?.headers));
    expect([rig.app.snapshot().accounts, readdirSync(join(rig.host.dataDir, 'accounts'))]).toEqual([[], []]);
  });

  it('is gone also when the issuer cannot be told', async () => {
    await imported();
    const [account] = rig.app.snapshot().accounts;
    await rig.simulator.stop();
    const signedOut = rig.app.handlers['accounts.signOut']({ id: account?.id ?? '', revoke: true });
    expect(await signedOut).toEqual({ revoked: false });
    expect(rig.app.snapshot().accounts).toEqual([]);
  });

  it.each(['expired', 'invalidated'] as const)(
    'a refresh token that is %s signs out, says so once, and the next account takes over',
    async (state) => {
      const dead = await imported({ expired: true, email: 'ada@example.test' });
      dead.spoilRefresh(state);
      const alive = await imported({ usage: { primaryPercent: 50 } });
      baseUrl = await rig.listen();
      const turns = await Promise.all([turn(), turn(), turn()]);
      expect(turns.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(rig.app.snapshot().accounts.map(englishAccount)).toMatchObject([
        { state: 'signed-out', problem: expect.stringContaining('Sign in again') },
        { email: alive.email, state: 'ready' },
      ]);
      expect(rig.notices).toEqual([expect.stringContaining('Signed out')]);
    },
  );

  it('an issuer that is away is tried again later, and a token that is still good is used meanwhile', async () => {
    await imported({ tokenLifetimeMs: 200_000 });
    rig.simulator.faults.always('issuer', { kind: 'status', status: 503 });
    baseUrl = await rig.listen();
    for (let count = 0; count < 5; count += 1) expect((await turn()).status).toBe(200);
    expect(rig.asked('/oauth/token')).toHaveLength(1);
    expect(rig.app.snapshot().accounts.map(englishAccount)).toMatchObject([
      { state: 'ready', problem: 'The issuer did not renew its sign-in (status 503). It is tried again by itself.' },
    ]);
  });

  it('says what stands in the way of a renewal until one works', async () => {
    const person = await imported({ tokenLifetimeMs: 200_000 });
    rig.simulator.faults.next('issuer', { kind: 'reset' });
    baseUrl = await rig.listen();
    expect((await turn()).status).toBe(200);
    const told = () => rig.app.snapshot().accounts.map(englishAccount)[0]?.problem;
    expect(told()).toContain('The issuer could not be reached to renew its sign-in.');
    person.invalidateAccess();
    expect((await turn()).status).toBe(200);
    expect(told()).toBeNull();
  });

  it.each([['id_token'], ['refresh_token']] as const)('an answer without %s keeps the old one', async (member) => {
    rig.simulator.issuer.options.omitOnRefresh = [member];
    const person = await imported({ expired: true });
    const before = JSON.parse(person.authJson()).tokens as Record<string, string>;
    baseUrl = await rig.listen();
    expect((await turn()).status).toBe(200);
    expect(accountFile()).toContain(before[member]);
  });
});

describe('an account whose turns upstream wants elsewhere', () => {
  it.each([true, false])('has them sent there from the first one on, websockets %s', async (websockets) => {
    await imported({ routingOverride: 'us' });
    const [account] = rig.app.snapshot().accounts;
    await rig.app.handlers['accounts.setWebsockets']({ id: account?.id ?? '', websockets });
    baseUrl = await rig.listen();
    // The simulator refuses turns without the header, and turns of others with it.
    expect((await turn()).status).toBe(200);
    expect(rig.asked('/backend-api/wham/accounts/check')).toHaveLength(1);
  });

  it('is not looked for where accounts/check cannot be read', async () => {
    rig.simulator.faults.always(
      'side',
      { kind: 'status', status: 500 },
      { when: ({ path }) => path.endsWith('/check') },
    );
    await imported();
    baseUrl = await rig.listen();
    expect((await turn()).status).toBe(200);
  });
});

describe('an account removed while a turn runs', () => {
  it.each([true, false])('ends the turn cleanly, websockets %s', async (websockets) => {
    rig.simulator.setTiming({ firstTokenMs: 5, tokensPerSecond: 300 });
    await imported();
    baseUrl = await rig.listen();
    const [account] = rig.app.snapshot().accounts;
    const id = account?.id ?? '';
    await rig.app.handlers['accounts.setWebsockets']({ id, websockets });
    const response = await fetch(`${baseUrl}/v1/responses`, {
      method: 'POST',
      headers: { authorization: `Bearer ${rig.app.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-6.1-sol', stream: true, input: 'Count from 1 to 200' }),
    });
    const reader = response.body?.getReader();
    let text = '';
    while (!text.includes('output_text.delta')) text += Buffer.from((await reader?.read())?.value ?? []).toString();
    await rig.app.handlers['accounts.remove']({ id });
    for (let isOver = false; !isOver; ) {
      const part = await reader?.read();
      isOver = part?.done !== false;
      text += Buffer.from(part?.value ?? []).toString();
    }
    expect(text.trimEnd()).toMatch(/"type":"(response\.completed|response\.failed|error)"[^\n]*$/);
    expect(rig.host.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
    expect([rig.app.snapshot().accounts, readdirSync(join(rig.host.dataDir, 'accounts'))]).toEqual([[], []]);
  });

  it('and its pin goes with it', async () => {
    await imported();
    const id = rig.app.snapshot().accounts[0]?.id ?? '';
    await rig.app.handlers['settings.set']({ pinnedAccountId: id });
    await rig.app.handlers['accounts.remove']({ id });
    expect(rig.app.snapshot().settings.pinnedAccountId).toBeNull();
  });
});

it('an account of the demo is told as one', async () => {
  const demo = await startAccountsRig({ demo: true });
  await demo.app.handlers['accounts.import']({ text: demo.simulator.addAccount().authJson() });
  expect(demo.app.snapshot().accounts).toMatchObject([{ source: 'demo' }]);
  await demo.stop();
});

describe('a data folder that cannot be written', () => {
  it('fails a sign-in with its reason, keeps what was there, and the page says so', async () => {
    await imported({ email: 'ada@example.test' });
    const before = accountFile();
    const folder = join(rig.host.dataDir, 'accounts');
    const name = readdirSync(folder)[0] ?? '';
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'in the way');
    rig.simulator.addAccount();
    const view = await rig.app.handlers['signIn.start']({ method: 'browser' });
    const page = await fetch(await visitIssuer(view.url));
    expect(await page.text()).toContain('could not be completed');
    expect(await rig.signIn('failed')).toMatchObject({ message: expect.stringContaining('cannot be written') });
    expect(rig.app.snapshot().accounts).toMatchObject([{ email: 'ada@example.test', state: 'ready' }]);
    rmSync(folder);
    mkdirSync(folder);
    writeFileSync(join(folder, name), before);
    chmodSync(join(folder, name), 0o600);
  });
});

/** The recordings are of 0.169; 0.171 names the encodings it takes in every request (captures/v171-http.json). */
function newestNames(headers: Parameters<typeof wireNames>[0]): string[] {
  return [...wireNames(headers), 'accept-encoding'].sort();
}
