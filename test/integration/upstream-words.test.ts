import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { JsonObject } from '../../src-main/core/json.ts';
import type { UpstreamWords } from '../../src-main/shared/model.ts';
import { TraceQuery } from '../../src-main/shared/trace-query.ts';
import { chatPath } from '../support/chat-client.ts';
import { messagesPath } from '../support/messages-client.ts';
import {
  answerEvents,
  refuseWebsocket,
  type ScriptedUpstream,
  sse,
  startScriptedUpstream,
} from '../support/scripted-upstream.ts';
import { type Rig, startRig } from '../support/slipstream.ts';

/** What upstream says of why a turn failed or stopped short is kept with the turn, whoever asked and whichever way it went. */

const text = answerEvents('resp_1').slice(0, 4);
const busy = { type: 'service_unavailable_error', code: 'server_is_overloaded', message: 'All are busy.' };
const wrong = {
  type: 'invalid_request_error',
  code: 'invalid_value',
  message: 'No such tool.',
  param: 'tools[0].name',
};
const incomplete = { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, output: [] };

const said = (words: Partial<UpstreamWords>): UpstreamWords => ({
  code: null,
  message: null,
  param: null,
  closeCode: null,
  closeReason: null,
  ...words,
});

/** The events, how upstream ends after them, and what the turn is to keep. */
type Case = readonly [name: string, events: readonly JsonObject[], status: string, words: UpstreamWords];

const cases: readonly Case[] = [
  [
    'an error event within the answer',
    [...text, { type: 'error', status: 503, error: busy }],
    'failed',
    said({ code: 'server_is_overloaded', message: 'All are busy.' }),
  ],
  [
    'an error event before any content',
    [{ type: 'error', status: 400, error: wrong }],
    'failed',
    said({ code: 'invalid_value', message: 'No such tool.', param: 'tools[0].name' }),
  ],
  [
    'a failed response',
    [...text, { type: 'response.failed', response: { status: 'failed', error: busy } }],
    'failed',
    said({ code: 'server_is_overloaded', message: 'All are busy.' }),
  ],
  [
    'an error without a code, which has a type',
    [
      ...text,
      { type: 'response.failed', response: { status: 'failed', error: { type: 'odd_error', message: 'No.' } } },
    ],
    'failed',
    said({ code: 'odd_error', message: 'No.' }),
  ],
  [
    'a response that stops short',
    [...text, { type: 'response.incomplete', response: incomplete }],
    'incomplete',
    said({ code: 'max_output_tokens' }),
  ],
];

const requests: readonly (readonly [dialect: string, path: string, body: JsonObject])[] = [
  ['responses', '/v1/responses', { model: 'gpt-5.5', input: 'hi' }],
  ['chat', chatPath, { model: 'gpt-5.5', messages: [{ role: 'user', content: 'hi' }] }],
  ['messages', messagesPath, { model: 'gpt-5.5', max_tokens: 99, messages: [{ role: 'user', content: 'hi' }] }],
];

let rig: Rig;
let upstream: ScriptedUpstream;
let play: (socket: WebSocket) => void = () => {};
let events: readonly JsonObject[] = [];
let answer: { readonly status: number; readonly body: string } | null = null;

async function start(overHttp: boolean): Promise<void> {
  upstream = await startScriptedUpstream({
    frame: (socket) => play(socket),
    ...(overHttp && {
      upgrade: refuseWebsocket,
    }),
    post: (response) => {
      if (answer !== null) response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
      else response.writeHead(200, { 'content-type': 'text/event-stream' }).end(events.map(sse).join(''));
    },
  });
  rig = await startRig({ upstreamUrl: upstream.url });
}

async function stop(): Promise<void> {
  await rig.stop();
  await upstream.stop();
}

/** Runs a turn of each dialect to its end, and looks for it by each thing that upstream said. */
async function expectKept(status: string, words: UpstreamWords): Promise<void> {
  for (const [dialect, path, body] of requests) {
    for (const stream of [true, false]) {
      await (await rig.post(path, { ...body, stream })).text();
      const { row, attempts } = await rig.lastTrace();
      expect([row.dialect, row.status, row.said]).toEqual([dialect, status, words]);
      expect(attempts.at(-1)?.said).toEqual(words);
      for (const word of [words.code, words.param, words.closeReason].filter((each) => each !== null)) {
        const { rows } = await rig.app.handlers['requests.query'](TraceQuery.parse({ filter: { text: word } }));
        expect(rows[0]?.id).toBe(row.id);
      }
    }
  }
}

describe.each([
  ['a websocket', false],
  ['HTTP', true],
])('a turn over %s keeps what upstream says', (_name, overHttp) => {
  beforeAll(() => start(overHttp));
  afterAll(stop);

  it.each(cases)('in %s', async (_case, script, status, words) => {
    answer = null;
    events = script;
    play = (socket) => {
      for (const event of script) socket.send(JSON.stringify(event));
    };
    await expectKept(status, words);
  });

  it('at the close of the line, or in a refusal', async () => {
    answer = { status: 400, body: JSON.stringify({ error: wrong }) };
    play = (socket) => {
      for (const event of text) socket.send(JSON.stringify(event));
      socket.close(1011, 'going down');
    };
    await expectKept(
      'failed',
      overHttp
        ? said({ code: 'invalid_value', message: 'No such tool.', param: 'tools[0].name' })
        : said({ closeCode: 1011, closeReason: 'going down' }),
    );
  });

  it('and nothing of a turn that another try has mended', async () => {
    answer = null;
    events = answerEvents('resp_2');
    let tries = 0;
    play = (socket) => {
      tries += 1;
      const script =
        tries === 1 ? [{ type: 'error', status: 400, error: { code: 'websocket_connection_limit_reached' } }] : events;
      for (const event of script) socket.send(JSON.stringify(event));
    };
    await (await rig.post('/v1/responses', { model: 'gpt-5.5', input: 'hi', stream: true })).text();
    const { row, attempts } = await rig.lastTrace();
    expect([row.status, row.said]).toEqual(['completed', null]);
    if (!overHttp) expect(attempts[0]?.said?.code).toBe('websocket_connection_limit_reached');
  });
});
