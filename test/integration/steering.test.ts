import { afterEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { JsonObject } from '../../src-main/core/json.ts';
import { HarRequest } from '../../src-main/shared/trace-tools.ts';
import { answerEvents, type ScriptedUpstream, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { type Rig, type RigOptions, startRig } from '../support/slipstream.ts';
import { codexFrame, codexHeaders, openSocket, type ProxySocket } from './proxy-client.ts';

/** Frames of types that Slipstream does not know, on a Codex client's websocket. */

let rig: Rig;
let upstream: ScriptedUpstream | undefined;
let socket: ProxySocket;

async function start(options: RigOptions = {}, headers: Record<string, string> = codexHeaders): Promise<void> {
  rig = await startRig(options);
  socket = await openSocket(rig, { headers });
}

afterEach(async () => {
  await socket.close();
  await rig.stop();
  await upstream?.stop();
  upstream = undefined;
});

const types = () => socket.events.map(({ type }) => String(type));
const statuses = () => rig.app.snapshot().requests.map(({ kind, status }) => `${kind} ${status}`);

/** Resolves when an event of this type has come down. */
async function arrived(type: string): Promise<JsonObject> {
  for (;;) {
    const found = socket.events.findLast((event) => event.type === type);
    if (found !== undefined) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function idOf(event: JsonObject): string {
  return String((event.response as JsonObject | undefined)?.id);
}

it('an interrupted turn ends, and the next item continues it on the same socket', async () => {
  await start({ simulator: { timing: { tokensPerSecond: 50 } } });
  socket.send(codexFrame('Count to 5000'));
  await arrived('response.output_text.delta');
  const id = idOf(await arrived('response.created'));
  socket.send({ type: 'response.interrupt', response_id: id, mode: 'discard_partial_items' });
  await socket.terminals(1);
  expect(types().slice(-2)).toEqual(['response.interrupt.accepted', 'response.incomplete']);
  const next = await socket.turn(codexFrame('Reply with exactly: OK', { previous_response_id: id }));
  expect(next.at(-1)).toMatchObject({ type: 'response.completed' });
  expect([rig.simulator.log.upgrades.length, rig.simulator.log.refusals]).toEqual([1, []]);
  expect(statuses()).toEqual(['turn completed', 'turn incomplete']);
  const [, interrupted] = rig.app.snapshot().requests;
  const { frames } = await rig.endedTrace(interrupted?.id ?? '');
  expect(frames.map(({ direction, type }) => `${direction} ${type}`)).toEqual(
    expect.arrayContaining([
      'client-in response.interrupt',
      'upstream-out response.interrupt',
      'upstream-in response.interrupt.accepted',
    ]),
  );
});

it('its trace and its HAR show what each frame of the client said', async () => {
  await start({ simulator: { timing: { tokensPerSecond: 50 } } });
  socket.send(codexFrame('Count to 5000'));
  await arrived('response.output_text.delta');
  const interrupt = { type: 'response.interrupt', response_id: idOf(await arrived('response.created')) };
  socket.send(interrupt);
  await socket.terminals(1);
  const { row, frames } = await rig.endedTrace(rig.app.snapshot().requests[0]?.id ?? '');
  for (const direction of ['client-in', 'upstream-out']) {
    const part = frames.findIndex((frame) => frame.direction === direction && frame.type === interrupt.type);
    const { text } = await rig.app.handlers['requests.text']({ id: row.id, part, offset: 0 });
    expect(JSON.parse(text ?? 'null')).toEqual(interrupt);
  }
  const har = await rig.app.handlers['export.har'](HarRequest.parse({ ids: [row.id], withBodies: true }));
  const messages: { type: string; data: string }[] = JSON.parse(har.text).log.entries.at(-1)._webSocketMessages;
  const sent = messages.filter(({ type }) => type === 'send').map(({ data }) => JSON.parse(data));
  expect(sent).toEqual([expect.objectContaining({ type: 'response.create', model: 'gpt-5.5' }), interrupt]);
});

describe('an upstream with words of its own', () => {
  const seen: JsonObject[] = [];
  const frame = (websocket: WebSocket, body: JsonObject, answer: (body: JsonObject) => readonly JsonObject[]) => {
    seen.push(body);
    for (const event of answer(body)) websocket.send(JSON.stringify(event));
  };

  async function startWith(answer: (body: JsonObject) => readonly JsonObject[], headers?: Record<string, string>) {
    seen.length = 0;
    upstream = await startScriptedUpstream({ frame: (websocket, body) => frame(websocket, body, answer) });
    await start({ upstreamUrl: upstream.url }, headers);
  }

  it('may acknowledge a steer by an event that nobody knows, and the client goes on', async () => {
    const begun = answerEvents('resp_1').slice(0, 4);
    await startWith((body) => {
      if (body.type === 'response.steer') return [{ type: 'response.steered', response_id: 'resp_1' }];
      return body.previous_response_id === 'resp_1' ? answerEvents('resp_2') : begun;
    });
    socket.send(codexFrame('Hello'));
    await arrived('response.output_text.delta');
    socket.send('{"type": "response.steer",  "response_id": "resp_1"}');
    await arrived('response.steered');
    await socket.turn(codexFrame('On', { previous_response_id: 'resp_1' }));
    expect(types().filter((type) => type === 'error')).toEqual([]);
    expect([upstream?.connections, seen.map(({ type }) => type)]).toEqual([
      1,
      ['response.create', 'response.steer', 'response.create'],
    ]);
    expect(statuses()).toEqual(['turn completed', 'turn incomplete']);
  });

  it('hears and says such things between turns, too', async () => {
    await startWith((body) =>
      body.type === 'response.create' ? answerEvents('resp_1') : [{ type: 'response.noted', what: body.what ?? null }],
    );
    await socket.turn(codexFrame('Hello'));
    socket.send({ type: 'response.note', what: 'this' });
    expect(await arrived('response.noted')).toEqual({ type: 'response.noted', what: 'this' });
    expect((await socket.turn(codexFrame('Again'))).at(-1)?.type).toBe('response.completed');
    expect(upstream?.connections).toBe(1);
  });

  it('does not get them from a client that is not Codex', async () => {
    await startWith(() => answerEvents('resp_1'), {});
    await socket.turn(codexFrame('Hello'));
    expect(await socket.turn({ type: 'response.interrupt' })).toMatchObject([
      { type: 'error', status: 400, error: { code: 'frame_type_unsupported' } },
    ]);
    expect(seen).toHaveLength(1);
  });

  it('still takes one turn at a time from a client that did not steer', async () => {
    await startWith(() => answerEvents('resp_1').slice(0, 4));
    socket.send(codexFrame('Hello'));
    await arrived('response.output_text.delta');
    expect((await socket.turn(codexFrame('More'))).at(-1)).toMatchObject({ error: { code: 'turn_running' } });
  });
});

it('over HTTP there is no socket for them', async () => {
  upstream = await startScriptedUpstream({
    upgrade: (raw) => {
      raw.end('HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n');
      return true;
    },
    post: (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const event of answerEvents('resp_1').slice(0, 4)) response.write(`data: ${JSON.stringify(event)}\n\n`);
    },
  });
  await start({ upstreamUrl: upstream.url });
  socket.send(codexFrame('Hello'));
  await arrived('response.output_text.delta');
  expect((await socket.turn({ type: 'response.interrupt' })).at(-1)).toMatchObject({
    error: { code: 'frame_type_unsupported' },
  });
});
