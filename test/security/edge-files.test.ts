import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeNotices, noticesPath } from '../../src-main/build/notices.ts';
import { newAccount } from '../../src-main/core/accounts/new-account.ts';
import { ensureDataDir } from '../../src-main/node/data-dir.ts';
import { createLog } from '../../src-main/node/log.ts';
import { writeReadyFile } from '../../src-main/node/ready-file.ts';
import { visibleText } from '../../src-main/shared/visible-text.ts';
import { clientsOn } from '../support/clients.ts';

/** What files and names from outside can do to the machine: nothing that was not said first. */

describe('a configuration behind a link', () => {
  let homeDir = '';
  let elsewhere = '';
  beforeEach(() => {
    homeDir = mkdtempSync(join(tmpdir(), 'slipstream-home-'));
    elsewhere = mkdtempSync(join(tmpdir(), 'slipstream-elsewhere-'));
  });
  afterEach(() => {
    for (const folder of [homeDir, elsewhere]) rmSync(folder, { recursive: true, force: true });
  });

  const open = () => clientsOn({ homeDir, dataDir: join(homeDir, 'data') });

  it.each<[string, () => string]>([
    [
      'a linked file',
      () => {
        mkdirSync(join(homeDir, '.codex'));
        writeFileSync(join(elsewhere, 'config.toml'), 'model = "x"\n');
        symlinkSync(join(elsewhere, 'config.toml'), join(homeDir, '.codex', 'config.toml'));
        return join(elsewhere, 'config.toml');
      },
    ],
    [
      'a linked folder',
      () => {
        writeFileSync(join(elsewhere, 'config.toml'), 'model = "x"\n');
        symlinkSync(elsewhere, join(homeDir, '.codex'));
        return join(elsewhere, 'config.toml');
      },
    ],
    [
      'a linked folder with no file yet',
      () => {
        symlinkSync(elsewhere, join(homeDir, '.codex'));
        return join(elsewhere, 'config.toml');
      },
    ],
  ])('out of the home folder is named and takes a second yes, to write and to undo: %s', async (_what, make) => {
    const place = make();
    const clients = open();
    const { hash, outside } = await clients['clients.plan']({ id: 'codex', mode: 'provider' });
    expect(outside).toBe(place);
    const apply = async (more: object) => clients['clients.apply']({ id: 'codex', mode: 'provider', hash, ...more });
    await expect(apply({})).rejects.toMatchObject({
      code: 'client_file_outside',
      message: expect.stringContaining(place),
    });
    await expect(apply({ mayWriteOutside: false })).rejects.toMatchObject({ code: 'client_file_outside' });
    await apply({ mayWriteOutside: true });
    expect(readFileSync(place, 'utf8')).toContain('slipstream');
    const undo = await clients['clients.undoPlan']({ id: 'codex' });
    expect(undo.outside).toBe(place);
    await expect(async () => clients['clients.undo']({ id: 'codex', hash: undo.hash })).rejects.toMatchObject({
      code: 'client_file_outside',
    });
    await clients['clients.undo']({ id: 'codex', hash: undo.hash, mayWriteOutside: true });
  });

  it('within the home folder takes one yes', async () => {
    mkdirSync(join(homeDir, 'dotfiles'));
    symlinkSync(join(homeDir, 'dotfiles'), join(homeDir, '.codex'));
    const clients = open();
    const { hash, outside } = await clients['clients.plan']({ id: 'codex', mode: 'provider' });
    expect(outside).toBeNull();
    await clients['clients.apply']({ id: 'codex', mode: 'provider', hash });
  });
});

describe.skipIf(process.platform === 'win32')('a data folder', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipstream-data-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const modeOf = () => statSync(folder).mode & 0o777;

  it('of ours that others can look into is made private, and that is told', () => {
    writeFileSync(join(folder, 'settings.json'), '{}');
    chmodSync(folder, 0o755);
    expect(ensureDataDir(folder)).toBe(true);
    expect(modeOf()).toBe(0o700);
    expect(ensureDataDir(folder)).toBe(false);
  });

  it('that holds nothing of ours keeps its mode', () => {
    chmodSync(folder, 0o755);
    expect(ensureDataDir(folder)).toBe(false);
    expect(modeOf()).toBe(0o755);
  });
});

describe('a ready file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipstream-ready-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const record = { pid: 1, baseUrl: 'http://127.0.0.1:1', dashboardUrl: null, apiKey: 'k' };

  it('is the user’s own, whatever another has put in its place', () => {
    const [path, other] = [join(folder, 'ready.json'), join(folder, 'other')] as const;
    writeFileSync(other, 'precious', { mode: 0o644 });
    symlinkSync(other, path);
    writeReadyFile(path, record);
    expect([readFileSync(other, 'utf8'), JSON.parse(readFileSync(path, 'utf8'))]).toEqual(['precious', record]);
    const { mode, uid } = lstatSync(path);
    expect([mode & 0o777, uid]).toEqual([0o600, process.getuid?.()]);
    expect(readdirSync(folder).sort()).toEqual(['other', 'ready.json']);
  });

  it.runIf(process.getuid?.() === 0)('of root belongs to nobody who made it first', () => {
    const path = join(folder, 'ready.json');
    writeFileSync(path, '');
    chownSync(path, 65_534, 65_534);
    writeReadyFile(path, record);
    expect(statSync(path).uid).toBe(0);
  });
});

describe('an account', () => {
  const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
  const make = (accessToken: string, workspaceId: string) =>
    newAccount({
      tokens: { accessToken, refreshToken: null, idToken: jwt({ email: 'ada@example.com' }) },
      source: 'import',
      origin: { upstream: 'u', issuer: 'i' },
      nowMs: 0,
      workspaceId,
    });

  it.each([
    ['a token of two lines', 'a.b.c\r\nx-evil: 1', 'w'],
    ['a token with a NUL', 'a.b\u0000.c', 'w'],
    ['a token beyond Latin letters', 'a.ż.c', 'w'],
    ['a workspace of two lines', 'a.b.c', 'w\nx: 1'],
    ['a workspace of emoji', 'a.b.c', '👾'],
  ])('whose %s cannot be a header is refused', (_what, token, workspace) => {
    expect(make(token, workspace)).toEqual({ ok: false, lacks: 'sendable' });
  });

  it('that headers can carry is taken', () => {
    expect(make('a.b.c', 'w-1').ok).toBe(true);
  });
});

describe('names from outside', () => {
  it.each([
    ['\u001b[2Jboo', '\\u001b[2Jboo'],
    ['\u009b31mred', '\\u009b31mred'],
    ['ada\rEVIL', 'ada\\u000dEVIL'],
    ['safe\u202egnp.exe', 'safe\\u202egnp.exe'],
    ['a\u2066b\u2069', 'a\\u2066b\\u2069'],
    ['tab\tand\nline', 'tab\tand\nline'],
    ['Zażółć 日本 👾', 'Zażółć 日本 👾'],
  ])('are shown with what they hide: %j', (text, shown) => {
    expect(visibleText(text)).toBe(shown);
    expect(visibleText(visibleText(text))).toBe(shown);
  });

  it('leave a log of one line an entry, that reads as it was meant', () => {
    const lines: string[] = [];
    const log = createLog({ level: 'info', redact: (fields) => fields, write: (line) => lines.push(line) });
    log.warn('Look.', { name: 'a\u001b[2J\u0085\u202e\n{"level":60}' });
    expect(lines).toHaveLength(1);
    for (const hidden of ['\u001b', '\u0085', '\u202e']) expect(lines[0]).not.toContain(hidden);
    expect(JSON.parse(lines[0] ?? '').name).toBe('a\u001b[2J\u0085\u202e\n{"level":60}');
  });
});

describe('the notices of third parties', () => {
  it('name every package that ships, as the lock has it: "npm run notices" writes them', () => {
    expect(readFileSync(noticesPath, 'utf8')).toBe(makeNotices());
  });
});
