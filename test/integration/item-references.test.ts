import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src-main/core/json.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { objectOf, sentFrames } from './proxy-client.ts';

/** Clients that take answers for stored, as the AI SDK does unless told otherwise, name earlier items by their ids alone. */

let rig: Rig;

beforeEach(async () => {
  rig = await startRig();
});

afterEach(() => rig.stop());

const model = 'gpt-5.5';
const user = (content: string): JsonObject => ({ role: 'user', content });
const reference = ({ id }: JsonObject): JsonObject => ({ type: 'item_reference', id });
const ask = (input: Json, more: JsonObject = {}) => rig.post('/v1/responses', { model, input, ...more });

async function output(input: Json, more: JsonObject = {}): Promise<JsonObject[]> {
  const body = objectOf(await (await ask(input, { reasoning: { effort: 'low' }, ...more })).text());
  return body.output as JsonObject[];
}

const lastFrame = () => sentFrames(rig).at(-1) ?? {};

describe('a reference to an item', () => {
  it('is the item itself upstream, and goes on from the answer that it was in', async () => {
    const first = user('Reply with exactly: one');
    const items = await output([first]);
    expect(items.map(({ type }) => type)).toEqual(['reasoning', 'message']);
    const second = user('Reply with exactly: two');
    expect(await output([first, ...items.map(reference), second])).toMatchObject([{}, { content: [{ text: 'two' }] }]);
    expect(lastFrame()).toMatchObject({ previous_response_id: expect.any(String), input: [second] });
    const { changes } = await rig.lastTrace();
    expect(changes.filter(({ path }) => /^body\.input\[[12]\]$/.test(path)).map(({ action }) => action)).toEqual([
      'set',
      'set',
    ]);
  });

  it('to reasoning that is not known any more is left out, and to other items is upstream’s to refuse', async () => {
    const lost = { type: 'item_reference', id: 'rs_lost' };
    expect((await ask([user('a'), lost, user('Reply with exactly: b')])).status).toBe(200);
    expect(JSON.stringify(lastFrame().input)).not.toContain('item_reference');
    const refused = await ask([user('a'), { type: 'item_reference', id: 'msg_lost' }, user('b')]);
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('msg_lost')]);
  });

  it('finds nothing of a client that says it stores nothing', async () => {
    const [reasoning, message] = await output([user('Reply with exactly: one')], { store: false });
    if (reasoning === undefined || message === undefined) throw new Error('no answer');
    const refused = await ask([user('Reply with exactly: one'), reference(message), user('b')]);
    expect(refused.status).toBe(400);
  });
});
