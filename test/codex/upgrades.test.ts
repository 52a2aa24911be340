import { afterEach, expect, it } from 'vitest';
import { type Rig, type RigOptions, startRig } from '../support/slipstream.ts';
import { type CodexRun, codexVersion, complaints, pathKeyConfig, runCodex } from './codex.ts';
import { expectSilentAnswer, limitWords, misshapen } from './outcome.ts';

let rig: Rig;

afterEach(() => rig.stop());

async function run(options: RigOptions['simulator'] = {}): Promise<CodexRun> {
  rig = await startRig({ simulator: options });
  const authJson = rig.simulator.addAccount().authJson();
  return runCodex('Reply with exactly: OK', { config: pathKeyConfig(rig.baseUrl, rig.apiKey), authJson });
}

it('runs its prewarm and its turn on the socket that was opened for its upgrade', async () => {
  expectSilentAnswer(await run(), 'OK');
  const { frames, upgrades } = rig.simulator.log;
  const [first] = upgrades.map(({ connection }) => connection);
  expect([upgrades.length, frames.map(({ connection }) => connection)]).toEqual([1, [first, first]]);
});

it('is told of the size that upstream announces, and keeps to it in the way of its version', async () => {
  const ended = await run({ maxMessageBytes: 20_000 });
  expect({ code: ended.code, answer: ended.stdout.trim() }).toEqual({ code: 0, answer: 'OK' });
  // 0.169 does not read the announcement, so that it is Slipstream who sends the turn by HTTP.
  expect(complaints(ended)).toEqual(codexVersion === '0.169.0' ? [] : [limitWords]);
  expect(rig.simulator.log.closes.filter(({ code }) => code === 1009)).toEqual([]);
  expect(misshapen(rig)).toEqual([]);
});
