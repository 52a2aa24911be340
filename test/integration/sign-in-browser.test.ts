import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SignInView } from '../../src-main/shared/account-model.ts';
import { type AccountsRig, startAccountsRig, visitIssuer } from '../support/accounts-rig.ts';
import { type CaptureEvent, captureEvents } from '../support/capture-events.ts';

let rig: AccountsRig;
let view: SignInView;

const start = () => rig.app.handlers['signIn.start']({ method: 'browser' });
const param = (name: string) => new URL(view.url ?? '').searchParams.get(name) ?? '';
const redirectUri = () => param('redirect_uri');

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Record<string, unknown>;
}

/** A raw request to the sign-in's listener, so that every header can be chosen. */
function ask(path: string, headers: Record<string, string | string[]> = {}, method = 'GET'): Promise<Answer> {
  const { hostname, port } = new URL(redirectUri());
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

const callback = (query: Record<string, string>) => ask(`/auth/callback?${new URLSearchParams(query)}`);
const stateNow = () => rig.app.snapshot().signIn?.state;

beforeEach(async () => {
  rig = await startAccountsRig();
  view = await start();
});
afterEach(() => rig.stop());

describe('a sign-in in the browser', () => {
  it('opens the page the official client opens, with its parameters in its order', () => {
    expect(view).toMatchObject({ method: 'browser', state: 'waiting', userCode: null, message: null, accountId: null });
    expect(rig.opened).toEqual([view.url]);
    const url = new URL(view.url ?? '');
    expect(`${url.origin}${url.pathname}`).toBe(`${rig.simulator.issuerUrl}/oauth/authorize`);
    // PROTOCOL.md, Sign-in.
    expect([...url.searchParams.keys()]).toEqual([
      ...['response_type', 'client_id', 'redirect_uri', 'code_challenge', 'code_challenge_method', 'state', 'scope'],
      ...['id_token_add_organizations', 'codex_cli_simplified_flow', 'originator'],
    ]);
    expect(url.search).toContain(
      '&scope=openid+profile+email+offline_access+api.connectors.read+api.connectors.invoke&id_token_add_organizations=true&codex_cli_simplified_flow=true&originator=codex_cli_rs',
    );
    expect(redirectUri()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/auth\/callback$/);
  });

  it('is done when the browser comes back: the account is there and the page says so', async () => {
    const person = rig.simulator.addAccount({ email: 'ada@example.test', plan: 'pro' });
    const page = await fetch(await visitIssuer(view.url));
    expect([page.status, page.url.endsWith('/success')]).toEqual([200, true]);
    expect(await page.text()).toContain('You are signed in');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const done = await rig.app.handlers['signIn.wait']({ id: view.id });
    expect(done).toMatchObject({ state: 'done', url: null, message: 'Signed in as ada@example.test (pro).' });
    const [account] = await rig.app.handlers['accounts.list'](null);
    expect(account).toMatchObject({ id: done.accountId, email: 'ada@example.test', plan: 'pro', source: 'browser' });
    expect(rig.deltas).toContainEqual(expect.objectContaining({ kind: 'signIn', signIn: done }));
    expect(person.tokens).toBeDefined();
  });

  it('sends the code as the official client does, and makes no exchange for an API key', async () => {
    rig.simulator.addAccount();
    await fetch(await visitIssuer(view.url));
    const asked = rig.asked('/oauth/token');
    expect(asked).toHaveLength(1);
    const captured = captureEvents('login-browser').find((event) => event.path === '/oauth/token') as CaptureEvent;
    expectSameForm(asked[0]?.rawBody.toString() ?? '', String(captured.body));
    expect(headerNames(asked[0]?.headers)).toEqual(headerNames(captured.headers));
    expect(fixedHeaders(asked[0]?.headers)).toEqual(fixedHeaders(captured.headers));
  });

  it('comes back with a verifier as long as the official one, for the challenge it named', async () => {
    rig.simulator.addAccount();
    await fetch(await visitIssuer(view.url));
    const form = new URLSearchParams(rig.asked('/oauth/token')[0]?.rawBody.toString());
    const captured = captureEvents('login-browser').find((event) => event.path === '/oauth/token');
    const official = new URLSearchParams(String(captured?.body)).get('code_verifier');
    expect(form.get('code_verifier')).toHaveLength(official?.length ?? 0);
    expect(form.get('redirect_uri')).toBe(redirectUri());
  });

  it('keeps the settings of an account that signs in again, and two workspaces apart', async () => {
    const userId = 'user-1';
    const first = rig.simulator.addAccount({ email: 'ada@example.test', userId });
    const second = rig.simulator.addAccount({ email: 'ada@example.test', userId });
    const { handlers } = rig.app;
    for (const person of [first, second, first]) {
      if (rig.app.snapshot().signIn?.state !== 'waiting') view = await start();
      rig.simulator.issuer.signInNext(person);
      await fetch(await visitIssuer(view.url));
      const [account] = await handlers['accounts.list'](null);
      await handlers['accounts.setWebsockets']({ id: account?.id ?? '', websockets: false });
      await handlers['accounts.setPriority']({ id: account?.id ?? '', priority: 3 });
      await handlers['accounts.setEnabled']({ id: account?.id ?? '', enabled: false });
    }
    const accounts = await handlers['accounts.list'](null);
    expect(accounts.map(({ email }) => email)).toEqual(['ada@example.test', 'ada@example.test']);
    expect(accounts[0]).toMatchObject({ websockets: false, priority: 3, enabled: false });
    expect(accounts[1]).toMatchObject({ websockets: null, priority: 0, enabled: true });
  });

  it('takes a pasted address the same way', async () => {
    rig.simulator.addAccount();
    const address = await visitIssuer(view.url);
    expect(await rig.app.handlers['signIn.paste']({ id: view.id, url: ` ${address}\n` })).toMatchObject({
      state: 'done',
    });
  });

  it.each([
    ['no address', 'hello'],
    ['another path', 'http://127.0.0.1:1455/success'],
    ['a state that is not ours', 'http://127.0.0.1:1455/auth/callback?code=x&state=y'],
    ['no state', 'http://127.0.0.1:1455/auth/callback?code=x'],
  ])('refuses to paste %s, and goes on waiting', async (_what, url) => {
    const paste = rig.app.handlers['signIn.paste']({ id: view.id, url });
    await expect(paste).rejects.toMatchObject({ code: 'sign_in_address_invalid' });
    expect(stateNow()).toBe('waiting');
  });

  it('waits for one sign-in at a time', async () => {
    await expect(start()).rejects.toMatchObject({ code: 'sign_in_running' });
    expect((await rig.app.handlers['signIn.cancel']({ id: view.id })).state).toBe('cancelled');
    expect(() => rig.app.handlers['signIn.cancel']({ id: view.id })).toThrow('not running any more');
  });
});

describe('what the listener refuses, waiting on', () => {
  afterEach(() => {
    expect(stateNow()).toBe('waiting');
    expect(rig.asked('/oauth/token')).toEqual([]);
    expect(rig.app.snapshot().accounts).toEqual([]);
  });

  it.each([
    ['a wrong state', { code: 'x', state: 'wrong' }],
    ['no state', { code: 'x' }],
    ['an error without our state', { error: 'access_denied' }],
    ['an error with a wrong state', { error: 'access_denied', state: 'wrong' }],
  ])('%s', async (_what, query) => {
    const answer = await callback(query as Record<string, string>);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('State mismatch');
  });

  it('our state without a code', async () => {
    expect((await callback({ state: param('state') })).status).toBe(400);
  });

  it('our state twice', async () => {
    const state = param('state');
    expect((await ask(`/auth/callback?code=x&state=${state}&state=${state}`)).status).toBe(400);
  });

  it.each(['POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])('the method %s', async (method) => {
    const state = param('state');
    const answer = await ask(`/auth/callback?code=x&state=${state}`, {}, method);
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET']);
  });

  it.each(['localhost', 'evil.test', '127.0.0.1', '127.0.0.1:1', '[::1]'])('the host %s', async (host) => {
    const withPort = host === 'localhost' || host === 'evil.test' ? `${host}:${new URL(redirectUri()).port}` : host;
    expect((await ask(`/auth/callback?code=x&state=${param('state')}`, { host: withPort })).status).toBe(400);
  });

  it.each<[string, Record<string, string>]>([
    ['a page of another site', { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' }],
    ['a form of another site, which says only where it is', { 'sec-fetch-site': 'cross-site' }],
    ['a page on another port of this machine', { 'sec-fetch-site': 'same-site' }],
    ['a page in a browser that tells no more than its address', { referer: 'https://evil.test/' }],
    ['a browser that hides its origin', { origin: 'null' }],
  ])('/cancel from %s', async (_what, headers) => {
    expect((await ask('/cancel', headers)).status).toBe(403);
  });

  it.each<[string, Record<string, string>]>([
    ['a script', { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'empty' }],
    ['a script that hides its origin', { origin: 'null' }],
    ['a picture', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' }],
    ['a frame', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'iframe' }],
  ])('a callback from another site, by %s, even with our state', async (_what, headers) => {
    const answer = await ask(`/auth/callback?code=x&state=${param('state')}`, headers);
    expect([answer.status, answer.text.includes('Other pages may not do this')]).toEqual([403, true]);
  });

  it('an unknown page', async () => {
    expect((await ask('/')).status).toBe(404);
  });
});

describe('what ends it', () => {
  it('the person says no', async () => {
    rig.simulator.issuer.denyNext();
    const page = await fetch(await visitIssuer(view.url));
    expect(await page.text()).toContain('was refused');
    expect(await rig.app.handlers['signIn.wait']({ id: view.id })).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('refused in the browser'),
    });
  });

  it("an issuer's error text is not repeated to people as it is", async () => {
    const page = await callback({ error: '<script>alert(1)</script>', state: param('state') });
    expect(page.text).not.toContain('script>');
    expect(rig.app.snapshot().signIn?.message).not.toContain('script');
  });

  it('another program asks for the port, as the official client does', async () => {
    expect((await ask('/cancel')).status).toBe(200);
    expect(await rig.signIn('cancelled')).toMatchObject({ message: expect.stringContaining('Another program') });
  });

  it('the code does not work', async () => {
    const page = await callback({ code: 'ac_made-up', state: param('state') });
    expect(page.text).toContain('could not be completed');
    expect(await rig.signIn('failed')).toMatchObject({ message: expect.stringContaining('invalid_grant') });
  });

  it('a callback that is replayed is a stranger by then', async () => {
    rig.simulator.addAccount();
    const address = new URL(await visitIssuer(view.url));
    const [first, second] = await Promise.all([
      ask(address.pathname + address.search),
      ask(address.pathname + address.search),
    ]);
    expect([first.status, second.status].sort()).toEqual([302, 400]);
    expect(rig.asked('/oauth/token')).toHaveLength(1);
  });

  it.each([
    ['no tokens', { token_type: 'Bearer' }, 'lacks its tokens'],
    ['tokens that are no JWTs', { access_token: 'opaque', id_token: 'opaque', refresh_token: 'r' }, 'does not know'],
    [
      'an id token without an e-mail',
      tokens({ 'https://api.openai.com/auth': { chatgpt_account_id: 'w' } }),
      'no e-mail',
    ],
    ['an id token without a workspace', tokens({ email: 'a@example.test' }), 'no ChatGPT workspace'],
  ])('the issuer answers with %s', async (_what, body, message) => {
    rig.simulator.faults.next('issuer', { kind: 'status', status: 200, body: JSON.stringify(body) });
    await callback({ code: 'ac_x', state: param('state') });
    expect(await rig.signIn('failed')).toMatchObject({ message: expect.stringContaining(message), accountId: null });
    expect(rig.app.snapshot().accounts).toEqual([]);
  });

  it('the issuer is down', async () => {
    await rig.simulator.stop();
    await callback({ code: 'ac_x', state: param('state') });
    expect(await rig.signIn('failed')).toMatchObject({ message: expect.stringContaining('could not be reached') });
  });
});

function tokens(claims: unknown) {
  const jwt = `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
  return { access_token: jwt, id_token: jwt, refresh_token: 'r' };
}

/** Header names, less those that carry HTTP. */
function headerNames(headers: readonly (readonly [string, string])[] = []): string[] {
  const carriers = new Set(['host', 'content-length', 'connection']);
  return headers
    .map(([name]) => name.toLowerCase())
    .filter((name) => !carriers.has(name))
    .sort();
}

/** The same bytes, once what differs from one sign-in to the next is put in the official client's place. */
function expectSameForm(ours: string, official: string): void {
  const [left, right] = [new URLSearchParams(ours), new URLSearchParams(official)];
  let expected = official;
  for (const name of ['code', 'redirect_uri', 'code_verifier']) {
    const [mine, theirs] = [left, right].map((form) => encodeURIComponent(form.get(name) ?? ''));
    expected = expected.replace(`${name}=${theirs}`, `${name}=${mine}`);
  }
  expect(ours).toBe(expected);
}

/** The values of headers that do not differ from one machine to the next. */
function fixedHeaders(headers: readonly (readonly [string, string])[] = []): readonly string[] {
  return headers
    .map(([name, value]) => `${name.toLowerCase()}: ${value}`)
    .filter((line) => /^(content-type|accept):/.test(line))
    .sort();
}
