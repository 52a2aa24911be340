import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readUnverifiedClaims } from '../../src-main/core/accounts/claims.ts';
import { objectMember } from '../../src-main/core/json.ts';
import type { Delta, TraceDetail } from '../../src-main/shared/model.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { codexBody, codexFrame, codexHeaders, everythingReceived, openSocket } from './proxy-client.ts';

/** Canaries: secrets put in at every door, and looked for behind every other one. */

const clientJwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjYW5hcnktb2YtdGhlLWNsaWVudCJ9.c2lnbmF0dXJlLWNhbmFyeQ';
const clientCookie = 'session-cookie-canary-1';
const clientWorkspace = 'workspace-canary-of-the-client';
const pastedToken = 'rt_pasted-into-a-prompt-canary';

let rig: Rig;
let deltas: Delta[];
let details: TraceDetail[];

/** What a client with a login of its own sends besides. */
const own = {
  cookie: `s=${clientCookie}`,
  'chatgpt-account-id': clientWorkspace,
  'x-forwarded-for': '203.0.113.7',
  referer: 'https://canary.test/page',
};

async function drain(response: Response): Promise<void> {
  await response.text();
}

beforeAll(async () => {
  deltas = [];
  rig = await startRig({ accounts: 2, traceKeeping: 'database' });
  rig.app.onDelta((delta) => deltas.push(delta));
  const count = { model: 'gpt-5.5', input: `Count to 3. ${pastedToken}`, stream: true };
  const inPath = (path: string, body: unknown) =>
    fetch(`${rig.baseUrl}/k/${rig.apiKey}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${clientJwt}`, 'content-type': 'application/json', ...codexHeaders, ...own },
      body: JSON.stringify(body),
    });
  await drain(await rig.post('/v1/responses', count));
  await drain(await rig.post('/v1/responses', count, { ...own, 'x-api-key': rig.apiKey }));
  await drain(await inPath('/v1/responses', codexBody('Count to 3')));
  await drain(await inPath('/backend-api/codex/responses', codexBody('Count to 3', { model: 'no-such-model' })));
  rig.simulator.faults.next('upgrade', {
    kind: 'status',
    status: 401,
    body: `{"error":{"message":"bad ${tokens()[0]}"}}`,
  });
  await drain(await rig.post('/v1/responses', count, { 'x-session-id': 'refused' }));
  rig.simulator.faults.always('upgrade', { kind: 'status', status: 426 });
  await drain(await rig.post('/v1/responses', count, { 'x-session-id': 'over-http' }));
  rig.simulator.faults.clear();
  const socket = await openSocket(rig, {
    path: `/k/${rig.apiKey}/v1/responses`,
    key: null,
    headers: { authorization: `Bearer ${clientJwt}`, ...codexHeaders, ...own, 'thread-id': 'another-thread' },
  }).catch(() => null);
  await socket?.turn(codexFrame('Count to 2'));
  await socket?.close();
  await rig.lastTrace();
  // A last delta of rows comes after the last turn has ended: they are sent in batches.
  const { id: newest } = rig.app.snapshot().requests[0] ?? { id: '' };
  const isTold = () => deltas.some((delta) => delta.kind === 'requests' && delta.rows.some(({ id }) => id === newest));
  await new Promise<void>((resolve) => {
    const leave = rig.app.onDelta(() => {
      if (isTold()) resolve(leave());
    });
    if (isTold()) resolve(leave());
  });
  const { requests } = rig.app.snapshot();
  details = await Promise.all(requests.map(({ id }) => rig.app.handlers['requests.detail']({ id })));
});

afterAll(() => rig.stop());

const tokens = () =>
  rig.simulator.accounts.flatMap(({ accessToken, refreshToken, idToken }) => [accessToken, refreshToken, idToken]);

/** Everything that leaves the core for a screen, a command or a log. */
const exits = (): readonly (readonly [string, string])[] => [
  ['the snapshot', JSON.stringify(rig.app.snapshot())],
  ['the deltas', JSON.stringify(deltas)],
  ['the traces', JSON.stringify(details)],
  ['the log', JSON.stringify(rig.host.log.lines)],
];

it('there is something to look at', () => {
  expect(details.length).toBeGreaterThanOrEqual(6);
  // How many there are is a matter of time: changes go out in batches.
  const kinds = new Set(deltas.map(({ kind }) => kind));
  expect([...kinds]).toEqual(expect.arrayContaining(['requests', 'accounts']));
  expect(everythingReceived(rig)).toContain('Count to 3');
  expect(details.flatMap(({ attempts }) => attempts.map(({ transport }) => transport))).toEqual(
    expect.arrayContaining(['ws', 'http']),
  );
});

describe('upstream receives', () => {
  it('no byte of the local key', () => {
    expect(everythingReceived(rig)).not.toContain(rig.apiKey);
    expect(everythingReceived(rig)).not.toContain(Buffer.from(rig.apiKey).toString('base64url'));
  });

  it.each([
    ["a client's JWT", clientJwt],
    ["the payload of a client's JWT", clientJwt.split('.')[1] ?? ''],
    ["a client's cookie", clientCookie],
    ["a client's workspace", clientWorkspace],
    ["a client's address", '203.0.113.7'],
    ["a client's page", 'canary.test'],
  ])('no byte of %s', (_what, secret) => {
    expect(everythingReceived(rig)).not.toContain(secret);
  });

  it("each account's token with its own workspace only", () => {
    const sent = rig.simulator.log.entries.flatMap((entry) =>
      entry.kind === 'upgrade' || (entry.kind === 'http' && entry.path.startsWith('/backend-api/'))
        ? [new Map(entry.headers.map(([k, v]) => [k.toLowerCase(), v]))]
        : [],
    );
    expect(sent.length).toBeGreaterThan(3);
    for (const headers of sent) {
      const token = headers.get('authorization')?.replace('Bearer ', '') ?? '';
      const claims = objectMember(readUnverifiedClaims(token), 'https://api.openai.com/auth');
      expect(claims?.chatgpt_account_id).toBe(headers.get('chatgpt-account-id'));
      expect(rig.simulator.accounts.map(({ id }) => id)).toContain(claims?.chatgpt_account_id);
    }
  });
});

describe('screens, commands and the log receive', () => {
  it.each(['access token', 'refresh token', 'id token'] as const)('no %s of any account', (kind) => {
    const index = ['access token', 'refresh token', 'id token'].indexOf(kind);
    const secrets = tokens().filter((_token, at) => at % 3 === index);
    expect(secrets).toHaveLength(2);
    const leaks = exits().filter(([, text]) => secrets.some((secret) => text.includes(secret)));
    expect(leaks.map(([where]) => where)).toEqual([]);
  });

  it.each([
    ["a client's JWT", () => clientJwt],
    ["a client's cookie", () => clientCookie],
    ["a client's workspace", () => clientWorkspace],
    ['the local key', () => rig.apiKey],
    ['a refresh token pasted into a prompt', () => pastedToken],
  ])('nothing of %s', (_what, secret) => {
    const leaks = exits().filter(([, text]) => text.includes(secret()));
    expect(leaks.map(([where]) => where)).toEqual([]);
  });

  it('e-mail addresses and workspaces of accounts in the list of accounts alone', () => {
    const personal = rig.simulator.accounts.flatMap(({ email, id }) => [email, id]);
    const { accounts, ...rest } = rig.app.snapshot();
    expect(accounts.map(({ email }) => email).sort()).toEqual(rig.simulator.accounts.map(({ email }) => email).sort());
    const elsewhere = [JSON.stringify(rest), JSON.stringify(details), JSON.stringify(rig.host.log.lines)];
    const leaks = personal.filter((value) => elsewhere.some((text) => text.includes(value)));
    expect(leaks).toEqual([]);
    expect(JSON.stringify(accounts)).not.toContain(rig.simulator.accounts[0]?.id);
  });
});
