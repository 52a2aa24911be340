import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountView } from '../../src-main/shared/account-model.ts';
import type { SimulatedAccount } from '../../src-main/simulator/accounts/accounts.ts';
import { type AccountsRig, startAccountsRig } from '../support/accounts-rig.ts';
import { type SkippingClock, skippingClock } from '../support/skipping-clock.ts';
import { askTurn } from '../support/turns.ts';

/** What is known of an account's quota, from each of the three places upstream tells it, and what the user is told of it. */

let rig: AccountsRig;
let clock: SkippingClock;
let person: SimulatedAccount;
let baseUrl: string;
let id: string;

const view = () => rig.app.snapshot().accounts[0] as AccountView;
const reads = () => rig.asked('/backend-api/wham/usage').length;
const turn = async () => (await askTurn(rig, baseUrl)).status;
const read = () => rig.app.handlers['accounts.readUsage']({ id });
const setWebsockets = (websockets: boolean) => rig.app.handlers['accounts.setWebsockets']({ id, websockets });

beforeEach(async () => {
  clock = skippingClock();
  rig = await startAccountsRig({ clock });
  person = rig.simulator.addAccount({
    plan: 'pro',
    usage: {
      primaryPercent: 12,
      secondaryPercent: 34,
      credits: { hasCredits: true, unlimited: false, balance: '12.50' },
    },
  });
  await rig.app.handlers['accounts.import']({ text: person.authJson() });
  id = view().id;
  // What comes with an import, and ends before the test begins.
  await read();
  baseUrl = await rig.listen();
});
afterEach(() => rig.stop());

describe('quota', () => {
  it('is asked for when an account is added: both windows with their resets, credits and plan', () => {
    expect(reads()).toBeGreaterThan(0);
    expect(view()).toMatchObject({
      plan: 'pro',
      usage: {
        primary: { usedPercent: 12, windowMinutes: 300, resetAt: person.usage.primary.resetAt * 1000 },
        secondary: { usedPercent: 34, windowMinutes: 10_080, resetAt: person.usage.secondary.resetAt * 1000 },
        credits: { hasCredits: true, unlimited: false, balance: '12.50' },
      },
    });
  });

  it.each([
    ['events of a websocket turn', true],
    ['headers of an HTTP turn', false],
  ])('comes from %s, and replaces what was read before', async (_what, websockets) => {
    await setWebsockets(websockets);
    const before = reads();
    person.usage.primary.usedPercent = 56;
    clock.skip(1_000);
    expect(await turn()).toBe(200);
    expect(Math.floor(view().usage?.primary?.usedPercent ?? 0)).toBe(56);
    expect(view().usage?.credits).toEqual({ hasCredits: true, unlimited: false, balance: '12.50' });
    expect(reads()).toBe(before);
  });

  it('of the newest reading wins, from wherever it is', async () => {
    person.usage.primary.usedPercent = 56;
    clock.skip(1_000);
    await turn();
    person.usage.primary.usedPercent = 3;
    clock.skip(1_000);
    await read();
    expect(view().usage?.primary?.usedPercent).toBe(3);
  });

  it('that is reset early frees a resting account with its next look', async () => {
    person.exhaust({ resetsAt: Math.floor(clock.epochMs() / 1000) + 3 * 3600 });
    expect(await turn()).toBe(429);
    expect(view().state).toBe('exhausted');
    person.resetUsage();
    clock.skip(5 * 60_000);
    await expect.poll(() => view().state).toBe('ready');
    expect(await turn()).toBe(200);
  });
});

it('two workspaces of one e-mail are told apart by their names', async () => {
  const seed = { email: 'ada@example.test', userId: 'user-ada', plan: 'team' };
  for (const more of [{ workspaceName: 'Engineering' }, { workspaceName: 'Research' }, { plan: 'plus' }]) {
    const text = rig.simulator.addAccount({ ...seed, ...more }).authJson();
    await rig.app.handlers['accounts.import']({ text });
  }
  const names = () =>
    rig.app.snapshot().accounts.flatMap(({ email, workspace }) => (email === seed.email ? [workspace] : []));
  await expect.poll(names).toEqual(expect.arrayContaining(['Engineering', 'Research', 'Personal']));
  // Other screens, traces and exports keep to the masked label.
  expect(
    rig.app
      .snapshot()
      .accounts.map(({ label }) => label)
      .join(),
  ).not.toMatch(/Engineering|Research/);
});

describe('who asks for the quota of', () => {
  it('a signed-out account is told so', async () => {
    person.invalidateAccess();
    person.spoilRefresh('invalidated');
    expect(await turn()).not.toBe(200);
    expect(view().state).toBe('signed-out');
    await expect(read()).rejects.toMatchObject({ message: expect.stringContaining('sign in again') });
  });
});

it('a rest that is over is told to screens although no turn comes', async () => {
  person.exhaust({ resetsAt: Math.floor(clock.epochMs() / 1000) + 3600 });
  await turn();
  const told = () => rig.deltas.findLast((delta) => delta.kind === 'accounts')?.accounts[0];
  const start = clock.epochMs();
  clock.skip(3590_000);
  // The look for an early reset has come and gone; the next is minutes away.
  await expect.poll(() => told()?.usage?.readAt).toBeGreaterThan(start + 200_000);
  expect(told()?.state).toBe('exhausted');
  clock.skip(31_000);
  await expect.poll(() => told()?.state).toBe('ready');
});

describe('the user is told', () => {
  it('once that a quota is low, once that it is used up, and once of a sign-out', async () => {
    person.usage.primary.usedPercent = 93;
    clock.skip(1_000);
    await turn();
    await turn();
    expect(rig.notices).toEqual([expect.stringMatching(/^Quota is low: .* has used 93 % of its 5 h limit/)]);
    person.exhaust();
    await turn();
    await turn();
    expect(rig.notices.slice(1)).toEqual([expect.stringMatching(/^Usage limit reached: .* gets no turns until/)]);
    person.resetUsage();
    await read();
    person.invalidateAccess();
    person.spoilRefresh('invalidated');
    await turn();
    await turn();
    expect(rig.notices.slice(2)).toEqual([expect.stringMatching(/^Signed out: .* has to sign in again/)]);
    expect(rig.notices.join()).not.toContain(person.email);
  });
});
