import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type JsonObject, objectMember } from '../../src-main/core/json.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import {
  codexBody,
  codexHeaders,
  finalResponse,
  headerOf,
  objectOf,
  outputText,
  parseSse,
  sentFrames,
  streamedEvents,
  threadId,
} from './proxy-client.ts';

/** `POST /v1/responses` through the whole program, over real sockets. */

const count = { model: 'gpt-5.5', input: 'Count to 5', stream: true };
const said = '1 2 3 4 5';

let rig: Rig;

beforeEach(async () => {
  rig = await startRig();
});

afterEach(() => rig.stop());

const events = (body: JsonObject, headers: Record<string, string> = {}) => streamedEvents(rig, body, headers);

const lastFrame = () => sentFrames(rig).at(-1) ?? {};
const lastUpgrade = () => rig.simulator.log.upgrades.at(-1)?.headers;
const lastPost = () => rig.simulator.log.requests.filter(({ path }) => path.endsWith('/responses')).at(-1);
const types = (list: readonly JsonObject[]) => list.map(({ type }) => type);

describe('a turn with stream: true', () => {
  it('is a valid event stream whose event names are the types', async () => {
    const response = await rig.post('/v1/responses', count);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    const stream = parseSse(await response.text());
    expect(stream.map(({ event }) => event)).toEqual(stream.map(({ data }) => data.type));
    expect(stream.at(-1)?.event).toBe('response.completed');
    expect(outputText(finalResponse(stream.map(({ data }) => data)))).toBe(said);
  });

  it("gives upstream's events in upstream's order, none lost and none twice", async () => {
    const numbers = (await events({ ...count, input: 'Count to 3000' })).flatMap(
      ({ sequence_number: number }) => number ?? [],
    );
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => index));
    expect(numbers.length).toBeGreaterThan(3_000);
  });

  it.each(['split', 'coalesce', 'keepalive', 'done', 'emptyOutput'] as const)(
    'survives an upstream that does %s',
    async (kind) => {
      rig.simulator.faults.next('turn', { kind });
      const stream = await events(count);
      const text = stream.filter(({ type }) => type === 'response.output_text.delta').map(({ delta }) => delta);
      expect(text.join('')).toBe(said);
      expect(types(stream).at(-1)).toBe('response.completed');
      // The vendor's libraries take the whole answer from here.
      expect(outputText(finalResponse(stream))).toBe(said);
    },
  );
});

describe('a turn without a stream', () => {
  it.each([undefined, false, 'false'])('is one JSON object with its output for stream %j', async (stream) => {
    const response = await rig.post('/v1/responses', { ...count, stream });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    const body = objectOf(await response.text());
    expect(body).toMatchObject({
      object: 'response',
      status: 'completed',
      usage: { output_tokens: expect.any(Number) },
    });
    expect(outputText(body)).toBe(said);
  });

  it('has its output although upstream leaves it out of the final event', async () => {
    rig.simulator.faults.next('turn', { kind: 'emptyOutput' });
    const response = await rig.post('/v1/responses', { ...count, stream: false });
    expect(outputText(objectOf(await response.text()))).toBe(said);
  });

  it('says what failed, with a status that fits', async () => {
    rig.simulator.faults.next('turn', { kind: 'failed', code: 'context_length_exceeded', afterDeltas: 2 });
    const response = await rig.post('/v1/responses', { ...count, stream: false });
    expect(response.status).toBe(400);
    expect(objectOf(await response.text())).toMatchObject({ error: { code: 'context_length_exceeded' } });
  });

  it('is an incomplete response where upstream stops early', async () => {
    rig.simulator.faults.next('turn', { kind: 'incomplete', afterDeltas: 2 });
    const response = await rig.post('/v1/responses', { ...count, stream: false });
    expect(response.status).toBe(200);
    expect(objectOf(await response.text())).toMatchObject({ status: 'incomplete' });
    expect((await rig.lastTrace()).row.status).toBe('incomplete');
  });
});

describe('S3: the effective session id upstream', () => {
  const everywhere = (headers: ReturnType<typeof lastUpgrade>, body: JsonObject) => {
    const metadata = objectMember(body, 'client_metadata');
    const inHeader = objectOf(headerOf(headers, 'x-codex-turn-metadata') ?? '{}');
    const inBody = objectOf(String(metadata?.['x-codex-turn-metadata']));
    return [
      body.prompt_cache_key,
      metadata?.session_id,
      metadata?.thread_id,
      ...['session-id', 'thread-id', 'x-client-request-id'].map((name) => headerOf(headers, name)),
      ...[inHeader, inBody].flatMap(({ session_id, thread_id }) => [session_id, thread_id]),
    ];
  };

  it('S3: is one and the same in key, metadata and headers of a frame', async () => {
    await events(count);
    const ids = new Set(everywhere(lastUpgrade(), lastFrame()));
    expect(ids.size).toBe(1);
    expect([...ids][0]).toMatch(/^[0-9a-f-]{36}$/);
    expect((await rig.lastTrace()).row.sessionId).toBe([...ids][0]);
  });

  it('S3: and of a POST', async () => {
    rig.simulator.faults.always('upgrade', { kind: 'status', status: 426 });
    await events(count);
    const post = lastPost();
    expect(new Set(everywhere(post?.headers, objectOf(post?.decodedBody.toString() ?? ''))).size).toBe(1);
  });

  it.each(['session-id', 'session_id', 'thread-id', 'x-session-id', 'x-session-affinity'])(
    'S3: is one UUID everywhere where a client has a text in %s',
    async (name) => {
      await events(count, { [name]: 'ses_of mine' });
      const ids = new Set(everywhere(lastUpgrade(), lastFrame()));
      expect([...ids]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    },
  );

  it('S3: is the one the client names, turn after turn, and another for each client that names none', async () => {
    const idOf = async (headers: Record<string, string>) => {
      await events(count, headers);
      return lastFrame().prompt_cache_key;
    };
    expect(await idOf({ 'x-session-id': threadId })).toBe(threadId);
    const [first, second] = [await idOf({ 'x-session-id': 'my-chat' }), await idOf({ 'x-session-id': 'my-chat' })];
    expect(first).toBe(second);
    expect(first).not.toBe('my-chat');
    expect(await idOf({})).not.toBe(await idOf({}));
  });

  it.each(['session-id', 'session_id', 'thread-id', 'x-session-id'])(
    'S3: takes a session in the header %s upstream',
    async (name) => {
      await events(count, { [name]: threadId });
      expect(rig.simulator.log.refusals).toEqual([]);
      expect(lastFrame().prompt_cache_key).toBe(threadId);
    },
  );
});

describe('the shape of a turn upstream', () => {
  it('S2: is fit for a strict upstream, whatever an SDK puts in', async () => {
    const stream = await events({
      ...count,
      store: true,
      temperature: 0.7,
      top_p: 1,
      max_output_tokens: 100,
      user: 'me',
      truncation: 'auto',
      metadata: { a: 'b' },
      service_tier: 'auto',
      instructions: null,
      tools: [{ type: 'web_search_preview' }],
    });
    expect(types(stream).at(-1)).toBe('response.completed');
    expect(rig.simulator.log.refusals).toEqual([]);
  });

  it('S4: names the default originator for an SDK and relays a Codex client', async () => {
    await events(count);
    expect(headerOf(lastUpgrade(), 'originator')).toBe('codex-toy-app-server');
    await events(codexBody('Count to 5'), codexHeaders);
    expect(headerOf(lastUpgrade(), 'originator')).toBe('codex_exec');
    expect(headerOf(lastUpgrade(), 'user-agent')).toBe(codexHeaders['user-agent']);
  });

  it('takes another beta that a client asks for as no reason to do without the websocket one', async () => {
    const stream = await events(count, { 'openai-beta': 'responses=experimental' });
    expect(types(stream).at(-1)).toBe('response.completed');
    expect((await rig.lastTrace()).row.transport).toBe('ws');
  });

  it('maps the name of a -fast alias back in events and in openai-model', async () => {
    const response = await rig.post('/v1/responses', { ...count, model: 'gpt-5.5-fast' });
    expect(response.headers.get('openai-model')).toBe('gpt-5.5-fast');
    const stream = parseSse(await response.text());
    const names = stream.flatMap(({ data }) => objectMember(data, 'response')?.model ?? []);
    expect(new Set(names)).toEqual(new Set(['gpt-5.5-fast']));
    expect(names.length).toBeGreaterThan(1);
    expect(lastFrame()).toMatchObject({ model: 'gpt-5.5', service_tier: 'priority' });
    expect(headerOf(lastUpgrade(), 'x-codex-routing-hint')).toBe('model=gpt-5.5;tier=priority');
  });
});

describe('the turn over HTTP', () => {
  it('follows an upgrade answered 426, and is remembered', async () => {
    rig.simulator.faults.next('upgrade', { kind: 'status', status: 426 });
    expect(outputText(finalResponse(await events(count)))).toBe(said);
    expect((await rig.lastTrace()).attempts.map(({ transport, status }) => [transport, status])).toEqual([
      ['ws', 426],
      ['http', 200],
    ]);
    expect(outputText(finalResponse(await events(count)))).toBe(said);
    expect(rig.simulator.log.upgrades).toHaveLength(1);
    expect((await rig.lastTrace()).row).toMatchObject({ transport: 'http', attempts: 1 });
  });

  it('S1: is taken at once for an account whose own value says no', async () => {
    const [account] = await rig.app.handlers['accounts.list'](null);
    await rig.app.handlers['accounts.setWebsockets']({ id: account?.id ?? '', websockets: false });
    expect(outputText(finalResponse(await events(count)))).toBe(said);
    expect(rig.simulator.log.upgrades).toEqual([]);
    await rig.app.handlers['accounts.setWebsockets']({ id: account?.id ?? '', websockets: null });
    await events(count);
    expect(rig.simulator.log.upgrades).toHaveLength(1);
  });

  it.each(['split', 'coalesce'] as const)('survives an upstream that does %s', async (kind) => {
    rig.simulator.faults.always('upgrade', { kind: 'status', status: 426 });
    rig.simulator.faults.next('turn', { kind });
    expect(outputText(finalResponse(await events({ ...count, input: 'Reply with exactly: Żółw 🐢' })))).toBe('Żółw 🐢');
  });
});

it('S8: shows what upstream echoes beside what was sent, and takes it for no proof', async () => {
  await events({ ...count, service_tier: 'priority' });
  const { row, fastConditions } = await rig.lastTrace();
  expect(row).toMatchObject({ tierAsked: 'priority', tierSent: 'priority', tierEchoed: 'default' });
  expect(fastConditions.map(({ met }) => met)).toEqual([true, true, true, true, true]);
});

describe('counting the tokens of an input', () => {
  const path = '/v1/responses/input_tokens';
  const counted = async (body: JsonObject, headers: Record<string, string> = {}) => {
    const response = await rig.post(path, body, headers);
    return { status: response.status, json: objectOf(await response.text()) };
  };

  it('is an estimate made here, of all that goes into the input', async () => {
    const words = 'Count to 5 '.repeat(1_000);
    const said = await Promise.all(
      [
        {},
        { model: 'gpt-5.5', input: 'Count to 5' },
        { model: 'gpt-5.5', input: words },
        { input: [{ role: 'user', content: [{ type: 'input_text', text: words }] }] },
        { input: 'hi', instructions: words },
        { input: 'hi', tools: [{ type: 'function', name: 'clock', description: words }] },
      ].map((body) => counted(body)),
    );
    expect(said.map(({ status, json }) => [status, json.object])).toEqual(
      said.map(() => [200, 'response.input_tokens']),
    );
    const [nothing, short, ...long] = said.map(({ json }) => Number(json.input_tokens));
    expect([nothing, short]).toEqual([0, expect.closeTo(8, -1)]);
    // Four tokens each by upstream's vocabulary.
    for (const tokens of long) expect(Math.abs(tokens / 4_000 - 1)).toBeLessThan(0.2);
    expect(rig.simulator.log.turns).toEqual([]);
  });

  it.each([
    [{ input: 7 }, '"input"'],
    [{ input: 'hi', previous_response_id: 'resp_1' }, '"previous_response_id"'],
    [{ input: 'hi', conversation: { id: 'conv_1' } }, '"conversation"'],
  ])('of %j is refused: not all of it is there', async (body, named) => {
    const { status, json } = await counted(body);
    expect([status, objectMember(json, 'error')?.message]).toEqual([400, expect.stringContaining(named)]);
  });

  it('is upstream’s own business for a Codex client', async () => {
    const asked = (await rig.post(path, { input: 'hi' }, codexHeaders)).status;
    const relayed = rig.simulator.log.requests.filter(({ path: seen }) => seen.endsWith('/responses/input_tokens'));
    expect([asked, relayed.length]).toEqual([404, 1]);
  });
});
