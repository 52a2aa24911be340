import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import { HarRequest } from '../../src-main/shared/trace-tools.ts';
import { chat, chatPath } from '../support/chat-client.ts';
import { answerEvents, type ScriptedUpstream, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, post, WsTurns } from '../support/turn-client.ts';

/** What Slipstream itself tells a client may repeat what upstream said: its trace shows no secret of it, on no way out. */

const key = `sk-${'a1B2'.repeat(8)}`;
let events: readonly JsonObject[] = [];
let upstream: ScriptedUpstream;
let rig: Rig;
let token = '';

beforeEach(async () => {
  upstream = await startScriptedUpstream({
    frame: (socket) => {
      for (const event of events) socket.send(JSON.stringify(event));
    },
  });
  rig = await startRig({ upstreamUrl: upstream.url, traceKeeping: 'database', settings: { traceBodies: true } });
  token = rig.simulator.accounts[0]?.accessToken ?? '';
  expect(token.length).toBeGreaterThan(40);
});

afterEach(async () => {
  await rig.stop();
  await upstream.stop();
});

/** All that leaves of a turn, and how many frames Slipstream told by itself. */
async function exits(id: string): Promise<{ readonly own: number; readonly texts: readonly string[] }> {
  const { handlers } = rig.app;
  const detail = await handlers['requests.detail']({ id });
  const texts: string[] = [JSON.stringify(detail)];
  for (const part of detail.frames.keys())
    texts.push((await handlers['requests.text']({ id, part, offset: 0 })).text ?? '');
  texts.push(JSON.stringify(await handlers['requests.payloads']({ id, from: 0, which: 'all' })));
  texts.push((await handlers['export.har'](HarRequest.parse({ ids: [id], withBodies: true }))).text);
  return { own: detail.frames.filter(({ direction }) => direction === 'client-out').length, texts };
}

async function expectHidden(own: number): Promise<void> {
  const { id } = (await rig.lastTrace()).row;
  const before = await exits(id);
  await rig.restart();
  const after = await exits(id);
  expect([before.own, after.own]).toEqual([own, own]);
  for (const text of [...before.texts, ...after.texts]) {
    expect(text).not.toContain(token);
    expect(text).not.toContain(key);
  }
  expect(before.texts.some((text) => text.includes('<redacted>'))).toBe(true);
  // The disk has as much of it.
  expect(after.texts.slice(1, -1)).toEqual(before.texts.slice(1, -1));
}

const refusal = () => ({ type: 'error', status: 400, error: { code: 'bad', message: `Not with ${token} or ${key}.` } });

describe('a secret in what upstream says', () => {
  it('is hidden in the body of the error that it becomes', async () => {
    events = [refusal()];
    await post(rig, ask('hi'));
    await expectHidden(1);
  });

  it('is hidden in the last event of a stream', async () => {
    events = [...answerEvents('resp_1').slice(0, 4), refusal()];
    await post(rig, chat('hi'), {}, chatPath);
    await expectHidden(1);
  });

  it('is hidden in the error that a websocket gets', async () => {
    events = [...answerEvents('resp_1').slice(0, 4), refusal()];
    const client = await WsTurns.open(rig);
    await client.turn(ask('hi'));
    await client.close();
    await expectHidden(1);
  });

  it('is hidden in the end of an answer that is cut, though the client is told it', async () => {
    events = answerEvents('resp_1', `Of ${token} and ${key}: ${'so it goes, '.repeat(90)}`).slice(0, 4);
    const { text } = await post(rig, ask('hi', { max_output_tokens: 20 }));
    expect(text.match(new RegExp(key, 'g'))?.length).toBeGreaterThan(2);
    await expectHidden(4);
  });
});
