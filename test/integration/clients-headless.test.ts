import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connectBridge } from '../../src-main/node/bridge-client.ts';
import { call } from '../../src-main/node/commands/with-bridge.ts';
import { findInstance } from '../../src-main/node/find-instance.ts';
import type { Bridge } from '../../src-main/shared/contract.ts';
import { Headless, headlessArgs } from '../support/headless.ts';

let headless: Headless;
let homeDir: string;

/** The running instance, as a command reaches it. */
async function withInstance<T>(use: (bridge: Bridge) => Promise<T>): Promise<T> {
  const record = findInstance(headless.dataDir);
  if (record === null) throw new Error('no instance');
  const client = await connectBridge(record);
  try {
    return await use(client);
  } finally {
    client.close();
  }
}

beforeEach(() => {
  homeDir = mkdtempSync(join(tmpdir(), 'slipstream-home-'));
  mkdirSync(join(homeDir, '.codex'));
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, MALLOC_ARENA_MAX: '2', HOME: homeDir, USERPROFILE: homeDir };
  headless = new Headless({ program: process.execPath, args: headlessArgs, env });
});

afterEach(() => {
  headless.dispose();
  rmSync(homeDir, { recursive: true, force: true });
});

it('a client that one run has set up can be undone in the next', async () => {
  const path = join(homeDir, '.codex', 'config.toml');
  const before = '# mine\nmodel = "gpt-5.5"\n';
  writeFileSync(path, before);
  const first = await headless.serve();
  await withInstance(async (bridge) => {
    const { hash, diff } = await call(bridge, 'clients.plan', { id: 'codex', mode: 'provider' });
    expect(diff).toContain('+experimental_bearer_token = "<API key>"');
    const view = await call(bridge, 'clients.apply', { id: 'codex', mode: 'provider', hash });
    expect(view).toMatchObject({ path, state: 'set-up', mode: 'provider', undoable: true });
  });
  expect(readFileSync(path, 'utf8')).toContain(`base_url = "${first.baseUrl}/v1"`);
  first.child.kill('SIGTERM');
  await first.finished;
  await headless.serve();
  await withInstance(async (bridge) => {
    // Another port: it points nowhere now.
    expect(await call(bridge, 'clients.list', null)).toContainEqual(
      expect.objectContaining({ id: 'codex', state: 'not-set-up', undoable: true }),
    );
    await call(bridge, 'clients.undo', { id: 'codex' });
  });
  expect(readFileSync(path, 'utf8')).toBe(before);
});
