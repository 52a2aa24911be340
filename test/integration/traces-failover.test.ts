/** Traces of turns that meet trouble, over real sockets: what they name, and that their parts sum to the whole. */
import { afterEach, describe, expect, it } from 'vitest';
import type { StreamFault } from '../../src-main/simulator/faults/fault-table.ts';
import { skippingClock } from '../support/skipping-clock.ts';
import { type Rig, type RigOptions, startRig } from '../support/slipstream.ts';
import { ask, openPost, post, WsTurns } from '../support/turn-client.ts';

let rig: Rig;

afterEach(() => rig.stop());

async function turn(options: RigOptions, prepare: (rig: Rig) => void = () => {}) {
  rig = await startRig(options);
  prepare(rig);
  const answer = await rig.post('/v1/responses', { model: 'gpt-5.5', input: 'Count to 5', stream: true });
  return { answer, text: await answer.text(), trace: await rig.lastTrace() };
}

type Trace = Awaited<ReturnType<typeof turn>>['trace'];

function expectSum({ waterfall, row }: Trace) {
  const sum = waterfall.reduce((total, { startMs, endMs }) => total + endMs - startMs, 0);
  expect(Math.abs(sum - (row.totalMs ?? Number.NaN))).toBeLessThan(1);
}

describe('the trace of a failover', () => {
  it('shows a 401, the refresh, a close and the second account, and its waterfall sums to the total within 1 ms', async () => {
    const slow = { timing: { acceptDelayMs: 8, firstTokenMs: 15, tokensPerSecond: 500 } };
    const { text, trace } = await turn({ accounts: 2, simulator: slow }, ({ simulator }) => {
      simulator.faults.next('upgrade', { kind: 'status', status: 401 });
      simulator.faults.next('turn', { kind: 'close', code: 1011 });
      simulator.faults.next('turn', { kind: 'error', status: 429, code: 'usage_limit_reached' });
    });
    expect(text).toContain('response.completed');
    expect(trace.attempts.map(({ closeCode, error }) => [closeCode, error?.code ?? null])).toEqual([
      [null, 'upstream_refused'],
      [1011, 'upstream_closed'],
      [null, 'usage_limit_reached'],
      [null, null],
    ]);
    expect(trace.attempts[0]?.status).toBe(401);
    const [first, second, third, last] = trace.attempts.map(({ accountId }) => accountId);
    expect([second, third]).toEqual([first, first]);
    expect(last).not.toBe(first);
    expect(trace.attempts[0]?.phases.map(({ name }) => name)).toEqual(['tcp', 'upgrade']);
    // Before the first attempt the token may take its moment, too.
    const refreshes = trace.waterfall.filter(({ name }) => name === 'token refresh');
    expect(refreshes).toContainEqual(expect.objectContaining({ who: 'issuer', attempt: 1 }));
    expectSum(trace);
    expect(trace.ownMs).toBeLessThan(trace.row.totalMs ?? 0);
  });
});

describe('a back-off from an upstream in trouble', () => {
  it('shows as a wait for upstream, and the waterfall sums to the total', async () => {
    const { text, trace } = await turn({}, ({ simulator }) => {
      simulator.faults.next('turn', { kind: 'error', status: 503 });
    });
    expect(text).toContain('response.completed');
    expect(trace.waterfall.filter(({ name }) => name === 'back-off')).toMatchObject([{ who: 'upstream', attempt: 1 }]);
    expectSum(trace);
    expect(trace.ownMs).toBeLessThan((trace.row.totalMs ?? 0) - 100);
  });

  it('lasts as long as upstream asks', async () => {
    const { trace } = await turn({}, ({ simulator }) => {
      simulator.faults.next('upgrade', { kind: 'status', status: 503, headers: { 'retry-after': '0.3' } });
    });
    const [wait, ...more] = trace.waterfall.filter(({ name }) => name === 'asked to wait');
    expect(more).toEqual([]);
    // A timer counts from when its loop last looked at the clock, which a busy machine does late.
    expect((wait?.endMs ?? 0) - (wait?.startMs ?? 0)).toBeGreaterThan(200);
    expectSum(trace);
  });

  it('comes before the next account is tried, too', async () => {
    const { text, trace } = await turn({ accounts: 2 }, ({ simulator }) => {
      for (let count = 0; count < 2; count += 1)
        simulator.faults.next('turn', { kind: 'error', code: 'server_is_overloaded' });
    });
    expect(text).toContain('response.completed');
    expect(trace.waterfall.filter(({ name }) => name === 'back-off').map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(new Set(trace.attempts.map(({ accountId }) => accountId)).size).toBe(2);
  });

  it('ends when the client goes away, and nothing is tried for it any more', async () => {
    const clock = skippingClock();
    rig = await startRig({ clock });
    rig.simulator.faults.always('upgrade', { kind: 'status', status: 503, headers: { 'retry-after': '4.321' } });
    const { request, head } = openPost(rig, '/v1/responses', JSON.stringify(ask('hello')));
    head.catch(() => {});
    await expect.poll(() => clock.waitingMs).toContain(4_321);
    request.destroy();
    const { row, waterfall } = await rig.lastTrace();
    expect(row).toMatchObject({ status: 'cancelled', attempts: 1 });
    expect(waterfall.some(({ name }) => name === 'asked to wait')).toBe(true);
    expect(clock.waitingMs).not.toContain(4_321);
    expect(rig.simulator.log.upgrades).toHaveLength(1);
  });
});

describe('an answer that is an error', () => {
  it.each([
    ['of upstream', true, { kind: 'error', status: 400, code: 'invalid_value' }],
    ['of upstream, for a client that wants one object', false, { kind: 'error', status: 400, code: 'invalid_value' }],
    ['said as response.failed', false, { kind: 'failed', code: 'invalid_prompt', afterEvents: 3 }],
    ['in the middle of one object', false, { kind: 'cut', afterDeltas: 2 }],
  ] satisfies [string, boolean, StreamFault][])('tells its own share as well: %s', async (_what, stream, fault) => {
    rig = await startRig();
    rig.simulator.faults.always('turn', fault);
    const { status, headers } = await post(rig, ask('hello', { stream }));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(headers['server-timing']).toMatch(/^slipstream;dur=\d+\.\d\d$/);
    expect((await rig.lastTrace()).clientResponse.headers.map(([name]) => name)).toContain('server-timing');
  });

  it('but not to a websocket client, whose errors have no such headers', async () => {
    rig = await startRig();
    rig.simulator.faults.always('turn', { kind: 'error', status: 400, code: 'invalid_value' });
    const client = await WsTurns.open(rig);
    expect(JSON.stringify(await client.turn(ask('hello')))).not.toContain('server-timing');
    await client.close();
  });
});

describe('the trace of a plain turn', () => {
  it('has the steps of a new connection, and its own share as a Server-Timing header', async () => {
    const { answer, trace } = await turn({ simulator: { timing: { networkDelayMs: 10 } } });
    expectSum(trace);
    const [attempt] = trace.attempts;
    expect(attempt?.phases.map(({ name }) => name)).toEqual(['tcp', 'upgrade']);
    expect(attempt?.phases.find(({ name }) => name === 'upgrade')?.endMs).toBeGreaterThan(20);
    const told = Number(answer.headers.get('server-timing')?.match(/^slipstream;dur=([\d.]+)$/)?.[1]);
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThanOrEqual((trace.ownMs ?? 0) + 0.01);
  });

  it('has no steps where the connection was there', async () => {
    const headers = { 'session-id': '01a2091c-35f3-7960-8b0b-166583eb2b00' };
    await turn({});
    for (let count = 0; count < 2; count += 1) {
      const body = { model: 'gpt-5.5', input: 'Count to 5', stream: true };
      await (await rig.post('/v1/responses', body, headers)).text();
    }
    const trace = await rig.lastTrace();
    expect(trace.attempts).toMatchObject([{ reused: true, phases: [] }]);
    expectSum(trace);
  });

  it('over HTTP has the steps of its connection as well', async () => {
    const { trace } = await turn({}, ({ simulator }) =>
      simulator.faults.next('upgrade', { kind: 'status', status: 426 }),
    );
    expect(trace.attempts.map(({ transport }) => transport)).toEqual(['ws', 'http']);
    const http = trace.attempts[1];
    expect(http?.sentMs).toBeLessThan(http?.readyMs ?? 0);
    expectSum(trace);
  });

  it('names what differs from the official client', async () => {
    const { trace } = await turn({});
    expect(trace.parity).toMatchObject({
      profile: '0.171',
      transport: 'ws',
      headers: { missing: [], extra: [] },
      fields: { extra: ['instructions'] },
    });
    expect(trace.parity?.fields?.missing).toContain('tool_choice');
  });
});
