import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import { faceHandlers } from '../../src-main/node/face-handlers.ts';
import type { Delta } from '../../src-main/shared/model.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, errorOf, readAnswer, WsTurns } from '../support/turn-client.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.stop());

const setPaused = (paused: boolean) => rig.app.handlers['settings.set']({ paused });

describe('a paused proxy', () => {
  it('refuses new turns with 503 until it is resumed, and says so in the snapshot and in a delta', async () => {
    const deltas: Delta[] = [];
    rig.app.onDelta((delta) => deltas.push(delta));
    await setPaused(true);
    await setPaused(true);
    const refused = await rig.post('/v1/responses', ask('x'));
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ error: { code: 'paused' } });
    expect((await rig.post('/v1/responses/compact', ask('x'))).status).toBe(503);
    expect(rig.app.snapshot().settings.paused).toBe(true);
    await setPaused(false);
    expect((await rig.post('/v1/responses', ask('x'))).status).toBe(200);
    const told = deltas.flatMap((delta) => (delta.kind === 'settings' ? [delta.settings] : []));
    expect(told).toEqual([{ paused: true }, { paused: false }]);
  });

  it('begins no turn of a request whose body is still on its way', async () => {
    const outgoing = request(`${rig.baseUrl}/v1/responses`, {
      method: 'POST',
      agent: false,
      headers: { authorization: `Bearer ${rig.apiKey}`, expect: '100-continue', 'transfer-encoding': 'chunked' },
    });
    const head = once(outgoing, 'response') as Promise<[IncomingMessage]>;
    outgoing.flushHeaders();
    await once(outgoing, 'continue');
    await setPaused(true);
    outgoing.end(JSON.stringify(ask('x')));
    const answer = await readAnswer((await head)[0]);
    expect([answer.status, errorOf(answer.json).code]).toEqual([503, 'paused']);
    expect(rig.simulator.log.frames).toHaveLength(0);
  });

  it('lets turns that run come to their end, over HTTP and on a websocket, which then waits', async () => {
    const socket = await WsTurns.open(rig);
    const running = socket.turn(ask('Count to 40'));
    const posted = rig.post('/v1/responses', ask('Count to 40'));
    await expect.poll(() => rig.simulator.log.frames.length).toBe(2);
    await setPaused(true);
    expect((await running).at(-1)).toMatchObject({ type: 'response.completed' });
    expect(await (await posted).text()).toContain('response.completed');
    expect((await socket.turn(ask('x'))).at(-1)).toMatchObject({ type: 'error', status: 503 });
    await setPaused(false);
    expect((await socket.turn(ask('x'))).at(-1)).toMatchObject({ type: 'response.completed' });
    await socket.close();
  });

  it('still answers what is no turn', async () => {
    await setPaused(true);
    const models = await fetch(`${rig.baseUrl}/v1/models`, { headers: { authorization: `Bearer ${rig.apiKey}` } });
    expect(models.status).toBe(200);
  });

  it('answers a frame on an open websocket in-band', async () => {
    const socket = await WsTurns.open(rig);
    await setPaused(true);
    const events = await socket.turn(ask('x'));
    expect(events.at(-1)).toMatchObject({ type: 'error', status: 503, error: { code: 'paused' } });
    await socket.close();
  });

  it('serves again after the machine slept: idle sockets are dialled anew', async () => {
    await (await rig.post('/v1/responses', ask('one'))).text();
    rig.app.connectionsStale();
    const answer = await rig.post('/v1/responses', ask('two'));
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('response.completed');
  });
});

describe('diagnostics', () => {
  it('tell of versions, settings and accounts, and hold no secret and no name', async () => {
    const recentProblems = () => ['{"level":40,"msg":"a warning"}'];
    const [account] = rig.app.snapshot().accounts;
    const { 'app.diagnostics': diagnose } = faceHandlers({
      app: rig.app,
      host: { ...rig.host, recentProblems },
      redactor: new Redactor(),
    });
    const { text } = await diagnose(null);
    expect(text).toContain('version 0.0.0-test, headless');
    expect(text).toContain('account 1: ready, enabled');
    expect(text).toContain('a warning');
    for (const secret of [rig.apiKey, account?.email, account?.label, account?.id, 'eyJ'])
      expect(text).not.toContain(secret);
  });
});
