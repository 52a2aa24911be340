import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Rig, startRig } from '../support/slipstream.ts';
import { codexFrame, codexHeaders, openSocket } from './proxy-client.ts';

/** Upstream announces that it takes no message over 20,000 bytes. */

let rig: Rig;

beforeEach(async () => {
  rig = await startRig({ simulator: { maxMessageBytes: 20_000 } });
});

afterEach(async () => {
  await rig.stop();
});

const long = 'x'.repeat(60_000);
const posts = () => rig.simulator.log.requests.filter(({ path }) => path.endsWith('/responses')).length;
const closes = () => rig.simulator.log.entries.filter((entry) => entry.kind === 'close' && entry.code === 1009);

it('a larger turn goes by HTTP, the first one too, and none is sent up to be refused', async () => {
  for (const count of [1, 2, 3, 4]) {
    const answer = await rig.post('/v1/responses', { model: 'gpt-5.5', input: `${long} Reply with exactly: OK` });
    expect([answer.status, posts()]).toEqual([200, count]);
  }
  expect([rig.simulator.log.frames.length, rig.simulator.log.upgrades.length, closes()]).toEqual([0, 1, []]);
  const small = await rig.post('/v1/responses', { model: 'gpt-5.5', input: 'Reply with exactly: OK' });
  expect([small.status, rig.simulator.log.frames.length]).toEqual([200, 1]);
});

it("a Codex client's larger turn on a websocket goes by HTTP, and its next ones by websocket", async () => {
  const socket = await openSocket(rig, { headers: codexHeaders });
  const first = await socket.turn(codexFrame(`${long} Reply with exactly: OK`));
  expect(first.at(-1)).toMatchObject({ type: 'response.completed' });
  expect([posts(), rig.simulator.log.frames.length, closes()]).toEqual([1, 0, []]);
  expect((await socket.turn(codexFrame('Reply with exactly: OK'))).at(-1)).toMatchObject({
    type: 'response.completed',
  });
  expect(rig.simulator.log.frames).toHaveLength(1);
  await socket.close();
});
