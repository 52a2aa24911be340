import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { ask, openPost, post, WsTurns } from '../support/turn-client.ts';
import { RunningApp } from './running-app.ts';
import { givenStage } from './stage.ts';
import type { TrayHost } from './tray-host.ts';
import { UserSession } from './user-session.ts';

const stage = givenStage();

describe.skipIf(stage === null)('the tray, over the bus', () => {
  let simulator: Simulator;
  let session: UserSession;
  let app: RunningApp;
  let tray: TrayHost;
  const server = async () => ({ baseUrl: app.baseUrl, apiKey: (await app.call('app.apiKey', null)).apiKey });

  beforeAll(async () => {
    if (stage === null) return;
    simulator = await startSimulator();
    session = await UserSession.start(stage, { keyring: 'open' });
    const place = ['--upstream', simulator.upstreamUrl, '--issuer', simulator.issuerUrl];
    app = await RunningApp.start(session, { args: ['--port', '0', '--no-open', ...place] });
    if (session.tray === null) throw new Error('There is no tray host.');
    tray = session.tray;
    await app.until('the tray', () => tray.hasIcon);
    const text = simulator.addAccount({ email: 'ada@example.test' }).authJson();
    await app.call('accounts.import', { text });
    await app.until('the account in it', async () => (await tray.labels()).some((label) => /ad…@e…/.test(label)));
  });
  afterAll(async () => {
    await app?.stop();
    session?.stop();
    await simulator?.stop();
  });

  it('shows its menu: what it has, in order, and which switches are on', async () => {
    const labels = await tray.labels();
    expect(labels[0]).toBe(`1 account · ${app.baseUrl.replace('http://', '')}`);
    const wanted = [
      'Fast mode',
      '✓ Choose automatically',
      'Sign in',
      'Open dashboard',
      'Copy base URL',
      'Copy API key',
    ];
    expect(labels).toEqual(expect.arrayContaining([...wanted, 'Set up a client', 'Start at login', 'Pause']));
    expect(labels.at(-1)).toBe('Quit Slipstream');
    expect((await tray.menu())[0]).toMatchObject({ isEnabled: false });
    const [fast] = (await tray.menu()).filter(({ label }) => label === 'Fast mode');
    expect(fast).toMatchObject({ isChecked: false, isEnabled: true });
  });

  it('sends the next turn of an open session fast once its switch is clicked, and the one after its second click not', async () => {
    const turns = await WsTurns.open(await server());
    const tierOf = async (text: string) => {
      await turns.turn(ask(text));
      return simulator.log.turns.findLast(({ phase }) => phase === 'completed')?.tier;
    };
    expect(await tierOf('one')).toBeUndefined();
    await tray.click('Fast mode');
    await expect.poll(() => tray.labels()).toContain('✓ Fast mode');
    expect(await tierOf('two')).toBe('priority');
    await tray.click('Fast mode');
    await expect.poll(() => tray.labels()).toContain('Fast mode');
    expect(await tierOf('three')).toBeUndefined();
    await turns.close();
  });

  it('tells a running turn in its picture, and leaves its menu alone meanwhile', async () => {
    const idle = readFileSync(await tray.icon());
    await expect.poll(() => tray.toolTip()).toContain('1 account · ');
    const before = tray.layouts;
    const proxy = await server();
    for (let count = 0; count < 20; count += 1) await post(proxy, ask(`turn ${count}`));
    simulator.faults.next('turn', { kind: 'stall', afterDeltas: 1 });
    const running = openPost(proxy, '/v1/responses', JSON.stringify(ask('long')));
    await expect.poll(async () => readFileSync(await tray.icon()).equals(idle)).toBe(false);
    // Upstream has it by then, and with it the stall that is meant for it.
    await running.head;
    running.request.destroy();
    await expect.poll(async () => readFileSync(await tray.icon()).equals(idle)).toBe(true);
    // A click of before may be drawn late, and the account's quota may be another after the turns.
    expect(tray.layouts - before).toBeLessThanOrEqual(3);
  });

  it('opens the window with a plain click, or switches fast mode where that is set', async () => {
    expect(await app.pages()).toHaveLength(0);
    await tray.activate();
    expect((await app.page()).url()).toMatch(/^app:\/\/bundle\//);
    await app.call('settings.set', { trayClick: 'fast' });
    await tray.activate();
    await expect.poll(async () => (await app.snapshot()).settings.fastPolicy).toBe('on');
    await expect.poll(() => tray.labels()).toContain('✓ Fast mode');
    await tray.activate();
    await expect.poll(async () => (await app.snapshot()).settings.fastPolicy).toBe('auto');
  });

  it('opens a screen that an item leads to', async () => {
    await tray.click('Codex CLI');
    const page = await app.page();
    await expect.poll(() => page.url()).toMatch(/#\/clients$/);
  });

  it('pauses and goes on', async () => {
    const proxy = await server();
    await tray.click('Pause');
    await expect.poll(() => tray.labels()).toContain('✓ Paused');
    expect((await post(proxy, ask('no'))).status).toBe(503);
    await tray.click('Paused');
    await expect.poll(() => tray.labels()).toContain('Pause');
    expect((await post(proxy, ask('yes'))).status).toBe(200);
  });

  it('quits', async () => {
    // It may be gone before it answers.
    await tray.click('Quit Slipstream').catch(() => {});
    expect(await app.exited).toBe(0);
    expect(readdirSync(join(session.dir, 'tmp'))).toEqual([]);
  });
});
