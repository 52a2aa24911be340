import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { ask, post } from '../support/turn-client.ts';
import { RunningApp } from './running-app.ts';
import { givenStage } from './stage.ts';
import { hasProgram, notificationsAreHere, UserSession } from './user-session.ts';

const stage = givenStage();
const hasNotifications = notificationsAreHere();
const hasKeyring = hasProgram('gnome-keyring-daemon');
/** Of whatever the program asks; it has other windows, which nobody sees. */
const dialogTitle = 'Slipstream';

describe.skipIf(stage === null || !hasKeyring)('the keyring', () => {
  let simulator: Simulator;
  let session: UserSession;
  let app: RunningApp;
  const start = async () => {
    const place = ['--upstream', simulator.upstreamUrl, '--issuer', simulator.issuerUrl];
    app = await RunningApp.start(session, { args: ['--port', '0', '--no-open', ...place] });
  };
  const stored = () => {
    const dir = join(app.dataDir, 'accounts');
    return readdirSync(dir).map((name) => readFileSync(join(dir, name), 'utf8'));
  };
  const state = async () => (await app.snapshot()).accounts[0]?.state;

  beforeAll(async () => {
    if (stage === null || !hasKeyring) return;
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

  it('that is open keeps tokens unreadable on the disk, and opens them at the next start', async () => {
    await start();
    const account = simulator.addAccount();
    await app.call('accounts.import', { text: account.authJson() });
    const [text = ''] = stored();
    expect(text).toContain('safe:');
    expect(text).not.toContain(account.authJson().slice(30, 80));
    await app.stop();
    await start();
    await expect.poll(state).toBe('ready');
  });

  it('that is locked keeps neither port nor tray back: accounts are locked until it is opened', async () => {
    await session.startKeyring('locked');
    await start();
    await app.until('the tray', () => session.tray?.hasIcon);
    await expect.poll(state).toBe('locked');
    await expect.poll(() => session.tray?.labels()).toContain('Unlock accounts …');
    if (hasNotifications)
      await expect.poll(() => session.notices.shown.map(({ title }) => title)).toContain('An account is locked');
    const { apiKey } = await app.call('app.apiKey', null);
    expect((await post({ baseUrl: app.baseUrl, apiKey }, ask('not yet'))).status).toBeGreaterThanOrEqual(400);
    const [account] = (await app.snapshot()).accounts;
    const tryAgain = () => app.call('accounts.tryAgain', { id: account?.id ?? '' });
    await expect(tryAgain()).rejects.toThrow('secrets_locked');
    expect(session.windowTitles()).not.toContain(dialogTitle);
    await session.startKeyring('open');
    // Chromium asks a keyring once: what is opened later wants another start, which is offered.
    void tryAgain().catch(() => {});
    await app.until(
      'the offer, or the account',
      async () => session.windowTitles().includes(dialogTitle) || (await state()) === 'ready',
    );
    await app.stop();
    await start();
    await expect.poll(state).toBe('ready');
    expect((await post({ baseUrl: app.baseUrl, apiKey }, ask('now'))).status).toBe(200);
  });

  it('that is absent keeps nothing back either, and no token is written without a yes', async () => {
    session.stopKeyring();
    await start();
    await expect.poll(state).toBe('locked');
    const before = stored();
    const other = simulator.addAccount({ email: 'other@example.test' });
    void app.call('accounts.import', { text: other.authJson() }).catch(() => {});
    await app.until('the question', () => session.windowTitles().includes(dialogTitle));
    expect(stored()).toEqual(before);
    expect((await fetch(`${app.baseUrl}/healthz`)).status).toBe(204);
  });
});
