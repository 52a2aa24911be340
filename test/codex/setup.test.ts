import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clientHandlers } from '../../src-main/clients/handlers.ts';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import { applyClient } from '../support/clients.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { complaints, runCodex, spawnCodex } from './codex.ts';

const own = [
  '# settings of mine',
  'model = "gpt-6.1-sol" # the model',
  'model_provider = "other"',
  '',
  '[model_providers.other]',
  'name = "Other"',
  'base_url = "http://127.0.0.1:9/v1"',
  '',
  '[tui]',
  'notifications = false',
].join('\r\n');

let rig: Rig;
let homeDir: string;

beforeEach(async () => {
  rig = await startRig();
  homeDir = mkdtempSync(join(tmpdir(), 'slipstream-home-'));
});

afterEach(async () => {
  await rig.stop();
  rmSync(homeDir, { recursive: true, force: true });
});

it.each([
  // With the model that the client takes by itself.
  ['provider', ''],
  ['provider', own],
  ['login', own],
  [
    'provider',
    'model = "gpt-6.1-sol"\nmodel_providers = { other = { name = "O", base_url = "http://127.0.0.1:9" } }\n',
  ],
  ['login', '\ufeffmodel = "gpt-6.1-sol"\nopenai_base_url = "http://127.0.0.1:9/v1"\n'],
])('the real Codex CLI finishes a turn with the config.toml of mode %s', async (mode, text) => {
  const path = join(homeDir, '.codex', 'config.toml');
  mkdirSync(join(homeDir, '.codex'));
  writeFileSync(path, text);
  const around = { platform: process.platform, env: {}, homeDir };
  const handlers = clientHandlers({ app: rig.app, host: rig.host, redactor: new Redactor(), around });
  expect(await applyClient(handlers, 'codex', mode)).toMatchObject({ state: 'set-up', mode });
  const run = await runCodex('Reply with exactly: OK', {
    config: readFileSync(path, 'utf8'),
    ...(mode === 'login' ? { authJson: rig.simulator.addAccount().authJson() } : {}),
  });
  expect(complaints(run)).toEqual([]);
  expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('OK') });
  expect(rig.app.snapshot().requests.map(({ status }) => status)).toContain('completed');
  await handlers['clients.undo']({ id: 'codex' });
  expect(readFileSync(path, 'utf8')).toBe(text);
});

it.each(['provider', 'login'])(
  'what the real Codex CLI writes after a set-up of mode %s survives its undo',
  async (mode) => {
    const folder = join(homeDir, '.codex');
    const path = join(folder, 'config.toml');
    mkdirSync(folder);
    writeFileSync(path, own);
    const around = { platform: process.platform, env: {}, homeDir };
    const handlers = clientHandlers({ app: rig.app, host: rig.host, redactor: new Redactor(), around });
    await applyClient(handlers, 'codex', mode);
    const [code] = await once(spawnCodex(['mcp', 'add', 'docs', '--', 'docs-server'], folder), 'close');
    expect(code).toBe(0);
    expect(await handlers['clients.list'](null)).toContainEqual(
      expect.objectContaining({ id: 'codex', state: 'changed-since', mode }),
    );
    const { kind, hash } = await handlers['clients.undoPlan']({ id: 'codex' });
    expect(kind).toBe('own-part');
    await handlers['clients.undo']({ id: 'codex', hash });
    const left = readFileSync(path, 'utf8');
    expect(left).toContain('[mcp_servers.docs]');
    expect(left).not.toMatch(/slipstream|openai_base_url/);
    expect(left).toContain('# settings of mine');
    expect(left).toContain('model_provider = "other"');
  },
);
