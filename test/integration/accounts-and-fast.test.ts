import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Delta } from '../../src-main/shared/model.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import {
  codexFrame,
  codexHeaders,
  finalResponse,
  headerOf,
  objectOf,
  openSocket,
  outputText,
  parseSse,
  postStream,
  sentFrames,
} from './proxy-client.ts';

/** What screens and commands set, and what the next turn does with it. */

const turn = { model: 'gpt-5.5', input: 'Count to 3', stream: true };

let rig: Rig;
let deltas: Delta[];

async function start(accounts = 1): Promise<void> {
  rig = await startRig({ accounts });
  deltas = [];
  rig.app.onDelta((delta) => deltas.push(delta));
}

beforeEach(() => start());

afterEach(() => rig.stop());

/** The first delta like this, of those that came or are to come: they are sent in batches. */
function deltaWhere(isWanted: (delta: Delta) => boolean): Promise<Delta> {
  const before = deltas.find(isWanted);
  if (before !== undefined) return Promise.resolve(before);
  return new Promise((resolve) => {
    const leave = rig.app.onDelta((delta) => {
      if (!isWanted(delta)) return;
      leave();
      resolve(delta);
    });
  });
}

const lastFrame = () => sentFrames(rig).at(-1) ?? {};
const lastHint = () => headerOf(rig.simulator.log.upgrades.at(-1)?.headers, 'x-codex-routing-hint');
const accounts = () => rig.app.handlers['accounts.list'](null);

async function run(headers: Record<string, string> = {}): Promise<string> {
  const response = await rig.post('/v1/responses', turn, headers);
  const events = parseSse(await response.text()).map(({ data }) => data);
  return outputText(finalResponse(events));
}

describe('fast mode', () => {
  it.each(['on', 'off', 'auto'] as const)('%s is kept, told as a delta and in the snapshot', async (policy) => {
    if (policy === 'auto') rig.host.settings.write({ fastPolicy: 'on' });
    deltas.length = 0;
    const settings = await rig.app.handlers['settings.set']({ fastPolicy: policy });
    expect(settings).toMatchObject({ fastPolicy: policy });
    expect(deltas).toEqual([{ seq: expect.any(Number), kind: 'settings', settings: { fastPolicy: policy } }]);
    expect(rig.app.snapshot().settings.fastPolicy).toBe(policy);
    expect(rig.host.settings.read().fastPolicy).toBe(policy);
  });

  it('is told as one delta also where another part of the program wrote the settings', () => {
    rig.host.settings.write({ trayClick: 'fast' });
    expect(deltas).toEqual([{ seq: expect.any(Number), kind: 'settings', settings: { trayClick: 'fast' } }]);
    expect(rig.app.snapshot().settings).toMatchObject({ trayClick: 'fast' });
    expect(JSON.stringify(deltas)).not.toContain(rig.app.apiKey);
  });

  it('S5: on is carried by the very next turn, in the frame and in the routing hint', async () => {
    await run();
    expect([lastFrame().service_tier, lastHint()]).toEqual([undefined, 'model=gpt-5.5']);
    await rig.app.handlers['settings.set']({ fastPolicy: 'on' });
    await run();
    expect([lastFrame().service_tier, lastHint()]).toEqual(['priority', 'model=gpt-5.5;tier=priority']);
    await rig.app.handlers['settings.set']({ fastPolicy: 'auto' });
    await run();
    expect([lastFrame().service_tier, lastHint()]).toEqual([undefined, 'model=gpt-5.5']);
    expect(rig.simulator.log.refusals).toEqual([]);
  });

  it('S5: on leaves a model without the tier as it is', async () => {
    await rig.app.handlers['settings.set']({ fastPolicy: 'on' });
    await rig.post('/v1/responses', { ...turn, model: 'gpt-daybreak-blue-latest' });
    expect(lastFrame()).not.toHaveProperty('service_tier');
  });

  it('leaves the tier of a running turn alone, even when it must try again', async () => {
    rig.simulator.faults.next('upgrade', { kind: 'status', status: 426 });
    rig.simulator.faults.next('request', { kind: 'slow', delayMs: 150 });
    const answer = rig.post('/v1/responses', turn);
    await rig.simulator.log.waitFor('http', ({ method }) => method === 'POST');
    await rig.app.handlers['settings.set']({ fastPolicy: 'on' });
    await (await answer).text();
    expect((await rig.lastTrace()).row).toMatchObject({ tierSent: null, status: 'completed' });
    const [started] = rig.simulator.log.turns;
    expect(started?.tier).toBeUndefined();
  });

  it('moves a running conversation to another upstream socket, since the hint freezes at the upgrade', async () => {
    const client = await openSocket(rig, { headers: codexHeaders });
    await client.turn(codexFrame('Count to 2'));
    await rig.app.handlers['settings.set']({ fastPolicy: 'on' });
    await client.turn(codexFrame('Count to 2'));
    expect(rig.simulator.log.upgrades).toHaveLength(2);
    expect(rig.simulator.log.refusals).toEqual([]);
    await client.close();
  });
});

describe('accounts.import', () => {
  it('answers all accounts, tells a delta, and the account is used at once', async () => {
    const added = rig.simulator.addAccount({ email: 'new@example.test', plan: 'pro' });
    const views = await rig.app.handlers['accounts.import']({ text: added.authJson() });
    expect(views.map(({ email, plan, state }) => [email, plan, state])).toContainEqual([
      'new@example.test',
      'pro',
      'ready',
    ]);
    expect(views).toHaveLength(2);
    await deltaWhere((delta) => delta.kind === 'accounts' && delta.accounts.length === 2);
    const [old] = views.filter(({ email }) => email !== 'new@example.test');
    await rig.app.handlers['accounts.setEnabled']({ id: old?.id ?? '', enabled: false });
    expect(await run()).toBe('1 2 3');
    expect(rig.simulator.log.upgrades.at(-1)?.accountId).toBe(added.id);
  });

  it('twice is one account, with the newer tokens', async () => {
    const [simulated] = rig.simulator.accounts;
    simulated?.issueTokens();
    const newer = simulated?.accessToken;
    await rig.app.handlers['accounts.import']({ text: simulated?.authJson() ?? '' });
    expect(await accounts()).toHaveLength(1);
    await run();
    expect(headerOf(rig.simulator.log.upgrades.at(-1)?.headers, 'authorization')).toBe(`Bearer ${newer}`);
  });

  it('of two workspaces under one e-mail is two accounts', async () => {
    const one = rig.simulator.addAccount({ email: 'both@example.test', userId: 'user-1' });
    const two = rig.simulator.addAccount({ email: 'both@example.test', userId: 'user-1' });
    await rig.app.handlers['accounts.import']({ text: one.authJson() });
    expect(await rig.app.handlers['accounts.import']({ text: two.authJson() })).toHaveLength(3);
  });

  it('of something else says what is wrong and changes nothing', async () => {
    await expect(rig.app.handlers['accounts.import']({ text: 'hello' })).rejects.toMatchObject({
      code: 'account_file_invalid',
    });
    expect(await accounts()).toHaveLength(1);
    expect(deltas).toEqual([]);
  });
});

describe('accounts.setEnabled and accounts.remove', () => {
  it('a turn without an account it could use says what to do', async () => {
    const [account] = await accounts();
    await rig.app.handlers['accounts.setEnabled']({ id: account?.id ?? '', enabled: false });
    const disabled = await rig.post('/v1/responses', turn);
    expect([disabled.status, objectOf(await disabled.text())]).toMatchObject([
      400,
      { error: { code: 'account_unusable' } },
    ]);
    await rig.app.handlers['accounts.remove']({ id: account?.id ?? '' });
    const none = await rig.post('/v1/responses', turn);
    expect([none.status, objectOf(await none.text())]).toMatchObject([400, { error: { code: 'account_none' } }]);
  });

  it('a disabled account is left, and used again once it is enabled', async () => {
    await rig.stop();
    await start(2);
    const headers = { 'x-session-id': 'one-chat' };
    await run(headers);
    const used = (await rig.lastTrace()).row.account?.id ?? '';
    await rig.app.handlers['accounts.setEnabled']({ id: used, enabled: false });
    expect(await run(headers)).toBe('1 2 3');
    expect((await rig.lastTrace()).row.account?.id).not.toBe(used);
    const view = await rig.app.handlers['accounts.setEnabled']({ id: used, enabled: true });
    expect(view).toMatchObject({ id: used, enabled: true, state: 'ready' });
  });

  it('an account removed while a turn runs on it ends cleanly', async () => {
    rig.simulator.setTiming({ tokensPerSecond: 50 });
    const stream = await postStream(rig, { ...turn, input: 'Count to 8' });
    await stream.until(/output_text\.delta/);
    const [account] = await accounts();
    await rig.app.handlers['accounts.remove']({ id: account?.id ?? '' });
    // Whether it may finish or not, the client is told how it ended, and nothing is thrown.
    await stream.until(/^event: (response\.completed|error)$/m);
    expect((await rig.lastTrace()).row.status).toMatch(/^(completed|failed|cancelled)$/);
    expect(rig.host.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
    expect(await accounts()).toEqual([]);
  });

  it.each([true, false])('a turn that was told nothing goes to another account, websockets %s', async (websockets) => {
    await rig.stop();
    await start(2);
    for (const { id } of await accounts()) await rig.app.handlers['accounts.setWebsockets']({ id, websockets });
    const [first] = await accounts();
    await rig.app.handlers['settings.set']({ pinnedAccountId: first?.id ?? null });
    rig.simulator.faults.next('turn', { kind: 'stall', afterEvents: 1 });
    const answer = rig.post('/v1/responses', turn);
    await rig.simulator.log.waitForCount('turn', 1, ({ phase }) => phase === 'started');
    await rig.app.handlers['accounts.remove']({ id: first?.id ?? '' });
    const events = parseSse(await (await answer).text()).map(({ data }) => data);
    expect(outputText(finalResponse(events))).toBe('1 2 3');
    const [left] = await accounts();
    expect((await rig.lastTrace()).row).toMatchObject({ status: 'completed', account: { id: left?.id } });
  });

  it('a turn that was told something is ended, and its client told why', async () => {
    rig.simulator.setTiming({ tokensPerSecond: 5 });
    const stream = await postStream(rig, { ...turn, input: 'Count to 80' });
    await stream.until(/output_text\.delta/);
    const [account] = await accounts();
    await rig.app.handlers['accounts.remove']({ id: account?.id ?? '' });
    await stream.until(/stopped by the user of Slipstream/);
    expect((await rig.lastTrace()).row).toMatchObject({ status: 'cancelled', error: { code: 'turn_stopped' } });
  });

  it('a session stays on the account it began with', async () => {
    await rig.stop();
    await start(3);
    const idsOf = async (session: string) => {
      const ids = new Set<string | undefined>();
      for (let count = 0; count < 4; count += 1) {
        await run({ 'x-session-id': session });
        ids.add((await rig.lastTrace()).row.account?.id);
      }
      return ids;
    };
    expect((await idsOf('a')).size).toBe(1);
    expect((await idsOf('b')).size).toBe(1);
  });
});

describe('usage', () => {
  it('comes from what upstream says during turns', async () => {
    await run();
    const [account] = await accounts();
    expect(account?.usage).toMatchObject({
      primary: { usedPercent: expect.any(Number), windowMinutes: 300, resetAt: expect.any(Number) },
      secondary: { windowMinutes: 10_080 },
    });
  });
});

it('rows of turns reach screens as deltas that fit together with the snapshot', async () => {
  const before = rig.app.snapshot();
  await run();
  await deltaWhere((delta) => delta.kind === 'requests' && delta.rows.some(({ status }) => status === 'completed'));
  const rows = deltas.flatMap((delta) => (delta.kind === 'requests' ? delta.rows : []));
  expect(rows.at(-1)).toEqual(rig.app.snapshot().requests[0]);
  expect(rows.at(-1)).toMatchObject({ status: 'completed', attempts: 1, transport: 'ws', usage: { outputTokens: 3 } });
  expect(deltas.map(({ seq }) => seq)).toEqual(deltas.map((_delta, index) => before.seq + 1 + index));
});
