import { createHash } from 'node:crypto';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Account } from '../../src-main/core/accounts/account.ts';
import type { IssuerAnswer, IssuerRequest, SendToIssuer } from '../../src-main/core/accounts/issuer-api.ts';
import { SignIns } from '../../src-main/core/accounts/sign-in/sign-ins.ts';
import { isIssuerPage } from '../../src-main/node/issuer-page.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import { realClock, recordingLog } from '../support/host.ts';
import { idToken, jwt, origin } from './account-fixtures.ts';
import { fakeClock } from './fake-clock.ts';

const answered = (status: number, body: unknown): IssuerAnswer => ({
  kind: 'answered',
  status,
  body: Buffer.from(JSON.stringify(body)),
});
const away: IssuerAnswer = { kind: 'unreachable', message: 'away' };
const userCode = answered(200, { device_auth_id: 'd', user_code: 'ABCD-12345', interval: '7' });
const approved = answered(200, { authorization_code: 'c', code_verifier: 'v', code_challenge: 'x' });
const tokens = answered(200, { access_token: jwt({ exp: 2_000_000_000 }), id_token: idToken(), refresh_token: 'r' });

const open: { readonly signIns: SignIns; readonly servers: Server[] }[] = [];
afterEach(() => {
  for (const { signIns, servers } of open.splice(0)) {
    signIns.stop();
    for (const server of servers) server.close();
  }
});

/** Sign-ins against an issuer that gives these answers, in order. */
function signInsWith(
  answers: readonly IssuerAnswer[],
  ports: readonly number[] = [0],
  clock = fakeClock(),
  add = async (account: Account) => account,
) {
  const asked: (IssuerRequest & { readonly atMs: number })[] = [];
  const opened: string[] = [];
  const hidden: string[] = [];
  const added: Account[] = [];
  const left = [...answers];
  const send: SendToIssuer = async (request) => {
    asked.push({ ...request, atMs: clock.monotonicMs() });
    return left.shift() ?? away;
  };
  const signIns = new SignIns({
    clock,
    log: recordingLog(),
    origin,
    send,
    ports,
    openUrl: (url) => opened.push(url),
    hide: (secret) => hidden.push(secret),
    isThere: (id) => id !== 'gone',
    add: (account) => {
      added.push(account);
      return add(account);
    },
  });
  const servers: Server[] = [];
  open.push({ signIns, servers });
  return { signIns, clock, asked, servers, opened, hidden, added };
}

/** Lets promises that wait on nothing go on. */
const settle = async () => {
  for (let count = 0; count < 30; count += 1) await Promise.resolve();
};

describe('a device sign-in', () => {
  it('asks at once and then as often as it was told, over every answer that is no "no"', async () => {
    const notYet = [answered(403, {}), answered(404, {}), away, answered(503, {}), answered(429, {})];
    const { signIns, clock, asked } = signInsWith([userCode, ...notYet, approved, tokens]);
    const { id } = await signIns.start('device');
    for (let polls = 0; polls < 8; polls += 1) {
      clock.advance(polls === 0 ? 0 : 7_000);
      await settle();
    }
    expect(signIns.view()).toMatchObject({ id, state: 'done', message: 'Signed in as ann@example.test (plus).' });
    const polls = asked.filter(({ path }) => path.endsWith('/deviceauth/token'));
    expect(polls.map(({ atMs }) => atMs)).toEqual([0, 7_000, 14_000, 21_000, 28_000, 35_000]);
  });

  it('gives up after 15 minutes, and asks no more', async () => {
    const { signIns, clock, asked } = signInsWith([userCode]);
    const { expiresAt } = await signIns.start('device');
    expect(expiresAt - clock.epochMs()).toBe(15 * 60_000);
    for (let minutes = 0; minutes < 16; minutes += 1) {
      clock.advance(60_000);
      await settle();
    }
    expect(signIns.view()).toMatchObject({ state: 'failed', message: expect.stringContaining('15 minutes') });
    const before = asked.length;
    clock.advance(10 * 60_000);
    await settle();
    expect([asked.length, clock.pending]).toEqual([before, 0]);
  });

  it('cannot be cancelled, and does not run out, while who signed in is being stored', async () => {
    const disk = Promise.withResolvers<void>();
    const add = (account: Account) => disk.promise.then(() => account);
    const { signIns, clock } = signInsWith([userCode, approved, tokens], [0], fakeClock(), add);
    const { id } = await signIns.start('device');
    clock.advance(0);
    await settle();
    expect(() => signIns.cancel(id)).toThrow('not running any more');
    clock.advance(60 * 60_000);
    expect(signIns.view()).toMatchObject({ id, state: 'waiting' });
    disk.resolve();
    expect(await signIns.wait(id)).toMatchObject({ state: 'done' });
  });

  it('of an account that is removed ends with it, whatever the issuer says then; one of anybody else goes on', async () => {
    const { signIns, clock, added } = signInsWith([userCode, approved, tokens]);
    const { id } = await signIns.start('device', { accountId: 'leaving' });
    signIns.accountLeaves('another');
    expect(signIns.view()).toMatchObject({ id, state: 'waiting' });
    signIns.accountLeaves('leaving');
    expect(await signIns.wait(id)).toMatchObject({
      state: 'cancelled',
      message: 'The account was removed, and its sign-in ended with it.',
    });
    clock.advance(60_000);
    await settle();
    expect([added, clock.pending]).toEqual([[], 0]);
  });

  it('of an account that is removed before the issuer has given a code is none', async () => {
    const { signIns, clock } = signInsWith([userCode, userCode]);
    const starting = signIns.start('device', { accountId: 'leaving' });
    signIns.accountLeaves('leaving');
    await expect(starting).rejects.toMatchObject({ code: 'account_unknown' });
    expect([signIns.view(), clock.pending]).toEqual([null, 0]);
    await expect(signIns.start('device', { accountId: 'gone' })).rejects.toMatchObject({ code: 'account_unknown' });
    expect(await signIns.start('device')).toMatchObject({ state: 'waiting' });
  });

  it('ends when the issuer says no', async () => {
    const { signIns, clock } = signInsWith([userCode, answered(400, { error: 'expired_token' })]);
    await signIns.start('device');
    clock.advance(0);
    await settle();
    expect(signIns.view()).toMatchObject({ state: 'failed', message: expect.stringContaining('refused') });
  });

  it.each([
    ['is away', away, 'issuer_unreachable', 'could not be reached'],
    ['does not offer it', answered(404, {}), 'sign_in_refused', 'Sign in with the browser'],
    ['says something else', answered(200, { hello: 1 }), 'sign_in_refused', 'gave no code'],
  ])('does not start where the issuer %s', async (_what, answer, code, message) => {
    const { signIns } = signInsWith([answer]);
    await expect(signIns.start('device')).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    expect(signIns.view()).toBeNull();
  });

  it('takes the other name of the code, and an interval that is a number or none', async () => {
    const { signIns } = signInsWith([answered(200, { device_auth_id: 'd', usercode: 'WXYZ-00000', interval: -1 })]);
    expect((await signIns.start('device')).userCode).toBe('WXYZ-00000');
  });

  it('has no address to paste', async () => {
    const { signIns } = signInsWith([userCode]);
    const { id } = await signIns.start('device');
    await expect(signIns.paste(id, 'http://127.0.0.1/auth/callback')).rejects.toMatchObject({
      code: 'sign_in_address_invalid',
    });
  });
});

describe('a browser sign-in', () => {
  it('gives up after 5 minutes', async () => {
    const { signIns, clock } = signInsWith([]);
    const { id, expiresAt } = await signIns.start('browser');
    expect(expiresAt - clock.epochMs()).toBe(5 * 60_000);
    const waited = signIns.wait(id);
    clock.advance(5 * 60_000);
    expect(await waited).toMatchObject({ state: 'failed', message: expect.stringContaining('5 minutes') });
  });

  it('asks an older sign-in for its port, which ends that one', async () => {
    const older = signInsWith([], [0], { ...fakeClock(), ...realClock });
    const { id, url } = await older.signIns.start('browser');
    const port = portOf(url);
    const newer = signInsWith([], [port, 0], { ...fakeClock(), ...realClock });
    expect(portOf((await newer.signIns.start('browser')).url)).toBe(port);
    expect(await older.signIns.wait(id)).toMatchObject({ state: 'cancelled' });
  });

  it('takes the next port where the occupant is another program, and says so where none is left', async () => {
    const { signIns, servers } = signInsWith([], [await occupied(), 0]);
    servers.push(...occupants.splice(0));
    expect((await signIns.start('browser')).state).toBe('waiting');
    const none = signInsWith([], [await occupied()]);
    none.servers.push(...occupants.splice(0));
    await expect(none.signIns.start('browser')).rejects.toMatchObject({ code: 'sign_in_ports_taken' });
  });
});

/** One request to the port of a sign-in, with these headers and no others. */
function visit(url: string | null, path: string, headers: readonly string[] = [], method = 'GET') {
  const port = portOf(url);
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string; headers: object }>();
  const all = headers.some((name) => name.toLowerCase() === 'host')
    ? headers
    : ['Host', `127.0.0.1:${port}`, ...headers];
  const asked = request({ host: '127.0.0.1', port, path, method, headers: all, agent: false }, async (response) => {
    const text = Buffer.concat(await response.toArray()).toString('utf8');
    resolve({ status: response.statusCode ?? 0, text, headers: response.headers });
  });
  asked.on('error', reject).end();
  return promise;
}

/** A browser sign-in that waits, and what its page's address says. */
async function waitingSignIn(answers: readonly IssuerAnswer[] = [tokens]) {
  const made = signInsWith(answers);
  const { id, url } = await made.signIns.start('browser');
  const param = (name: string) => new URL(url ?? '').searchParams.get(name) ?? '';
  const back = (query: string) => visit(url, `/auth/callback?${query}`);
  return { ...made, id, url, param, back, state: param('state') };
}

describe('the port that the browser comes back to', () => {
  const text = {
    host: 'This address is not the one Slipstream waits on.',
    caller: 'Other pages may not do this.',
    state: 'State mismatch: this page does not belong to the sign-in that Slipstream waits for.',
  };
  it.each<[string, string, readonly string[], string, number, string]>([
    ['another host', '/success', ['Host', 'localhost:1'], 'GET', 400, text.host],
    ['two hosts', '/success', ['Host', '127.0.0.1:1', 'Host', '127.0.0.1:1'], 'GET', 400, text.host],
    ['another method', '/auth/callback', [], 'POST', 405, 'This page can only be opened.'],
    ['another page', '/', [], 'GET', 404, 'There is no such page.'],
    ['the last page', '/success', [], 'GET', 200, 'You are signed in to Slipstream. You can close this page.'],
    ['a script', '/auth/callback?state=x', ['Origin', 'http://a.test'], 'GET', 403, text.caller],
    ['a picture', '/auth/callback?state=x', ['Sec-Fetch-Dest', 'image'], 'GET', 403, text.caller],
    ['a whole tab', '/auth/callback?state=x', ['Sec-Fetch-Dest', 'document'], 'GET', 400, text.state],
    ['a page that cancels', '/cancel', ['Sec-Fetch-Site', 'cross-site'], 'GET', 403, text.caller],
    ['a script that cancels', '/cancel', ['Origin', 'http://a.test'], 'GET', 403, text.caller],
  ])('answers %s', async (_who, path, headers, method, status, words) => {
    const { url, signIns } = await waitingSignIn();
    const answer = await visit(url, path, headers, method);
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(words)]);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      connection: 'close',
    });
    if (status === 405) expect(answer.headers).toMatchObject({ allow: 'GET' });
    expect(signIns.view()?.state).toBe('waiting');
  });

  it('is given back at the word of another program, or of the address bar', async () => {
    const { url, signIns } = await waitingSignIn();
    const answer = await visit(url, '/cancel', ['Sec-Fetch-Site', 'none']);
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('The sign-in was cancelled.')]);
    await expect.poll(() => signIns.view()?.state, { interval: 1 }).toBe('cancelled');
    expect(signIns.view()?.message).toBe('Another program asked for the port of this sign-in.');
    await expect(visit(url, '/success')).rejects.toThrow();
  });

  it('takes the code once, from who has the state, and swaps it by its proof', async () => {
    const { asked, hidden, opened, added, signIns, clock, back, state, url, param } = await waitingSignIn();
    expect(opened).toEqual([url]);
    for (const query of [
      `state=${state}&state=${state}&code=c`,
      `state=${state}&code=c&code=d`,
      'code=c',
      `state=x${state}&code=c`,
    ])
      expect((await back(query)).text).toContain(text.state);
    for (const query of [`state=${state}`, `state=${state}&code=`])
      expect(await back(query)).toMatchObject({
        status: 400,
        text: expect.stringContaining('This address holds no code.'),
      });
    expect(asked).toEqual([]);
    const { status, headers, text: body } = await back(`state=${state}&code=c1`);
    expect({ status, headers, body }).toMatchObject({ status: 302, headers: { location: '/success' }, body: '' });
    expect(signIns.view()).toMatchObject({ state: 'done', message: 'Signed in as ann@example.test (plus).' });
    const form = Object.fromEntries(asked[0]?.body as URLSearchParams);
    expect(asked).toMatchObject([{ path: '/oauth/token', isIdentified: false }]);
    expect(form).toEqual({
      grant_type: 'authorization_code',
      client_id: param('client_id'),
      code: 'c1',
      redirect_uri: param('redirect_uri'),
      code_verifier: expect.any(String),
    });
    const challenge = createHash('sha256')
      .update(form.code_verifier ?? '')
      .digest('base64url');
    expect([challenge, form.code_verifier?.length, state.length]).toEqual([param('code_challenge'), 86, 43]);
    expect(hidden.slice(0, 2)).toEqual(['c1', form.code_verifier]);
    expect(hidden.slice(2)).toEqual([added[0]?.tokens.accessToken, added[0]?.tokens.idToken, 'r']);
    expect(added).toMatchObject([{ source: 'browser', proxyUrl: null, addedAt: clock.epochMs() }]);
    // Used up; the page that says so is fetched, and is the last one.
    expect((await back(`state=${state}&code=c1`)).text).toContain(text.state);
    expect((await visit(url, '/success')).status).toBe(200);
    await expect(visit(url, '/success')).rejects.toThrow();
    expect(asked).toHaveLength(1);
  });

  it('is closed a while after the end, where no browser fetches the last page', async () => {
    const { back, state, url, clock } = await waitingSignIn();
    await back(`state=${state}&code=c1`);
    clock.advance(4_999);
    expect((await visit(url, '/cancel', ['Origin', 'x'])).status).toBe(403);
    clock.advance(1);
    await expect(visit(url, '/success')).rejects.toThrow();
  });

  it.each([
    ['access_denied', 'The sign-in was refused in the browser. Start again to try once more.'],
    ['server_error', 'The issuer refused the sign-in (server_error). Start again to try once more.'],
    ['<b>', 'The issuer refused the sign-in. Start again to try once more.'],
    ['x'.repeat(61), 'The issuer refused the sign-in. Start again to try once more.'],
    ['x<', 'The issuer refused the sign-in. Start again to try once more.'],
    ['', 'The issuer refused the sign-in. Start again to try once more.'],
  ])('tells what the issuer calls an error: %j', async (error, message) => {
    const { back, state, signIns, asked } = await waitingSignIn();
    const answer = await back(`state=${state}&code=c&error=${encodeURIComponent(error)}`);
    expect([answer.status, answer.text]).toEqual([
      200,
      expect.stringContaining('The sign-in was refused. Slipstream says more.'),
    ]);
    expect([signIns.view()?.state, signIns.view()?.message, asked]).toEqual(['failed', message, []]);
  });

  const nameless = { access_token: jwt({ exp: 2_000_000_000 }), refresh_token: 'r' };
  it.each<[string, IssuerAnswer, string]>([
    ['is away', away, 'could not be reached'],
    [
      'says no',
      answered(400, { error: 'invalid_grant' }),
      'refused the sign-in (invalid_grant). Start again to try once more.',
    ],
    ['says no in another form', answered(403, { error: { code: 'nope' } }), '(nope)'],
    ['says no without a word', answered(400, { error: { code: 'no word' } }), '(status 400)'],
    [
      'has a page of Cloudflare before it',
      { kind: 'answered', status: 403, body: Buffer.from('<html>'), headers: [['cf-ray', 'abc']] },
      'status 403, ray abc): it wants to check this machine, or cannot reach what is behind it. Check the network, a VPN and the proxy. Then start again.',
    ],
    ['gives no access token', answered(200, { id_token: idToken() }), "The issuer's answer lacks its tokens."],
    [
      'gives no id token',
      answered(200, { access_token: jwt({}), id_token: '' }),
      "The issuer's answer lacks its tokens.",
    ],
    ['gives an opaque id token', answered(200, { ...nameless, id_token: 'x' }), 'tokens in a form that'],
    [
      'gives an opaque access token',
      answered(200, { access_token: 'x', id_token: idToken() }),
      'tokens in a form that',
    ],
    ['names no e-mail', answered(200, { ...nameless, id_token: idToken({ email: null }) }), 'names no e-mail address'],
    [
      'names no workspace',
      answered(200, { ...nameless, id_token: idToken({ workspaceId: '' }) }),
      'names no ChatGPT workspace',
    ],
    [
      'names one for no header',
      answered(200, { ...nameless, id_token: idToken({ workspaceId: 'a\nb' }) }),
      'that no header can carry',
    ],
  ])('says why where the issuer %s', async (_what, answer, message) => {
    const { back, state, signIns, added } = await waitingSignIn([answer]);
    const page = await back(`state=${state}&code=c`);
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('The sign-in could not be completed.')]);
    expect(signIns.view()).toMatchObject({ state: 'failed', message: expect.stringContaining(message), url: null });
    expect(added).toEqual([]);
  });
});

describe('an address that is pasted', () => {
  it.each([
    ['of the page', (_state: string) => 'http://127.0.0.1:1/success'],
    ['that is none', () => 'hello'],
    ['of another sign-in', () => 'http://127.0.0.1:1/auth/callback?state=x&code=c'],
    ['without a code', (state: string) => `http://127.0.0.1:1/auth/callback?state=${state}`],
  ])('%s is not taken, and the sign-in waits on', async (_what, address) => {
    const { id, state, signIns } = await waitingSignIn();
    await expect(signIns.paste(id, address(state))).rejects.toMatchObject({ code: 'sign_in_address_invalid' });
    expect(signIns.view()?.state).toBe('waiting');
  });

  it('ends the sign-in as the browser itself does, whatever is around it', async () => {
    const done = await waitingSignIn();
    const address = ` http://127.0.0.1:1/auth/callback?state=${done.state}&code=c\n`;
    expect(await done.signIns.paste(done.id, address)).toMatchObject({ state: 'done' });
    const failed = await waitingSignIn([away]);
    const other = `http://x/auth/callback?state=${failed.state}&code=c`;
    expect(await failed.signIns.paste(failed.id, other)).toMatchObject({ state: 'failed' });
    const refused = await waitingSignIn();
    const no = `http://x/auth/callback?state=${refused.state}&error=e`;
    expect(await refused.signIns.paste(refused.id, no)).toMatchObject({ state: 'failed' });
  });
});

describe('a sign-in that waits', () => {
  it('is one alone, is known by its id, and is told of at each change', async () => {
    const { signIns, asked } = signInsWith([userCode, userCode]);
    const views: (string | undefined)[] = [];
    signIns.onChange(() => views.push(signIns.view()?.state));
    const starting = signIns.start('device');
    await expect(signIns.start('device')).rejects.toMatchObject({ code: 'sign_in_running' });
    const { id, url } = await starting;
    expect([url, asked[0]?.path]).toEqual([`${origin.issuer}/codex/device`, '/api/accounts/deviceauth/usercode']);
    await expect(signIns.start('browser')).rejects.toMatchObject({ code: 'sign_in_running' });
    for (const unknown of [() => signIns.cancel('x'), () => signIns.wait('x'), () => signIns.paste('x', 'y')])
      await expect(async () => unknown()).rejects.toMatchObject({ code: 'sign_in_unknown' });
    signIns.dismiss(id);
    expect(signIns.view()?.state).toBe('waiting');
    const waited = [signIns.wait(id), signIns.wait(id)];
    const cancelled = signIns.cancel(id);
    expect(cancelled).toMatchObject({
      state: 'cancelled',
      message: 'The sign-in was cancelled.',
      userCode: null,
      url: null,
    });
    expect(await Promise.all(waited)).toEqual([cancelled, cancelled]);
    expect(await signIns.wait(id)).toBe(cancelled);
    expect(() => signIns.cancel(id)).toThrow(expect.objectContaining({ code: 'sign_in_unknown' }));
    signIns.dismiss('x');
    expect(signIns.view()).toBe(cancelled);
    signIns.dismiss(id);
    expect(signIns.view()).toBeNull();
    expect(views).toEqual(['waiting', 'cancelled', undefined]);
    expect((await signIns.start('device')).state).toBe('waiting');
  });

  it('is over when the program stops, and asks nobody any more', async () => {
    const { signIns, clock, asked } = signInsWith([userCode]);
    await signIns.start('device');
    signIns.stop();
    expect(signIns.view()).toMatchObject({ state: 'cancelled', message: 'Slipstream stopped.' });
    expect(clock.pending).toBe(0);
    signIns.stop();
    clock.advance(60_000);
    await settle();
    expect(asked).toHaveLength(1);
  });

  it('goes the way that it was started with, keeps that with the account, and hides its password', async () => {
    const proxyUrl = 'http://ann:s3cret@127.0.0.1:1';
    const by = signInsWith([userCode, approved, tokens]);
    await by.signIns.start('device', { proxyUrl, accountId: 'one' });
    by.clock.advance(0);
    await settle();
    expect(by.signIns.view()).toMatchObject({ state: 'done', accountId: by.added[0]?.id });
    expect(by.added[0]?.proxyUrl).toBe(proxyUrl);
    expect(by.hidden).toContain('s3cret');
    expect(by.asked.map(({ proxyUrl: way, accountId }) => [way, accountId])).toEqual(Array(3).fill([proxyUrl, 'one']));
    const { asked, signIns } = signInsWith([userCode]);
    await signIns.start('device');
    expect([Object.hasOwn(asked[0] ?? {}, 'proxyUrl'), Object.hasOwn(asked[0] ?? {}, 'accountId')]).toEqual([
      false,
      false,
    ]);
  });

  it('says why it failed where the account cannot be stored', async () => {
    const full = async () => {
      throw new SlipstreamError('store_unwritable', { message: 'The disk is full.' });
    };
    const { signIns, clock } = signInsWith([userCode, approved, tokens], [0], fakeClock(), full);
    await signIns.start('device');
    clock.advance(0);
    await settle();
    expect(signIns.view()).toMatchObject({ state: 'failed', message: 'The disk is full.' });
  });
});

const occupants: Server[] = [];

/** A port that a program has which knows nothing of sign-ins. */
async function occupied(): Promise<number> {
  const server = createServer((_request, response) => response.writeHead(404).end());
  occupants.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function portOf(url: string | null): number {
  return Number(new URL(new URL(url ?? '').searchParams.get('redirect_uri') ?? '').port);
}

describe('which pages are opened', () => {
  const issuer = 'https://auth.openai.com';
  it.each([
    [`${issuer}/oauth/authorize?a=b`, issuer, true],
    ['http://127.0.0.1:9/oauth/authorize', 'http://127.0.0.1:9', true],
    ['http://localhost:9/x', 'http://localhost:9', true],
    ['http://[::1]:9/x', 'http://[::1]:9', true],
    ['http://127.0.0.1:8/oauth/authorize', 'http://127.0.0.1:9', false],
    ['http://auth.example/x', 'http://auth.example', false],
    ['https://auth.openai.com.evil.test/', issuer, false],
    ['https://auth.openai.com:8443/', issuer, false],
    ['https://user@auth.openai.com/', issuer, false],
    ['https://auth.openai.com\\@evil.test/', issuer, false],
    ['https://auth.openai.com/\n', issuer, false],
    ['javascript:alert(1)', issuer, false],
    ['file:///etc/passwd', issuer, false],
    ['', issuer, false],
  ])('%j for %s: %s', (url, issuerUrl, expected) => {
    expect(isIssuerPage(url, issuerUrl)).toBe(expected);
  });
});
