import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Rig, startRig } from '../support/slipstream.ts';

/** What a client's request is called, so that a turn can be found again, and when it may be tried again. */

let rig: Rig;

beforeEach(async () => {
  rig = await startRig();
});

afterEach(() => rig.stop());

const paths = [
  ['responses', '/v1/responses', 'x-request-id', { input: 'hi' }],
  ['chat', '/v1/chat/completions', 'x-request-id', { messages: [{ role: 'user', content: 'hi' }] }],
  ['messages', '/v1/messages', 'request-id', { messages: [{ role: 'user', content: 'hi' }], max_tokens: 9 }],
] as const;

const post = (path: string, body: object) => rig.post(path, { model: 'gpt-5.5', ...body });

it.each(paths)(
  'a turn of %s is called in its answer, streamed or not, as in its trace',
  async (_name, path, header, body) => {
    for (const stream of [true, false]) {
      const answer = await post(path, { ...body, stream });
      await answer.text();
      const { row } = await rig.lastTrace();
      expect([answer.status, answer.headers.get('request-id') ?? row.id]).toEqual([200, row.id]);
      expect(answer.headers.get(header)).toBeTruthy();
    }
  },
);

it.each(paths)(
  'a 429 of %s says in seconds and in milliseconds when to try again',
  async (_name, path, _header, body) => {
    rig.simulator.faults.always('upgrade', { kind: 'status', status: 429, headers: { 'retry-after': '70' } });
    const answer = await post(path, body);
    expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('retry-after-ms')]).toEqual([
      ...[429, '70', '70000'],
    ]);
  },
);
