import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseJsonObject } from '../../src-main/core/json.ts';
import type { TraceDetail } from '../../src-main/shared/model.ts';
import { HarRequest, ReplayRequest } from '../../src-main/shared/trace-tools.ts';
import { chat, chatPath, complete } from '../support/chat-client.ts';
import { type Rig, startRig } from '../support/slipstream.ts';

/** What a trace shows of a turn in Chat Completions, and what can be done with it. */

let rig: Rig;

beforeEach(async () => {
  rig = await startRig({ traceKeeping: 'database' });
});

afterEach(() => rig.stop());

const question = chat('Count to 5', { max_tokens: 100, reasoning_effort: 'low', user: 'ann' });

async function traced(body = question): Promise<TraceDetail> {
  await complete(rig, body, { 'user-agent': 'OpenAI/JS 7.57.0' });
  return rig.lastTrace();
}

describe('a trace', () => {
  it("shows the client's own body beside the one that went upstream, and names every change between them", async () => {
    const detail = await traced();
    expect(detail.row).toMatchObject({ dialect: 'chat', clientTransport: 'http', model: 'gpt-5.5', httpStatus: 200 });
    expect(detail.clientRequest).toMatchObject({ method: 'POST', path: chatPath, body: JSON.stringify(question) });
    const upstream = parseJsonObject(detail.upstreamBody ?? '');
    expect(upstream).toMatchObject({ type: 'response.create', reasoning: { effort: 'low', summary: 'auto' } });
    expect(upstream?.messages).toBeUndefined();
    const named = detail.changes.map(({ step, path, action }) => `${step} ${action} ${path}`);
    expect(named.slice(0, 4)).toEqual([
      'dialect set body.messages',
      'dialect dropped body.max_tokens',
      'dialect set body.reasoning_effort',
      'dialect added body.reasoning.summary',
    ]);
    expect(named).toEqual(expect.arrayContaining(['body removed body.user', 'body added body.instructions']));
  });

  it('has the figures of any other turn', async () => {
    const { row, marks } = await traced();
    expect(row.usage).toMatchObject({ outputTokens: 13, reasoningTokens: 8 });
    expect(row.firstTokenMs).toBeGreaterThan(0);
    expect(marks.map(({ name }) => name)).toEqual(expect.arrayContaining(['firstReasoning', 'firstText', 'completed']));
  });
});

describe('a HAR file', () => {
  it("has the client's request, and upstream's events with the attempt alone", async () => {
    await traced();
    const { text } = await rig.app.handlers['export.har'](HarRequest.parse({ withBodies: true }));
    const { log } = JSON.parse(text);
    expect(log.entries).toHaveLength(2);
    const [client, attempt] = log.entries;
    expect(client.request.url).toBe(`${rig.baseUrl}${chatPath}`);
    expect(JSON.parse(client.request.postData.text).messages).toEqual(question.messages);
    expect(client.response.content.text).toBeUndefined();
    expect(JSON.stringify(attempt._webSocketMessages)).toContain('response.output_text.delta');
  });
});

describe('a curl command', () => {
  it.skipIf(process.platform === 'win32')("sends the client's own request again", async () => {
    const before = await traced();
    const { text } = await rig.app.handlers['requests.curl']({ id: before.row.id });
    const { stdout } = await promisify(execFile)('sh', ['-c', `${text} -s`], {
      env: { ...process.env, SLIPSTREAM_KEY: rig.apiKey },
    });
    expect(stdout).toMatch(/"finish_reason":"stop"[^\n]*\n\ndata: \[DONE\]\n\n$/);
    expect((await rig.lastTrace()).clientRequest.body).toBe(before.clientRequest.body);
  });
});

describe('a replay', () => {
  it.each([
    [{}, { model: 'gpt-5.5', tierSent: null, transport: 'ws' }],
    [{ tier: 'priority' }, { tierSent: 'priority' }],
    [{ model: 'gpt-6.1-sol' }, { model: 'gpt-6.1-sol' }],
    [{ transport: 'http' }, { transport: 'http' }],
  ] as const)("translates the client's own request again with %j", async (change, wanted) => {
    const first = await traced();
    const { id } = await rig.app.handlers['requests.replay'](ReplayRequest.parse({ id: first.row.id, ...change }));
    const again = await rig.endedTrace(id);
    expect(again.row).toMatchObject({ status: 'completed', dialect: 'chat', ...wanted });
    expect(again.row.usage?.outputTokens).toBe(first.row.usage?.outputTokens);
    expect(again.clientRequest.path).toBe(chatPath);
    expect(parseJsonObject(again.clientRequest.body ?? '')?.messages).toEqual(question.messages);
    expect(again.changes.map(({ path }) => path)).toContain('body.max_tokens');
  });

  it('without the tier that the client asked for is standard', async () => {
    const first = await traced({ ...question, service_tier: 'priority' });
    expect(first.row.tierSent).toBe('priority');
    const { id } = await rig.app.handlers['requests.replay'](
      ReplayRequest.parse({ id: first.row.id, tier: 'standard' }),
    );
    expect((await rig.endedTrace(id)).row).toMatchObject({ status: 'completed', tierSent: null });
  });
});
