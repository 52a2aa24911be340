import { afterEach, beforeEach, expect, it } from 'vitest';
import { startedOn } from '../support/rig-accounts.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { CodexThread } from './app-server.ts';
import { bearerConfig } from './codex.ts';
import { misshapen } from './outcome.ts';

let rig: Rig;
let thread: CodexThread;

beforeEach(async () => {
  // Left to itself, each conversation would take another account.
  rig = await startRig({ accounts: 3, settings: { strategy: 'round-robin' } });
  thread = await CodexThread.start(bearerConfig(rig.baseUrl, rig.apiKey, { websockets: true }));
});
afterEach(async () => {
  await thread.stop();
  await rig.stop();
});

it('a sub-agent reads the task that was sealed for the account of its parent', async () => {
  const { log } = rig.simulator;
  const task = JSON.stringify({ task_name: 'helper', message: 'Reply with exactly: sub' });
  const completed = log.waitForCount('turn', 5, ({ phase }) => phase === 'completed', { timeoutMs: 20_000 });
  await thread.say(`call tool collaboration.spawn_agent with \`${task}\``);
  await completed;
  expect(misshapen(rig)).toEqual([]);
  expect(log.frames.filter(({ raw }) => raw.includes('"agent_message"'))).not.toEqual([]);
  expect(new Set(startedOn(rig)).size).toBe(1);
  const agents = rig.app.snapshot().requests.map(({ agent }) => agent);
  expect(agents).toContain('/root/helper');
  expect(thread.complaints).toEqual([]);
});
