import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '../../src-main/core/json.ts';
import { seededRandom } from '../../src-main/simulator/turns/timing.ts';
import { accountsOf } from '../support/rig-accounts.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, assistant, codexHeaders, errorOf, post, textOf, typesOf, user, WsTurns } from '../support/turn-client.ts';

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

const oddities: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1e21,
  '',
  '\u0000',
  '\ud800',
  'a\r\nb: c',
  '../../etc/passwd',
  'x'.repeat(5_000),
  [],
  {},
  [[[]]],
  [null],
  { type: null },
  { type: 'reasoning', encrypted_content: 'gAAAA' },
  { type: 'item_reference', id: 'x' },
  JSON.parse('{"__proto__":{"a":1},"toString":null,"valueOf":7}'),
];

type Random = () => number;

function pick<T>(random: Random, list: readonly T[], otherwise: T): T {
  return list[Math.floor(random() * list.length)] ?? otherwise;
}

/** The value with one thing in it changed: replaced, removed, doubled, or put where it does not belong. */
function mutate(value: Json, random: Random): Json {
  if (random() < 0.15) return pick(random, oddities, null);
  if (Array.isArray(value) && value.length > 0) {
    const at = Math.floor(random() * value.length);
    const item: Json = value[at] ?? null;
    const roll = random();
    if (roll < 0.2) return value.toSpliced(at, 1);
    if (roll < 0.4) return value.toSpliced(at, 0, item);
    return value.with(at, mutate(item, random));
  }
  if (isJsonObject(value)) {
    const keys = Object.keys(value);
    const key = pick(random, keys, 'extra');
    const roll = random();
    if (roll < 0.15) return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
    if (roll < 0.25) return { ...value, [`${key}x`]: value[key] ?? null };
    return { ...value, [key]: mutate(value[key] ?? null, random) };
  }
  if (typeof value === 'string' && random() < 0.5)
    return `${value.slice(1)}${pick(random, ['"', '\\', '\u2028', '😀', '0'], '')}`;
  return pick(random, oddities, null);
}

/** Some bytes of the text flipped, cut or doubled. */
function scramble(text: Buffer, random: Random): Buffer {
  const at = Math.floor(random() * text.length);
  const until = Math.min(text.length, at + 1 + Math.floor(random() * 8));
  const roll = random();
  if (roll < 0.3) return Buffer.concat([text.subarray(0, at), text.subarray(until)]);
  if (roll < 0.6) return Buffer.concat([text.subarray(0, until), text.subarray(at)]);
  const flipped = Buffer.from(text);
  flipped[at] = Math.floor(random() * 256);
  return flipped;
}

function* mutants(seed: number): Generator<Buffer> {
  const random = seededRandom(seed);
  for (let number = 0; number < mutations; number += 1) {
    let body: Json = valid;
    for (let times = 1 + Math.floor(random() * 3); times > 0; times -= 1) body = mutate(body, random);
    const text = Buffer.from(JSON.stringify(body));
    yield random() < 0.3 ? scramble(text, random) : text;
  }
}

let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
});

afterAll(() => rig.stop());

async function isSound(): Promise<void> {
  expect(textOf((await post(rig, ask('Reply with exactly: sound'))).events)).toBe('sound');
  expect(rig.host.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  expect(rig.simulator.log.refusals.filter(({ code }) => code === 'simulator_bug')).toEqual([]);
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
    for (const body of mutants(upstream.length)) {
      const answer = await post(rig, body, headers);
      const what = `${answer.status} ${answer.text.slice(0, 300)} for ${body.toString().slice(0, 2_000)}`;
      expect(answer.isCut, what).toBe(false);
      if (answer.status === 200) {
        const last = answer.json ?? answer.events.at(-1);
        expect(last, what).toMatchObject(
          answer.json === null ? { type: expect.stringMatching(/^(response\.|error)/) } : { object: 'response' },
        );
      } else {
        expect(answer.status, what).toBeGreaterThanOrEqual(400);
        expect(answer.status, what).toBeLessThan(500);
        expect(errorOf(answer.json).message, what).toBeTypeOf('string');
      }
    }
    await isSound();
  });

  it('on a websocket each end in an answer or an in-band error, or close it with a reason', async () => {
    for (const { id } of accountsOf(rig)) await rig.app.handlers['accounts.setWebsockets']({ id, websockets: true });
    let client = await WsTurns.open(rig);
    let closes = 0;
    for (const body of mutants(7)) {
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
