import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chat, complete, leaveAfter } from '../support/chat-client.ts';
import { pairOf, startedOn } from '../support/rig-accounts.ts';
import { type Rig, startRig } from '../support/slipstream.ts';

/** What a client of Chat Completions sees of things that go wrong. */

let rig: Rig;

beforeEach(async () => {
  rig = await startRig({ accounts: 2, settings: { strategy: 'fill-first' } });
});

afterEach(() => rig.stop());

const question = chat('Count to 5');
const whole = { ...question, stream: false };

describe('before the first content', () => {
  it.each([
    ['streamed', question],
    ['whole', whole],
  ])('another account takes over unseen (%s)', async (_how, body) => {
    const [first, second] = pairOf(rig);
    rig.simulator.faults.next('turn', { kind: 'error', code: 'usage_limit_reached', afterEvents: 2 });
    const answer = await complete(rig, body);
    expect([answer.status, answer.message.content, answer.finishReason]).toEqual([200, '1 2 3 4 5', 'stop']);
    expect(answer.chunks.filter((chunk) => JSON.stringify(chunk).includes('"role"')).length).toBe(body.stream ? 1 : 0);
    expect(startedOn(rig)).toEqual([first.upstream.id, second.upstream.id]);
  });

  it.each([
    ['streamed', question],
    ['whole', whole],
  ])("a failure is an HTTP error with upstream's status and words (%s)", async (_how, body) => {
    const fault = { kind: 'failed', code: 'context_length_exceeded', message: 'too long' } as const;
    rig.simulator.faults.next('turn', fault);
    const answer = await complete(rig, body);
    expect([answer.status, answer.headers['content-type']]).toEqual([400, 'application/json; charset=utf-8']);
    expect(answer.json).toEqual({
      error: { message: 'too long', type: 'invalid_request_error', param: null, code: 'context_length_exceeded' },
    });
    const { row, clientResponse } = await rig.lastTrace();
    expect([row.status, row.httpStatus, clientResponse.status]).toEqual(['failed', 400, 400]);
    expect(startedOn(rig)).toHaveLength(1);
  });

  it.each([
    ['streamed', question],
    ['whole', whole],
  ])("a model that upstream does not know is not found, in upstream's words (%s)", async (_how, body) => {
    const answer = await complete(rig, { ...body, model: 'no-such-model' });
    const message = expect.stringMatching(/'no-such-model' model is not supported/);
    expect(answer.status).toBe(404);
    expect(answer.json).toEqual({
      error: { message, type: 'invalid_request_error', param: 'model', code: 'model_not_found' },
    });
    expect((await rig.lastTrace()).row.error).toEqual({ code: 'upstream_refused', message });
  });

  it('exhausted accounts are a 429', async () => {
    for (const { upstream } of pairOf(rig)) upstream.exhaust();
    const answer = await complete(rig, question);
    expect([answer.status, answer.json]).toMatchObject([429, { error: { type: 'usage_limit_reached' } }]);
  });

  it('what cannot be asked is a 400 that says why, and nothing goes upstream', async () => {
    const answer = await complete(rig, { ...question, n: 3 });
    expect([answer.status, answer.json]).toMatchObject([
      400,
      {
        error: {
          type: 'invalid_request_error',
          code: 'request_invalid',
          message: expect.stringMatching(/"n" must be 1/),
        },
      },
    ]);
    expect(rig.simulator.log.turns).toEqual([]);
  });
});

describe('after the first content', () => {
  it.each([
    ['a connection that breaks', { kind: 'cut', afterDeltas: 2 }, 'upstream_closed'],
    ['a response that fails', { kind: 'failed', code: 'server_error', afterDeltas: 2 }, 'server_error'],
    ['an error event', { kind: 'error', status: 503, afterDeltas: 2 }, 'server_is_overloaded'],
    ['an event that is no JSON', { kind: 'malformed', afterDeltas: 2 }, 'upstream_closed'],
  ] as const)('%s is an error in the stream, which then ends without [DONE]', async (_what, fault, code) => {
    rig.simulator.faults.next('turn', fault);
    const answer = await complete(rig, question);
    expect([answer.status, answer.isDone, answer.isCut]).toEqual([200, false, false]);
    expect(answer.message.content).toBe('1 2');
    expect(answer.chunks.at(-1)).toEqual({
      error: { message: expect.any(String), type: expect.any(String), param: null, code },
    });
    expect((await rig.lastTrace()).row).toMatchObject({ status: 'failed', httpStatus: 200, attempts: 1 });
    expect(startedOn(rig)).toHaveLength(1);
  });

  it.each([
    ['a connection that breaks', { kind: 'cut', afterDeltas: 2 }, 502],
    ['a response that fails', { kind: 'failed', code: 'context_length_exceeded', afterDeltas: 2 }, 400],
    ['an error event', { kind: 'error', status: 503, afterDeltas: 2 }, 503],
  ] as const)('%s is an HTTP error where no stream was asked for', async (_what, fault, status) => {
    rig.simulator.faults.next('turn', fault);
    const answer = await complete(rig, whole);
    expect([answer.status, answer.json]).toMatchObject([status, { error: { message: expect.any(String) } }]);
    expect((await rig.lastTrace()).row).toMatchObject({ status: 'failed', httpStatus: status });
  });

  it("no secret in upstream's words reaches the client", async () => {
    const [first] = pairOf(rig);
    const token = JSON.parse(first.upstream.authJson()).tokens.access_token;
    rig.simulator.faults.next('turn', {
      kind: 'failed',
      code: 'server_error',
      message: `bad ${token}`,
      afterDeltas: 1,
    });
    const answer = await complete(rig, question);
    expect(answer.chunks.at(-1)).toMatchObject({ error: { message: expect.stringMatching(/^bad /) } });
    expect(answer.text).not.toContain(token);
  });
});

describe('a client that goes away', () => {
  it.each(['ws', 'http'] as const)("ends upstream's turn (%s)", async (transport) => {
    if (transport === 'http') rig.simulator.faults.always('upgrade', { kind: 'status', status: 426 });
    rig.simulator.faults.always('turn', { kind: 'stall', afterDeltas: 2 });
    await leaveAfter(rig, question, '"content":" 2"');
    await rig.simulator.log.waitFor('turn', ({ phase }) => phase === 'aborted');
    expect((await rig.lastTrace()).row).toMatchObject({ status: 'cancelled', error: { code: 'client_gone' } });
  });
});

describe('what is refused at the door is told in the dialect that is spoken there', () => {
  const openAi = {
    error: { message: expect.any(String), type: expect.any(String), param: null, code: expect.any(String) },
  };
  const anthropic = (type: string) => ({ type: 'error', error: { type, message: expect.any(String) } });
  const keyed = () => ({ authorization: `Bearer ${rig.apiKey}` });

  it.each<[string, string, string, () => Record<string, string>, number, object]>([
    ['no key', 'POST', '/v1/chat/completions', () => ({}), 401, openAi],
    ['another method', 'GET', '/v1/chat/completions', keyed, 405, openAi],
    ['an unknown route', 'POST', '/v1/chat/nothing', keyed, 404, openAi],
    ['no key', 'POST', '/v1/messages', () => ({}), 401, anthropic('authentication_error')],
    [
      'a strange origin',
      'POST',
      '/v1/messages',
      () => ({ ...keyed(), origin: 'https://e.test' }),
      403,
      anthropic('permission_error'),
    ],
    ['an unknown route', 'POST', '/v1/messages/batches', keyed, 404, anthropic('not_found_error')],
    ['an unknown route', 'POST', '/backend-api/codex/messages/batches?x=1', keyed, 404, anthropic('not_found_error')],
    ['a wrong key in the path', 'POST', '/k/wrong/v1/messages', () => ({}), 401, anthropic('authentication_error')],
  ])('%s: %s %s', async (_what, method, path, headers, status, form) => {
    const response = await fetch(`${rig.baseUrl}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers() },
      ...(method === 'GET' ? {} : { body: '{}' }),
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject(form);
  });

  it('a pause', async () => {
    await rig.app.handlers['settings.set']({ paused: true });
    const answer = await complete(rig, question);
    expect([answer.status, answer.json]).toMatchObject([503, { error: { code: 'paused' } }]);
  });
});
