import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Rig, startRig } from '../support/slipstream.ts';
import { CodexThread } from './app-server.ts';
import { bearerConfig } from './codex.ts';
import { misshapen } from './outcome.ts';

let rig: Rig;
let thread: CodexThread;

beforeEach(async () => {
  rig = await startRig({ simulator: { timing: { tokensPerSecond: 50 } } });
  thread = await CodexThread.start(bearerConfig(rig.baseUrl, rig.apiKey, { websockets: true }));
});

afterEach(async () => {
  await thread.stop();
  await rig.stop();
});

const frames = () => rig.simulator.log.frames.map(({ body }) => body as { type?: string; input?: unknown[] });

it('steers a running turn: what is new goes up alone on the same socket, and nobody is told of an error', async () => {
  const turn = await thread.begin('Count to 5000');
  await turn.answers;
  await thread.steer(turn, 'Reply with exactly: OK');
  expect(await turn.over).toEqual({ status: 'completed', answer: 'OK' });
  expect(thread.complaints).toEqual([]);
  expect(misshapen(rig)).toEqual([]);
  expect(rig.simulator.log.upgrades).toHaveLength(1);
  const [interrupt, next] = frames().slice(-2);
  expect([interrupt?.type, next?.type, next?.input?.length]).toEqual(['response.interrupt', 'response.create', 1]);
  expect(next).toHaveProperty('previous_response_id');
});

it('ends a turn that its user interrupts, and serves the next one', async () => {
  const turn = await thread.begin('Count to 5000');
  await turn.answers;
  await thread.interrupt(turn);
  expect((await turn.over).status).toBe('interrupted');
  expect(await thread.say('Reply with exactly: OK')).toEqual({ status: 'completed', answer: 'OK' });
  expect(thread.complaints).toEqual([]);
  expect(misshapen(rig)).toEqual([]);
});
