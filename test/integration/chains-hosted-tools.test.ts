import { afterEach, expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import { chatPath } from '../support/chat-client.ts';
import { messagesPath } from '../support/messages-client.ts';
import { answerEvents, type ScriptedUpstream, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { type Rig, startRig } from '../support/slipstream.ts';

/** Tools that upstream runs itself, in conversations of clients that have no place for their items. */

let rig: Rig;
let upstream: ScriptedUpstream;
let sent: JsonObject[];

afterEach(async () => {
  await rig.stop();
  await upstream.stop();
});

const hosted: readonly JsonObject[] = [
  { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'weather' } },
  { type: 'image_generation_call', id: 'ig_1', status: 'completed', result: 'aGk=' },
];

/** Each answer uses both tools before it says its text. */
async function start(): Promise<void> {
  sent = [];
  upstream = await startScriptedUpstream({
    frame: (socket, body) => {
      sent.push(body);
      const [created, ...rest] = answerEvents(`resp_${sent.length}`);
      const [message, end] = rest.slice(-2);
      const tools = hosted.map((item, index) => ({ type: 'response.output_item.done', output_index: index, item }));
      const output = [...hosted, message?.item ?? null];
      const last = { ...end, response: { ...(end?.response as JsonObject), output } };
      for (const event of [created, ...tools, { ...message, output_index: 2 }, last])
        socket.send(JSON.stringify(event));
    },
  });
  rig = await startRig({ upstreamUrl: upstream.url });
}

const question = { role: 'user', content: 'How is the weather?' };
const more = { role: 'user', content: 'And tomorrow?' };

async function takeUp(path: string, body: JsonObject, said: (answer: JsonObject) => JsonObject): Promise<void> {
  await start();
  const first = (await (await rig.post(path, { ...body, messages: [question] })).json()) as JsonObject;
  await rig.post(path, { ...body, messages: [question, said(first), more] });
  expect(sent[1]).toMatchObject({ previous_response_id: 'resp_1', input: [{ role: 'user' }] });
  expect(sent[1]?.input).toHaveLength(1);
}

it('a Chat client goes on from an answer that searched and drew, and sends only what is new', async () => {
  const tools = [{ type: 'web_search' }];
  await takeUp(chatPath, { model: 'gpt-5.5', tools }, (answer) => {
    const [choice] = answer.choices as readonly JsonObject[];
    return choice?.message as JsonObject;
  });
});

it('so does a client of Messages, which sends the blocks of the search back', async () => {
  const tools = [{ type: 'web_search_20250305', name: 'web_search' }];
  await takeUp(messagesPath, { model: 'gpt-5.5', max_tokens: 999, tools }, ({ content }) => {
    expect((content as readonly JsonObject[]).map(({ type }) => type)).toContain('web_search_tool_result');
    return { role: 'assistant', content: content ?? null };
  });
});
