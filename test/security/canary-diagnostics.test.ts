import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { connectBridge } from '../../src-main/node/bridge-client.ts';
import { findInstance } from '../../src-main/node/find-instance.ts';
import type { CallInput, CallName, CallOutput } from '../../src-main/shared/contract.ts';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { DesktopRig } from '../desktop/desktop-rig.ts';
import { createStandIn, type StandIn } from '../desktop/electron-stand-in/stand-in.ts';
import { Canary } from '../support/canary.ts';
import { current } from '../support/shared-electron.ts';
import { post } from '../support/turn-client.ts';

vi.mock('electron', async () => (await import('../support/shared-electron.ts')).sharedElectron);
vi.mock('electron-store', async () => (await import('../support/shared-electron.ts')).sharedStore);

let simulator: Simulator;
let standIn: StandIn;
let rig: DesktopRig;
beforeEach(async () => {
  simulator = await startSimulator();
  standIn = createStandIn();
  current.standIn = standIn;
  rig = new DesktopRig(standIn);
});
afterEach(async () => {
  rig.dispose();
  await simulator.stop();
});

it('no log, crash, diagnostics or pushed message of the desktop app holds a token, and none names a person', async () => {
  // Nearly full, so that what follows is spread over two files.
  const logsDir = join(rig.dataDir, 'logs');
  mkdirSync(logsDir, { recursive: true });
  writeFileSync(join(logsDir, 'slipstream.log'), `${'{"level":30,"msg":"of an earlier day"}\n'.repeat(26_880)}`);
  const place = ['--upstream', simulator.upstreamUrl, '--issuer', simulator.issuerUrl];
  const { baseUrl, apiKey } = await rig.startReady(...place, '--log-level', 'info');
  const bridge = await connectBridge(findInstance(rig.dataDir) ?? expect.fail('no instance'));
  const call = async <K extends CallName>(name: K, input: CallInput<K>): Promise<CallOutput<K>> => {
    const result = await bridge.invoke(name, input);
    return result.ok ? result.value : expect.fail(`${name}: ${result.error.message}`);
  };
  const person = simulator.addAccount({ email: 'ada.canary@example.test' });
  const tokens = new Canary();
  const people = new Canary();
  tokens.learn(person);
  tokens.add(apiKey, 'API key');
  await call('accounts.import', { text: person.authJson() });
  people.add(person.email, 'e-mail');
  people.add(person.id, 'account id');

  const turn = async () =>
    (await post({ baseUrl, apiKey }, { model: 'gpt-6.1-sol', input: 'Reply with exactly: OK' })).status;
  expect(await turn()).toBe(200);
  const message = `Rejected ${person.accessToken} and ${person.refreshToken} of ${person.email} in ${person.id}`;
  simulator.faults.next('turn', { kind: 'error', status: 400, code: 'invalid_request_error', message });
  await turn();
  // A refresh that goes well, and one that fails with words that repeat the token.
  person.invalidateAccess();
  expect(await turn()).toBe(200);
  tokens.learn(person);
  person.invalidateAccess();
  for (const status of [500, 500, 400])
    simulator.faults.next('issuer', { kind: 'status', status, body: JSON.stringify({ error: message }) });
  await turn();
  await turn();
  tokens.learn(person);

  const texts = [(await call('app.diagnostics', null)).text];
  standIn.seen.menu?.find('Copy diagnostics').press();
  await expect.poll(() => standIn.seen.clipboard).toContain('## Slipstream');
  texts.push(standIn.seen.clipboard);
  rig.crash(new Error(`boom with ${message}`, { cause: new Error(`and ${message}`) }));
  await standIn.exited;
  texts.push(JSON.stringify(standIn.messageBoxes));
  texts.push((await call('app.diagnostics', null)).text);
  expect(texts.at(-1)).toContain('An error that nothing caught.');
  bridge.close();
  void rig.quit();
  await expect.poll(() => standIn.module.app.exit.mock.calls.length).toBe(2);

  // Two files, and the crash is in the newer one with its words, less the secrets.
  expect(readdirSync(logsDir).sort()).toEqual(['slipstream.log', 'slipstream.log.1']);
  expect(readFileSync(join(logsDir, 'slipstream.log'), 'utf8')).toMatch(/boom with Rejected (?!eyJ)/);
  // The canary sings where it should, and nowhere else.
  for (const canary of [tokens, people]) {
    expect(canary.filesIn(rig.dataDir).filter((path) => path !== 'settings.json')).toEqual([
      expect.stringMatching(/^accounts\/[0-9a-f]{16}\.json$/),
    ]);
    for (const text of texts) expect(canary.seenIn(text)).toEqual([]);
  }
  const pushed = JSON.stringify(standIn.windows.map(({ webContents }) => webContents.sent));
  expect(pushed).toContain('slipstream:delta');
  expect(tokens.seenIn(pushed)).toEqual([]);
});
