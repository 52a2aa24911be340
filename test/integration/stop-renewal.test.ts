import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SimulatedAccount } from '../../src-main/simulator/accounts/accounts.ts';
import { type AccountsRig, startAccountsRig } from '../support/accounts-rig.ts';
import { type IssuerGate, startIssuerGate } from '../support/issuer-gate.ts';
import { type SkippingClock, skippingClock } from '../support/skipping-clock.ts';
import { ask, post } from '../support/turn-client.ts';

const drainMs = 10_000;

let gate: IssuerGate;
let rig: AccountsRig;
let person: SimulatedAccount;
let clock: SkippingClock;
let release: () => void;
let stopped: Promise<void> | null;

beforeEach(async () => {
  gate = await startIssuerGate();
  clock = skippingClock();
  stopped = null;
  rig = await startAccountsRig({ issuerUrl: gate.url, clock });
  gate.issuerUrl = rig.simulator.issuerUrl;
  person = rig.simulator.addAccount({ tokenLifetimeMs: 60_000 });
});
afterEach(async () => {
  release();
  await (stopped ?? rig.app.stop());
  await rig.simulator.stop();
  rig.host.dispose();
  gate.close();
});

/** Resolves once the issuer has rotated the token; it then keeps its answer to itself. */
function issuerStalls(): Promise<void> {
  const held = Promise.withResolvers<void>();
  release = held.resolve;
  return new Promise((rotated) => {
    gate.beforeTokens = () => {
      rotated();
      return held.promise;
    };
  });
}

it('a sign-in that is being renewed at a stop is waited for and kept, while its turn is told at once', async () => {
  const isRotated = issuerStalls();
  const [account] = await rig.app.handlers['accounts.import']({ text: person.authJson() });
  const server = { baseUrl: await rig.listen(), apiKey: rig.app.apiKey };
  const turn = post(server, ask('hello'));
  await isRotated;
  let isStopped = false;
  stopped = rig.app.stop().then(() => {
    isStopped = true;
  });
  clock.skip(drainMs);
  expect(await turn).toMatchObject({ status: 503, text: expect.stringContaining('stopping') });
  const path = join(rig.host.dataDir, 'accounts', `${account?.id}.json`);
  expect(readFileSync(path, 'utf8')).not.toContain(person.refreshToken);
  expect(isStopped).toBe(false);
  release();
  await stopped;
  expect(readFileSync(path, 'utf8')).toContain(person.refreshToken);
});
