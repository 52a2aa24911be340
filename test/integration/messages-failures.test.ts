import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, goOn, messagesPath, say } from '../support/messages-client.ts';
import { pairOf, startedOn } from '../support/rig-accounts.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { openPost, readAnswer } from '../support/turn-client.ts';

/** What a client of Messages sees of things that go wrong. */

let rig: Rig;

beforeEach(async () => {
  rig = await startRig({ accounts: 2, settings: { strategy: 'fill-first' } });
});

afterEach(() => rig.stop());

const question = ask('Count to 5');
const whole = { ...question, stream: false };
const both: [string, typeof question][] = [
  ['streamed', question],
  ['whole', whole],
];
const overflow = {
  kind: 'failed',
  code: 'context_length_exceeded',
  message: 'Your input exceeds the context window of this model.',
} as const;

describe('before the first content', () => {
  it.each(both)('another account takes over unseen (%s)', async (_how, body) => {
    const [first, second] = pairOf(rig);
    rig.simulator.faults.next('turn', { kind: 'error', code: 'usage_limit_reached', afterEvents: 2 });
    const answer = await say(rig, body);
    expect([answer.status, answer.content]).toEqual([200, [{ type: 'text', text: '1 2 3 4 5' }]]);
    expect(answer.events.filter(({ type }) => type === 'message_start')).toHaveLength(body.stream ? 1 : 0);
    expect(startedOn(rig)).toEqual([first.upstream.id, second.upstream.id]);
  });

  it('another account takes over a conversation with reasoning that it cannot read', async () => {
    const [first] = pairOf(rig);
    const asked = ask('Count to 5', { thinking: { type: 'enabled', budget_tokens: 1_024 } });
    const headers = { 'x-claude-code-session-id': '0192a1b2-0000-4000-8000-000000000001' };
    const answer = await say(rig, asked, headers);
    first.upstream.exhaust();
    const next = await say(rig, goOn(asked, answer, 'Count to 3'), headers);
    expect([next.status, next.content.at(-1)]).toEqual([200, { type: 'text', text: '1 2 3' }]);
  });

  it.each(both)('a conversation that is too long is told in the words Claude Code knows (%s)', async (_how, body) => {
    rig.simulator.faults.next('turn', overflow);
    const answer = await say(rig, body);
    expect([answer.status, answer.headers['content-type']]).toEqual([400, 'application/json; charset=utf-8']);
    expect(answer.json).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error', message: `prompt is too long: ${overflow.message}` },
    });
    expect((await rig.lastTrace()).row).toMatchObject({ status: 'failed', httpStatus: 400 });
  });

  it('exhausted accounts are a rate limit that is not to be tried again at once', async () => {
    for (const { upstream } of pairOf(rig)) upstream.exhaust();
    const answer = await say(rig, question);
    expect([answer.status, answer.json]).toMatchObject([429, { type: 'error', error: { type: 'rate_limit_error' } }]);
    expect(answer.headers['x-should-retry']).toBe('false');
  });

  it("a model that upstream does not know is not found, in upstream's words", async () => {
    const answer = await say(rig, { ...question, model: 'no-such-model' });
    const message = expect.stringMatching(/'no-such-model' model is not supported/);
    expect([answer.status, answer.json]).toMatchObject([
      404,
      { type: 'error', error: { type: 'not_found_error', message } },
    ]);
  });

  it("a thread is refused in the form that makes Anthropic's SDKs send the whole conversation", async () => {
    const answer = await say(rig, { ...question, thread: { type: 'create' } });
    expect([answer.status, answer.json]).toMatchObject([
      400,
      { error: { details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] } } },
    ]);
  });

  it('a Claude model is answered with the models there are, and nothing goes upstream', async () => {
    const answer = await say(rig, { ...question, model: 'claude-opus-5' });
    expect([answer.status, answer.json]).toMatchObject([
      404,
      { type: 'error', error: { type: 'not_found_error', message: expect.stringMatching(/gpt-5\.5, gpt-5\.5-fast/) } },
    ]);
    expect(rig.simulator.log.turns).toEqual([]);
  });
});

describe('after the first content', () => {
  it.each([
    ['a connection that breaks', { kind: 'cut', afterDeltas: 2 }, 'api_error'],
    ['a response that fails', { kind: 'failed', code: 'server_error', afterDeltas: 2 }, 'api_error'],
    ['an error event', { kind: 'error', status: 503, afterDeltas: 2 }, 'overloaded_error'],
    ['an event that is no JSON', { kind: 'malformed', afterDeltas: 2 }, 'api_error'],
  ] as const)('%s is an error event, the last of its stream', async (_what, fault, type) => {
    rig.simulator.faults.next('turn', fault);
    const answer = await say(rig, question);
    expect([answer.status, answer.isCut, answer.stopReason]).toEqual([200, false, undefined]);
    expect(answer.events.at(-1)).toMatchObject({ type: 'error', error: { type, message: expect.any(String) } });
    expect((await rig.lastTrace()).row).toMatchObject({ status: 'failed', httpStatus: 200, attempts: 1 });
    expect(startedOn(rig)).toHaveLength(1);
  });

  it.each([
    ['a connection that breaks', { kind: 'cut', afterDeltas: 2 }, 502, 'api_error'],
    ['a conversation that is too long', { ...overflow, afterDeltas: 2 }, 400, 'invalid_request_error'],
    ['an error event', { kind: 'error', status: 503, afterDeltas: 2 }, 503, 'overloaded_error'],
  ] as const)('%s is an HTTP error where no stream was asked for', async (_what, fault, status, type) => {
    rig.simulator.faults.next('turn', fault);
    const answer = await say(rig, whole);
    expect([answer.status, answer.json]).toMatchObject([status, { type: 'error', error: { type } }]);
  });
});

describe('what is refused at the door', () => {
  const form = (type: string, id: unknown = expect.any(String)) => ({
    type: 'error',
    error: { type, message: expect.any(String) },
    request_id: id,
  });

  it.each<[string, string, string, string | undefined, number, string]>([
    ['no key', 'POST', messagesPath, undefined, 401, 'authentication_error'],
    ['a wrong key', 'POST', messagesPath, 'wrong', 401, 'authentication_error'],
    ['another method', 'GET', messagesPath, 'right', 405, 'invalid_request_error'],
    ['counting by another method', 'GET', `${messagesPath}/count_tokens`, 'right', 405, 'invalid_request_error'],
    ['an unknown route', 'POST', `${messagesPath}/batches`, 'right', 404, 'not_found_error'],
    ['no JSON', 'POST', messagesPath, 'right', 400, 'invalid_request_error'],
  ])("is told in Anthropic's form: %s", async (_what, method, path, key, status, type) => {
    const response = await fetch(`${rig.baseUrl}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(key === undefined ? {} : { 'x-api-key': key === 'right' ? rig.apiKey : key }),
      },
      ...(method === 'GET' ? {} : { body: '{"model":' }),
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual(form(type, response.headers.get('request-id')));
  });

  it("is told in Anthropic's form: a body over the limit", async () => {
    const headers = { 'content-length': String(65 * 1024 * 1024) };
    const { request, head } = openPost(rig, messagesPath, '{', headers);
    const answer = await readAnswer(await head);
    request.destroy();
    expect([answer.status, answer.json]).toEqual([413, form('request_too_large')]);
  });

  it("is told in Anthropic's form: a pause", async () => {
    await rig.app.handlers['settings.set']({ paused: true });
    const answer = await say(rig, question);
    expect([answer.status, answer.json]).toEqual([503, form('overloaded_error')]);
  });
});
