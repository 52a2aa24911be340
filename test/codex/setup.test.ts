import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import { clientHandlers } from '../../src-main/node/clients/handlers.ts';
import { applyClient } from '../support/clients.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { complaints, runCodex } from './codex.ts';

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
