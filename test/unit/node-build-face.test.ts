import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseFace, type FaceFacts, findElectron } from '../../src-main/build/face.ts';

const linux: FaceFacts = { args: [], platform: 'linux', env: { DISPLAY: ':0' }, isRoot: false, runtime: 'present' };
const quietly = { face: 'headless', reason: null };
const because = (reason: string) => ({ face: 'headless', reason: expect.stringContaining(reason) });

describe('npm start picks the face', () => {
  it.each<[string, Partial<FaceFacts>, unknown]>([
    ['desktop on Linux with X11', {}, { face: 'desktop' }],
    ['desktop on Linux with Wayland', { env: { WAYLAND_DISPLAY: 'wayland-0' } }, { face: 'desktop' }],
    ['desktop on macOS without any DISPLAY', { platform: 'darwin', env: {} }, { face: 'desktop' }],
    ['desktop on Windows', { platform: 'win32', env: {} }, { face: 'desktop' }],
    ['desktop for serve by name', { args: ['serve', '--port', '0'] }, { face: 'desktop' }],
    ['desktop for options alone', { args: ['--demo'] }, { face: 'desktop' }],
    ['headless, with a reason, without a display', { env: {} }, because('display')],
    ['headless, with a reason, with an empty DISPLAY', { env: { DISPLAY: '' } }, because('display')],
    ['headless, with a reason, for root', { isRoot: true }, because('root')],
    ['an installation first where the runtime is missing', { runtime: 'missing' }, { face: 'install' }],
    ['headless, with a reason, when that failed', { runtime: 'refused' }, because('installed')],
    ['headless without installing when there is no display', { env: {}, runtime: 'missing' }, because('display')],
    ['headless, silently, when asked to', { args: ['serve', '--headless'] }, quietly],
    ['headless, silently, for a command', { args: ['fast', 'on'] }, quietly],
    ['headless, silently, for the help', { args: ['serve', '--help'] }, quietly],
    ['headless, silently, for the version', { args: ['--version'] }, quietly],
  ])('%s', (_name, facts, expected) => {
    expect(chooseFace({ ...linux, ...facts })).toEqual(expected);
  });
});

describe('findElectron', () => {
  let dir: string;
  const put = (path: string, text = '') => {
    mkdirSync(join(dir, path, '..'), { recursive: true });
    writeFileSync(join(dir, path), text);
  };
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'slipstream-face-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('finds nothing in a package whose runtime was never installed', () => {
    expect(findElectron(dir, {}, 'linux')).toBeNull();
  });

  it('finds the runtime that path.txt names', () => {
    put('path.txt', 'electron');
    put('dist/electron');
    expect(findElectron(dir, {}, 'linux')).toBe(join(dir, 'dist', 'electron'));
  });

  it('finds nothing where path.txt is there and the runtime is gone', () => {
    put('path.txt', 'electron');
    expect(findElectron(dir, {}, 'linux')).toBeNull();
  });

  it('finds an unpacked runtime that ELECTRON_OVERRIDE_DIST_PATH names, without path.txt', () => {
    put('elsewhere/Electron.app/Contents/MacOS/Electron');
    const env = { ELECTRON_OVERRIDE_DIST_PATH: join(dir, 'elsewhere') };
    expect(findElectron(dir, env, 'darwin')).toBe(join(dir, 'elsewhere/Electron.app/Contents/MacOS/Electron'));
    expect(findElectron(dir, env, 'linux')).toBeNull();
  });
});
