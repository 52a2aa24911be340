import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { JsonObject } from '../../src-main/core/json.ts';
import { answerEvents, type ScriptedUpstream, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { codexBody, codexHeaders, typesOf, WsTurns } from '../support/turn-client.ts';

/** Pings that were held back, by a sleep of a machine or a line that stood still, come all at once. */

const pings = 200;
let rig: Rig;
let upstream: ScriptedUpstream;
let line: WebSocket | null;
let client: WsTurns;

beforeEach(async () => {
  line = null;
  upstream = await startScriptedUpstream({
    frame: (socket) => {
      line = socket;
      for (const event of answerEvents('resp_1').slice(0, 4)) socket.send(JSON.stringify(event));
    },
  });
  rig = await startRig({ upstreamUrl: upstream.url });
  client = await WsTurns.open(rig, codexHeaders(randomUUID()));
  client.send({ type: 'response.create', ...codexBody('hello') });
  await expect.poll(() => client.events.length).toBeGreaterThan(3);
});

afterEach(async () => {
  await client.close();
  await rig.stop();
  await upstream.stop();
});

/** Sends them in one write; answers with what the answers to them carry. */
async function pingAll(socket: WebSocket): Promise<string[]> {
  const answers: string[] = [];
  socket.on('pong', (data) => answers.push(String(data)));
  const connection: unknown = Reflect.get(socket, '_socket');
  for (const act of ['cork', 'uncork'] as const) {
    (connection as Record<typeof act, () => void>)[act]();
    if (act === 'cork') for (let number = 1; number <= pings; number += 1) socket.ping(String(number));
  }
  await expect.poll(() => answers).toContain(String(pings));
  return answers;
}

const rest = (): JsonObject[] => answerEvents('resp_1').slice(4);

it('upstream that sends many pings at once keeps its line, and the newest is answered', async () => {
  if (line === null) throw new Error('upstream has no line');
  const answers = await pingAll(line);
  expect(answers.length).toBeLessThanOrEqual(pings);
  for (const event of rest()) line.send(JSON.stringify(event));
  expect(typesOf(await client.terminal()).at(-1)).toBe('response.completed');
  expect(upstream.connections).toBe(1);
});
