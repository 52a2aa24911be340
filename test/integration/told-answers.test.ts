import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import { HarRequest } from '../../src-main/shared/trace-tools.ts';
import { chat, chatPath } from '../support/chat-client.ts';
import { ask as askMessages, messagesPath } from '../support/messages-client.ts';
import {
  answerEvents,
  refuseWebsocket,
  type ScriptedUpstream,
  sse,
  startScriptedUpstream,
} from '../support/scripted-upstream.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { tracedTurn } from '../support/traced-turn.ts';
import { ask, codexBody, codexHeaders, post, typesOf, WsTurns } from '../support/turn-client.ts';

/** What a client was given of an answer that upstream told otherwise, over real sockets: as it stands in trace and HAR. */

const thread = '019a0000-0000-7000-8000-000000000002';
const [wsUpstream, httpUpstream] = ['ws', 'http'] as const;
const transports = [wsUpstream, httpUpstream];

let said: readonly JsonObject[] = [];
let upstreams: Record<(typeof transports)[number], ScriptedUpstream>;
let rigs: Record<(typeof transports)[number], Rig>;

beforeAll(async () => {
  upstreams = {
    ws: await startScriptedUpstream({
      frame: (socket) => {
        for (const event of said) socket.send(JSON.stringify(event));
      },
      post: (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said[0])),
    }),
    http: await startScriptedUpstream({
      upgrade: refuseWebsocket,
      post: (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(said.map(sse).join(''));
      },
    }),
  };
  rigs = {
    ws: await startRig({ upstreamUrl: upstreams.ws.url }),
    http: await startRig({ upstreamUrl: upstreams.http.url }),
  };
});
afterAll(async () => {
  for (const transport of transports) {
    await rigs[transport].stop();
    await upstreams[transport].stop();
  }
});

const answer = answerEvents('resp_1');
const [end] = answer.slice(-1);
const untilEnd = answer.slice(0, -1);
/** The end of the answer, with other members of its response. */
const ending = (type: string, more: JsonObject = {}): JsonObject => ({
  ...end,
  type,
  response: { ...(end?.response as JsonObject), ...more },
});

/** The types of the frames that came, and of those that were told in their place. */
const frameTypes = ({ detail: { frames } }: Awaited<ReturnType<typeof tracedTurn>>) =>
  (['upstream-in', 'client-out'] as const).map((direction) =>
    frames.filter((frame) => frame.direction === direction).map(({ type }) => type),
  );

/** Whole text of the HAR of all turns. */
async function harText({ app }: Rig): Promise<string> {
  return (await app.handlers['export.har'](HarRequest.parse({ withBodies: true }))).text;
}

describe('an answer that is one object', () => {
  const turns: readonly [string, JsonObject, string][] = [
    ['Responses', ask('hi', { stream: false }), '/v1/responses'],
    ['Responses, by an alias', ask('hi', { stream: false, model: 'gpt-5.5-fast' }), '/v1/responses'],
    ['Chat', chat('hi', { stream: false }), chatPath],
    ['Messages', askMessages('hi', { stream: false }), messagesPath],
  ];

  it.each(turns.flatMap(([dialect, ...turn]) => transports.map((over) => [dialect, over, ...turn] as const)))(
    'in the dialect of %s, told by upstream over %s, is a frame and the content of the HAR',
    async (_dialect, over, body, path) => {
      said = answer;
      const { status, text } = await post(rigs[over], body, {}, path);
      expect([status, text.includes('All is well.')]).toEqual([200, true]);
      const traced = await tracedTurn(rigs[over]);
      expect(traced.detail.row).toMatchObject({ status: 'completed', transport: over });
      expect(traced.own).toEqual([{ type: 'body', bytes: Buffer.byteLength(text), text }]);
      expect(traced.content).toEqual({
        size: Buffer.byteLength(text),
        mimeType: expect.stringContaining('json'),
        text,
      });
      // Upstream's own stand as they came.
      expect(frameTypes(traced)).toEqual([typesOf(answer), ['body']]);
    },
  );

  it('stays so in a trace that is kept on the disk, as does a stream', async () => {
    const kept = await startRig({
      upstreamUrl: upstreams.ws.url,
      traceKeeping: 'database',
      settings: { traceBodies: true },
    });
    said = answer;
    const told: (readonly [string, string])[] = [];
    for (const [, body, path] of [
      ...turns,
      ['a stream', ask('hi', { model: 'gpt-5.5-fast' }), '/v1/responses'] as const,
    ]) {
      const { text } = await post(kept, body, {}, path);
      told.push([(await kept.lastTrace()).row.id, text]);
    }
    await kept.restart();
    for (const [id, text] of told) {
      const har = await kept.app.handlers['export.har'](HarRequest.parse({ ids: [id], withBodies: true }));
      expect(JSON.parse(har.text).log.entries[0].response.content.text).toBe(text);
    }
    await kept.stop();
  });

  it.each(turns)('in the dialect of %s shows no secret', async (_dialect, body, path) => {
    const rig = rigs.ws;
    said = answerEvents('resp_1', `It is ${rig.apiKey}.`);
    const { text } = await post(rig, body, {}, path);
    expect(text).toContain(rig.apiKey);
    const { own, content } = await tracedTurn(rig);
    expect(content.text).toBe(own[0]?.text);
    expect(content.text).toContain('It is ');
    expect(content.text).not.toContain(rig.apiKey);
    expect(await harText(rig)).not.toContain(rig.apiKey);
  });

  it('is one of a compaction, too, byte for byte', async () => {
    said = [{ id: 'resp_1', object: 'response.compaction', output: [{ type: 'compaction', encrypted_content: 'x' }] }];
    const { text } = await post(rigs.ws, ask('hi', { stream: false }), {}, '/v1/responses/compact');
    const { own, content } = await tracedTurn(rigs.ws);
    expect(own).toEqual([{ type: 'body', bytes: Buffer.byteLength(text), text }]);
    expect(content.text).toBe(text);
    expect(text).toBe(JSON.stringify(said[0]));
  });
});

describe('an event that Slipstream wrote anew', () => {
  const fast = { model: 'gpt-5.5-fast' };
  const begun = ['response.created', 'response.in_progress'];
  const cases: readonly [string, readonly JsonObject[], JsonObject, readonly string[]][] = [
    ['the name of a model', answer, fast, [...begun, 'response.completed']],
    ['an end by its usual name', [...untilEnd, ending('response.done')], {}, ['response.completed']],
    [
      'an output that was empty',
      [...untilEnd, ending('response.completed', { output: [] })],
      {},
      ['response.completed'],
    ],
    [
      'an end of a new name',
      [...untilEnd, ending('response.over', { status: 'completed', usage: {} })],
      {},
      ['response.completed'],
    ],
    ['a response that was cancelled', [...untilEnd, ending('response.cancelled')], {}, ['response.failed']],
    [
      'all of an answer without content',
      [...answer.slice(0, 2), ending('response.done', { output: [] })],
      fast,
      [...begun, 'response.completed'],
    ],
  ];

  it.each(cases.flatMap(([what, ...turn]) => transports.map((over) => [what, over, ...turn] as const)))(
    'to tell %s stands in a stream in place of what upstream said over %s',
    async (_what, over, events, more, types) => {
      said = events;
      const { text } = await post(rigs[over], ask('hi', more));
      const traced = await tracedTurn(rigs[over]);
      expect(traced.content.text).toBe(text);
      expect(frameTypes(traced)).toEqual([typesOf(events), types]);
      for (const { type, text: told } of traced.own) expect(text).toContain(`event: ${type}\ndata: ${told}\n\n`);
    },
  );

  it.each([undefined, 'a'])('stands among the messages of a websocket, of the lane %s', async (lane) => {
    for (const [, events, more, types] of cases) {
      // A websocket's clients are told this one as it came.
      if (types.length === 1 && events.at(-1)?.type === 'response.done') continue;
      said = events;
      const client = await WsTurns.open(rigs.ws);
      const told = await client.turn({ ...ask('hi', more), ...(lane && { stream_id: lane }) });
      await client.close();
      const traced = await tracedTurn(rigs.ws);
      const received = traced.entry._webSocketMessages?.filter(({ type }) => type === 'receive') ?? [];
      expect(received.map(({ data }) => JSON.parse(data))).toEqual(told);
      expect(received.map(({ data }) => Buffer.byteLength(data))).toEqual(received.map(({ _bytes }) => _bytes));
      expect(frameTypes(traced)[0]).toEqual(typesOf(events));
      expect(told.every((event) => event.stream_id === lane)).toBe(true);
    }
  });

  it('stands there for Codex, on both its ways', async () => {
    said = [...untilEnd, ending('response.done')];
    const { text } = await post(rigs.ws, codexBody('hi', fast), codexHeaders(thread));
    const overHttp = await tracedTurn(rigs.ws);
    expect(overHttp.content.text).toBe(text);
    const client = await WsTurns.open(rigs.ws, codexHeaders(thread));
    const told = await client.turn(codexBody('hi', fast));
    await client.close();
    const { entry, own } = await tracedTurn(rigs.ws);
    const received = entry._webSocketMessages?.filter(({ type }) => type === 'receive') ?? [];
    expect(received.map(({ data }) => JSON.parse(data))).toEqual(told);
    for (const frames of [own, overHttp.own])
      expect(frames.map(({ type }) => type)).toEqual([...begun, 'response.completed']);
  });

  it('shows no secret', async () => {
    const rig = rigs.ws;
    said = [
      ...answerEvents('resp_1', `It is ${rig.apiKey}.`).slice(0, -1),
      ending('response.completed', { output: [] }),
    ];
    expect((await post(rig, ask('hi', fast))).text).toContain(rig.apiKey);
    const { own, content } = await tracedTurn(rig);
    expect(own.at(-1)?.text).toContain('It is ');
    for (const text of [own.at(-1)?.text, content.text]) expect(text).not.toContain(rig.apiKey);
    expect(await harText(rig)).not.toContain(rig.apiKey);
  });

  it('is none where upstream’s was told as it came, or in another dialect', async () => {
    said = answer;
    for (const [body, headers, path] of [
      [ask('hi'), {}, '/v1/responses'],
      [codexBody('hi'), codexHeaders(thread), '/v1/responses'],
      [chat('hi', fast), {}, chatPath],
      [askMessages('hi', fast), {}, messagesPath],
    ] as const) {
      await post(rigs.ws, body, headers, path);
      expect(frameTypes(await tracedTurn(rigs.ws))).toEqual([typesOf(answer), []]);
    }
  });

  it('is not told where the client’s own limit ends the answer otherwise', async () => {
    said = [...untilEnd, ending('response.completed', { usage: { input_tokens: 1, output_tokens: 90 } })];
    const { text } = await post(rigs.ws, ask('hi', { ...fast, max_output_tokens: 50 }));
    const traced = await tracedTurn(rigs.ws);
    expect(frameTypes(traced)[1]).toEqual([...begun, 'response.incomplete']);
    expect(traced.content.text).toBe(text);
  });
});
