import { afterEach, describe, expect, it } from 'vitest';
import { skippingClock } from '../support/skipping-clock.ts';
import { type Rig, type RigOptions, startRig } from '../support/slipstream.ts';
import { bearerConfig, type CodexRun, runCodex } from './codex.ts';
import { type FailureCase, httpCases, prewarmCases, websocketCases } from './failure-cases.ts';
import { exchanges, expectSilentAnswer, misshapen, turnWebsocketsOff } from './outcome.ts';

const prompt = 'Reply with exactly: OK';
/** Two dials of 5 s are the longest a user waits for what is absorbed; the rest is the CLI, on a busy machine. */
const patienceMs = 20_000;

let rig: Rig;

async function start(upstream: 'ws' | 'http', options: RigOptions = {}): Promise<void> {
  rig = await startRig(options);
  if (upstream === 'http') await turnWebsocketsOff(rig);
}

function run(websockets: boolean): Promise<CodexRun> {
  return runCodex(prompt, { config: bearerConfig(rig.baseUrl, rig.apiKey, { websockets }), timeoutMs: patienceMs });
}

/** The failure was met, and upstream has seen nothing it could not take. */
function expectStruck(): void {
  const { log, faults } = rig.simulator;
  const refusedUpgrades = log.upgrades.filter(({ status }) => status >= 400);
  expect([...log.of('fault'), ...log.refusals, ...refusedUpgrades]).not.toEqual([]);
  expect(faults.pending).toBe(0);
  expect(misshapen(rig)).toEqual([]);
}

async function absorbs({ accounts = 1, arrange }: FailureCase, upstream: 'ws' | 'http', websockets: boolean) {
  await start(upstream, { accounts });
  arrange(rig);
  expectSilentAnswer(await run(websockets), 'OK');
  expectStruck();
}

afterEach(() => rig.stop());

describe.each(['ws', 'http'] as const)('with upstream over %s', (upstream) => {
  const cases = upstream === 'ws' ? websocketCases : httpCases;

  it.each(cases)(
    'a Codex CLI on HTTP prints its answer and no warning, in one request, although $name',
    async (failure) => {
      await absorbs(failure, upstream, false);
      expect(exchanges(rig, 'turn')).toBe(1);
    },
  );

  it.each(cases)('a Codex CLI on a websocket prints its answer and no warning although $name', async (failure) => {
    await absorbs(failure, upstream, true);
    // One resend at most: the second would be printed.
    expect(exchanges(rig, 'turn')).toBeLessThanOrEqual(2);
  });

  it.each([true, false])(
    'the Codex CLI, websockets %s, does not notice that upstream goes silent',
    async (websockets) => {
      const clock = skippingClock();
      await start(upstream, { clock });
      rig.simulator.faults.next('turn', { kind: 'stall' });
      const running = run(websockets);
      await rig.simulator.log.waitFor('fault', ({ point }) => point === 'turn');
      clock.skip(301_000);
      expectSilentAnswer(await running, 'OK');
      expectStruck();
    },
  );
});

it.each(prewarmCases)('a Codex CLI on a websocket prints its answer and no warning although $name', async (failure) => {
  await absorbs(failure, 'ws', true);
});
