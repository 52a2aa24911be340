import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Rig, startRig } from '../support/slipstream.ts';

/** One model, and routes that are not served, as each vendor's clients read them, over real sockets. */

let rig: Rig;

beforeEach(async () => {
  rig = await startRig();
});

afterEach(() => rig.stop());

const anthropic = { 'anthropic-version': '2023-06-01' };
const get = (path: string, headers = {}) =>
  fetch(`${rig.baseUrl}${path}`, { headers: { authorization: `Bearer ${rig.apiKey}`, ...headers } });

it('tells of one model in both shapes, its aliases included', async () => {
  expect(await (await get('/v1/models/gpt-5.5')).json()).toMatchObject({ id: 'gpt-5.5', object: 'model' });
  expect(await (await get('/v1/models/gpt-5.5-fast')).json()).toMatchObject({ id: 'gpt-5.5-fast' });
  expect(await (await get('/v1/models/gpt-5.5', anthropic)).json()).toMatchObject({ id: 'gpt-5.5', type: 'model' });
});

it('says which models there are where there is no such one', async () => {
  const answer = await get('/v1/models/gpt-0', anthropic);
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({
    type: 'error',
    error: { type: 'not_found_error', message: expect.stringContaining('gpt-5.5') },
  });
});

it.each(['/v1/embeddings', '/v1/completions', '/v1/files'])("refuses %s in the caller's dialect", async (path) => {
  const openAi = await rig.post(path, {});
  expect([openAi.status, await openAi.json()]).toMatchObject([404, { error: { code: 'route_unknown' } }]);
  const other = await rig.post(path, {}, anthropic);
  expect([other.status, await other.json()]).toMatchObject([
    404,
    { type: 'error', error: { type: 'not_found_error' } },
  ]);
});
