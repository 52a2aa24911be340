import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { english } from '../../src-main/shared/words/english.ts';
import {
  backups,
  beginHome,
  beside,
  configPath,
  endHome,
  home,
  modeOf,
  opencodePath,
  place,
  records,
  rejection,
  settingsPath,
  start,
  viewOf,
  written,
} from '../support/client-home.ts';
import { applyClient, clientKey as key } from '../support/clients.ts';
import { jsonShapes, settingsShapes, tomlShapes } from '../support/config-shapes.ts';

beforeEach(beginHome);
afterEach(endHome);

describe.each([
  ...tomlShapes.map(([name, text]) => ['codex', 'provider', `config.toml, ${name}`, text] as const),
  ...settingsShapes.map(([name, text]) => ['claude-code', 'env', `settings.json, ${name}`, text] as const),
  ...jsonShapes.map(([name, text]) => ['opencode', 'provider', `opencode.json, ${name}`, text] as const),
])('%s in mode %s: %s', (id, mode, _name, text) => {
  it('is byte-identical after write and undo, with its mode', async () => {
    const path = { codex: configPath, 'claude-code': settingsPath, opencode: opencodePath }[id]();
    const before = place(path, text, 0o640);
    const handlers = start();
    expect(await viewOf(handlers, id)).toMatchObject({ state: 'not-set-up', detected: true, undoable: false, path });
    expect(await applyClient(handlers, id, mode)).toMatchObject({
      state: 'set-up',
      mode,
      undoable: true,
      // Of its owner's line, which stops newer versions of Codex.
      problem: /^profile = /m.test(text) ? expect.stringContaining('client.profile') : null,
    });
    expect(readFileSync(path, 'utf8')).toContain(key);
    expect(modeOf(path)).toBe(0o600);
    expect(await handlers['clients.undo']({ id })).toMatchObject({ state: 'not-set-up', mode: null, undoable: false });
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(modeOf(path)).toBe(0o640);
    expect([beside(path).length, records(), backups()]).toEqual([1, [], []]);
  });
});

describe('a file that was not there', () => {
  it.each(written)(
    'is made with its folders for %s in mode %s, for its owner alone, and removed by undo',
    async (id, mode) => {
      const handlers = start();
      const seen = await viewOf(handlers, id);
      expect(seen).toMatchObject({ state: 'absent', detected: false });
      const path = seen?.path ?? '';
      expect(await applyClient(handlers, id, mode)).toMatchObject({ state: 'set-up', undoable: true });
      expect([modeOf(path), modeOf(dirname(path))]).toEqual([0o600, 0o700]);
      expect(await handlers['clients.undo']({ id })).toMatchObject({ state: 'absent' });
      expect(readdirSync(home.homeDir)).toEqual([]);
    },
  );

  it('is removed alone where somebody else has put something into the folder', async () => {
    const handlers = start();
    await applyClient(handlers, 'codex', 'provider');
    writeFileSync(join(home.homeDir, '.codex', 'auth.json'), '{}');
    await handlers['clients.undo']({ id: 'codex' });
    expect(beside(configPath())).toEqual(['auth.json']);
  });
});

describe('a link', () => {
  it.each(written)(
    'stays a link for %s in mode %s: what it leads to is written and put back',
    async (id, mode, path, text) => {
      const real = join(home.homeDir, 'dotfiles', 'settings');
      const before = place(real, text, 0o600);
      mkdirSync(dirname(path()), { recursive: true });
      symlinkSync(real, path());
      const handlers = start();
      await applyClient(handlers, id, mode);
      expect(lstatSync(path()).isSymbolicLink()).toBe(true);
      expect(readFileSync(real, 'utf8')).toContain('http://127.0.0.1:2575');
      await handlers['clients.undo']({ id });
      expect(lstatSync(path()).isSymbolicLink()).toBe(true);
      expect(readFileSync(real).equals(before)).toBe(true);
      expect(beside(real)).toEqual(['settings']);
    },
  );

  it('to nothing is refused', async () => {
    mkdirSync(dirname(configPath()));
    symlinkSync(join(home.homeDir, 'gone'), configPath());
    const handlers = start();
    expect(await rejection(() => handlers['clients.plan']({ id: 'codex', mode: 'login' }))).toMatchObject({
      code: 'client_file_unusable',
      message: expect.stringContaining('link to nothing'),
    });
    expect(english.told((await viewOf(handlers, 'codex'))?.problem ?? '')).toContain('link to nothing');
  });
});

describe('nothing is changed', () => {
  async function planThen(change: (path: string) => void): Promise<unknown> {
    const handlers = start();
    const { hash } = await handlers['clients.plan']({ id: 'codex', mode: 'provider' });
    change(configPath());
    return rejection(() => handlers['clients.apply']({ id: 'codex', mode: 'provider', hash }));
  }

  it('where another program wrote between the plan and the write', async () => {
    place(configPath(), 'model = "a"\n');
    const error = await planThen((path) => writeFileSync(path, 'model = "b"\n'));
    expect(error).toMatchObject({ code: 'client_file_changed' });
    expect(readFileSync(configPath(), 'utf8')).toBe('model = "b"\n');
    expect(records()).toEqual([]);
  });

  it('where the file was removed, or made, between the plan and the write', async () => {
    place(configPath(), 'model = "a"\n');
    expect(await planThen((path) => rmSync(path))).toMatchObject({ code: 'client_file_changed' });
    expect(existsSync(configPath())).toBe(false);
    expect(await planThen((path) => writeFileSync(path, ''))).toMatchObject({ code: 'client_file_changed' });
    expect(readFileSync(configPath(), 'utf8')).toBe('');
  });

  it('where the address changed between the plan and the write', async () => {
    place(configPath(), 'model = "a"\n');
    const error = await planThen(() => {
      home.baseUrl = 'http://127.0.0.1:9999';
    });
    expect(error).toMatchObject({ code: 'client_file_changed' });
  });

  it.each(written)('of a read-only file of %s, mode %s, which is said', async (id, mode, path, text) => {
    const before = place(path(), text, 0o444);
    const error = await rejection(() => applyClient(start(), id, mode));
    expect(error).toMatchObject({ code: 'client_file_unusable', message: expect.stringContaining('read-only') });
    expect(readFileSync(path()).equals(before)).toBe(true);
    expect([modeOf(path()), beside(path()).length, records()]).toEqual([0o444, 1, []]);
  });

  it.skipIf(process.getuid === undefined)('of a file that belongs to somebody else, who would lose it', async () => {
    const before = place(configPath(), 'model = "a"\n', 0o666);
    const stranger = vi.spyOn(process, 'getuid').mockReturnValue(statSync(configPath()).uid + 1);
    const error = await rejection(() => applyClient(start(), 'codex', 'provider'));
    stranger.mockRestore();
    expect(error).toMatchObject({ code: 'client_file_unusable', message: expect.stringContaining('another user') });
    expect(readFileSync(configPath()).equals(before)).toBe(true);
    expect([beside(configPath()).length, records()]).toEqual([1, []]);
  });

  it.each(written)('by an undo of a file of %s, mode %s, that became read-only', async (id, mode, path, text) => {
    place(path(), text);
    const handlers = start();
    await applyClient(handlers, id, mode);
    const bytes = readFileSync(path());
    chmodSync(path(), 0o444);
    expect(await rejection(() => handlers['clients.undo']({ id }))).toMatchObject({ code: 'client_file_unusable' });
    expect(readFileSync(path()).equals(bytes)).toBe(true);
    chmodSync(path(), 0o600);
    expect(await handlers['clients.undo']({ id })).toMatchObject({ undoable: false });
    expect(readFileSync(path(), 'utf8')).toBe(text);
  });

  it.each([
    ['codex', 'provider', 'CODEX_HOME'],
    ['claude-code', 'env', 'CLAUDE_CONFIG_DIR'],
    ['opencode', 'provider', 'XDG_CONFIG_HOME'],
  ])('outside the home folder: of %s the list says that %s leads there', async (id, mode, variable) => {
    const outside = join(home.dataDir, 'elsewhere');
    for (const folder of [outside, `${home.homeDir}-other`, 'relative']) {
      home.env = { [variable]: folder };
      const handlers = start();
      expect(await viewOf(handlers, id)).toMatchObject({ path: null, problem: expect.stringContaining(variable) });
      expect(await rejection(() => handlers['clients.plan']({ id, mode }))).toMatchObject({
        code: 'client_file_unusable',
      });
      expect(await rejection(() => handlers['clients.undo']({ id }))).toMatchObject({ code: 'client_file_unusable' });
    }
    expect(existsSync(outside)).toBe(false);
  });

  it('where a folder is in the place of the file', async () => {
    mkdirSync(configPath(), { recursive: true });
    const handlers = start();
    expect(await rejection(() => handlers['clients.plan']({ id: 'codex', mode: 'login' }))).toMatchObject({
      code: 'client_file_unusable',
      message: expect.stringMatching(/is a folder.*Move it away/),
    });
  });

  it.each([
    ['codex', 'model = "a\n'],
    ['opencode', '{ "a": '],
    ['claude-code', '{ "env": {]'],
    ['codex', 'a = "\xff"'],
  ] as const)('of a file of %s that is not valid, and the list says so', async (id, text) => {
    const path = { codex: configPath, 'claude-code': settingsPath, opencode: opencodePath }[id]();
    place(path, '');
    writeFileSync(path, text, 'latin1');
    const handlers = start();
    const mode = id === 'claude-code' ? 'env' : 'provider';
    expect(await rejection(() => applyClient(handlers, id, mode))).toMatchObject({ code: 'client_file_invalid' });
    expect(readFileSync(path, 'latin1')).toBe(text);
    const view = await viewOf(handlers, id);
    expect(view).toMatchObject({ state: 'not-set-up' });
    expect(english.told(view?.problem ?? '')).toMatch(/ is not /);
  });

  it.each([
    ['arrays', `a = ${'['.repeat(3000)}${']'.repeat(3000)}\n`],
    ['inline tables', `a = ${'{a='.repeat(2000)}1${'}'.repeat(2000)}\n`],
    ['a key', `a${'.a'.repeat(5000)} = 1\n`],
    ['a header', `[a${'.a'.repeat(5000)}]\n`],
  ])('of a file whose %s are nested too deep, and the list still has every client', async (_name, text) => {
    place(configPath(), text);
    const handlers = start();
    const refusal = await rejection(() => applyClient(handlers, 'codex', 'provider'));
    expect(refusal).toMatchObject({ code: 'client_file_invalid' });
    expect(readFileSync(configPath(), 'utf8')).toBe(text);
    expect((await handlers['clients.list'](null)).length).toBeGreaterThan(3);
  });

  it('of a file that is larger than any configuration', async () => {
    place(configPath(), `# ${'x'.repeat(1024 * 1024)}\n`);
    expect(await rejection(() => applyClient(start(), 'codex', 'login'))).toMatchObject({
      code: 'client_file_unusable',
    });
  });

  it('in the demo, or before Slipstream listens', async () => {
    place(configPath(), 'model = "a"\n');
    home.isDemo = true;
    expect(await rejection(() => applyClient(start(), 'codex', 'login'))).toMatchObject({ code: 'client_demo' });
    home.isDemo = false;
    home.baseUrl = null;
    expect(await rejection(() => applyClient(start(), 'codex', 'login'))).toMatchObject({ code: 'instance_absent' });
    expect(readFileSync(configPath(), 'utf8')).toBe('model = "a"\n');
  });

  it('where all is set up already', async () => {
    place(configPath(), 'model = "a"\n');
    const handlers = start();
    await applyClient(handlers, 'codex', 'login');
    utimesSync(configPath(), 1, 1);
    expect((await handlers['clients.plan']({ id: 'codex', mode: 'login' })).diff).toBe('');
    expect(await applyClient(handlers, 'codex', 'login')).toMatchObject({ state: 'set-up', undoable: true });
    expect(statSync(configPath()).mtimeMs).toBe(1000);
  });
});
