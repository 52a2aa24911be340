import { describe, expect, it } from 'vitest';
import { KeptProxy } from '../../src-main/app/kept-proxy.ts';
import { composeSettings } from '../../src-main/app/settings-document.ts';
import type { Autostart } from '../../src-main/core/ports.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import type { AppSettings } from '../../src-main/shared/settings.ts';
import { testHost } from '../support/host.ts';

/** The document over a file, a pause and a system that each keep their part. */
async function prepare() {
  const host = testHost();
  host.dispose();
  const proxy = await KeptProxy.open({ host, hide: () => {} });
  const login = { isOn: false };
  const autostart: Autostart = {
    unsupported: null,
    isEnabled: () => login.isOn,
    set: (enabled) => {
      login.isOn = enabled;
    },
  };
  const pause = {
    isPaused: false,
    setPaused: (isPaused: boolean) => {
      pause.isPaused = isPaused;
    },
  };
  const told: Partial<AppSettings>[] = [];
  const { read, handlers } = composeSettings({
    host: { settings: host.settings, autostart },
    pause,
    proxy,
    hasProfile: (version) => version === '0.170.0',
    hasAccount: (id) => id === 'mine',
    changed: (changes) => told.push(changes),
  });
  const set = async (patch: Partial<AppSettings>) => handlers['settings.set'](patch);
  return { read, set, get: async () => handlers['settings.get'](null), told, login, pause, settings: host.settings };
}

describe('the settings as one document', () => {
  it.each<Partial<AppSettings>>([
    { fastPolicy: 'on' },
    { paused: true },
    { startAtLogin: true },
    { startAtLogin: false },
    { pinnedAccountId: 'mine' },
    { proxyUrl: 'http://127.0.0.1:3128/' },
    { fastPolicy: 'off', paused: true, startAtLogin: true, traceDays: 7, allowedOrigins: ['https://app.example'] },
  ])('tells %o once, as one delta of what has changed, and not again where nothing has', async (patch) => {
    const { set, read, told } = await prepare();
    expect(await set(patch)).toMatchObject(patch);
    expect(told).toEqual([patch]);
    expect(read()).toMatchObject(patch);
    await set(patch);
    expect(told).toEqual([patch]);
  });

  it('keeps each part where it belongs: a pause in the program, the start at login in the system', async () => {
    const { set, login, pause, settings } = await prepare();
    await set({ paused: true, startAtLogin: true, trayClick: 'fast' });
    expect([pause.isPaused, login.isOn]).toEqual([true, true]);
    expect(settings.read()).toMatchObject({ trayClick: 'fast', autostartAsked: true });
    expect(Object.keys(settings.read())).not.toContain('paused');
    expect(Object.keys(settings.read())).not.toContain('startAtLogin');
  });

  it('tells what another part of the program wrote, and nothing of what no screen may see', async () => {
    const { settings, told } = await prepare();
    settings.write({ newestCodexVersion: '0.175.0', apiKey: 'another-key-0123456789' });
    expect(told).toEqual([]);
    settings.write({ pinnedAccountId: null, strategy: 'fill-first' });
    expect(told).toEqual([{ strategy: 'fill-first' }]);
  });

  it('finds what the system has changed when it is asked, and tells it', async () => {
    const { get, login, told } = await prepare();
    expect(await get()).toMatchObject({ startAtLogin: null });
    login.isOn = true;
    expect(await get()).toMatchObject({ startAtLogin: true });
    expect(told).toEqual([{ startAtLogin: true }]);
  });

  it('changes nothing for a pin on an account that is not there', async () => {
    const { set, told, pause } = await prepare();
    await expect(set({ paused: true, pinnedAccountId: 'x' })).rejects.toMatchObject({ code: 'account_unknown' });
    expect([pause.isPaused, told]).toEqual([false, []]);
  });

  it('tells what was changed before the file could not be written', async () => {
    const { set, told, settings } = await prepare();
    settings.write = () => {
      throw new SlipstreamError('store_unwritable');
    };
    await expect(set({ paused: true, trayClick: 'fast' })).rejects.toMatchObject({ code: 'store_unwritable' });
    expect(told).toEqual([{ paused: true }]);
  });
});
