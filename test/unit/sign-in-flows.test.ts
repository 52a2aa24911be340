import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Account } from '../../src-main/core/accounts/account.ts';
import type { IssuerAnswer, SendToIssuer } from '../../src-main/core/accounts/issuer-api.ts';
import { SignIns } from '../../src-main/core/accounts/sign-in/sign-ins.ts';
import { isIssuerPage } from '../../src-main/node/issuer-page.ts';
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
  const asked: { readonly path: string; readonly atMs: number }[] = [];
  const left = [...answers];
  const send: SendToIssuer = async ({ path }) => {
    asked.push({ path, atMs: clock.monotonicMs() });
    return left.shift() ?? away;
  };
  const signIns = new SignIns({
    clock,
    log: recordingLog(),
    origin,
    send,
    ports,
    openUrl: () => {},
    hide: () => {},
    add,
  });
  const servers: Server[] = [];
  open.push({ signIns, servers });
  return { signIns, clock, asked, servers };
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
