import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { englishAccount } from '../../src-main/node/english-account.ts';
import type { SimulatedAccount } from '../../src-main/simulator/accounts/accounts.ts';
import { type AccountsRig, startAccountsRig } from '../support/accounts-rig.ts';
import { type SkippingClock, skippingClock } from '../support/skipping-clock.ts';
import { askTurn } from '../support/turns.ts';

let rig: AccountsRig;
let clock: SkippingClock;

beforeEach(async () => {
  clock = skippingClock();
  rig = await startAccountsRig({ clock });
});
afterEach(() => rig.stop());

async function imported(seed: Parameters<typeof rig.simulator.addAccount>[0]): Promise<SimulatedAccount> {
  const person = rig.simulator.addAccount(seed);
  await rig.app.handlers['accounts.import']({ text: person.authJson() });
  return person;
}

/** Renewals are answered with these tokens. */
function answerWith({ accessToken, idToken, refreshToken }: SimulatedAccount): void {
  const body = JSON.stringify({ access_token: accessToken, id_token: idToken, refresh_token: refreshToken });
  rig.simulator.faults.always('issuer', { kind: 'status', status: 200, body });
}

/** By whose workspace and token upstream was asked. */
const askedAs = () => {
  const { entries } = rig.simulator.log;
  return entries.flatMap((entry) => (entry.kind === 'turn' && entry.phase === 'completed' ? [entry.accountId] : []));
};
const told = () => rig.app.snapshot().accounts.map(englishAccount)[0]?.problem;

describe.each([
  ['user', () => rig.simulator.addAccount({ email: 'eve@example.test' })],
  ['workspace', () => rig.simulator.addAccount({ email: 'ada@example.test', userId: 'user-ada' })],
])('a renewal that brings the sign-in of another %s', (_what, other) => {
  const ada = { email: 'ada@example.test', userId: 'user-ada' };

  it('is not taken, is told of, and is tried again, while the token is good', async () => {
    const person = await imported({ ...ada, tokenLifetimeMs: 200_000 });
    answerWith(other());
    const baseUrl = await rig.listen();
    expect((await askTurn(rig, baseUrl)).status).toBe(200);
    expect(told()).toContain('the sign-in of another user or workspace, which was not taken');
    rig.simulator.faults.clear();
    clock.skip(31_000);
    expect((await askTurn(rig, baseUrl)).status).toBe(200);
    expect([told(), askedAs()]).toEqual([null, [person.id, person.id]]);
  });

  it('sends no turn on that one, once the token has ended', async () => {
    await imported({ ...ada, expired: true });
    answerWith(other());
    const baseUrl = await rig.listen();
    const turn = await askTurn(rig, baseUrl);
    expect([turn.status, askedAs()]).toEqual([502, []]);
    expect(turn.text).toContain('the sign-in of another user or workspace');
  });
});
