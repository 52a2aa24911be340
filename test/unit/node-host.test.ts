import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import { systemClock } from '../../src-main/node/clock.ts';
import { defaultDataDir } from '../../src-main/node/default-data-dir.ts';
import { createLog } from '../../src-main/node/log.ts';
import { plainSecrets } from '../../src-main/node/secrets.ts';
import { openSettings } from '../../src-main/node/settings.ts';
import { ConfStore } from '../desktop/electron-stand-in/conf-store.ts';
import { recordingLog } from '../support/host.ts';

describe('the clock', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('waits longer than a Node timer can', () => {
    const action = vi.fn();
    const thirtyDaysMs = 30 * 24 * 3600 * 1000;
    systemClock.after(thirtyDaysMs, action);
    vi.advanceTimersByTime(thirtyDaysMs - 1);
    expect(action).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(action).toHaveBeenCalledOnce();
  });

  it('cancels a timer, also twice', () => {
    const action = vi.fn();
    const timer = systemClock.after(10, action);
    timer.cancel();
    timer.cancel();
    vi.advanceTimersByTime(20);
    expect(action).not.toHaveBeenCalled();
  });
});

describe('the log', () => {
  const redactor = new Redactor();
  const redact = (fields: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, redactor.value(value, name)]));

  it('writes one JSON line an entry, above its level only', () => {
    const lines: string[] = [];
    const log = createLog({ level: 'info', redact, write: (line) => lines.push(line) });
    log.debug('unheard');
    log.info('heard', { port: 2575 });
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { level: 30, time: expect.any(String), port: 2575, msg: 'heard' },
    ]);
  });

  it('redacts fields, the texts of errors and of their causes', () => {
    const lines: string[] = [];
    const log = createLog({ level: 'info', redact, write: (line) => lines.push(line) });
    const canary = 'sk-canary0123456789abcdef';
    const cause = Object.assign(new Error(`refused: Bearer ${canary}`), { code: 'ECONNREFUSED' });
    log.error('failed', { apiKey: canary, error: new Error(`with ${canary}`, { cause }) });
    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toContain('canary');
    expect(lines.join()).toContain('ECONNREFUSED');
  });
});

describe('the plain secret box', () => {
  it('opens what it sealed, and says that it does not encrypt', async () => {
    const sealed = await plainSecrets.seal('token');
    expect(sealed).toBe('plain:token');
    expect(await plainSecrets.open(sealed)).toEqual({ plain: 'token', isStale: false });
    expect(plainSecrets.encrypts).toBe(false);
  });

  it.each(['safe:djEwabc', 'token', ''])('names the desktop app for %j', async (sealed) => {
    await expect(plainSecrets.open(sealed)).rejects.toMatchObject({
      code: 'secrets_locked',
      message: expect.stringContaining('keyring of the desktop app'),
    });
  });
});

describe('the default data folder', () => {
  it.each<[NodeJS.Platform, Record<string, string>, string]>([
    ['linux', {}, '/home/ada/.config/slipstream'],
    ['linux', { XDG_CONFIG_HOME: '/conf' }, '/conf/slipstream'],
    ['linux', { XDG_CONFIG_HOME: '' }, '/home/ada/.config/slipstream'],
    ['linux', { XDG_CONFIG_HOME: 'conf' }, '/home/ada/.config/slipstream'],
    ['darwin', { XDG_CONFIG_HOME: '/conf' }, '/home/ada/Library/Application Support/Slipstream'],
  ])('on %s with %j is %s', (platform, env, expected) => {
    expect(defaultDataDir({ platform, env, homeDir: '/home/ada' })).toBe(expected);
  });

  it('on Windows is below APPDATA', () => {
    const dir = defaultDataDir({ platform: 'win32', env: { APPDATA: 'C:\\Roaming' }, homeDir: 'C:\\ada' });
    expect(dir).toMatch(/^C:\\Roaming[\\/]Slipstream$/);
  });
});

describe('the settings file', () => {
  let dataDir: string;
  const open = () => openSettings({ dataDir, log: recordingLog() });
  const path = () => join(dataDir, 'settings.json');
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'slipstream-settings-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  it('is made at the first start, for its owner only, with a random key and id', () => {
    const first = open().read();
    expect(first).toMatchObject({ version: 1, fastPolicy: 'auto', allowedOrigins: [] });
    expect(Buffer.from(first.apiKey, 'base64url')).toHaveLength(32);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(open().read()).toEqual(first);
  });

  it('keeps a change over a restart', () => {
    const store = open();
    store.write({ fastPolicy: 'on' });
    expect(store.read().fastPolicy).toBe('on');
    expect(open().read()).toEqual(store.read());
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  it('refuses a change that does not fit the schema and stays as it was', () => {
    const store = open();
    const before = readFileSync(path(), 'utf8');
    expect(() => store.write({ apiKey: 'too short' })).toThrow();
    expect(readFileSync(path(), 'utf8')).toBe(before);
    expect(store.read().apiKey).not.toBe('too short');
  });

  it('takes what a newer version added from the defaults', () => {
    const { originator: _left, ...older } = open().read();
    writeFileSync(path(), JSON.stringify(older));
    expect(open().read()).toEqual({ ...older, originator: 'codex-toy-app-server' });
    expect(open().problems()).toEqual([]);
  });

  it('is to the byte what the store of the desktop writes, and either reads what the other wrote', () => {
    const mine = open();
    mine.write({ fastPolicy: 'on', allowedOrigins: ['http://127.0.0.1:3000'] });
    const written = readFileSync(path(), 'utf8');
    const stored = openSettings({ dataDir, log: recordingLog(), openFile: (options) => new ConfStore(options) });
    expect(stored.read()).toEqual(mine.read());
    stored.write({ fastPolicy: 'off' });
    stored.write({ fastPolicy: 'on' });
    expect(readFileSync(path(), 'utf8')).toBe(written);
    expect(open().read()).toEqual(mine.read());
  });

  it.skipIf(process.platform === 'win32')('stays the link that somebody made of it', () => {
    const elsewhere = join(dataDir, 'kept', 'mine.json');
    mkdirSync(join(dataDir, 'kept'));
    writeFileSync(elsewhere, '{}');
    symlinkSync(elsewhere, path());
    const { apiKey } = open().read();
    expect(lstatSync(path()).isSymbolicLink()).toBe(true);
    expect(JSON.parse(readFileSync(elsewhere, 'utf8'))).toMatchObject({ apiKey });
  });

  it('is made anew where its folder went away while the program ran', () => {
    const store = open();
    rmSync(dataDir, { recursive: true });
    store.write({ fastPolicy: 'on' });
    expect(open().read()).toEqual(store.read());
  });
});
