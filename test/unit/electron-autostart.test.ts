import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAutostart } from '../../src-main/electron/autostart.ts';
import { quoteExec, xdgAutostart } from '../../src-main/electron/xdg-autostart.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { createStandIn } from '../desktop/electron-stand-in/stand-in.ts';
import { current } from '../support/shared-electron.ts';

vi.mock('electron', async () => (await import('../support/shared-electron.ts')).sharedElectron);

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipstream-autostart-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const entry = () => join(dir, 'autostart', 'slipstream.desktop');
const onLinux = (program: string, args: readonly string[] = ['--hidden']) =>
  xdgAutostart({ env: { XDG_CONFIG_HOME: dir }, homeDir: '/nowhere', program, args });

describe('start at login on Linux', () => {
  it('is one file, made and removed by the switch', () => {
    const autostart = onLinux('/opt/Slipstream/slipstream');
    expect(autostart.isEnabled()).toBe(false);
    autostart.set(true);
    expect(autostart.isEnabled()).toBe(true);
    expect(readFileSync(entry(), 'utf8')).toContain('Exec="/opt/Slipstream/slipstream" "--hidden"\n');
    autostart.set(false);
    autostart.set(false);
    expect(existsSync(entry())).toBe(false);
  });

  it('is off where its file cannot be read', () => {
    mkdirSync(entry(), { recursive: true });
    expect(onLinux('/opt/Slipstream/slipstream').isEnabled()).toBe(false);
  });

  it('is looked for in the home folder where nothing else is said', () => {
    const autostart = xdgAutostart({ env: {}, homeDir: dir, program: '/x', args: [] });
    autostart.set(true);
    expect(existsSync(join(dir, '.config', 'autostart', 'slipstream.desktop'))).toBe(true);
  });

  it('names an AppImage that was moved by its new place, at its next start', () => {
    onLinux('/home/a/Old.AppImage').set(true);
    expect(onLinux('/home/a/New.AppImage').isEnabled()).toBe(true);
    expect(readFileSync(entry(), 'utf8')).toContain('Exec="/home/a/New.AppImage"');
  });

  it.each([
    ['a start with a folder of its own', ['--hidden', '--data-dir', '/tmp/try'], null],
    ['a start that finds a line of the user’s own', ['--hidden'], 'Exec=env LANG=C /opt/slipstream --hidden'],
  ])('is left as it is by %s', (_name, args, line) => {
    onLinux('/opt/slipstream').set(true);
    if (line !== null) writeFileSync(entry(), `[Desktop Entry]\nType=Application\n${line}\n`);
    const before = readFileSync(entry(), 'utf8');
    expect(onLinux('/opt/slipstream', args).isEnabled()).toBe(true);
    expect(readFileSync(entry(), 'utf8')).toBe(before);
  });

  it.each(['Hidden=true', 'X-GNOME-Autostart-enabled=false'])(
    'respects that the desktop switched it off by %s',
    (line) => {
      mkdirSync(join(dir, 'autostart'));
      writeFileSync(entry(), `[Desktop Entry]\nExec=/old\n${line}\n`);
      const autostart = onLinux('/new');
      expect(autostart.isEnabled()).toBe(false);
      expect(readFileSync(entry(), 'utf8')).toContain('Exec=/old');
    },
  );

  it.skipIf(process.getuid?.() === 0)('says so where the folder cannot be written', () => {
    chmodSync(dir, 0o500);
    expect(() => onLinux('/x').set(true)).toThrow(expect.objectContaining({ code: 'store_unwritable' }));
  });

  it.each([
    ['/opt/My App/slip', '"/opt/My App/slip"'],
    ['100%', '"100%%"'],
    ['a"b', '"a\\\\"b"'],
    ['$HOME`x`', '"\\\\$HOME\\\\`x\\\\`"'],
    ['back\\slash', '"back\\\\\\\\slash"'],
  ])('quotes %j as the specification says', (text, expected) => {
    expect(quoteExec(text)).toBe(expected);
  });
});

describe('start at login elsewhere', () => {
  const realPlatform = Object.getOwnPropertyDescriptor(process, 'platform') ?? {};
  afterEach(() => Object.defineProperty(process, 'platform', realPlatform));
  const make = (
    platform: NodeJS.Platform,
    { isPackaged = true, isDemo = false, args = ['--hidden', '--port', '1'] } = {},
  ) => {
    Object.defineProperty(process, 'platform', { ...realPlatform, value: platform });
    current.standIn = createStandIn({ isPackaged });
    return createAutostart({ platform, env: {}, isDemo, args });
  };
  const given = () => current.standIn?.module.app.setLoginItemSettings.mock.calls.map(([settings]) => settings);

  it('is a login item on macOS, which takes no arguments', () => {
    const autostart = make('darwin', { args: ['--hidden'] });
    autostart.set(true);
    expect(autostart.isEnabled()).toBe(true);
    autostart.set(false);
    expect(autostart.isEnabled()).toBe(false);
    expect(given()).toEqual([
      { openAtLogin: true, enabled: true },
      { openAtLogin: false, enabled: false },
    ]);
  });

  it('is a login item with arguments on Windows', () => {
    make('win32').set(true);
    const args = ['--hidden', '--port', '1'];
    expect(given()).toEqual([{ path: process.execPath, args, openAtLogin: true, enabled: true }]);
  });

  it('wraps what has spaces in quotes for Windows, which keeps one line, and looks for the same', () => {
    const args = ['--hidden', '--data-dir', 'C:\\Users\\Jane Doe\\My data\\'];
    const autostart = make('win32', { args });
    const looked = vi.spyOn(current.standIn?.module.app ?? expect.fail(), 'getLoginItemSettings');
    autostart.set(true);
    expect(autostart.isEnabled()).toBe(true);
    // A backslash before the closing quote would escape it.
    const quoted = ['--hidden', '--data-dir', '"C:\\Users\\Jane Doe\\My data\\\\"'];
    expect(given()).toEqual([{ path: process.execPath, args: quoted, openAtLogin: true, enabled: true }]);
    expect(looked.mock.calls).toEqual([[{ path: process.execPath, args: quoted }]]);
  });

  it.each([
    ['from the sources', () => make('darwin', { isPackaged: false })],
    ['in the demo', () => make('linux', { isDemo: true })],
    ['on another system', () => make('freebsd')],
    ['on macOS, with a folder or a port that a login start would not know', () => make('darwin')],
  ])('is refused with a reason %s', (_name, create) => {
    const autostart = create();
    expect(english.told(autostart.unsupported ?? '')).toMatch(/\w+ .*\.$/);
    expect(autostart.isEnabled()).toBe(false);
    expect(() => autostart.set(true)).toThrow(expect.objectContaining({ code: 'autostart_unsupported' }));
    expect(given()).toEqual([]);
  });
});
