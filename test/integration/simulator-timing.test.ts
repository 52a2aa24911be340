/** Delays the simulator can be set to: first token, speed, tiers, the network, and none at all. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SimulatedAccount } from '../../src-main/simulator/accounts/accounts.ts';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { bodyOf, eventsOf, frameOf, post, textOf, WsClient } from './simulator-client.ts';

let sim: Simulator;
let account: SimulatedAccount;

beforeEach(async () => {
  sim = await startSimulator();
  account = sim.addAccount();
});

afterEach(async () => {
  await sim.stop();
});

/** How long something takes. */
const msOf = async (work: () => Promise<unknown>): Promise<number> => {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
};

// Upper bounds are wide, and a busy machine may break one: then it is measured again.
describe('timing', { retry: 2 }, () => {
  it('holds the first token back, then keeps the speed, and is faster for priority', async () => {
    sim.setTiming({
      firstTokenMs: 40,
      tokensPerSecond: 200,
      tier: { priority: { firstTokenMs: 10, tokensPerSecond: 2000 } },
    });
    const client = await WsClient.open(sim, account);
    const slowMs = await msOf(() => client.turn(frameOf('Count to 20')));
    const fastMs = await msOf(() => client.turn(frameOf('Count to 20', { service_tier: 'priority' })));
    expect(slowMs).toBeGreaterThan(40 + 19 * 5 - 2);
    expect(fastMs).toBeLessThan(slowMs / 2);
    sim.setTiming({ firstTokenMs: 0, tokensPerSecond: 0, tier: {} });
    expect(await msOf(() => client.turn(frameOf('Count to 20')))).toBeLessThan(slowMs / 2);
  });

  it('sends each token when it is due, not with the next one', async () => {
    sim.setTiming({ firstTokenMs: 20, tokensPerSecond: 5 });
    const client = await WsClient.open(sim, account);
    const arrivals: number[] = [];
    client.ws.on('message', (data) => {
      if (data.toString().includes('output_text.delta')) arrivals.push(performance.now());
    });
    const startMs = performance.now();
    await client.turn(frameOf('Count to 3'));
    expect((arrivals[0] ?? 0) - startMs).toBeLessThan(150);
    expect((arrivals[1] ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThan(100);
  });

  it('delays every byte of a slow network both ways, and the connect by a round trip', async () => {
    sim.setTiming({ networkDelayMs: 15 });
    const client = await WsClient.open(sim, account);
    const turnMs = await msOf(() => client.turn(frameOf('Count to 500')));
    expect(turnMs).toBeGreaterThan(29);
    expect(turnMs).toBeLessThan(1000);
    expect(await msOf(() => WsClient.open(sim, account))).toBeGreaterThan(59);
    const answer = await post(sim, account, bodyOf('Count to 5000'));
    expect(textOf(eventsOf(answer)).split(' ')).toHaveLength(5000);
    client.ws.close(1000);
    expect((await client.closed).code).toBe(1000);
    await sim.log.waitFor('close');
  });

  it('works over a slow network with faults, too', async () => {
    sim.setTiming({ networkDelayMs: 2 });
    sim.faults.next('upgrade', { kind: 'reset' });
    await expect(WsClient.open(sim, account)).rejects.toThrow();
    const client = await WsClient.open(sim, account);
    sim.faults.next('turn', { kind: 'cut', afterDeltas: 2 });
    client.send(frameOf('Count to 9'));
    expect((await client.closed).code).toBe(1006);
    expect(textOf(client.parsed())).toBe('1 2');
  });
});

describe('load', () => {
  it('waits for a client that does not read, instead of filling memory', async () => {
    const client = await WsClient.open(sim, account);
    client.ws.pause();
    client.send(frameOf('Count to 100000'));
    await sim.log.waitFor('turn', (turn) => turn.phase === 'started');
    const other = await WsClient.open(sim, account);
    expect(textOf(await other.turn(frameOf('Reply with exactly: still here')))).toBe('still here');
    expect(sim.log.turns.filter((turn) => turn.phase === 'completed')).toHaveLength(1);
    client.ws.resume();
    await client.terminal();
    expect(textOf(client.parsed()).endsWith(' 100000')).toBe(true);
  });

  it('runs many turns side by side without mixing them', async () => {
    const texts = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const client = await WsClient.open(sim, account);
        return textOf(await client.turn(frameOf(`Reply with exactly: number ${index}`)));
      }),
    );
    expect(texts).toEqual(Array.from({ length: 100 }, (_, index) => `number ${index}`));
  });
});
