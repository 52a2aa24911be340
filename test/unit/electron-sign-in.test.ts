import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectBridge } from '../../src-main/node/bridge-client.ts';
import { findInstance } from '../../src-main/node/find-instance.ts';
import type { Snapshot } from '../../src-main/shared/model.ts';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { DesktopRig } from '../desktop/desktop-rig.ts';
import { createStandIn, type StandIn } from '../desktop/electron-stand-in/stand-in.ts';
import { visitIssuer } from '../support/accounts-rig.ts';
import { current } from '../support/shared-electron.ts';

vi.mock('electron', async () => (await import('../support/shared-electron.ts')).sharedElectron);
vi.mock('electron-store', async () => (await import('../support/shared-electron.ts')).sharedStore);

let standIn: StandIn;
let rig: DesktopRig;
let simulator: Simulator;

beforeEach(async () => {
  standIn = createStandIn();
  current.standIn = standIn;
  rig = new DesktopRig(standIn);
  simulator = await startSimulator({ issuer: { redirectPorts: 'any', deviceIntervalS: 0.01 } });
  simulator.addAccount({ email: 'ada@example.test', plan: 'pro' });
  const place = ['--upstream', simulator.upstreamUrl, '--issuer', simulator.issuerUrl];
  await rig.startReady('--no-open', ...place);
});
afterEach(async () => {
  await rig.quit();
  rig.dispose();
  await simulator.stop();
});

async function snapshot(): Promise<Snapshot> {
  const record = findInstance(rig.dataDir);
  if (record === null) throw new Error('it does not run');
  const bridge = await connectBridge(record);
  const result = await bridge.invoke('app.snapshot', null);
  bridge.close();
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

/** The sign-in that waits, once there is one. */
async function waiting() {
  await expect.poll(async () => (await snapshot()).signIn?.state).toBe('waiting');
  const { signIn } = await snapshot();
  if (signIn === null) throw new Error('no sign-in');
  return signIn;
}

const inTray = (text: string) =>
  standIn.until('tray', () =>
    standIn
      .trayMenu()
      .labels()
      .some((label) => label.includes(text)),
  );

describe('signing in from the tray', () => {
  it("with the browser opens the issuer's page and the dashboard, and the account is in the tray then", async () => {
    standIn.trayMenu().find('With the browser').press();
    const { url } = await waiting();
    expect(standIn.module.shell.openExternal.mock.calls).toEqual([[url]]);
    expect(standIn.windows).toHaveLength(1);
    expect(await (await fetch(await visitIssuer(url))).text()).toContain('You are signed in');
    await inTray('ad…@e… (pro)');
  });

  it('with a device code opens the dashboard, which shows the code', async () => {
    standIn.trayMenu().find('With a device code').press();
    const { userCode, method } = await waiting();
    expect([method, standIn.module.shell.openExternal.mock.calls, standIn.windows.length]).toEqual(['device', [], 1]);
    expect(simulator.accounts[0]?.approveDevice(userCode ?? '')).toBe(true);
    await inTray('ad…@e… (pro)');
  });

  it('shows the sign-in that waits already, and starts no other', async () => {
    standIn.trayMenu().find('With a device code').press();
    const { id } = await waiting();
    standIn.windows[0]?.close();
    standIn.trayMenu().find('With the browser').press();
    await standIn.until('tray', () => standIn.windows.length === 2);
    expect((await snapshot()).signIn).toMatchObject({ id, state: 'waiting' });
    expect(standIn.module.shell.openExternal.mock.calls).toEqual([]);
  });
});
