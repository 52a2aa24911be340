import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src-main/core/json.ts';
import { pairOf, startedOn } from '../support/rig-accounts.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, openPost, outputOf, post, responseIdOf, textOf, user } from '../support/turn-client.ts';

let rig: Rig;

afterEach(() => rig.stop());

function previousIds(): unknown[] {
  return rig.simulator.log.frames.map(({ body }) => (isJsonObject(body) ? (body.previous_response_id ?? null) : null));
}

async function begun(headers: Record<string, string>): Promise<JsonObject[]> {
  const question = user('Reply with exactly: one');
  const answer = await post(rig, ask('', { input: [question] }), headers);
  return [question, ...outputOf(answer.events)];
}

describe('two parallel turns of one session', () => {
  it('use two sockets, and neither waits for the other', async () => {
    rig = await startRig();
    const headers = { 'session-id': randomUUID() };
    rig.simulator.faults.next('turn', { kind: 'stall' });
    const stalled = openPost(rig, '/v1/responses', JSON.stringify(ask('hello')), headers);
    stalled.head.catch(() => {});
    await rig.simulator.log.waitFor('turn', ({ phase }) => phase === 'started');
    expect(textOf((await post(rig, ask('Reply with exactly: on my own'), headers)).events)).toBe('on my own');
    const connections = rig.simulator.log.frames.map(({ connection }) => connection);
    expect(new Set(connections).size).toBe(2);
    stalled.request.destroy();
  });

  it.each([
    ['names its session', { 'session-id': randomUUID() }],
    ['names nothing', {}],
  ])(
    'that fork one conversation are both answered: one on its socket, one with the full history (client %s)',
    async (_what, headers) => {
      rig = await startRig();
      const history = await begun(headers);
      const answers = await Promise.all(
        ['left', 'right'].map((side) =>
          post(rig, ask('', { input: [...history, user(`Reply with exactly: ${side}`)] }), headers),
        ),
      );
      expect(answers.map(({ events }) => textOf(events))).toEqual(['left', 'right']);
      expect(previousIds().filter((id) => id !== null)).toHaveLength(1);
      expect(new Set(rig.simulator.log.frames.map(({ connection }) => connection)).size).toBe(2);
    },
  );

  it('that fork are each extended on their own socket from then on', async () => {
    rig = await startRig();
    const headers = { 'session-id': randomUUID() };
    const history = await begun(headers);
    const sides = ['left', 'right'].map((side) => [...history, user(`Reply with exactly: ${side}`)]);
    const answers = await Promise.all(sides.map((input) => post(rig, ask('', { input }), headers)));
    rig.simulator.log.clear();
    for (const [index, answer] of answers.entries()) {
      const input = [...(sides[index] ?? []), ...outputOf(answer.events), user('Reply with exactly: more')];
      expect(textOf((await post(rig, ask('', { input }), headers)).events)).toBe('more');
    }
    expect(previousIds()).toEqual(answers.map(({ events }) => responseIdOf(events)));
  });
});

describe('a chain', () => {
  it('is not used by another session that says the very same', async () => {
    rig = await startRig();
    const history = await begun({ 'session-id': randomUUID() });
    await post(rig, ask('', { input: [...history, user('two')] }), { 'session-id': randomUUID() });
    expect(previousIds()).toEqual([null, null]);
    expect(rig.simulator.log.upgrades).toHaveLength(2);
  });

  it('is not used by a client that names nothing while a named session holds it', async () => {
    rig = await startRig();
    const history = await begun({ 'session-id': randomUUID() });
    await post(rig, ask('', { input: [...history, user('two')] }));
    expect(previousIds()).toEqual([null, null]);
  });

  it('never crosses accounts: after a move everything is sent, and from then on it grows there', async () => {
    rig = await startRig({ accounts: 2, settings: { strategy: 'fill-first' } });
    const [first, second] = pairOf(rig);
    const headers = { 'session-id': randomUUID() };
    let history = await begun(headers);
    first.upstream.exhaust();
    rig.simulator.log.clear();
    for (const word of ['two', 'three']) {
      history = [...history, user(`Reply with exactly: ${word}`)];
      const answer = await post(rig, ask('', { input: history }), headers);
      expect(textOf(answer.events)).toBe(word);
      history = [...history, ...outputOf(answer.events)];
    }
    expect(startedOn(rig)).toEqual([second.upstream.id, second.upstream.id]);
    const onSecond = rig.simulator.log.frames.filter(({ accountId }) => accountId === second.upstream.id);
    expect(onSecond.map(({ body }) => isJsonObject(body) && body.previous_response_id !== undefined)).toEqual([
      false,
      true,
    ]);
  });

  it('is not built on an answer that was cut short', async () => {
    rig = await startRig();
    const headers = { 'session-id': randomUUID() };
    rig.simulator.faults.next('turn', { kind: 'incomplete', afterDeltas: 1 });
    const one = await post(rig, ask('Count to 5'), headers);
    const input = [user('Count to 5'), ...outputOf(one.events), user('Reply with exactly: two')];
    expect(textOf((await post(rig, ask('', { input }), headers)).events)).toBe('two');
    expect(previousIds()).toEqual([null, null]);
  });

  it('whose final event lists no output is still found, from the items that came one by one', async () => {
    rig = await startRig();
    const headers = { 'session-id': randomUUID() };
    rig.simulator.faults.next('turn', { kind: 'emptyOutput' });
    const one = await post(rig, ask('Reply with exactly: one'), headers);
    const items = one.events.flatMap(({ type, item }) =>
      type === 'response.output_item.done' && isJsonObject(item) ? [item] : [],
    );
    const input = [user('Reply with exactly: one'), ...items, user('Reply with exactly: two')];
    expect(textOf((await post(rig, ask('', { input }), headers)).events)).toBe('two');
    expect(previousIds()).toEqual([null, responseIdOf(one.events)]);
  });
});
