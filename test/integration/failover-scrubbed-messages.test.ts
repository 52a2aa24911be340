import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Rig, startRig } from '../support/slipstream.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.stop());

it('case 42: scrubs secrets out of the words upstream refuses with', async () => {
  const token = rig.simulator.accounts[0]?.accessToken ?? '';
  const message = `Bad request for ${token}`;
  rig.simulator.faults.next('turn', { kind: 'error', status: 400, code: 'invalid_value', message });
  const response = await rig.post('/v1/responses', { model: 'gpt-5.5', input: 'hi' });
  const text = await response.text();
  expect(response.status).toBe(400);
  expect(text).toContain('Bad request for <redacted>');
  expect(token.length).toBeGreaterThan(40);
  expect(text).not.toContain(token);
});
