import { describe, expect, it, vi } from 'vitest';
import {
  feedUrlOf,
  type Installation,
  isSafeFeed,
  notesText,
  whyNoUpdates,
} from '../../src-main/electron/update-rules.ts';
import { createUpdates, type Updater } from '../../src-main/electron/updates.ts';
import type { AppSettings } from '../../src-main/shared/settings.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { recordingLog } from '../support/host.ts';
import { fakeClock } from './fake-clock.ts';

const installed: Installation = {
  isPackaged: true,
  isDemo: false,
  platform: 'linux',
  appImage: '/home/a/Slipstream.AppImage',
  packageType: null,
  feedUrl: 'https://releases.example/',
};

describe('whether newer versions are looked for', () => {
  it.each<readonly [string, Partial<Installation>, string | null]>([
    ['an AppImage', {}, null],
    ['an AppImage that says so', { packageType: 'AppImage' }, null],
    ['on macOS', { platform: 'darwin', appImage: undefined }, null],
    ['on Windows', { platform: 'win32', appImage: undefined }, null],
    ['from its sources', { isPackaged: false }, 'git pull'],
    ['a demo', { isDemo: true }, 'demo'],
    ['a deb', { packageType: 'deb', appImage: undefined }, 'package manager (deb)'],
    ['an rpm', { packageType: 'rpm', appImage: undefined }, 'package manager (rpm)'],
    ['from Homebrew', { platform: 'darwin', packageType: 'brew' }, 'package manager (brew)'],
    ['unpacked', { appImage: undefined }, 'unpacked folder'],
    ['without a feed', { feedUrl: null }, 'no place'],
    ['with the feed of the sources', { feedUrl: 'https://slipstream.invalid/releases/' }, 'no place'],
  ])('%s', (_name, change, why) => {
    const told = whyNoUpdates({ ...installed, ...change });
    if (why === null) expect(told).toBeNull();
    else expect(english.told(told ?? '')).toContain(why);
  });

  it.each([
    ['https://releases.example/x', true],
    ['http://127.0.0.1:8080/', true],
    ['http://releases.example/', false],
    ['http://127.0.0.1.example/', false],
    ['https://user@releases.example/', false],
    ['file:///etc/', false],
    ['', false],
  ])('the feed %j is safe: %s', (url, isSafe) => {
    expect(isSafeFeed(url)).toBe(isSafe);
  });

  it.each([
    ['provider: generic\nurl: https://a.example/\nchannel: latest\n', 'https://a.example/'],
    ["url: 'https://a.example/'\n", 'https://a.example/'],
    ['provider: github\n', null],
    ['', null],
  ])('the feed of %j is %j', (yaml, url) => {
    expect(feedUrlOf(yaml)).toBe(url);
  });
});

describe('release notes', () => {
  it.each([
    ['<h2>New</h2><ul><li>a</li><li>b &lt; c</li></ul>', 'New\na\nb < c'],
    ['# New\n\n- a', '# New\n\n- a'],
    [
      [
        { version: '2.0.0', note: 'x' },
        { version: '1.9.0', note: null },
      ],
      '2.0.0\nx\n\n1.9.0',
    ],
    ['<script>alert(1)</script>', 'alert(1)'],
    ['', null],
    [null, null],
  ])('%j are the text %j', (notes, text) => {
    expect(notesText(notes)).toBe(text);
  });
});

/** What fulfils the types of electron-updater, and a server whose newest version a test sets. */
function prepare(updates: AppSettings['updates'] = 'tell', whyOff: string | null = null) {
  const state = { newest: '2.0.0', running: 0, isBroken: false, installed: 0, quits: 0, kept: 0 };
  const clock = fakeClock();
  const notices: string[] = [];
  const updater: Updater = {
    autoDownload: true,
    autoInstallOnAppQuit: true,
    autoRunAppAfterInstall: true,
    logger: null,
    checkForUpdates: async () => {
      if (state.isBroken) throw new Error('no answer');
      const updateInfo = {
        version: state.newest,
        files: [],
        path: '',
        sha512: '',
        releaseDate: '',
        releaseNotes: 'notes',
      };
      return { isUpdateAvailable: state.newest !== '1.0.0', updateInfo, versionInfo: updateInfo };
    },
    downloadUpdate: async () => {
      if (state.isBroken) throw new Error('sha512 checksum mismatch');
      return ['/tmp/new'];
    },
    quitAndInstall: () => {
      state.installed += 1;
    },
    on: () => {},
  };
  const load = vi.fn(async () => updater);
  const made = createUpdates({
    clock,
    log: recordingLog(),
    load,
    whyOff,
    settings: () => ({ updates }),
    runningTurns: async () => state.running,
    notify: (title) => void notices.push(english.told(title)),
    quit: () => {
      state.quits += 1;
    },
    keepPrevious: () => {
      state.kept += 1;
    },
  });
  return { made, state, clock, notices, updater, load };
}

describe('a newer version', () => {
  it('is told once, downloaded at a click, and installed at another', async () => {
    const { made, state, notices, updater } = prepare();
    expect(await made.check()).toMatchObject({ state: 'available', version: '2.0.0', notes: 'notes' });
    await made.check();
    expect(notices).toEqual(['A new version']);
    expect([updater.autoDownload, updater.autoInstallOnAppQuit]).toEqual([false, false]);
    expect(made.install().state).toBe('available');
    expect(await made.download()).toMatchObject({ state: 'ready' });
    expect(made.finish()).toBe(false);
    made.install();
    await expect.poll(() => state.quits).toBe(1);
    expect([state.kept, state.installed, made.isInstalling()]).toEqual([1, 0, false]);
    expect([made.finish(), state.installed, made.isInstalling()]).toEqual([true, 1, true]);
  });

  it('is not installed while turns run, and not at all once that is taken back', async () => {
    const { made, state, clock } = prepare('download');
    expect(await made.check()).toMatchObject({ state: 'ready' });
    state.running = 2;
    expect(made.install().state).toBe('waiting');
    await expect.poll(() => clock.pending).toBe(1);
    expect(made.postpone().state).toBe('ready');
    clock.advance(10_000);
    expect(state.quits).toBe(0);
    made.install();
    await expect.poll(() => clock.pending).toBe(1);
    state.running = 0;
    clock.advance(2_000);
    await expect.poll(() => state.quits).toBe(1);
  });

  it('that cannot be had is told as that, and may be looked for again', async () => {
    const { made, state } = prepare();
    state.isBroken = true;
    expect(await made.check()).toMatchObject({ state: 'failed' });
    state.isBroken = false;
    await made.check();
    state.isBroken = true;
    expect(await made.download()).toMatchObject({ state: 'failed' });
    state.isBroken = false;
    state.newest = '1.0.0';
    expect(await made.check()).toMatchObject({ state: 'idle', version: null });
  });

  it.each([
    ['tell', null, 1],
    ['download', null, 1],
    ['off', null, 0],
    ['tell', 'no', 0],
  ] as const)(
    'is looked for by itself a while after the start where that is set: %s, %s',
    async (updates, whyOff, times) => {
      const { made, clock, load } = prepare(updates, whyOff);
      made.start();
      clock.advance(59_000);
      expect(load).not.toHaveBeenCalled();
      clock.advance(1_000);
      expect(load).toHaveBeenCalledTimes(times);
      made.stop();
      expect(clock.pending).toBe(0);
    },
  );
});
