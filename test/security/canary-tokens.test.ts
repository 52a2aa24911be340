import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectBridge } from '../../src-main/node/bridge-client.ts';
import { findInstance } from '../../src-main/node/find-instance.ts';
import type { CallInput, CallName, CallOutput } from '../../src-main/shared/contract.ts';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { launchTestBrowser } from '../renderer/chromium.ts';
import { openPage } from '../renderer/open-page.ts';
import { startAccountsRig, visitIssuer } from '../support/accounts-rig.ts';
import { askCommand } from '../support/ask-command.ts';
import { greet, openSocket, type TestSocket } from '../support/bridge-rig.ts';
import { Canary, hasProc } from '../support/canary.ts';
import { Headless, headlessArgs, type RunningHeadless } from '../support/headless.ts';
import { testHost } from '../support/host.ts';
import { askTurn } from '../support/turns.ts';

let simulator: Simulator;
let headless: Headless;
let canary: Canary;
let place: readonly string[];
let codexHome: string;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  simulator = await startSimulator({ issuer: { deviceIntervalS: 0.02, redirectPorts: 'any' } });
  place = ['--upstream', simulator.upstreamUrl, '--issuer', simulator.issuerUrl, '--log-level', 'debug'];
  env = { ...process.env, CODEX_HOME: '' };
  headless = new Headless({ program: process.execPath, args: headlessArgs, env });
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

/** One turn as a client makes it, and all that it is told. */
async function turn(served: RunningHeadless, input = 'Reply with exactly: OK') {
  const response = await fetch(`${served.baseUrl}/v1/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${served.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-6.1-sol', input }),
  });
  const text = await response.text();
  return { status: response.status, told: `${JSON.stringify([...response.headers])}\n${text}` };
}

/** Everything that a page holds: what it shows, what its fields hold, and what it stores. */
function contentsOf(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const fields = [...document.querySelectorAll('input, textarea, select')].map((field) =>
      Reflect.get(field, 'value'),
    );
    const stores = [localStorage, sessionStorage].map((store) => Object.entries(store));
    const requests = performance.getEntries().map(({ name }) => name);
    const databases = await indexedDB.databases();
    const seen = { address: location.href, cookie: document.cookie, fields, stores, requests, databases };
    return `${JSON.stringify(seen)}\n${document.documentElement.outerHTML}`;
  });
}

/** Loaded into the program: a signal makes it fall over an error whose every member holds a token. */
const crashOnSignal = `
  import { readdirSync, readFileSync } from 'node:fs';
  process.on('SIGUSR2', () => {
    const folder = process.argv[process.argv.indexOf('--data-dir') + 1] + '/accounts/';
    const sealed = JSON.parse(readFileSync(folder + readdirSync(folder)[0], 'utf8')).sealedTokens;
    const cause = new Error('refused ' + sealed);
    throw Object.assign(new Error('cannot parse ' + sealed, { cause }), { options: { headers: { authorization: sealed } } });
  });`;

it.runIf(hasProc())(
  'S-canary: no file, log line, message, export, page, crash or process holds a token, except the account files',
  { timeout: 120_000 },
  async () => {
    const [ada, grace, edsger] = ['ada', 'grace', 'edsger'].map((name) =>
      simulator.addAccount({ email: `${name}@example.test` }),
    );
    if (ada === undefined || grace === undefined || edsger === undefined) throw new Error('no people');
    const people = [ada, grace, edsger];
    const served = await headless.serve(...place);
    const tab = await Tab.open(served);
    /** All that was told to anybody. */
    const told: string[] = [];
    const browser = await launchTestBrowser();
    try {
      // Sign-in, in the browser and by device code, and a linked file, all looked at in a page.
      const { page } = await openPage(browser, await dashboardUrl());
      await page.getByText('Connected', { exact: true }).waitFor();
      await page.keyboard.type('ga');
      await page.getByRole('heading', { name: 'Accounts', level: 1 }).waitFor();
      simulator.issuer.signInNext(ada);
      const signIn = await tab.call('signIn.start', { method: 'browser' });
      canary.learn(...people);
      await page.getByText('Waiting for the browser').waitFor();
      told.push(await contentsOf(page));
      const callback = await visitIssuer(signIn.url);
      canary.add(new URL(callback).searchParams.get('code') ?? '', 'code');
      told.push(await (await fetch(callback)).text());
      await tab.call('signIn.wait', { id: signIn.id });
      const device = await tab.call('signIn.start', { method: 'device' });
      await page.getByText('Waiting for the code to be entered').waitFor();
      told.push(await contentsOf(page));
      grace.approveDevice(device.userCode ?? '');
      await tab.call('signIn.wait', { id: device.id });
      writeFileSync(join(codexHome, 'auth.json'), edsger.authJson(), { mode: 0o600 });
      await tab.call('accounts.link', { path: null });
      // Pasted into the page, as by somebody who imports by hand.
      await page.getByLabel('or paste its text').fill(grace.authJson());
      await page.getByRole('button', { name: 'Import the text' }).click();
      await page.getByText('the account was here already').waitFor();
      told.push(await contentsOf(page));
      canary.learn(...people);
      expect(canary.processes()).toEqual([]);

      // Turns, errors that repeat the token, refreshes and a refused one, on every account.
      for (const person of people) {
        const account = (await tab.call('accounts.list', null)).find(({ email }) => email === person.email);
        await tab.call('settings.set', { pinnedAccountId: account?.id ?? null });
        const first = await turn(served);
        expect(first.status).toBe(200);
        const message = `Rejected ${person.accessToken} and ${person.refreshToken}`;
        simulator.faults.next('turn', { kind: 'error', status: 400, code: 'invalid_request_error', message });
        const refused = await turn(served);
        person.invalidateAccess();
        simulator.faults.next('issuer', { kind: 'status', status: 500, body: JSON.stringify({ error: message }) });
        told.push(first.told, refused.told, (await turn(served)).told, (await turn(served)).told);
        canary.learn(person);
      }
      // A program that reads the account's own file to the model: the answer repeats it, our records do not.
      const leak = `Reply with exactly: ${ada.accessToken} ${ada.refreshToken} ${ada.idToken}`;
      expect((await turn(served, leak)).status).toBe(200);

      // Exits: details, quotas, exports, diagnostics, commands, open routes, every screen.
      const rows = (await tab.call('app.snapshot', null)).requests;
      expect(rows.length).toBeGreaterThan(12);
      for (const { id } of rows) {
        await tab.call('requests.detail', { id });
        told.push((await tab.call('requests.curl', { id })).text);
      }
      for (const { id } of await tab.call('accounts.list', null)) await tab.call('accounts.readUsage', { id });
      told.push((await tab.call('app.diagnostics', null)).text);
      const har = join(headless.dir, 'turns.har');
      const upstream = place.slice(0, 4);
      for (const [name, command] of [
        ['export', headless.run('export', 'har', har, '--bodies', ...upstream)],
        ['accounts', askCommand(headless.dataDir, ['accounts', '--json', ...upstream])],
        ['accounts', askCommand(headless.dataDir, ['accounts', ...upstream])],
        ['status', askCommand(headless.dataDir, ['status', '--json', ...upstream])],
      ] as const) {
        const { code, stdout, stderr } = await command;
        expect([name, code]).toEqual([name, 0]);
        told.push(stdout, stderr);
      }
      expect(JSON.parse(readFileSync(har, 'utf8')).log.entries.length).toBeGreaterThan(12);
      expect(readFileSync(har, 'utf8')).toContain('Reply with exactly');
      for (const path of ['/', '/healthz', '/api/codex/usage', '/v1/models', '/no/such/route']) {
        told.push(await (await fetch(`${served.baseUrl}${path}`, { headers: { 'x-api-key': served.apiKey } })).text());
      }
      for (const screen of ['o', 'r', 'l', 'f', 'a', 'c', 's']) {
        await page.keyboard.type(`g${screen}`);
        await page.locator('h1').first().waitFor({ state: 'attached' });
        told.push(await contentsOf(page));
      }
      await page.keyboard.type('gr');
      const row = page.getByRole('grid').locator('tbody tr[id]').first();
      await row.click();
      await page.getByRole('tab').first().waitFor();
      for (const name of await page.getByRole('tab').allInnerTexts()) {
        await page.getByRole('tab', { name }).click();
        told.push(await contentsOf(page));
      }
      expect(told.filter((text) => text.includes('<html') && text.includes('Reply with exactly'))).not.toEqual([]);
      expect(canary.processes()).toEqual([]);
    } finally {
      await browser.close();
    }

    // What lies on the disk while it runs, after it was killed, and after a crash of the next run.
    canary.learn(...people);
    expectOnlyAccountFiles();
    served.child.kill('SIGKILL');
    const first = await served.finished;
    expectOnlyAccountFiles();
    env.NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(crashOnSignal)}`;
    const again = await headless.serve(...place);
    env.NODE_OPTIONS = '';
    told.push((await turn(again)).told);
    again.child.kill('SIGUSR2');
    const second = await again.finished;
    expect([second.code, second.stderr]).toEqual([1, expect.stringContaining('An error that nothing caught.')]);
    canary.learn(...people);
    expectOnlyAccountFiles();

    expect(canary.count).toBeGreaterThan(15);
    for (const text of [first.stdout, first.stderr, second.stdout, second.stderr, ...told, ...tab.received]) {
      expect(canary.seenIn(text)).toEqual([]);
    }
  },
);

it.runIf(hasProc())('the canary hears a token in a command line, in an environment and in a file', async () => {
  const person = simulator.addAccount();
  canary.learn(person);
  writeFileSync(join(headless.dir, 'leak'), `…${Buffer.from(person.refreshToken).toString('base64')}…`);
  expect(canary.filesIn(headless.dir)).toEqual(['leak']);
  for (const [args, more] of [
    [[person.accessToken], {}],
    [[], { LEAK: person.idToken }],
  ] as const) {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', ...args], { env: { ...env, ...more } });
    await expect.poll(() => canary.processes().map((line) => Number.parseInt(line, 10))).toEqual([child.pid]);
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  expect(canary.processes()).toEqual([]);
});

/** The canary sings where it should: in the three account files and the shared one. */
function expectOnlyAccountFiles(): void {
  const files = canary.filesIn(headless.dir);
  expect(files).toHaveLength(4);
  expect(files.filter((path) => !/^data\/accounts\/[0-9a-f]{16}\.json$/.test(path))).toEqual(['codex/auth.json']);
}

/** Another link to the dashboard, as "npx slipstream open" gets it. */
async function dashboardUrl(): Promise<string> {
  const record = findInstance(headless.dataDir);
  if (record === null) throw new Error('it does not run');
  const bridge = await connectBridge(record);
  const result = await bridge.invoke('app.dashboardUrl', null);
  bridge.close();
  return (result.ok && result.value.url) || '';
}

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
        open: async (sealed: string) => ({
          plain: turnAround(Buffer.from(sealed, 'base64').toString('latin1')),
          isStale: false,
        }),
      },
    };
    const rig = await startAccountsRig({ host, traceKeeping: 'database' });
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
