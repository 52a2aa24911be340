import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JsonObject, objectMember, textMember } from '../../src-main/core/json.ts';
import { answerEvents, type ScriptedUpstream, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { type SkippingClock, skippingClock } from '../support/skipping-clock.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, codexHeaders, outputOf, post, responseIdOf, textOf, user, WsTurns } from '../support/turn-client.ts';

/** What upstream knows a conversation by never changes, whatever the user does between two turns. */

let rig: Rig;
let clock: SkippingClock;
let upstream: ScriptedUpstream;
let frames: { readonly body: JsonObject; readonly connection: number; readonly sessionId: unknown }[] = [];
let hold: Promise<void> | null = null;

beforeAll(async () => {
  clock = skippingClock();
  upstream = await startScriptedUpstream({
    frame: (socket, body, connection, upgrade) => {
      frames.push({ body, connection, sessionId: upgrade.headers['session-id'] });
      void Promise.resolve(hold).then(() => {
        for (const event of answerEvents(`resp_${randomUUID()}`)) socket.send(JSON.stringify(event));
      });
    },
  });
  rig = await startRig({ upstreamUrl: upstream.url, clock });
});

afterAll(async () => {
  await rig.stop();
  await upstream.stop();
});

/** What upstream is told of each turn's conversation: the ids of upgrade and frame, and the cache key. */
function identities(): string[] {
  return frames.map(({ body, sessionId }) => {
    const metadata = objectMember(body, 'client_metadata');
    return `${sessionId} ${textMember(metadata, 'session_id')} ${textMember(body, 'prompt_cache_key')}`;
  });
}

function changesOf(ids: readonly string[]): number {
  return ids.slice(1).filter((id, index) => id !== ids[index]).length;
}

interface Naming {
  readonly headers?: Record<string, string>;
  readonly body?: JsonObject;
}

const namings: readonly [string, () => Naming][] = [
  ['a UUID', () => ({ headers: { 'session-id': randomUUID() } })],
  ['a text in x-session-id', () => ({ headers: { 'x-session-id': `ses_${randomUUID()}` } })],
  ['a text in x-session-affinity', () => ({ headers: { 'x-session-affinity': `ses_${randomUUID()}` } })],
  ['a text in prompt_cache_key', () => ({ body: { prompt_cache_key: 'my-app' } })],
  ['nothing', () => ({})],
];

const steps: readonly [string, (state: { more: JsonObject }) => unknown][] = [
  ['nothing', () => {}],
  ['fast is switched on', () => rig.app.handlers['settings.set']({ fastPolicy: 'on' })],
  ['fast is switched off', () => rig.app.handlers['settings.set']({ fastPolicy: 'off' })],
  ['the effort changes', (state) => Object.assign(state, { more: { reasoning: { effort: 'high' } } })],
  ['the model changes', (state) => Object.assign(state, { more: { model: 'gpt-5.6-sol' } })],
  ['63 s pass', () => clock.skip(63_000)],
  ['6 minutes pass', () => clock.skip(6 * 60_000)],
  ['the program is started anew', () => rig.restart()],
];

describe.each(namings)('a conversation whose client names %s', (_name, makeNaming) => {
  it('keeps its ids over toggles, efforts, pauses, parallel turns and a restart', async () => {
    frames = [];
    const { headers = {}, body = {} } = makeNaming();
    const state = { more: {} as JsonObject };
    let history = [user(`hello ${randomUUID()}`)];
    const turn = async (input: JsonObject[]) => {
      const answer = await post(rig, ask('', { input, ...body, ...state.more }), headers);
      expect(textOf(answer.events)).toBe('All is well.');
      return [...input, ...outputOf(answer.events)];
    };
    history = await turn(history);
    for (const [what, change] of steps) {
      await change(state);
      history = await turn([...history, user(`after ${what}`)]);
    }
    const gate = Promise.withResolvers<void>();
    hold = gate.promise;
    const before = frames.length;
    const both = ['left', 'right'].map((side) => turn([...history, user(side)]));
    await expect.poll(() => frames.length).toBe(before + 2);
    gate.resolve();
    hold = null;
    for (const ended of await Promise.all(both)) await turn([...ended, user('on')]);
    const ids = identities();
    expect({ turns: ids.length, changes: changesOf(ids) }).toEqual({ turns: 13, changes: 0 });
    expect(frames[before]?.connection).not.toBe(frames[before + 1]?.connection);
  });
});

it('a websocket client that names nothing is known again on another websocket', async () => {
  frames = [];
  let history = [user(`hello ${randomUUID()}`)];
  for (let count = 0; count < 3; count += 1) {
    const client = await WsTurns.open(rig);
    const events = await client.turn(ask('', { input: history }));
    history = [...history, ...outputOf(events), user('more')];
    await client.close();
  }
  expect(changesOf(identities())).toBe(0);
});

it('a one-off turn has an id of its own, however often the same is asked', async () => {
  frames = [];
  const input = [user(`hello ${randomUUID()}`)];
  for (let count = 0; count < 3; count += 1) await post(rig, ask('', { input }));
  expect(new Set(identities()).size).toBe(3);
});

it('the ids of a Codex client pass as they came', async () => {
  frames = [];
  const id = randomUUID();
  const client = await WsTurns.open(rig, codexHeaders(id));
  const body = { input: [user('hello')], prompt_cache_key: id, client_metadata: { session_id: id, thread_id: id } };
  await client.turn(ask('', body));
  await client.close();
  await rig.restart();
  await post(rig, ask('', body), codexHeaders(id));
  expect(identities()).toEqual(Array.from({ length: 2 }, () => `${id} ${id} ${id}`));
});

describe('a side request of the same session', () => {
  const title = { instructions: 'Write a title.', input: [user('Title of: hello')] };
  const cases: [string, JsonObject][] = [
    ['a title', title],
    ['a sub-agent', { input: [user('task')], tools: [{ type: 'function', name: 'f', parameters: {} }] }],
    ['a summary by another system message', { input: [{ role: 'system', content: 'Summarise.' }, user('hello')] }],
  ];

  it.each(cases)(
    '(%s) runs beside the conversation, which then goes on with its new items alone',
    async (_what, side) => {
      frames = [];
      const headers = { 'x-session-id': `ses_${randomUUID()}` };
      const input = [user('hello')];
      const main = await post(rig, ask('', { input }), headers);
      await post(rig, ask('', side), headers);
      await post(rig, ask('', { input: [...input, ...outputOf(main.events), user('more')] }), headers);
      const [first, beside, second] = frames;
      expect([second?.body.previous_response_id, second?.connection]).toEqual([
        responseIdOf(main.events),
        first?.connection,
      ]);
      expect(beside?.connection).not.toBe(first?.connection);
      expect(changesOf(identities())).toBe(0);
    },
  );

  it('takes no socket that a websocket client goes on from, and may have it once that client is gone', async () => {
    frames = [];
    const headers = { 'x-session-id': `ses_${randomUUID()}` };
    const client = await WsTurns.open(rig, headers);
    const first = await client.turn(ask('hello'));
    await post(rig, ask('', title), headers);
    const second = await client.turn(ask('more', { previous_response_id: responseIdOf(first) }));
    expect(second.at(-1)?.type).toBe('response.completed');
    await client.close();
    await expect
      .poll(async () => {
        await post(rig, ask('hello again'), headers);
        return frames.at(-1)?.connection;
      })
      .toBe(frames[0]?.connection);
  });

  it('that is one of many questions without a history goes on the idle socket', async () => {
    frames = [];
    const headers = { 'x-session-id': `ses_${randomUUID()}` };
    for (const question of ['one', 'two', 'three']) await post(rig, ask(question), headers);
    expect(new Set(frames.map(({ connection }) => connection)).size).toBe(1);
  });
});
