import { afterEach, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { JsonObject } from '../../src-main/core/json.ts';
import { HarRequest, ReplayRequest } from '../../src-main/shared/trace-tools.ts';
import { harProblems } from '../support/har-schema.ts';
import { answerEvents, type ScriptedUpstream, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { type SkippingClock, skippingClock } from '../support/skipping-clock.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { codexFrame, codexHeaders, openSocket, type ProxySocket } from './proxy-client.ts';

/** A response that upstream begins by itself, once a Codex client has steered the one before: a turn of its own. */

let rig: Rig;
let clock: SkippingClock;
let upstream: ScriptedUpstream;
let socket: ProxySocket;
/** Frames that went up, and all that upstream said. */
let seen: JsonObject[];
let said: string[];

afterEach(async () => {
  await socket.close();
  await rig.stop();
  await upstream.stop();
});

const begun = answerEvents('resp_1').slice(0, 4);
const usage = { input_tokens: 30, output_tokens: 4, total_tokens: 34 };
const ended = (id: string, status: string, more: JsonObject = {}): JsonObject => ({
  type: `response.${status}`,
  response: { id, status, model: 'gpt-5.5', output: [], usage, service_tier: 'default', ...more },
});
const steered = ended('resp_1', 'incomplete', { incomplete_details: { reason: 'steered' } });
const accepted = { type: 'response.steer.accepted', steer: { id: 'steer_1', previous_response_id: 'resp_1' } };
const successor = [...answerEvents('resp_2').slice(0, 5), ended('resp_2', 'completed')];
const steer = { type: 'response.steer', previous_response_id: 'resp_1', input: 'In two weeks.' };

/** Starts a turn that says something and goes on, and answers what steers it with these. */
async function start(...answers: readonly JsonObject[]): Promise<void> {
  seen = [];
  said = [];
  const answer = (body: JsonObject) => {
    if (body.type === 'response.steer') return seen.length === 2 ? answers : [accepted];
    return body.previous_response_id === undefined ? begun : answerEvents('resp_3');
  };
  const frame = (websocket: WebSocket, body: JsonObject) => {
    seen.push(body);
    for (const event of answer(body)) say(websocket, event);
  };
  upstream = await startScriptedUpstream({ frame });
  clock = skippingClock();
  rig = await startRig({ upstreamUrl: upstream.url, clock });
  socket = await openSocket(rig, { headers: codexHeaders });
  socket.send(codexFrame('Hello'));
  await heard('response.output_text.delta');
  socket.send(steer);
}

function say(websocket: WebSocket, event: JsonObject): void {
  const text = JSON.stringify(event);
  said.push(text);
  websocket.send(text);
}

const heard = (type: string, count = 1) =>
  expect.poll(() => socket.events.filter((event) => event.type === type).length).toBe(count);
const rows = () => rig.app.snapshot().requests;
const statuses = () => rows().map(({ status }) => status);
const newest = () => rig.endedTrace(rows()[0]?.id ?? '');

it.each([
  ['cut short', steered, 'incomplete'],
  ['whole', ended('resp_1', 'completed'), 'completed'],
])(
  'after a response that is %s has frames, usage and an end of its own, and goes down as it came',
  async (_what, end, status) => {
    await start(accepted, end, ...successor);
    await expect.poll(statuses).toEqual(['completed', status]);
    await expect.poll(() => socket.texts).toEqual(said);
    const [row, former] = rows();
    expect(row).toMatchObject({
      kind: 'turn',
      model: 'gpt-5.5',
      transport: 'ws',
      attempts: 1,
      sessionId: former?.sessionId,
      account: former?.account,
      client: former?.client,
      usage: { inputTokens: 30, outputTokens: 4 },
      firstTokenMs: expect.any(Number),
    });
    const { frames, clientRequest } = await newest();
    expect(JSON.parse(clientRequest.body ?? '')).toEqual(steer);
    expect(frames.map(({ direction, type }) => `${direction} ${type}`)).toEqual([
      'client-in response.steer',
      'upstream-out response.steer',
      ...successor.map(({ type }) => `upstream-in ${type}`),
    ]);
    const sent = await rig.app.handlers['requests.text']({ id: row?.id ?? '', part: 0, offset: 0 });
    expect(JSON.parse(sent.text ?? '')).toEqual(steer);
    const formerTypes = (await rig.endedTrace(former?.id ?? '')).frames.map(({ type }) => type);
    expect(formerTypes.slice(-4)).toEqual(['response.steer', 'response.steer', accepted.type, end.type]);
  },
);

it('is in the HAR, as the client was told it, and cannot be sent again', async () => {
  await start(accepted, steered, ...successor);
  await expect.poll(statuses).toEqual(['completed', 'incomplete']);
  const id = rows()[0]?.id ?? '';
  const file = JSON.parse(
    (await rig.app.handlers['export.har'](HarRequest.parse({ ids: [id], withBodies: true }))).text,
  );
  expect(harProblems(file)).toEqual([]);
  const [client, attempt] = file.log.entries;
  const data = (entry: { _webSocketMessages: { data: string }[] }) =>
    entry._webSocketMessages.map((message) => JSON.parse(message.data));
  expect([data(client), data(attempt)]).toEqual([
    [steer, ...successor],
    [steer, ...successor],
  ]);
  const again = rig.app.handlers['requests.replay'](ReplayRequest.parse({ id }));
  await expect(again).rejects.toMatchObject({ code: 'replay_impossible' });
});

it('shows no secret that steered it', async () => {
  await start(accepted, steered, ...successor);
  socket.send({ type: 'response.steer', previous_response_id: 'resp_1', input: `It is ${rig.apiKey}.` });
  await expect.poll(statuses).toEqual(['completed', 'incomplete']);
  const all = (await rig.app.handlers['export.har'](HarRequest.parse({ withBodies: true }))).text;
  expect(all).not.toContain(rig.apiKey);
});

it('may be gone on from, whatever the response before was', async () => {
  await start(accepted, ended('resp_1', 'completed'), ...successor);
  await expect.poll(statuses).toEqual(['completed', 'completed']);
  const next = await socket.turn(codexFrame('On', { previous_response_id: 'resp_2' }));
  expect(next.at(-1)).toMatchObject({ type: 'response.completed', response: { id: 'resp_3' } });
  expect([upstream.connections, statuses()]).toEqual([1, ['completed', 'completed', 'completed']]);
});

it('can be steered itself', async () => {
  await start(accepted, steered, ...successor.slice(0, 4));
  await heard('response.created', 2);
  socket.send({ ...steer, previous_response_id: 'resp_2' });
  await heard(accepted.type, 2);
  const [line] = upstream.sockets;
  for (const event of [ended('resp_2', 'incomplete'), ...answerEvents('resp_4')])
    if (line !== undefined) say(line, event);
  await expect.poll(statuses).toEqual(['completed', 'incomplete', 'incomplete']);
  await expect.poll(() => socket.texts).toEqual(said);
  const { clientRequest } = await newest();
  expect(JSON.parse(clientRequest.body ?? '')).toMatchObject({ previous_response_id: 'resp_2' });
  const { frames } = await rig.endedTrace(rows()[1]?.id ?? '');
  expect(frames.filter(({ type }) => type === 'response.steer')).toHaveLength(4);
});

it('that fails says why', async () => {
  const error = { code: 'server_error', message: 'Not now.' };
  await start(accepted, steered, ...successor.slice(0, 3), ended('resp_2', 'failed', { error }));
  await expect.poll(statuses).toEqual(['failed', 'incomplete']);
  expect(rows()[0]).toMatchObject({ error: { message: 'Not now.' }, said: { code: 'server_error' } });
  await expect.poll(() => socket.texts).toEqual(said);
});

it('whose line is lost ends, and the client is told so', async () => {
  await start(accepted, steered, ...successor.slice(0, 4));
  await heard('response.output_text.delta', 2);
  for (const line of upstream.sockets) line.close(1011);
  await expect.poll(statuses).toEqual(['failed', 'incomplete']);
  await heard('error');
  expect(socket.events.at(-1)).toMatchObject({ error: { code: 'upstream_closed' } });
  const { frames, attempts } = await newest();
  expect(frames.at(-1)).toMatchObject({ direction: 'client-out', type: 'error' });
  expect(attempts[0]).toMatchObject({ closeCode: 1011 });
});

it('keeps its line while it runs, longer than one that waits for a next turn is kept', async () => {
  await start(accepted, steered, ...successor.slice(0, 4));
  await heard('response.output_text.delta', 2);
  const [line] = upstream.sockets;
  if (line === undefined) throw new Error('there is no line');
  // Less than what pings are asked for in, and together more than five minutes.
  for (let step = 1; step <= 14; step += 1) {
    clock.skip(24_000);
    say(line, { type: 'response.output_text.delta', delta: '.' });
    await heard('response.output_text.delta', 2 + step);
  }
  expect(statuses()).toEqual(['running', 'incomplete']);
  say(line, ended('resp_2', 'completed'));
  await expect.poll(statuses).toEqual(['completed', 'incomplete']);
  expect(upstream.connections).toBe(1);
});

it('is stopped by its user', async () => {
  await start(accepted, steered, ...successor.slice(0, 4));
  await heard('response.output_text.delta', 2);
  await rig.app.handlers['requests.stop']({ id: rows()[0]?.id ?? '' });
  await expect.poll(statuses).toEqual(['cancelled', 'incomplete']);
  await heard('error');
  expect(socket.events.at(-1)).toMatchObject({ error: { code: 'turn_stopped' } });
  await expect.poll(() => upstream.sockets.size).toBe(0);
});

it('ends with its client, and upstream says no more', async () => {
  await start(accepted, steered, ...successor.slice(0, 4));
  await heard('response.output_text.delta', 2);
  await socket.close();
  await expect.poll(statuses).toEqual(['cancelled', 'incomplete']);
  await expect.poll(() => upstream.sockets.size).toBe(0);
});

it('is over where its client goes on with a turn of its own', async () => {
  await start(accepted, steered, ...successor.slice(0, 4));
  await heard('response.output_text.delta', 2);
  await socket.turn(codexFrame('On', { previous_response_id: 'resp_2' }));
  expect(statuses()).toEqual(['completed', 'incomplete', 'incomplete']);
});

it('is none where upstream begins no response by itself', async () => {
  await start(accepted, steered, { type: 'response.noted' });
  await heard('response.noted');
  await socket.turn(codexFrame('On', { previous_response_id: 'resp_1' }));
  expect(statuses()).toEqual(['completed', 'incomplete']);
  await expect.poll(() => socket.texts).toEqual(said);
});
