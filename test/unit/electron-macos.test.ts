import type { Dock } from 'electron';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DesktopRig } from '../desktop/desktop-rig.ts';
import { createStandIn, type StandIn } from '../desktop/electron-stand-in/stand-in.ts';
import { current } from '../support/shared-electron.ts';

vi.mock('electron', async () => (await import('../support/shared-electron.ts')).sharedElectron);
vi.mock('electron-store', async () => (await import('../support/shared-electron.ts')).sharedStore);

const platform = Object.getOwnPropertyDescriptor(process, 'platform') ?? {};
let standIn: StandIn;
let rig: DesktopRig;
let isInDock: boolean;

beforeEach(() => {
  Object.defineProperty(process, 'platform', { ...platform, value: 'darwin' });
  standIn = createStandIn();
  current.standIn = standIn;
  isInDock = true;
  standIn.module.app.dock = {
    hide: () => {
      isInDock = false;
    },
    show: async () => {
      isInDock = true;
    },
  } as Dock;
  rig = new DesktopRig(standIn);
});
afterEach(() => {
  Object.defineProperty(process, 'platform', platform);
  rig.dispose();
});

/** What the system tells of how the app was started; a login item gets no arguments. */
function openedAtLogin(wasOpenedAtLogin: boolean): void {
  const { getLoginItemSettings } = standIn.module.app;
  standIn.module.app.getLoginItemSettings = () => ({ ...getLoginItemSettings(), wasOpenedAtLogin });
}

describe('on macOS', () => {
  it('a start at login opens no window and stays out of the dock', async () => {
    openedAtLogin(true);
    await rig.startReady();
    expect([standIn.windows.length, isInDock]).toEqual([0, false]);
    standIn.module.app.emit('activate');
    expect([standIn.windows.length, isInDock]).toEqual([1, true]);
    await rig.quit();
  });

  it('a start by hand is in the dock while its window is open', async () => {
    openedAtLogin(false);
    await rig.startReady();
    expect([standIn.windows.length, isInDock]).toEqual([1, true]);
    standIn.windows[0]?.close();
    expect(isInDock).toBe(false);
    standIn.trayMenu().find('Open dashboard').press();
    expect([standIn.windows.length, isInDock]).toEqual([2, true]);
    await rig.quit();
  });

  it('the icon is a template, and a click on it opens its menu and nothing else', async () => {
    openedAtLogin(true);
    await rig.startReady();
    const [tray] = standIn.trays;
    expect([tray?.image.name, tray?.image.isTemplateImage(), tray?.image.isEmpty()]).toEqual([
      'attentionTemplate.png',
      true,
      false,
    ]);
    tray?.emit('click');
    expect(standIn.windows).toHaveLength(0);
    await rig.quit();
  });

  it('the bar has no text unless one is wanted', async () => {
    openedAtLogin(true);
    await rig.startReady();
    expect(new Set(standIn.barTitles)).toEqual(new Set(['']));
    await rig.quit();
  });
});
