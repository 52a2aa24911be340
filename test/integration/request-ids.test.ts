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

it.each(paths)(
  'a usage limit of %s says when it ends, and that another try before is useless',
  async (_name, path, _header, body) => {
    rig.simulator.faults.always('turn', { kind: 'error', code: 'usage_limit_reached' });
    for (const _again of [false, true]) {
      const answer = await post(path, body);
      const { headers, status } = answer;
      expect([status, headers.get('x-should-retry')]).toEqual([429, 'false']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(headers.get('retry-after-ms'))).toBe(Number(headers.get('retry-after')) * 1000);
      if (path !== '/v1/responses') expect(await answer.text()).toMatch(/has been reached; it resets at \d{4}-/);
    }
  },
);

it.each([
  ['/v1/responses', 'POST'],
  ['/v1/chat/completions', 'POST'],
  ['/v1/models', 'GET, HEAD'],
  ['/v1/models/gpt-5.5', 'GET, HEAD'],
])('%s names the methods it answers, and is not asked by another again', async (path, methods) => {
  const headers = { authorization: `Bearer ${rig.apiKey}` };
  const answer = await fetch(`${rig.baseUrl}${path}`, { method: 'DELETE', headers });
  expect([answer.status, answer.headers.get('allow'), answer.headers.get('x-should-retry')]).toEqual([
    ...[405, methods, 'false'],
  ]);
  const head = await fetch(`${rig.baseUrl}${path}`, { method: 'HEAD', headers });
  expect([head.status, await head.text()]).toEqual([methods === 'POST' ? 405 : 200, '']);
});
