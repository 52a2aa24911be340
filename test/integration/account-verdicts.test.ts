import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { FaultPoint } from '../../src-main/simulator/faults/fault-table.ts';
import type { FaultMoment } from '../../src-main/simulator/faults/faults.ts';
import { pairOf, type RigAccount, startedOn, viewOf } from '../support/rig-accounts.ts';
import { type SkippingClock, skippingClock } from '../support/skipping-clock.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, codexBody, codexHeaders, errorOf, post, textOf, WsTurns } from '../support/turn-client.ts';

let rig: Rig;
let clock: SkippingClock;
/** How often upstream was asked by the account that it refuses. */
let triesOnDead = 0;

async function start(): Promise<readonly [RigAccount, RigAccount]> {
  clock = skippingClock();
  rig = await startRig({ accounts: 2, clock, settings: { strategy: 'fill-first' } });
  triesOnDead = 0;
  return pairOf(rig);
}

afterEach(() => rig.stop());

interface Refused {
  readonly status: number;
  readonly code?: string;
  readonly message?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const counted = (more: (moment: FaultMoment) => boolean = () => true) => ({
  prewarms: true,
  when: (moment: FaultMoment) => {
    if (!more(moment)) return false;
    triesOnDead += 1;
    return true;
  },
});

/** Upstream refuses every turn of this account from now on, wherever it is asked. */
function refuse({ upstream }: RigAccount, said: Refused, points: readonly FaultPoint[] = ['upgrade', 'request']): void {
  for (const point of points) {
    const scope = { accountId: upstream.id, ...counted() };
    if (point === 'turn') rig.simulator.faults.always('turn', { kind: 'error', ...said }, scope);
    else if (point === 'upgrade') rig.simulator.faults.always('upgrade', { kind: 'status', ...said }, scope);
    else if (point === 'request') rig.simulator.faults.always('request', { kind: 'status', ...said }, scope);
  }
}

const renewals = () => rig.simulator.log.requests.filter(({ path }) => path === '/oauth/token').length;

/** Sessions one after the other, each new; what they were answered with. */
async function sessions(count: number): Promise<string[]> {
  const answers: string[] = [];
  for (let session = 0; session < count; session += 1) {
    const answer = await post(rig, ask('Reply with exactly: served'), { 'session-id': randomUUID() });
    answers.push(textOf(answer.events) || `${answer.status}`);
  }
  return answers;
}

const served = (count: number) => Array.from({ length: count }, () => 'served');

describe('what an account has said is remembered', () => {
  it.each<[string, Refused, FaultPoint[], string]>([
    ['deactivated', { status: 401, code: 'account_deactivated' }, ['upgrade', 'request'], 'deactivated'],
    ['deactivated, on its turn', { status: 401, code: 'account_deactivated' }, ['turn'], 'deactivated'],
    [
      'suspended, in words',
      { status: 403, body: '{"detail":"Your account has been suspended."}' },
      ['upgrade', 'request'],
      'suspended',
    ],
    ['of a dead workspace', { status: 402, code: 'deactivated_workspace' }, ['upgrade', 'request'], 'deactivated'],
    ['unpaid', { status: 402, code: 'payment_required' }, ['upgrade', 'request'], 'payment'],
    ['without Codex', { status: 429, code: 'usage_not_included' }, ['turn'], 'plan'],
    [
      'in the wrong place',
      { status: 403, code: 'unsupported_country_region_territory' },
      ['upgrade', 'request'],
      'region',
    ],
    ['refused for no reason given', { status: 403 }, ['upgrade', 'request'], 'may not do this'],
    [
      'behind a check of Cloudflare',
      { status: 403, body: '<!DOCTYPE html><title>Just a moment…</title>cloudflare', headers: { 'cf-ray': '8a-FRA' } },
      ['upgrade', 'request'],
      'Cloudflare',
    ],
  ])(
    'one that is %s is asked once, whatever sessions come, at the cost of no renewal, and the screen says why',
    async (what, said, points, words) => {
      const [dead] = await start();
      const count = what === 'deactivated' ? 20 : 4;
      refuse(dead, said, points);
      expect(await sessions(count)).toEqual(served(count));
      expect([triesOnDead, renewals()]).toEqual([1, 0]);
      const view = viewOf(rig, dead);
      expect([view.state, view.problem]).toEqual(['refused', expect.stringContaining(words)]);
      expect(view.refusals).toHaveLength(1);
    },
  );

  it('one whose token is refused, even renewed, costs two tries and one renewal', async () => {
    const [dead] = await start();
    refuse(dead, { status: 401 });
    expect(await sessions(4)).toEqual(served(4));
    expect([triesOnDead, renewals()]).toEqual([2, 1]);
    expect(viewOf(rig, dead).problem).toContain('sign-in');
  });

  it('one whose token is refused and cannot be renewed now costs one try, until its renewal is tried again', async () => {
    const [first] = await start();
    first.upstream.invalidateAccess();
    rig.simulator.faults.always('issuer', { kind: 'status', status: 503 });
    expect(await sessions(4)).toEqual(served(4));
    expect(renewals()).toBe(1);
    rig.simulator.faults.clear();
    clock.skip(31_000);
    expect(await sessions(1)).toEqual(served(1));
    expect([renewals(), startedOn(rig).at(-1)]).toEqual([2, first.upstream.id]);
  });

  it('it is asked again once its time is over, and rests longer when it says the same again', async () => {
    const [dead] = await start();
    refuse(dead, { status: 402, code: 'payment_required' });
    await sessions(2);
    clock.skip(31 * 60_000);
    await sessions(2);
    expect(triesOnDead).toBe(2);
    clock.skip(31 * 60_000);
    await sessions(2);
    expect(triesOnDead).toBe(2);
    clock.skip(31 * 60_000);
    await sessions(2);
    expect(triesOnDead).toBe(3);
  });

  it.each<[string, (account: RigAccount) => unknown]>([
    ['a new sign-in', ({ upstream }) => rig.app.handlers['accounts.import']({ text: upstream.authJson() })],
    ['a quota that upstream tells', ({ id }) => rig.app.handlers['accounts.readUsage']({ id })],
    ['"try again"', ({ id }) => rig.app.handlers['accounts.tryAgain']({ id })],
  ])('%s lifts it at once', async (_what, lift) => {
    const [dead] = await start();
    refuse(dead, { status: 401, code: 'account_deactivated' });
    await sessions(2);
    rig.simulator.faults.clear();
    await lift(dead);
    expect(viewOf(rig, dead).state).toBe('ready');
    rig.simulator.log.clear();
    await sessions(1);
    expect(startedOn(rig)).toEqual([dead.upstream.id]);
  });

  it('what stands a day is over where upstream tells the quota again, though nobody looks', async () => {
    const [dead] = await start();
    refuse(dead, { status: 401, code: 'account_deactivated' });
    await sessions(1);
    expect(viewOf(rig, dead).state).toBe('refused');
    rig.simulator.faults.clear();
    clock.skip(61 * 60_000);
    const look = () => {
      clock.skip(31_000);
      return viewOf(rig, dead).state;
    };
    await expect.poll(look).toBe('ready');
    await sessions(1);
    expect(startedOn(rig).at(-1)).toBe(dead.upstream.id);
  });

  it('a network that changed lifts what was about the place, and nothing else', async () => {
    const [first, second] = await start();
    refuse(first, { status: 403, code: 'unsupported_country_region_territory' });
    refuse(second, { status: 402, code: 'payment_required' });
    await sessions(1);
    rig.simulator.faults.clear();
    rig.app.connectionsStale();
    expect([viewOf(rig, first).state, viewOf(rig, second).state]).toEqual(['ready', 'refused']);
  });

  it('where all are refused, the client is told of each and why, and upstream is not asked again', async () => {
    const [first, second] = await start();
    refuse(first, { status: 401, code: 'account_deactivated' });
    refuse(second, { status: 402, code: 'payment_required' });
    await sessions(1);
    const tries = triesOnDead;
    const answer = await post(rig, ask('hello'));
    expect([answer.status, triesOnDead]).toEqual([400, tries]);
    const { code, message } = errorOf(answer.json);
    expect(code).toBe('account_unusable');
    expect(message).toMatch(/deactivated.*payment/);
  });

  it('a session is moved off an account that is deactivated while it runs', async () => {
    const [dead, other] = await start();
    const client = await WsTurns.open(rig, codexHeaders(randomUUID()));
    expect(textOf(await client.turn(codexBody('Reply with exactly: one')))).toBe('one');
    refuse(dead, { status: 401, code: 'account_deactivated' }, ['upgrade', 'request', 'turn']);
    expect(textOf(await client.turn(codexBody('Reply with exactly: two')))).toBe('two');
    expect(startedOn(rig).at(-1)).toBe(other.upstream.id);
    expect([triesOnDead, renewals()]).toEqual([1, 0]);
    await client.close();
  });
});

describe('a model that an account does not have', () => {
  const modelOf = ({ body }: FaultMoment) => body?.model === 'gpt-5.6-sol';
  const deny = (account: RigAccount, message: string, code?: string) =>
    rig.simulator.faults.always(
      'turn',
      { kind: 'error', status: 400, message, ...(code === undefined ? {} : { code }) },
      { accountId: account.upstream.id, ...counted(modelOf) },
    );
  const askFor = async (model: string) => textOf((await post(rig, ask('Reply with exactly: had', { model }))).events);

  it.each([
    "The 'gpt-5.6-sol' model is not supported when using Codex with a ChatGPT account.",
    'The model gpt-5.6-sol is not available on your plan.',
    'This feature requires a Pro plan.',
  ])('is asked of the next one, and this one is not asked for it again, but for others: %s', async (message) => {
    const [first, second] = await start();
    deny(first, message);
    for (let turn = 0; turn < 5; turn += 1) expect(await askFor('gpt-5.6-sol')).toBe('had');
    expect(triesOnDead).toBe(1);
    expect(startedOn(rig).slice(-5)).toEqual(Array.from({ length: 5 }, () => second.upstream.id));
    rig.simulator.log.clear();
    expect(await askFor('gpt-5.5')).toBe('had');
    expect(startedOn(rig)).toEqual([first.upstream.id]);
    const view = viewOf(rig, first);
    expect([view.state, view.problem]).toEqual(['ready', expect.stringContaining('gpt-5.6-sol')]);
  });

  it('is asked for of one that did not have it, where the one that had it is refused itself', async () => {
    const [first, second] = await start();
    deny(second, 'The model gpt-5.6-sol is not available on your plan.');
    await rig.app.handlers['accounts.setEnabled']({ id: first.id, enabled: false });
    expect(await askFor('gpt-5.6-sol')).toBe('');
    rig.simulator.faults.clear();
    await rig.app.handlers['accounts.setEnabled']({ id: first.id, enabled: true });
    refuse(first, { status: 429, code: 'usage_not_included' }, ['turn']);
    expect(await askFor('gpt-5.6-sol')).toBe('had');
    expect(startedOn(rig).slice(-2)).toEqual([first.upstream.id, second.upstream.id]);
  });

  it('is told in upstream’s words where none has it, with one try a turn from then on', async () => {
    const [first, second] = await start();
    for (const account of [first, second]) deny(account, 'The model gpt-5.6-sol is not available on your plan.');
    const body = ask('hello', { model: 'gpt-5.6-sol' });
    for (let turn = 0; turn < 3; turn += 1) {
      const answer = await post(rig, body);
      expect([answer.status, errorOf(answer.json).message]).toEqual([400, expect.stringContaining('not available')]);
    }
    expect(triesOnDead).toBe(4);
  });
});

describe('a limit that counts some models alone', () => {
  it('rests those on the account until its end, and no other', async () => {
    const [first, second] = await start();
    let isLimited = true;
    const said = {
      status: 429,
      body: JSON.stringify({ error: { type: 'usage_limit_reached', message: 'Limit.' }, reset_after_seconds: 600 }),
      headers: { 'x-codex-active-limit': 'codex_sol', 'x-codex-primary-used-percent': '20' },
    };
    const scope = { accountId: first.upstream.id, ...counted(() => isLimited) };
    rig.simulator.faults.always('upgrade', { kind: 'status', ...said }, scope);
    const served = async (model: string) => {
      rig.simulator.log.clear();
      const answer = await post(rig, ask('Reply with exactly: had', { model }), { 'session-id': randomUUID() });
      expect(textOf(answer.events)).toBe('had');
      return startedOn(rig);
    };
    for (let turn = 0; turn < 3; turn += 1) expect(await served('gpt-5.6-sol')).toEqual([second.upstream.id]);
    expect(triesOnDead).toBe(1);
    isLimited = false;
    expect(await served('gpt-5.5')).toEqual([first.upstream.id]);
    expect(viewOf(rig, first).state).toBe('ready');
    clock.skip(601_000);
    expect(await served('gpt-5.6-sol')).toEqual([first.upstream.id]);
  });
});
