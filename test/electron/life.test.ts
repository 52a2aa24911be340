import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { ask, errorOf, openPost, post, readAnswer, WsTurns } from '../support/turn-client.ts';
import { RunningApp } from './running-app.ts';
import { givenStage } from './stage.ts';
import { hasProgram, UserSession } from './user-session.ts';

const stage = givenStage();

const connected = (page: Page) => page.getByText('Connected', { exact: true }).first().waitFor();

describe.skipIf(stage === null)('the packaged program', () => {
  let simulator: Simulator;
  let session: UserSession;
  let app: RunningApp;
  const start = async (...args: readonly string[]) => {
    const place = ['--upstream', simulator.upstreamUrl, '--issuer', simulator.issuerUrl];
    app = await RunningApp.start(session, { args: ['--port', '0', ...place, ...args] });
    return app;
  };
  const signIn = async () => void (await app.call('accounts.import', { text: simulator.addAccount().authJson() }));
  const server = async () => ({ baseUrl: app.baseUrl, apiKey: (await app.call('app.apiKey', null)).apiKey });

  beforeAll(async () => {
    if (stage === null) return;
    simulator = await startSimulator();
    session = await UserSession.start(stage, { keyring: 'open' });
  });
  afterEach(async () => {
    await app?.stop();
  });
  afterAll(async () => {
    session?.stop();
    await simulator?.stop();
  });

  it('shows its window, goes on without it, and shows it again when it is started a second time', async () => {
    await start();
    const page = await app.page();
    await connected(page);
    await page.close();
    await expect.poll(async () => (await app.pages()).length).toBe(0);
    expect((await fetch(`${app.baseUrl}/healthz`)).status).toBe(204);
    const hidden = new RunningApp(session, { args: ['--hidden'] });
    expect(await hidden.exited).toBe(0);
    expect(await app.pages()).toEqual([]);
    const second = new RunningApp(session);
    expect(await second.exited).toBe(0);
    await connected(await app.page());
  });

  it.skipIf(!hasProgram('xdotool'))(
    'comes back with the zoom that its keys gave it, in a new window and after another start',
    async () => {
      const zoom = async () => (await app.page()).evaluate(() => devicePixelRatio);
      const press = (keys: string) => session.press(' · Slipstream$', keys);
      await start();
      await connected(await app.page());
      const usual = await zoom();
      press('ctrl+plus');
      await expect.poll(zoom).toBeGreaterThan(usual);
      const once = await zoom();
      press('ctrl+equal');
      await expect.poll(zoom).toBeGreaterThan(once);
      const twice = await zoom();
      await (await app.page()).close();
      await expect.poll(async () => (await app.pages()).length).toBe(0);
      expect(await new RunningApp(session).exited).toBe(0);
      await connected(await app.page());
      await expect.poll(zoom).toBe(twice);
      press('ctrl+minus');
      await expect.poll(zoom).toBe(once);
      press('ctrl+KP_Add');
      await expect.poll(zoom).toBe(twice);
      press('ctrl+KP_Subtract');
      await expect.poll(zoom).toBe(once);
      await app.stop();
      await start();
      await connected(await app.page());
      await expect.poll(zoom).toBe(once);
      press('ctrl+0');
      await expect.poll(zoom).toBe(usual);
    },
  );

  it('is light or dark as it is set, or as the system is', async () => {
    await start();
    const page = await app.page();
    await connected(page);
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await app.call('settings.set', { theme: 'light' });
    await expect.poll(ground).not.toBe('rgb(0, 0, 0)');
    const light = await ground();
    await app.call('settings.set', { theme: 'dark' });
    await expect.poll(ground).not.toBe(light);
    await app.call('settings.set', { theme: 'system' });
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(ground).toBe(light);
  });

  it('shows the turn that a link names, whether it runs already or not', async () => {
    app = await RunningApp.start(session, { args: ['--port', '0', '--hidden', 'slipstream://turn/0192-no-such-turn'] });
    const page = await app.page();
    await expect.poll(() => page.url()).toMatch(/#\/requests\/0192-no-such-turn$/);
    const second = new RunningApp(session, { args: ['slipstream://turn/another'] });
    expect(await second.exited).toBe(0);
    await expect.poll(() => page.url()).toMatch(/#\/requests\/another$/);
  });

  it('takes no other page into its window', async () => {
    await start();
    const page = await app.page();
    await connected(page);
    await page.evaluate(() => {
      location.href = 'about:blank';
    });
    await connected(page);
    await page.evaluate(() => {
      location.href = 'https://example.test/';
    });
    expect(page.url()).toMatch(/^app:\/\/bundle\//);
  });

  it('starts at login once the user has said so, as what is installed and without a window', async () => {
    await start('--no-open');
    const entry = join(session.homeDir, '.config', 'autostart', 'slipstream.desktop');
    expect(existsSync(entry)).toBe(false);
    await app.call('settings.set', { startAtLogin: true });
    expect(readFileSync(entry, 'utf8')).toMatch(/^Exec="[^"]+\/linux-unpacked\/slipstream" "--hidden" "--port" "0"$/m);
    await app.call('settings.set', { startAtLogin: false });
    expect(existsSync(entry)).toBe(false);
  });

  it('opens its window minimised at a login start where no panel shows tray icons', async () => {
    if (stage === null) return;
    const bare = await UserSession.start(stage, { hasTrayHost: false });
    try {
      app = await RunningApp.start(bare, { args: ['--port', '0', '--hidden'] });
      await app.page();
      await app.until('the reason', () => /shows no tray icons/.test(app.output));
      await app.stop();
    } finally {
      bare.stop();
    }
  });

  it.each([
    { whom: 'program', args: ['--no-open'] },
    { whom: 'group', args: [] },
  ] as const)(
    'lets running turns end with an error of theirs when its $whom is ended, started with $args',
    async ({ whom, args }) => {
      const place = ['--port', '0', '--upstream', simulator.upstreamUrl, '--issuer', simulator.issuerUrl];
      app = await RunningApp.start(session, { args: [...place, ...args], leadsGroup: true });
      if (args.length === 0) await connected(await app.page());
      if ((await app.snapshot()).accounts.length === 0) await signIn();
      await expect.poll(async () => (await app.snapshot()).accounts[0]?.state).toBe('ready');
      const proxy = await server();
      simulator.faults.always('turn', { kind: 'stall', afterDeltas: 1 });
      const turns = await WsTurns.open(proxy);
      turns.send({ type: 'response.create', ...ask('over a websocket') });
      const streamed = await openPost(proxy, '/v1/responses', JSON.stringify(ask('over HTTP'))).head;
      const unread = post(proxy, { ...ask('at once'), stream: false });
      await expect.poll(async () => (await app.call('app.status', null)).running).toBe(3);
      await expect.poll(() => turns.events.length).toBeGreaterThan(1);
      const answer = readAnswer(streamed);
      expect(await app.stop('SIGTERM', whom)).toBe(0);
      expect(app.output).not.toContain('FATAL');
      simulator.faults.clear();
      const ends = [(await turns.terminal()).at(-1), (await answer).events.at(-1), (await unread).json];
      expect(ends.map((end) => errorOf(end).code)).toEqual(['stopping', 'stopping', 'stopping']);
    },
  );

  it('takes over from one that was killed, with its accounts, and leaves nothing of it behind', async () => {
    await start('--no-open');
    await expect.poll(async () => (await app.snapshot()).accounts.length).toBe(1);
    const { pid } = app.record;
    await app.stop('SIGKILL');
    await start('--no-open');
    expect(app.record.pid).not.toBe(pid);
    await expect.poll(async () => (await app.snapshot()).accounts[0]?.state).toBe('ready');
    expect((await post(await server(), ask('again'))).status).toBe(200);
  });

  it('leaves nothing of a demo behind', async () => {
    const folder = join(session.homeDir, 'demo');
    mkdirSync(folder, { mode: 0o777 });
    chmodSync(folder, 0o777);
    const demo = new RunningApp(session, { args: ['--demo', '--port', '0'], env: { TMPDIR: folder } });
    app = demo;
    const made = await demo.until(
      'its folder',
      () => readdirSync(folder).find((name) => /^slipstream-demo-\d/.test(name)) ?? null,
    );
    await connected(await demo.page());
    expect(existsSync(join(folder, made))).toBe(true);
    demo.child.kill('SIGTERM');
    expect(await demo.exited).toBe(0);
    await expect.poll(() => readdirSync(folder), { timeout: 10_000 }).toEqual([]);
  });

  it('says why it cannot start, and hears signals meanwhile', async () => {
    const file = join(session.homeDir, 'file');
    writeFileSync(file, '');
    const folder = join(file, 'inside');
    app = new RunningApp(session, { args: ['--port', '0', '--data-dir', folder] });
    await app.until(
      'the reason',
      () => app.output.includes(`slipstream: The data folder ${folder} cannot be made`) || null,
    );
    expect(await app.stop()).toBe(1);
  });
});
