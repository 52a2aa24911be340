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

it('tells Codex of no alias: it has a control of its own for fast', async () => {
  const idsFor = async (headers: Record<string, string>) => {
    const { data } = (await (await get('/v1/models', headers)).json()) as { data: { id: string }[] };
    return data.map(({ id }) => id);
  };
  const ids = await idsFor({});
  expect(ids).toEqual(expect.arrayContaining(['gpt-5.5', 'gpt-5.5-fast']));
  const codex = { originator: 'codex_exec' };
  expect(await idsFor(codex)).toEqual(ids.filter((id) => !id.endsWith('-fast')));
  expect((await get('/v1/models/gpt-5.5-fast', codex)).status).toBe(404);
});

it('reads an id however its path is written', async () => {
  expect(await (await get('/v1/models/gpt%2D5%2E5')).json()).toMatchObject({ id: 'gpt-5.5' });
  expect(await (await get('/v1/models/gpt-5.5/')).json()).toMatchObject({ id: 'gpt-5.5' });
});

it.each(['gpt-0', 'openai/gpt-5.5', 'openai%2Fgpt-5.5', 'a/b/c', '%ff', '..%2f..%2fx'])(
  'says which models there are where there is no such one: %s',
  async (id) => {
    const answer = await get(`/v1/models/${id}`, anthropic);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      type: 'error',
      error: { type: 'not_found_error', message: expect.stringContaining('gpt-5.5') },
    });
    expect(await (await get(`/v1/models/${id}`)).json()).toMatchObject({ error: { code: 'model_unknown' } });
  },
);

it.each(['/v1/embeddings', '/v1/completions', '/v1/files'])("refuses %s in the caller's dialect", async (path) => {
  const openAi = await rig.post(path, {});
  expect([openAi.status, await openAi.json()]).toMatchObject([404, { error: { code: 'route_unknown' } }]);
  const other = await rig.post(path, {}, anthropic);
  expect([other.status, await other.json()]).toMatchObject([
    404,
    { type: 'error', error: { type: 'not_found_error' } },
  ]);
});
