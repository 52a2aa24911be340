import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import { isTerminal } from '../../src-main/core/wire-event.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, responseIdOf, textOf, WsTurns } from '../support/turn-client.ts';

/** The vendor's libraries run several turns on one websocket, in lanes that they name (PROTOCOL.md, Other dialects). */

let rig: Rig;
let client: WsTurns;

beforeEach(async () => {
  rig = await startRig();
  client = await WsTurns.open(rig);
});
afterEach(async () => {
  await client.close();
  await rig.stop();
});

const say = (lane: string, text: string, more: JsonObject = {}) =>
  client.send({ type: 'response.create', ...ask(text, more), stream_id: lane });

const of = (lane: string) => client.events.filter((event) => event.stream_id === lane);

/** The events of a lane, once so many of its turns have ended. */
async function ended(lane: string, turns: number): Promise<JsonObject[]> {
  await expect.poll(() => of(lane).filter(({ type }) => isTerminal(String(type))).length).toBe(turns);
  return of(lane);
}

const turn = (lane: string, text: string, more: JsonObject = {}) =>
  client.turn({ ...ask(text, more), stream_id: lane });

const started = () => rig.simulator.log.turns.filter(({ phase }) => phase === 'started').length;

describe('lanes of a websocket', () => {
  it('run at once, and each event says whose it is', async () => {
    rig.simulator.setTiming({ firstTokenMs: 50 });
    say('a', 'Reply with exactly: one');
    say('b.2', 'Reply with exactly: two');
    client.send({ type: 'response.create', ...ask('Reply with exactly: three') });
    const [one, two] = [await ended('a', 1), await ended('b.2', 1)];
    expect([textOf(one), textOf(two)]).toEqual(['one', 'two']);
    const nobodys = () => client.events.filter((event) => !('stream_id' in event));
    await expect.poll(() => nobodys().at(-1)?.type).toBe('response.completed');
    expect(textOf(nobodys())).toBe('three');
    expect(rig.simulator.log.refusals).toEqual([]);
    expect(rig.simulator.log.frames.filter(({ raw }) => raw.includes('stream_id'))).toEqual([]);
  });

  it('take what comes while a turn runs in its order', async () => {
    for (const text of ['one', 'two', 'three']) say('a', `Reply with exactly: ${text}`);
    const events = await ended('a', 3);
    const texts = events.flatMap((event) => (event.type === 'response.output_text.done' ? [event.text] : []));
    expect(texts).toEqual(['one', 'two', 'three']);
  });

  it('go on from their own response, and from one of another lane', async () => {
    const one = await turn('a', 'Reply with exactly: one');
    const other = await turn('b', 'Reply with exactly: other');
    const two = await turn('a', 'Reply with exactly: two', { previous_response_id: responseIdOf(one) });
    const fork = await turn('c', 'Reply with exactly: fork', { previous_response_id: responseIdOf(two) });
    const next = await turn('b', 'Reply with exactly: next', { previous_response_id: responseIdOf(other) });
    expect([two, fork, next].map(textOf)).toEqual(['two', 'fork', 'next']);
  });

  it('are told by name what is wrong with a turn of theirs', async () => {
    client.send({ type: 'response.create', input: [], stream_id: 'a' });
    expect(await ended('a', 1)).toMatchObject([{ type: 'error', status: 400, error: { code: 'request_invalid' } }]);
    const refused = await turn('b', 'x', { reasoning: { effort: 'immense' } });
    expect(refused).toMatchObject([{ type: 'error', status: 400, error: { param: 'reasoning.effort' } }]);
    expect(textOf(await turn('a', 'Reply with exactly: OK'))).toBe('OK');
  });

  it.each([7, '', 'a b', 'é', 'x'.repeat(257)])('have no name such as %j', async (name) => {
    expect(await client.turn({ ...ask('x'), stream_id: name })).toMatchObject([
      { type: 'error', status: 400, error: { code: 'request_invalid' } },
    ]);
    expect(textOf(await client.turn({ ...ask('Reply with exactly: OK'), stream_id: null }))).toBe('OK');
  });

  it('end with their websocket, and what waits in them never begins', async () => {
    for (const lane of ['a', 'a', 'b']) say(lane, 'Count to 2000000');
    await expect.poll(started).toBe(2);
    const { log } = rig.simulator;
    client.socket.terminate();
    await log.waitForCount('turn', 2, ({ phase }) => phase === 'aborted');
    expect(started()).toBe(2);
  });

  it('refuse a turn by name where too many wait already', async () => {
    rig.simulator.setTiming({ firstTokenMs: 600_000 });
    for (let number = 0; number < 65; number += 1) say('a', 'x');
    say('b', 'x');
    say('a', 'one too many');
    await ended('a', 1);
    const refused = client.events.filter(({ type }) => type === 'error');
    expect(refused).toMatchObject([{ status: 400, stream_id: 'a', error: { code: 'turn_running' } }]);
  });

  it('are no more at once than there is room for', async () => {
    rig.simulator.setTiming({ firstTokenMs: 600_000 });
    for (let number = 0; number < 64; number += 1) say(`lane-${number}`, 'x');
    say('one-too-many', 'x');
    expect(await ended('one-too-many', 1)).toMatchObject([{ type: 'error', error: { code: 'turn_running' } }]);
  });

  it('give way to others where there are many, and are there again', async () => {
    const first = await turn('first', 'Reply with exactly: one');
    for (let number = 0; number < 70; number += 1) await turn(`lane-${number}`, 'Reply with exactly: x');
    const again = await turn('first', 'Reply with exactly: two');
    expect([first, again].map(textOf)).toEqual(['one', 'two']);
  });
});
