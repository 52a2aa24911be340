import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src-main/core/json.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import {
  assistant,
  codexBody,
  codexHeaders,
  errorOf,
  outputOf,
  responseIdOf,
  textOf,
  user,
  WsTurns,
} from '../support/turn-client.ts';

let rig: Rig;
let client: WsTurns;

beforeEach(async () => {
  rig = await startRig();
  client = await WsTurns.open(rig, codexHeaders(randomUUID()));
});

afterEach(async () => {
  await client.close();
  await rig.stop();
});

function lastFrame(): JsonObject {
  const body = rig.simulator.log.frames.at(-1)?.body;
  return isJsonObject(body) ? body : {};
}

const tools = [{ type: 'function', name: 'clock', parameters: { type: 'object', properties: {} } }];
const developer = { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Be brief.' }] };
const outputFor = (callId: unknown, output: string): JsonObject => ({
  type: 'function_call_output',
  call_id: String(callId),
  output,
});

describe('case 16: a frame that extends a response', () => {
  it('case 16: goes upstream as response.create with its previous_response_id, and only its new items', async () => {
    const one = await client.turn(codexBody('Reply with exactly: one'));
    const previous = responseIdOf(one);
    const two = await client.turn(codexBody('Reply with exactly: two', { previous_response_id: previous }));
    expect(textOf(two)).toBe('two');
    expect(lastFrame()).toMatchObject({ type: 'response.create', previous_response_id: previous });
    expect(lastFrame().input).toHaveLength(1);
  });
});

describe('case 26: a frame without previous_response_id is the whole conversation, whatever came before', () => {
  it.each([
    ['with an assistant message', [user('hello'), assistant('hi'), user('Reply with exactly: fresh')]],
    ['with a developer message', [developer, user('Reply with exactly: fresh')]],
    [
      'with a call and its output',
      [
        user('hello'),
        { type: 'function_call', call_id: 'call_1', name: 'clock', arguments: '{}' },
        outputFor('call_1', 'noon'),
        user('Reply with exactly: fresh'),
      ],
    ],
  ] satisfies [string, JsonObject[]][])(
    'case 26: %s it replaces the transcript, and nothing is merged into it',
    async (_what, input) => {
      await client.turn(codexBody('Reply with exactly: old'));
      const fresh = await client.turn(codexBody('', { input }));
      expect(textOf(fresh)).toBe('fresh');
      expect(lastFrame().input).toEqual(input);
      expect(lastFrame().previous_response_id).toBeUndefined();
      const after = codexBody('Reply with exactly: after', { previous_response_id: responseIdOf(fresh) });
      expect(textOf(await client.turn(after))).toBe('after');
    },
  );
});

describe('case 28: the output of a call', () => {
  it('case 28: that extends a response is left alone: its call is upstream', async () => {
    const one = await client.turn(codexBody('call tool clock', { tools }));
    const call = outputOf(one).find(({ type }) => type === 'function_call');
    const delta = { tools, input: [outputFor(call?.call_id, 'noon')], previous_response_id: responseIdOf(one) };
    expect(textOf(await client.turn(codexBody('', delta)))).toBe('The tool said: noon');
    expect(lastFrame().input).toEqual(delta.input);
  });

  it('case 28: that belongs to no call is upstream’s to refuse, and the conversation goes on from where it was', async () => {
    const one = await client.turn(codexBody('Reply with exactly: one'));
    const [refused] = await client.turn(codexBody('', { input: [outputFor('call_none', 'noon')] }));
    expect(refused).toMatchObject({ type: 'error', status: 400 });
    expect(errorOf(refused).message).toContain('call_none');
    const history = [user('Reply with exactly: one'), ...outputOf(one), user('Reply with exactly: two')];
    expect(textOf(await client.turn(codexBody('', { input: history })))).toBe('two');
  });
});
