/** What one websocket may continue, and what it may not carry. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatedAccount } from '../../src-main/simulator/accounts/accounts.ts';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { frameOf, WsClient } from './simulator-client.ts';

let sim: Simulator;
let account: SimulatedAccount;

beforeAll(async () => {
  sim = await startSimulator();
  account = sim.addAccount();
});

afterAll(async () => {
  await sim.stop();
});

describe('a chain is refused', () => {
  it.each([
    ['another tier', { service_tier: 'priority' }],
    ['another model', { model: 'gpt-6.1-sol' }],
    ['other tools', { tools: [{ type: 'web_search' }] }],
    ['another effort', { reasoning: { effort: 'high' } }],
  ])('for a delta with %s than its parent', async (_name, more) => {
    const client = await WsClient.open(sim, account);
    const parent = (await client.turn(frameOf('one'))).at(-1).response.id;
    const [event] = await client.turn(frameOf('two', { previous_response_id: parent, ...more }));
    expect(event.error).toMatchObject({ code: 'previous_response_not_found', param: 'previous_response_id' });
    const again = await client.turn(frameOf('two', { previous_response_id: parent, client_metadata: { a: 'b' } }));
    expect(again.at(-1).type).toBe('response.completed');
  });

  it('for an unknown id, an older one, and one of another socket', async () => {
    const client = await WsClient.open(sim, account);
    const first = (await client.turn(frameOf('one'))).at(-1).response.id;
    const second = (await client.turn(frameOf('two'))).at(-1).response.id;
    const other = await WsClient.open(sim, account);
    for (const [where, id] of [
      [client, 'resp_x'],
      [client, first],
      [other, second],
    ] as const) {
      const [event] = await where.turn(frameOf('three', { previous_response_id: id }));
      expect(event).toMatchObject({ status: 400, error: { code: 'previous_response_not_found' } });
    }
  });
});

describe('a socket is refused', () => {
  it('a second frame while a response runs, which goes on', async () => {
    sim.setTiming({ firstTokenMs: 40 });
    const client = await WsClient.open(sim, account);
    client.send(frameOf('Reply with exactly: first'));
    client.send(frameOf('Reply with exactly: second'));
    await client.terminal(2);
    sim.setTiming({ firstTokenMs: 0 });
    const events = client.parsed();
    expect(events.find((event) => event.type === 'error').error.code).toBe('response_in_progress');
    expect(events.at(-1).response.output[1].content[0].text).toBe('first');
  });

  it('for a message of 16 MiB, with 1009', async () => {
    const client = await WsClient.open(sim, account);
    client.send(frameOf('x'.repeat(16 * 1024 * 1024)));
    expect((await client.closed).code).toBe(1009);
  });

  it('for a binary message, with 1003', async () => {
    const client = await WsClient.open(sim, account);
    client.ws.send(Buffer.from(JSON.stringify(frameOf('x'))));
    expect((await client.closed).code).toBe(1003);
  });

  it('for text that is no JSON object or no response.create, in-band, and stays open', async () => {
    const client = await WsClient.open(sim, account);
    for (const text of ['{"type":', '[]']) {
      const answered = client.terminal();
      client.ws.send(text);
      await answered;
      expect(client.parsed().at(-1).error.code).toBe('invalid_json');
    }
    const [event] = await client.turn(frameOf('x', { type: 'response.append' }));
    expect(event.error.code).toBe('unsupported_type');
    expect((await client.turn(frameOf('x'))).at(-1).type).toBe('response.completed');
  });

  it('when it is older than the limit', async () => {
    const short = await startSimulator({ socketLifetimeMs: 20 });
    const client = await WsClient.open(short, short.addAccount());
    await client.terminal();
    expect(client.parsed()[0]).toMatchObject({ status: 400, error: { code: 'websocket_connection_limit_reached' } });
    expect((await client.closed).code).toBe(1000);
    await short.stop();
  });
});
