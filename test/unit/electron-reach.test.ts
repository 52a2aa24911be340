import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createHarDrag } from '../../src-main/electron/har-drag.ts';
import { showJumpList } from '../../src-main/electron/jump-list.ts';
import { connectBridge } from '../../src-main/node/bridge-client.ts';
import { findInstance } from '../../src-main/node/find-instance.ts';
import type { CallInput } from '../../src-main/shared/contract.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { DesktopRig } from '../desktop/desktop-rig.ts';
import { givenDesktop } from '../desktop/given-desktop.ts';
import { current } from '../support/shared-electron.ts';
import { fakeClock } from './fake-clock.ts';

vi.mock('electron', async () => (await import('../support/shared-electron.ts')).sharedElectron);
vi.mock('electron-store', async () => (await import('../support/shared-electron.ts')).sharedStore);

const desk = givenDesktop(current);

const set = async (settings: CallInput<'settings.set'>) => {
  const bridge = await connectBridge(findInstance(desk.rig.dataDir) ?? expect.fail('no instance'));
  const result = await bridge.invoke('settings.set', settings);
  bridge.close();
  return result;
};

describe('the shortcut of the whole system', () => {
  it('is none at first, is what was set last, and toggles fast mode', async () => {
    await desk.rig.startReady('--no-open');
    expect([...desk.standIn.shortcuts.held.keys()]).toEqual([]);
    await set({ fastShortcut: 'Control+Alt+F' });
    await set({ fastShortcut: 'Control+Alt+G' });
    expect([...desk.standIn.shortcuts.held.keys()]).toEqual(['Control+Alt+G']);
    desk.standIn.shortcuts.held.get('Control+Alt+G')?.();
    await desk.standIn.until('tray', () => desk.standIn.trayMenu().labels().includes('✓ Fast mode'));
    await set({ fastShortcut: null });
    expect([...desk.standIn.shortcuts.held.keys()]).toEqual([]);
    await desk.rig.quit();
  });

  it('that belongs to another program is refused, and the one before it stays', async () => {
    await desk.rig.startReady('--no-open');
    await set({ fastShortcut: 'Control+Alt+F' });
    desk.standIn.shortcuts.foreign.add('Control+Alt+G');
    expect(await set({ fastShortcut: 'Control+Alt+G' })).toMatchObject({
      ok: false,
      error: { code: 'shortcut_taken' },
    });
    expect([...desk.standIn.shortcuts.held.keys()]).toEqual(['Control+Alt+F']);
    await desk.rig.quit();
    desk.renew();
    desk.standIn.shortcuts.foreign.add('Control+Alt+F');
    const second = new DesktopRig(desk.standIn, desk.rig.dataDir);
    await second.startReady('--no-open');
    await desk.standIn.until('notification', () => desk.standIn.notifications.length > 0);
    expect(desk.standIn.notifications).toMatchObject([
      { body: expect.stringContaining('Control+Alt+F belongs to another') },
    ]);
    await second.quit();
    second.dispose();
  });
});

describe('a turn that is dragged out of the window', () => {
  it('is a file that only the user reads, replaced by the next, and gone after a while', async () => {
    const clock = fakeClock();
    const dragged: { file?: string }[] = [];
    const dir = join(desk.rig.dir, 'dragged');
    const { handler, clean } = createHarDrag({
      dir,
      icon: '/icon.png',
      clock,
      window: () => ({ webContents: { startDrag: (item: object) => dragged.push(item) } }) as never,
      exportHar: async ({ ids, withBodies }) =>
        ({ fileName: `../${ids?.[0]}.har`, text: JSON.stringify({ ids, withBodies }) }) as never,
    });
    await handler({ ids: ['a'] });
    await handler({ ids: ['b'] });
    expect(dragged.map(({ file }) => file)).toEqual([join(dir, 'a.har'), join(dir, 'b.har')]);
    expect(readdirSync(dir)).toEqual(['b.har']);
    expect(readFileSync(join(dir, 'b.har'), 'utf8')).toBe('{"ids":["b"],"withBodies":false}');
    expect(statSync(join(dir, 'b.har')).mode & 0o777).toBe(0o600);
    await clock.advance(10 * 60_000);
    expect(readdirSync(desk.rig.dir)).not.toContain('dragged');
    clean();
  });

  it('can be had over the window alone', async () => {
    await desk.rig.startReady('--no-open');
    const bridge = await connectBridge(findInstance(desk.rig.dataDir) ?? expect.fail('no instance'));
    expect((await bridge.invoke('requests.dragHar', { ids: ['a'] })).ok).toBe(false);
    bridge.close();
    await desk.rig.quit();
  });
});

describe('the jump list', () => {
  it('of Windows leads to screens; no other system has one', () => {
    const platform = Object.getOwnPropertyDescriptor(process, 'platform') ?? {};
    showJumpList(english.t);
    expect(desk.standIn.calls).toEqual([]);
    Object.defineProperty(process, 'platform', { ...platform, value: 'win32' });
    try {
      showJumpList(english.t);
    } finally {
      Object.defineProperty(process, 'platform', platform);
    }
    expect(desk.standIn.module.app.setUserTasks.mock.calls[0]?.[0]).toMatchObject([
      { title: 'Open dashboard', arguments: 'slipstream://open' },
      { title: 'Requests', arguments: 'slipstream://open/requests' },
      { title: 'Fast lab', arguments: 'slipstream://open/lab' },
      { title: 'Settings', arguments: 'slipstream://open/settings' },
    ]);
  });
});
