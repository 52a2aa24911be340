import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import { faceHandlers } from '../../src-main/node/face-handlers.ts';
import type { Delta } from '../../src-main/shared/model.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, WsTurns } from '../support/turn-client.ts';

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
