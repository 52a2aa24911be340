import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, codexBody, codexHeaders, errorOf } from '../support/turn-client.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.stop());

const say = 'Reply with exactly: ok';
const messages = [{ role: 'user', content: say }];

describe('a base URL that was given without /v1', () => {
  it.each<[string, object]>([
    ['/responses', ask(say)],
    ['/responses/', ask(say)],
    ['/chat/completions', { model: 'gpt-5.5', messages }],
    ['/messages', { model: 'gpt-5.5', max_tokens: 9, messages }],
    ['/messages/count_tokens', { model: 'gpt-5.5', messages }],
  ])('serves POST %s as below /v1', async (path, body) => {
    const [bare, usual] = await Promise.all([rig.post(path, body), rig.post(`/v1${path}`, body)]);
    expect([bare.status, bare.headers.get('content-type')]).toEqual([200, usual.headers.get('content-type')]);
    await Promise.all([bare.text(), usual.text()]);
  });

  it.each(['/models', '/models/gpt-5.5'])('serves GET %s', async (path) => {
    const headers = { authorization: `Bearer ${rig.apiKey}` };
    const [bare, usual] = await Promise.all(
      ['', '/v1'].map((base) => fetch(`${rig.baseUrl}${base}${path}`, { headers })),
    );
    expect(await bare?.json()).toEqual(await usual?.json());
  });

  it('serves a websocket', async () => {
    const headers = { authorization: `Bearer ${rig.apiKey}`, ...codexHeaders(randomUUID()) };
    const socket = new WebSocket(`${rig.baseUrl.replace('http', 'ws')}/responses`, { headers });
    const text = await new Promise<string>((resolve, reject) => {
      let all = '';
      socket.on('open', () => socket.send(JSON.stringify({ type: 'response.create', ...codexBody(say) })));
      socket.on('message', (data) => {
        all += String(data);
        if (all.includes('response.completed')) resolve(all);
      });
      socket.on('error', reject);
    });
    expect(text).toContain('"delta":"ok"');
    socket.terminate();
  });

  it('takes the key in the path and asks for it', async () => {
    const init = { method: 'POST', body: JSON.stringify(ask(say)), headers: { 'content-type': 'application/json' } };
    expect((await fetch(`${rig.baseUrl}/k/${rig.apiKey}/responses`, init)).status).toBe(200);
    expect((await fetch(`${rig.baseUrl}/responses`, init)).status).toBe(401);
  });

  it('is told an error in the form of its dialect', async () => {
    const refused = await rig.post('/messages', '{');
    expect(await refused.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
  });

  it.each(['/alpha/search', '/images/generations', '/responses/x', '/v2/responses', '/wham/usage'])(
    'relays nothing that is not named: %s gets the right address, a Codex client too',
    async (path) => {
      rig.simulator.log.clear();
      const answer = await rig.post(path, {}, codexHeaders(randomUUID()));
      expect(answer.status).toBe(404);
      expect(errorOf(await answer.json()).message).toContain(`${rig.baseUrl}/v1`);
      expect(rig.simulator.log.requests).toEqual([]);
    },
  );
});
