import { afterEach, expect, it } from 'vitest';
import { pairOf, startedOn, viewOf } from '../support/rig-accounts.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { CodexThread } from './app-server.ts';
import { bearerConfig, runCodex } from './codex.ts';
import { expectSilentAnswer } from './outcome.ts';

let rig: Rig;
afterEach(() => rig.stop());

it('the Codex CLI goes on when its account is deactivated between its warm-up and its turn, and the screen says why', async () => {
  rig = await startRig({ accounts: 2, settings: { strategy: 'fill-first' } });
  const [dead, other] = pairOf(rig);
  const scope = { accountId: dead.upstream.id };
  rig.simulator.faults.always('turn', { kind: 'error', status: 401, code: 'account_deactivated' }, scope);
  const config = bearerConfig(rig.baseUrl, rig.apiKey, { websockets: true });
  for (let session = 0; session < 3; session += 1)
    expectSilentAnswer(await runCodex('Reply with exactly: OK', { config }), 'OK');
  expect(rig.simulator.log.of('fault')).toHaveLength(1);
  expect(rig.simulator.log.requests.filter(({ path }) => path === '/oauth/token')).toEqual([]);
  expect(new Set(startedOn(rig).slice(-3))).toEqual(new Set([other.upstream.id]));
  expect(viewOf(rig, dead)).toMatchObject({ state: 'refused', problem: expect.stringContaining('deactivated') });
}, 120_000);

it('a thread of the Codex CLI goes on with another account when its own is deactivated between two turns', async () => {
  rig = await startRig({ accounts: 2, settings: { strategy: 'fill-first' } });
  const [dead, other] = pairOf(rig);
  const thread = await CodexThread.start(bearerConfig(rig.baseUrl, rig.apiKey, { websockets: true }));
  try {
    expect(await thread.say('Reply with exactly: one')).toEqual({ status: 'completed', answer: 'one' });
    expect(startedOn(rig).at(-1)).toBe(dead.upstream.id);
    const scope = { accountId: dead.upstream.id };
    rig.simulator.faults.always('turn', { kind: 'error', status: 401, code: 'account_deactivated' }, scope);
    expect(await thread.say('Reply with exactly: two')).toEqual({ status: 'completed', answer: 'two' });
    expect(startedOn(rig).at(-1)).toBe(other.upstream.id);
    expect(thread.complaints).toEqual([]);
    expect(viewOf(rig, dead)).toMatchObject({ state: 'refused', problem: expect.stringContaining('deactivated') });
  } finally {
    await thread.stop();
  }
}, 120_000);
