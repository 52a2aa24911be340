import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { visitIssuer } from '../support/accounts-rig.ts';
import { isPortHeld } from '../support/free-port.ts';
import { ask, post } from '../support/turn-client.ts';
import { RunningApp } from './running-app.ts';
import { givenStage } from './stage.ts';
import { notificationsAreHere, UserSession } from './user-session.ts';

const stage = givenStage();
const hasNotifications = notificationsAreHere();

describe.skipIf(stage === null)('an account', () => {
  let simulator: Simulator;
  let session: UserSession;
  let app: RunningApp;

  beforeAll(async () => {
    if (stage === null) return;
    simulator = await startSimulator({ issuer: { redirectPorts: 'any' } });
    simulator.addAccount({ email: 'ada@example.test', plan: 'pro' });
    session = await UserSession.start(stage, { keyring: 'open' });
    const place = ['--upstream', simulator.upstreamUrl, '--issuer', simulator.issuerUrl];
    app = await RunningApp.start(session, { args: ['--port', '0', '--no-open', ...place] });
    await app.until('the tray', () => session.tray?.hasIcon);
  });
  afterAll(async () => {
    await app?.stop();
    session?.stop();
    await simulator?.stop();
  });

  it("signs in through the user's browser, from the tray", async () => {
    await expect.poll(() => session.tray?.labels()).toContain('With the browser');
    // The packaged program takes the machine's own, and would end the sign-in of whoever has it.
    await expect.poll(() => isPortHeld(1455), { timeout: 60_000 }).toBe(false);
    await session.tray?.click('With the browser');
    await expect.poll(() => session.opened.length).toBe(1);
    const [url = ''] = session.opened;
    expect(url.startsWith(simulator.issuerUrl)).toBe(true);
    expect(await (await fetch(await visitIssuer(url))).text()).toContain('You are signed in');
    await expect.poll(() => session.tray?.labels()).toContainEqual(expect.stringContaining('ad…@e… (pro)'));
  });

  it.skipIf(!hasNotifications)(
    'that has used its quota is told in a notification, and a click on that opens its screen',
    async () => {
      const { apiKey } = await app.call('app.apiKey', null);
      simulator.faults.always('turn', {
        kind: 'error',
        status: 429,
        code: 'usage_limit_reached',
        resetsAt: Math.floor(Date.now() / 1000) + 600,
      });
      await post({ baseUrl: app.baseUrl, apiKey }, ask('too much'));
      await expect.poll(() => session.notices.shown.map(({ title }) => title)).toContain('Usage limit reached');
      const notice = session.notices.shown.find(({ title }) => title === 'Usage limit reached');
      if (notice === undefined) throw new Error('no notice');
      await app.pages().then((pages) => Promise.all(pages.map((page) => page.close())));
      session.notices.click(notice);
      const page = await app.page();
      await expect.poll(() => page.url()).toMatch(/#\/accounts$/);
    },
  );
});
