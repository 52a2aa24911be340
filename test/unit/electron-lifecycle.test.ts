import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { guardAgainstCrash } from '../../src-main/electron/crash-guard.ts';
import { createNotifier } from '../../src-main/electron/notifications.ts';
import { watchPower } from '../../src-main/electron/power.ts';
import { systemClock } from '../../src-main/node/clock.ts';
import { noticeKinds } from '../../src-main/shared/notice-kinds.ts';
import type { AppSettings } from '../../src-main/shared/settings.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { othersWords } from '../../src-main/shared/words/told-text.ts';
import { createStandIn, type StandIn } from '../desktop/electron-stand-in/stand-in.ts';
import { recordingLog } from '../support/host.ts';
import { current } from '../support/shared-electron.ts';

vi.mock('electron', async () => (await import('../support/shared-electron.ts')).sharedElectron);

let standIn: StandIn;
let log: ReturnType<typeof recordingLog>;
beforeEach(() => {
  standIn = createStandIn();
  current.standIn = standIn;
  log = recordingLog();
});
afterEach(() => vi.unstubAllEnvs());

describe('an error that nothing caught', () => {
  const guarded = () => {
    const source = new EventEmitter();
    guardAgainstCrash({ source, log, logPath: '/data/logs/slipstream.log', words: () => english });
    return source;
  };

  it('is logged, and the program starts again if the user wants that', async () => {
    standIn.clicks.push(0);
    guarded().emit('uncaughtException', new Error('boom'));
    expect(await standIn.exited).toBe(1);
    expect(standIn.module.app.relaunch.mock.calls).toEqual([[{}]]);
    expect(log.lines).toMatchObject([{ level: 'error', fields: { error: { message: 'boom' } } }]);
    expect(standIn.messageBoxes[0]?.detail).toContain('/data/logs/slipstream.log');
  });

  it('ends the program if the user does not, and where no dialog can be shown', async () => {
    standIn.module.dialog.showMessageBox.mockRejectedValueOnce(new Error('no display'));
    guarded().emit('unhandledRejection', 'a text');
    expect(await standIn.exited).toBe(1);
    expect(standIn.module.app.relaunch).not.toHaveBeenCalled();
    expect(log.lines[0]).toMatchObject({ fields: { error: { message: 'a text' } } });
  });

  it('is asked about once, however many follow', async () => {
    const source = guarded();
    for (const name of ['one', 'two', 'three']) source.emit('uncaughtException', new Error(name));
    await standIn.exited;
    expect(standIn.messageBoxes).toHaveLength(1);
    expect(log.lines).toHaveLength(3);
  });

  it('starts the AppImage again, not the file in its mount', async () => {
    vi.stubEnv('APPIMAGE', '/home/a/Slipstream.AppImage');
    standIn.clicks.push(0);
    guarded().emit('uncaughtException', new Error('boom'));
    await standIn.exited;
    expect(standIn.module.app.relaunch.mock.calls).toEqual([[{ execPath: '/home/a/Slipstream.AppImage' }]]);
  });
});

describe('the machine', () => {
  it('that sleeps and wakes makes connections stale both times, and its shutdown quits', () => {
    const stale = vi.fn();
    const quit = vi.fn();
    watchPower({ log, stale, quit });
    standIn.module.powerMonitor.emit('suspend');
    standIn.module.powerMonitor.emit('resume');
    expect(stale).toHaveBeenCalledTimes(2);
    standIn.module.powerMonitor.emit('shutdown');
    expect(quit).toHaveBeenCalledOnce();
  });
});

describe('a notification', () => {
  const open = vi.fn();
  const notifier = (
    settings: Pick<AppSettings, 'notices' | 'quietHours'> = { notices: [...noticeKinds], quietHours: null },
    platform: NodeJS.Platform = 'linux',
  ) => createNotifier({ platform, log, clock: systemClock, open, words: () => english, settings: () => settings });
  const wholeDay = { fromMinute: 0, toMinute: 1439 };
  beforeEach(() => void open.mockClear());

  it('is shown, and a click on it opens the window', () => {
    notifier()(othersWords('Signed out'), othersWords('ad…@e… has to sign in again.'));
    expect(standIn.notifications).toMatchObject([{ title: 'Signed out', body: 'ad…@e… has to sign in again.' }]);
    standIn.notifications[0]?.emit('click');
    expect(open.mock.calls).toEqual([[undefined]]);
  });

  it.each([
    ['quota', 'accounts'],
    ['account', 'accounts'],
    ['experiment', 'lab'],
    ['update', 'settings'],
  ] as const)('about %s leads to the screen %s', (kind, screen) => {
    notifier()(othersWords('Quota is low'), othersWords('text'), kind);
    standIn.notifications[0]?.emit('click');
    expect(open.mock.calls).toEqual([[screen]]);
  });

  it.each([
    { notices: ['account'], quietHours: null, kind: 'quota', isShown: false },
    { notices: ['account'], quietHours: null, kind: 'account', isShown: true },
    { notices: [...noticeKinds], quietHours: wholeDay, kind: 'account', isShown: false },
    { notices: [], quietHours: wholeDay, kind: undefined, isShown: true },
  ] as const)(
    'of $kind with $notices chosen, quiet hours $quietHours: shown $isShown',
    ({ notices, quietHours, kind, isShown }) => {
      vi.useFakeTimers({ now: new Date(2026, 0, 1, 12), toFake: ['Date'] });
      notifier({ notices: [...notices], quietHours })(othersWords('Quota is low'), othersWords('text'), kind);
      vi.useRealTimers();
      expect(standIn.notifications.length).toBe(isShown ? 1 : 0);
      expect(log.lines.map(({ message }) => message)).toEqual(isShown ? [] : ['Quota is low']);
    },
  );

  it('has no markup for a desktop to read, and nothing that hides a word', () => {
    notifier()(othersWords('Refused'), othersWords('<a href="https://x.example">sign\u001b in\u202e</a> & <redacted>'));
    expect(standIn.notifications).toMatchObject([
      { body: '‹a href="https://x.example"›sign\\u001b in\\u202e‹/a› & ‹redacted›' },
    ]);
  });

  it.each(['darwin', 'win32'] as const)('has its words as they are on %s, which reads no markup', (platform) => {
    notifier(undefined, platform)(othersWords('a < b'), othersWords('<redacted> in\u202e'));
    expect(standIn.notifications).toMatchObject([{ title: 'a < b', body: '<redacted> in\\u202e' }]);
  });

  it('that the system refuses goes to the log', () => {
    notifier()(othersWords('Quota is low'), othersWords('text'));
    standIn.notifications[0]?.emit('failed');
    expect(log.lines).toMatchObject([{ level: 'warn', message: 'Quota is low' }]);
  });
});
