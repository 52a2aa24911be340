import { afterEach, expect, it } from 'vitest';
import { type Rig, startRig } from '../support/slipstream.ts';
import { bearerConfig, codexVersion, complaints, runCodex } from './codex.ts';
import { exchanges, limitWords, misshapen } from './outcome.ts';

/** 0.169 goes over to HTTP without a word. */
const expectedWords = codexVersion === '0.169.0' ? [] : [limitWords];

let rig: Rig;

afterEach(() => rig.stop());

it('goes over to HTTP, in the words of its version, where upstream closes its websocket with 1009', async () => {
  rig = await startRig();
  rig.simulator.faults.next('turn', { kind: 'close', code: 1009 });
  const run = await runCodex('Reply with exactly: OK', {
    config: bearerConfig(rig.baseUrl, rig.apiKey, { websockets: true }),
  });
  expect({ code: run.code, answer: run.stdout.trim() }).toEqual({ code: 0, answer: 'OK' });
  expect(complaints(run)).toEqual(expectedWords);
  expect(exchanges(rig, 'turn')).toBe(2);
  expect(misshapen(rig)).toEqual([]);
});
