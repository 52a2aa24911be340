import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  backups,
  beginHome,
  configPath,
  endHome,
  home,
  modeOf,
  opencodePath,
  place,
  records,
  recordsFolder,
  rejection,
  settingsPath,
  start,
  viewOf,
} from '../support/client-home.ts';
import { applyClient, clientKey as key } from '../support/clients.ts';

beforeEach(beginHome);
afterEach(endHome);

describe('a change by another program', () => {
  it('is shown, and undo refuses to lose it', async () => {
    const before = place(configPath(), 'model = "a"\n');
    const handlers = start();
    await applyClient(handlers, 'codex', 'provider');
    const changed = `${readFileSync(configPath(), 'utf8')}\n[projects."/x"]\ntrust_level = "trusted"\n`;
    writeFileSync(configPath(), changed);
    expect(await viewOf(start(), 'codex')).toMatchObject({ state: 'changed-since', mode: 'provider', undoable: false });
    const error = await rejection(() => handlers['clients.undo']({ id: 'codex' }));
    expect(error).toMatchObject({ code: 'client_file_changed', message: expect.stringContaining('Another program') });
    expect(readFileSync(configPath(), 'utf8')).toBe(changed);
    const [, path = ''] = /before is (\S+)\. /.exec((error as Error).message) ?? [];
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('that takes our settings away, or the file, is shown as such', async () => {
    place(configPath(), 'model = "a"\n');
    const handlers = start();
    await applyClient(handlers, 'codex', 'provider');
    writeFileSync(configPath(), 'model = "z"\n');
    expect(await viewOf(handlers, 'codex')).toMatchObject({ state: 'changed-since', mode: null });
    rmSync(configPath());
    expect(await viewOf(handlers, 'codex')).toMatchObject({ state: 'changed-since', mode: null, undoable: false });
  });

  it('can be set up over, and undo then goes back to that change', async () => {
    place(configPath(), 'model = "a"\n');
    const handlers = start();
    await applyClient(handlers, 'codex', 'provider');
    writeFileSync(configPath(), 'model = "z"\n');
    await applyClient(handlers, 'codex', 'login');
    await handlers['clients.undo']({ id: 'codex' });
    expect(readFileSync(configPath(), 'utf8')).toBe('model = "z"\n');
  });

  it('that puts the old file back leaves nothing to undo', async () => {
    const before = place(configPath(), 'model = "a"\n');
    const handlers = start();
    await applyClient(handlers, 'codex', 'provider');
    writeFileSync(configPath(), before);
    expect(await viewOf(handlers, 'codex')).toMatchObject({ state: 'not-set-up', undoable: false });
  });
});

it('undo after a change of mode goes back to before the first write', async () => {
  const before = place(configPath(), 'model = "a" # mine\n');
  const handlers = start();
  await applyClient(handlers, 'codex', 'provider');
  expect(await applyClient(handlers, 'codex', 'login')).toMatchObject({ mode: 'login', undoable: true });
  expect(await applyClient(start(), 'codex', 'provider')).toMatchObject({ mode: 'provider' });
  expect(await start()['clients.undo']({ id: 'codex' })).toMatchObject({ state: 'not-set-up' });
  expect(readFileSync(configPath()).equals(before)).toBe(true);
  expect([records(), backups()]).toEqual([[], []]);
});

it('a set-up for another port or key is no set-up any more, and can still be undone', async () => {
  const before = place(configPath(), 'model = "a"\n');
  await applyClient(start(), 'codex', 'provider');
  home.baseUrl = 'http://127.0.0.1:7777';
  const handlers = start();
  expect(await viewOf(handlers, 'codex')).toMatchObject({ state: 'not-set-up', mode: null, undoable: true });
  await handlers['clients.undo']({ id: 'codex' });
  expect(readFileSync(configPath()).equals(before)).toBe(true);
});

it('undo says so where the backup is damaged', async () => {
  place(configPath(), 'model = "a"\n');
  const handlers = start();
  await applyClient(handlers, 'codex', 'provider');
  const written = readFileSync(configPath());
  const backup = backups().find((name) => name.endsWith('.bak')) ?? '';
  writeFileSync(join(recordsFolder(), 'backups', backup), 'other');
  expect(await rejection(() => handlers['clients.undo']({ id: 'codex' }))).toMatchObject({ code: 'client_undo_none' });
  expect(readFileSync(configPath()).equals(written)).toBe(true);
});

it('records and backups are for their owner alone, and hold no key but that of the file itself', async () => {
  place(configPath(), 'model = "a"\n');
  await applyClient(start(), 'codex', 'login');
  const [record = ''] = records();
  expect(modeOf(join(recordsFolder(), record))).toBe(0o600);
  expect(backups().map((name) => modeOf(join(recordsFolder(), 'backups', name)))).toEqual([0o600, 0o600]);
  expect(modeOf(recordsFolder())).toBe(0o700);
  expect(readFileSync(join(recordsFolder(), record), 'utf8')).not.toContain(key);
});

it('CODEX_HOME, CLAUDE_CONFIG_DIR and XDG_CONFIG_HOME move the files', async () => {
  home.env = {
    CODEX_HOME: join(home.homeDir, 'c'),
    CLAUDE_CONFIG_DIR: join(home.homeDir, 'k'),
    XDG_CONFIG_HOME: join(home.homeDir, 'x'),
  };
  const list = await start()['clients.list'](null);
  expect(list.flatMap(({ path }) => path ?? []).slice(0, 3)).toEqual([
    join(home.homeDir, 'c', 'config.toml'),
    join(home.homeDir, 'k', 'settings.json'),
    join(home.homeDir, 'x', 'opencode', 'opencode.json'),
  ]);
});

it('opencode.jsonc is the one that is written where it is there', async () => {
  const path = join(home.homeDir, '.config', 'opencode', 'opencode.jsonc');
  place(path, '{ /* c */ }');
  expect(await applyClient(start(), 'opencode', 'provider')).toMatchObject({ path, state: 'set-up' });
});

it.each([
  ['codex', 'codex', '.codex'],
  ['claude-code', 'claude', '.claude'],
  ['opencode', 'opencode', '.opencode'],
])('%s is detected by its program on PATH, or by its folder', async (id, program, folder) => {
  expect(await viewOf(start(), id)).toMatchObject({ detected: false, state: 'absent' });
  home.env = { PATH: join(home.homeDir, 'bin') };
  place(join(home.homeDir, 'bin', process.platform === 'win32' ? `${program}.exe` : program), '', 0o755);
  expect(await viewOf(start(), id)).toMatchObject({ detected: true, state: 'not-set-up' });
  home.env = {};
  expect(await viewOf(start(), id)).toMatchObject({ detected: false });
  mkdirSync(join(home.homeDir, folder));
  expect(await viewOf(start(), id)).toMatchObject({ detected: true, state: 'not-set-up' });
});

it('screens see no key and no secret of the file, and the diff still shows what changes', async () => {
  const secrets = ['sk-canary0123456789', 'ghp_canary012345', 'old-key-0123456789', 'azure-canary-01'];
  place(
    configPath(),
    [
      'model_provider = "slipstream"',
      `openai_base_url = "http://127.0.0.1:9/k/${secrets[2]}/v1"`,
      '[model_providers.slipstream]',
      'name = "Slipstream"',
      `experimental_bearer_token = "${secrets[2]}"`,
      `http_headers = { Authorization = "Bearer ${secrets[0]}", "api-key" = '${secrets[3]}' }`,
      '[mcp_servers.x.env]',
      `GITHUB_TOKEN = "${secrets[1]}"`,
      '',
    ].join('\n'),
  );
  const handlers = start();
  for (const mode of ['provider', 'login']) {
    const plan = await handlers['clients.plan']({ id: 'codex', mode });
    const shown = JSON.stringify(plan);
    for (const secret of [key, ...secrets]) expect(shown).not.toContain(secret);
    expect(plan.holdsKey).toBe(true);
    expect(plan.snippet).toContain('<API key>');
  }
  const { diff } = await handlers['clients.plan']({ id: 'codex', mode: 'provider' });
  expect(diff).toContain(`--- ${configPath()}`);
  expect(diff).toContain('\n-experimental_bearer_token = "<redacted>"\n+experimental_bearer_token = "<API key>"\n');
  place(opencodePath(), `{\n  "provider": { "o": { "options": { "apiKey": "${secrets[0]}" } } }\n}\n`);
  const plan = await handlers['clients.plan']({ id: 'opencode', mode: 'provider' });
  expect(plan.diff).toContain('"apiKey": "<API key>"');
  for (const secret of [key, ...secrets]) expect(JSON.stringify(plan)).not.toContain(secret);
  place(settingsPath(), `{\n  "env": {\n    "ANTHROPIC_API_KEY": "${secrets[0]}"\n  }\n}\n`);
  const settings = await handlers['clients.plan']({ id: 'claude-code', mode: 'env' });
  expect(settings.diff).toContain('-    "ANTHROPIC_API_KEY": "<redacted>"\n+    "ANTHROPIC_API_KEY": "",\n');
  for (const secret of [key, ...secrets]) expect(JSON.stringify(settings)).not.toContain(secret);
});

it('a snippet comes with the key to copy and without it to show, for every mode', async () => {
  const handlers = start();
  for (const { id, modes } of await handlers['clients.list'](null)) {
    for (const { id: mode } of modes) {
      const { text, shown } = await handlers['clients.snippet']({ id, mode });
      expect(text).toContain(key);
      expect(shown).toBe(text.replaceAll(key, '<API key>'));
      expect(text).toContain('http://127.0.0.1:2575');
    }
  }
});

it.each([
  ['clients.plan', { id: 'nobody', mode: 'provider' }],
  ['clients.plan', { id: 'codex', mode: 'nothing' }],
  ['clients.plan', { id: 'generic', mode: 'curl' }],
  ['clients.snippet', { id: 'codex', mode: '__proto__' }],
  ['clients.apply', { id: 'nobody', mode: 'provider', hash: '' }],
  ['clients.undo', { id: 'nobody' }],
  ['clients.undo', { id: 'generic' }],
] as const)('%s refuses %j', async (name, input) => {
  const call = start()[name] as (input: unknown) => unknown;
  expect(await rejection(() => call(input))).toMatchObject({ code: 'client_unknown' });
});

it('undo refuses where nothing was written', async () => {
  expect(await rejection(() => start()['clients.undo']({ id: 'codex' }))).toMatchObject({ code: 'client_undo_none' });
});
