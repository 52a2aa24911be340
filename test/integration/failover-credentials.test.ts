import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { accountsOf, pairOf, startedOn, viewOf } from '../support/rig-accounts.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import {
  ask,
  codexBody,
  codexHeaders,
  errorOf,
  post,
  responseIdOf,
  textOf,
  user,
  WsTurns,
} from '../support/turn-client.ts';

let rig: Rig;

async function start(accounts = 2): Promise<void> {
  rig = await startRig({ accounts, settings: { strategy: 'fill-first' } });
}

afterEach(() => rig.stop());

function refreshes() {
  return rig.simulator.log.requests.filter(({ path }) => path === '/oauth/token');
}

async function tokensOnDisk(id: string): Promise<string> {
  return readFile(join(rig.host.dataDir, 'accounts', `${id}.json`), 'utf8');
}

describe('case 35: a token that upstream no longer takes', () => {
  it('case 35: is refreshed once and the same account is tried again, unseen by the client', async () => {
    await start();
    const [first] = pairOf(rig);
    const old = first.upstream.accessToken;
    first.upstream.invalidateAccess();
    const answer = await post(rig, ask('Reply with exactly: renewed'));
    expect(textOf(answer.events)).toBe('renewed');
    expect(startedOn(rig)).toEqual([first.upstream.id]);
    expect(refreshes()).toHaveLength(1);
    expect(first.upstream.accessToken).not.toBe(old);
  });

  it('has its successor on disk before it is used, and the rotated refresh token with it', async () => {
    await start();
    const [first] = pairOf(rig);
    first.upstream.invalidateAccess();
    const seen: string[] = [];
    rig.simulator.faults.always(
      'upgrade',
      { kind: 'slow', delayMs: 0 },
      {
        when: () => {
          seen.push(first.upstream.accessToken);
          return false;
        },
      },
    );
    await post(rig, ask('hello'));
    const file = await tokensOnDisk(first.id);
    expect(file).toContain(first.upstream.accessToken);
    expect(file).toContain(first.upstream.refreshToken);
    expect(seen.at(-1)).toBe(first.upstream.accessToken);
  });

  it('case 36: 20 turns that meet it at once cause one refresh, and all are answered', async () => {
    await start(1);
    const [only] = accountsOf(rig);
    only?.upstream.invalidateAccess();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, turn) => post(rig, ask(`Reply with exactly: turn ${turn}`))),
    );
    expect(answers.map(({ events }) => textOf(events))).toEqual(answers.map((_, turn) => `turn ${turn}`));
    expect(refreshes()).toHaveLength(1);
  });

  it('case 36: a refresh that is refused because the token was used already is not tried a second time', async () => {
    await start();
    const [first] = pairOf(rig);
    first.upstream.invalidateAccess();
    rig.simulator.faults.next('issuer', { kind: 'status', status: 401, code: 'refresh_token_reused' });
    await Promise.all([post(rig, ask('a')), post(rig, ask('b')), post(rig, ask('c'))]);
    await post(rig, ask('d'));
    expect(refreshes()).toHaveLength(1);
  });

  it.each(['refresh_token_expired', 'refresh_token_reused', 'refresh_token_invalidated', 'invalid_grant'])(
    'goes to the next account where the refresh is refused with %s, and the account shows signed-out',
    async (code) => {
      await start();
      const [first, second] = pairOf(rig);
      first.upstream.invalidateAccess();
      rig.simulator.faults.next('issuer', { kind: 'status', status: 401, code });
      const answer = await post(rig, ask('Reply with exactly: other'));
      expect(textOf(answer.events)).toBe('other');
      expect(startedOn(rig)).toEqual([second.upstream.id]);
      expect(viewOf(rig, first).state).toBe('signed-out');
    },
  );

  it('goes to the next account where the issuer is in trouble, and the account is not signed out for it', async () => {
    await start();
    const [first, second] = pairOf(rig);
    first.upstream.invalidateAccess();
    rig.simulator.faults.next('issuer', { kind: 'status', status: 500 });
    await post(rig, ask('hello'));
    expect(startedOn(rig)).toEqual([second.upstream.id]);
    expect(viewOf(rig, first).state).toBe('ready');
  });

  it('case 35: refused again after the refresh, the turn goes to the next account without a second refresh', async () => {
    await start();
    const [first, second] = pairOf(rig);
    rig.simulator.faults.always('upgrade', { kind: 'status', status: 401 }, { accountId: first.upstream.id });
    await post(rig, ask('hello'));
    expect(startedOn(rig)).toEqual([second.upstream.id]);
    expect(refreshes()).toHaveLength(1);
  });

  it('that has expired while the issuer is away leaves the turn to the next account', async () => {
    rig = await startRig({ accounts: 0, settings: { strategy: 'fill-first' } });
    rig.simulator.faults.always('issuer', { kind: 'status', status: 503 });
    const expired = rig.simulator.addAccount({ expired: true });
    await rig.app.handlers['accounts.import']({ text: expired.authJson() });
    const healthy = rig.simulator.addAccount();
    await rig.app.handlers['accounts.import']({ text: healthy.authJson() });
    const answer = await post(rig, ask('Reply with exactly: fine'));
    expect(textOf(answer.events)).toBe('fine');
    expect(startedOn(rig)).toEqual([healthy.id]);
  });

  it('case 35: without a refresh token there is no refresh call, and the account shows signed-out', async () => {
    rig = await startRig({ accounts: 0, settings: { strategy: 'fill-first' } });
    const first = rig.simulator.addAccount();
    const text = first.authJson().replace(/"refresh_token": "[^"]*",/, '');
    await rig.app.handlers['accounts.import']({ text });
    const second = rig.simulator.addAccount();
    await rig.app.handlers['accounts.import']({ text: second.authJson() });
    first.invalidateAccess();
    await post(rig, ask('hello'));
    expect(startedOn(rig)).toEqual([second.id]);
    expect(refreshes()).toHaveLength(0);
    const [view] = accountsOf(rig);
    expect(view === undefined ? null : viewOf(rig, view).state).toBe('signed-out');
  });

  it.each([
    ['/v1/responses', {}],
    ['/v1/chat/completions', { messages: [{ role: 'user', content: 'hello' }] }],
    ['/v1/messages', { max_tokens: 9, messages: [{ role: 'user', content: 'hello' }] }],
  ])('of the only account, whose issuer is in trouble, is told as refresh_failed on %s', async (path, more) => {
    await start(1);
    accountsOf(rig)[0]?.upstream.invalidateAccess();
    rig.simulator.faults.always('issuer', { kind: 'status', status: 500 });
    const response = await rig.post(path, { model: 'gpt-5.5', input: 'hello', ...more });
    expect([response.status, await response.text()]).toEqual([502, expect.stringContaining('could not be refreshed')]);
  });

  it('in the middle of an answer is no 401 either', async () => {
    await start(1);
    rig.simulator.faults.always('turn', { kind: 'error', status: 401, afterEvents: 6 });
    const client = await WsTurns.open(rig, codexHeaders(randomUUID()));
    const last = (await client.turn(codexBody('Count to 20'))).at(-1);
    expect(last).toMatchObject({ type: 'error', status: 503, error: { code: 'account_signed_out' } });
    await client.close();
  });

  it('of the only account is told as its sign-out, as JSON, with what to do', async () => {
    await start(1);
    const [only] = accountsOf(rig);
    only?.upstream.invalidateAccess();
    only?.upstream.spoilRefresh('invalidated');
    const answer = await post(rig, ask('hello'));
    expect(answer.status).toBe(503);
    expect(errorOf(answer.json)).toMatchObject({
      code: 'account_signed_out',
      message: expect.stringContaining('Sign in again'),
    });
  });
});

describe('a websocket client whose token is renewed between its turns', () => {
  it('is told to resend in the code it obeys silently, and its full request is answered', async () => {
    await start(1);
    const [only] = accountsOf(rig);
    const client = await WsTurns.open(rig, codexHeaders(randomUUID()));
    const first = await client.turn(codexBody('Reply with exactly: one'));
    only?.upstream.invalidateAccess();
    rig.simulator.faults.next('turn', { kind: 'error', status: 401 });
    const delta = { ...codexBody(''), previous_response_id: responseIdOf(first), input: [user('two')] };
    const [refused] = await client.turn(delta);
    expect(refused).toMatchObject({ type: 'error', status: 400, error: { code: 'previous_response_not_found' } });
    expect(textOf(await client.turn(codexBody('Reply with exactly: all of it')))).toBe('all of it');
    await client.close();
  });
});

describe('an account that may not do this (403)', () => {
  it.each(['upgrade', 'turn'] as const)('is replaced by the next one (on the %s)', async (point) => {
    await start();
    const [first, second] = pairOf(rig);
    if (point === 'upgrade') {
      rig.simulator.faults.always('upgrade', { kind: 'status', status: 403 }, { accountId: first.upstream.id });
    } else {
      rig.simulator.faults.always('turn', { kind: 'error', status: 403 }, { accountId: first.upstream.id });
    }
    const answer = await post(rig, ask('Reply with exactly: allowed'));
    expect(textOf(answer.events)).toBe('allowed');
    expect(startedOn(rig).at(-1)).toBe(second.upstream.id);
    expect(refreshes()).toHaveLength(0);
  });

  it('is asked over HTTP where there is no other, since it may be websockets that it may not have', async () => {
    await start(1);
    rig.simulator.faults.always('upgrade', { kind: 'status', status: 403 });
    expect(textOf((await post(rig, ask('Reply with exactly: by post'))).events)).toBe('by post');
  });

  it('ends as the 403 it is where HTTP says the same', async () => {
    await start(1);
    rig.simulator.faults.always('upgrade', { kind: 'status', status: 403 });
    rig.simulator.faults.always('request', { kind: 'status', status: 403 });
    const answer = await post(rig, ask('hello'));
    expect(answer.status).toBe(403);
    expect(errorOf(answer.json)).toMatchObject({ code: 'forbidden' });
  });
});
