import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import { mutants } from '../support/mutants.ts';
import { expectEachToEnd, expectNoFaults } from '../support/mutated-turns.ts';
import { accountsOf } from '../support/rig-accounts.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, assistant, codexHeaders, post, textOf, typesOf, user, WsTurns } from '../support/turn-client.ts';

const mutations = 500;
const thread = '0192a1b2-0000-7000-8000-000000000001';

const valid: JsonObject = {
  type: 'response.create',
  ...ask(''),
  input: [
    user('call tool clock'),
    { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'clock', arguments: '{}' },
    { type: 'function_call_output', call_id: 'call_1', output: 'noon' },
    assistant('It is noon.'),
    user('Count to 3'),
  ],
  instructions: 'Be brief. Grüße, 世界',
  tools: [
    { type: 'function', name: 'clock', parameters: { type: 'object', properties: { zone: { type: 'string' } } } },
  ],
  tool_choice: 'auto',
  parallel_tool_calls: true,
  reasoning: { effort: 'low' },
  include: ['reasoning.encrypted_content'],
  prompt_cache_key: thread,
  client_metadata: { session_id: thread, 'x-codex-ws-stream-request-start-ms': '1' },
  service_tier: 'priority',
  store: false,
};

let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
});

afterAll(() => rig.stop());

async function isSound(): Promise<void> {
  expect(textOf((await post(rig, ask('Reply with exactly: sound'))).events)).toBe('sound');
  expectNoFaults(rig);
}

describe(`${mutations} mutations of a valid body`, () => {
  it.each([
    ['a client that is not Codex', 'ws', {}],
    ['a client that is not Codex, upstream over HTTP', 'http', {}],
    ['a Codex client', 'ws', codexHeaders(thread)],
    ['a Codex client, upstream over HTTP', 'http', codexHeaders(thread)],
  ])('over HTTP each end in an answer or a clear error: %s', async (_what, upstream, headers) => {
    for (const { id } of accountsOf(rig)) {
      await rig.app.handlers['accounts.setWebsockets']({ id, websockets: upstream === 'ws' });
    }
    await expectEachToEnd(rig, {
      bodies: mutants(valid, upstream.length, mutations),
      headers,
      expectAnswer: ({ json, events }, what) =>
        expect(json ?? events.at(-1), what).toMatchObject(
          json === null ? { type: expect.stringMatching(/^(response\.|error)/) } : { object: 'response' },
        ),
    });
    await isSound();
  });

  it('on a websocket each end in an answer or an in-band error, or close it with a reason', async () => {
    for (const { id } of accountsOf(rig)) await rig.app.handlers['accounts.setWebsockets']({ id, websockets: true });
    let client = await WsTurns.open(rig);
    let closes = 0;
    for (const body of mutants(valid, 7, mutations)) {
      const events = await client.turn(body.toString('latin1'));
      if (client.socket.readyState === client.socket.OPEN) {
        expect(typesOf(events).at(-1), body.toString().slice(0, 2_000)).toMatch(/^(response\.|error$)/);
        continue;
      }
      closes += 1;
      expect((await client.closed).code).toBeGreaterThanOrEqual(1000);
      client = await WsTurns.open(rig);
    }
    expect(closes).toBe(0);
    await client.close();
    await isSound();
  });
});
