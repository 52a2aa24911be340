import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallInput, CallName, CallOutput } from '../../src-main/shared/contract.ts';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { startAccountsRig, visitIssuer } from '../support/accounts-rig.ts';
import { greet, openSocket, type TestSocket } from '../support/bridge-rig.ts';
import { Canary, hasProc } from '../support/canary.ts';
import { Headless, headlessEntry, type RunningHeadless } from '../support/headless.ts';
import { testHost } from '../support/host.ts';
import { askTurn } from '../support/turns.ts';

let simulator: Simulator;
let headless: Headless;
let canary: Canary;
let place: readonly string[];
let codexHome: string;

beforeEach(async () => {
  simulator = await startSimulator({ issuer: { deviceIntervalS: 0.02, redirectPorts: 'any' } });
  place = ['--upstream', simulator.upstreamUrl, '--issuer', simulator.issuerUrl, '--log-level', 'debug'];
  const env = { ...process.env, CODEX_HOME: '' };
  headless = new Headless({ program: process.execPath, args: [headlessEntry], env });
  codexHome = join(headless.dir, 'codex');
  env.CODEX_HOME = codexHome;
  mkdirSync(codexHome);
  canary = new Canary();
});
afterEach(async () => {
  headless.dispose();
  await simulator.stop();
});

/** A dashboard tab that keeps every message as text. */
class Tab {
  readonly received: string[] = [];
  readonly #socket: TestSocket;
  #lastId = 0;

  private constructor(socket: TestSocket) {
    this.#socket = socket;
    socket.raw.on('message', (data) => this.received.push(data.toString()));
  }

  static async open(served: RunningHeadless): Promise<Tab> {
    const { origin, host, hash } = new URL(served.dashboardUrl);
    const tab = new Tab(await openSocket(`ws://${host}/_slipstream/bridge`, origin));
    await greet(tab.#socket, { ticket: hash.replace('#ticket=', '') });
    return tab;
  }

  async call<K extends CallName>(name: K, input: CallInput<K>): Promise<CallOutput<K>> {
    this.#lastId += 1;
    const id = this.#lastId;
    this.#socket.send({ id, name, input });
    for (;;) {
      const message = (await this.#socket.next()) as { id?: number; result?: { ok: boolean; value: CallOutput<K> } };
      if (message.id !== id) continue;
      if (message.result?.ok !== true) throw new Error(`${name}: ${JSON.stringify(message.result)}`);
      return message.result.value;
    }
  }
}

async function turn(served: RunningHeadless, more: Record<string, unknown> = {}): Promise<number> {
  const response = await fetch(`${served.baseUrl}/v1/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${served.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-6.1-sol', input: 'Reply with exactly: OK', ...more }),
  });
  await response.text();
  return response.status;
}

it.runIf(hasProc())(
  'S-canary: no file, log line, message, page or process holds a token, except the account files',
  async () => {
    const [ada, grace, edsger] = ['ada', 'grace', 'edsger'].map((name) =>
      simulator.addAccount({ email: `${name}@example.test` }),
    );
    if (ada === undefined || grace === undefined || edsger === undefined) throw new Error('no people');
    const people = [ada, grace, edsger];
    const served = await headless.serve(...place);
    const tab = await Tab.open(served);
    const pages: string[] = [];

    // Sign-in, in the browser and by device code, and a linked file.
    simulator.issuer.signInNext(ada);
    const browser = await tab.call('signIn.start', { method: 'browser' });
    canary.learn(...people);
    const callback = await visitIssuer(browser.url);
    canary.add(new URL(callback).searchParams.get('code') ?? '', 'code');
    pages.push(await (await fetch(callback)).text());
    await tab.call('signIn.wait', { id: browser.id });
    const device = await tab.call('signIn.start', { method: 'device' });
    grace.approveDevice(device.userCode ?? '');
    await tab.call('signIn.wait', { id: device.id });
    writeFileSync(join(codexHome, 'auth.json'), edsger.authJson(), { mode: 0o600 });
    await tab.call('accounts.link', { path: null });
    canary.learn(...people);
    expect(canary.processes()).toEqual([]);

    // Turns, errors that repeat the token, and refreshes, on every account.
    for (const person of people) {
      const account = (await tab.call('accounts.list', null)).find(({ email }) => email === person.email);
      await tab.call('accounts.setPolicy', { pinnedAccountId: account?.id ?? null });
      expect(await turn(served)).toBe(200);
      const message = `Rejected ${person.accessToken} and ${person.refreshToken}`;
      simulator.faults.next('turn', { kind: 'error', status: 400, code: 'invalid_request_error', message });
      await turn(served);
      person.invalidateAccess();
      simulator.faults.next('issuer', { kind: 'status', status: 500, body: JSON.stringify({ error: message }) });
      await turn(served);
      await turn(served);
      canary.learn(person);
    }
    for (const row of (await tab.call('app.snapshot', null)).requests)
      await tab.call('requests.detail', { id: row.id });
    for (const { id } of await tab.call('accounts.list', null)) await tab.call('accounts.readUsage', { id });
    for (const path of ['/', '/healthz', '/api/codex/usage', '/v1/models']) {
      pages.push(await (await fetch(`${served.baseUrl}${path}`, { headers: { 'x-api-key': served.apiKey } })).text());
    }

    // A crash, and what the next run makes of it.
    expect(canary.processes()).toEqual([]);
    served.child.kill('SIGKILL');
    const first = await served.finished;
    const again = await headless.serve(...place);
    await turn(again);
    again.child.kill('SIGTERM');
    const second = await again.finished;
    canary.learn(...people);

    expect(canary.count).toBeGreaterThan(15);
    const files = canary.filesIn(headless.dir);
    // The canary sings where it should: in the three account files and the shared one.
    expect(files).toHaveLength(4);
    expect(files.filter((path) => !/^data\/accounts\/[0-9a-f]{16}\.json$/.test(path))).toEqual(['codex/auth.json']);
    for (const text of [first.stdout, first.stderr, second.stdout, second.stderr, ...pages, ...tab.received]) {
      expect(canary.seenIn(text)).toEqual([]);
    }
  },
);

describe('where the platform encrypts', () => {
  it('no file at all holds a token, after sign-in, a turn and a refresh', async () => {
    const plainHost = testHost();
    const key = 0x5a;
    const turnAround = (text: string) =>
      Buffer.from([...Buffer.from(text, 'latin1')].map((byte) => byte ^ key)).toString('latin1');
    const host = {
      ...plainHost,
      secrets: {
        encrypts: true,
        seal: async (plain: string) => Buffer.from(turnAround(plain), 'latin1').toString('base64'),
        open: async (sealed: string) => turnAround(Buffer.from(sealed, 'base64').toString('latin1')),
      },
    };
    const rig = await startAccountsRig({ host });
    try {
      const person = rig.simulator.addAccount();
      const view = await rig.app.handlers['signIn.start']({ method: 'device' });
      person.approveDevice(view.userCode ?? '');
      await rig.signIn('done');
      const baseUrl = await rig.listen();
      canary.learn(person);
      expect((await askTurn(rig, baseUrl)).status).toBe(200);
      person.invalidateAccess();
      expect((await askTurn(rig, baseUrl)).status).toBe(200);
      canary.learn(person);
      expect(canary.count).toBe(10);
      expect(canary.filesIn(host.dataDir)).toEqual([]);
      expect(canary.seenIn(JSON.stringify([rig.host.log.lines, rig.deltas, rig.opened, rig.notices]))).toEqual([]);
      expect(rig.app.snapshot().accounts).toMatchObject([{ encrypted: true }]);
    } finally {
      await rig.stop();
    }
  });
});
