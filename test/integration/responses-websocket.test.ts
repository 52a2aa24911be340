import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import { Sessions } from '../../src-main/core/turn/sessions.ts';
import type { FrameEntry } from '../../src-main/simulator/log.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import {
  codexFrame,
  codexHeaders,
  finalResponse,
  headerOf,
  openSocket,
  outputText,
  type ProxySocket,
  refusedUpgrade,
  threadId,
} from './proxy-client.ts';

/** A websocket client sees what chatgpt.com would show it. */

let rig: Rig;
let socket: ProxySocket | undefined;

beforeEach(async () => {
  rig = await startRig();
});

afterEach(async () => {
  await socket?.close();
  socket = undefined;
  await rig.stop();
});

async function open(options: Parameters<typeof openSocket>[1] = { headers: codexHeaders }): Promise<ProxySocket> {
  socket = await openSocket(rig, options);
  return socket;
}

const frames = (): FrameEntry[] => rig.simulator.log.frames;
const types = (events: readonly JsonObject[]) => events.map(({ type }) => type);
const said = (events: readonly JsonObject[]) => outputText(finalResponse(events));
const idOf = (events: readonly JsonObject[]) => String(finalResponse(events)?.id);
const userMessage = (text: string) => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });

/** The same JSON with spaces that no serialiser would write, so that any re-writing shows. */
const oddly = (frame: JsonObject) => JSON.stringify(frame, null, 1);

describe('a Codex client on a websocket', () => {
  it('has its prewarm and its delta relayed byte for byte, on one upstream socket', async () => {
    const client = await open();
    const prewarm = oddly(codexFrame('', { input: [], generate: false }));
    const warm = await client.turn(prewarm);
    expect(types(warm)).toEqual(['codex.rate_limits', 'response.created', 'response.completed']);
    const delta = oddly(codexFrame('Reply with exactly: OK', { previous_response_id: idOf(warm) }));
    expect(said(await client.turn(delta))).toBe('OK');
    expect(frames().map(({ raw }) => raw.toString('utf8'))).toEqual([prewarm, delta]);
    expect(rig.simulator.log.upgrades).toHaveLength(1);
    expect(rig.simulator.log.refusals).toEqual([]);
  });

  it("gets upstream's events byte for byte", async () => {
    const client = await open();
    await client.turn(codexFrame('Reply with exactly: Zażółć 🐢', { reasoning: { effort: 'low', summary: 'auto' } }));
    const [first = ''] = client.texts;
    expect(first.startsWith('{"type":"codex.rate_limits",')).toBe(true);
    for (const text of client.texts) expect(text).toBe(JSON.stringify(JSON.parse(text)));
    const numbers = client.events.flatMap(({ sequence_number: number }) => number ?? []);
    expect(numbers).toEqual(numbers.map((_number, index) => index));
  });

  it('has only service_tier changed in its frames with fast on', async () => {
    await rig.app.handlers['settings.set']({ fastPolicy: 'on' });
    const client = await open();
    const frame = codexFrame('Reply with exactly: OK');
    await client.turn(frame);
    const text = JSON.stringify(frame);
    expect(frames().at(-1)?.raw.toString('utf8')).toBe(`${text.slice(0, -1)},"service_tier":"priority"}`);
    expect(headerOf(rig.simulator.log.upgrades.at(-1)?.headers, 'x-codex-routing-hint')).toBe(
      'model=gpt-5.5;tier=priority',
    );
  });

  it('has its own tier taken out with fast off, and left alone with auto', async () => {
    const client = await open();
    const fast = codexFrame('Reply with exactly: OK', { service_tier: 'priority' });
    await client.turn(fast);
    expect(frames().at(-1)?.raw.toString('utf8')).toBe(JSON.stringify(fast));
    await rig.app.handlers['settings.set']({ fastPolicy: 'off' });
    await client.turn(fast);
    expect(frames().at(-1)?.raw.toString('utf8')).toBe(JSON.stringify(codexFrame('Reply with exactly: OK')));
  });

  it('is told to resend where the tier policy changed since the parent', async () => {
    const client = await open();
    const first = await client.turn(codexFrame('Reply with exactly: OK'));
    await rig.app.handlers['settings.set']({ fastPolicy: 'on' });
    const delta = codexFrame('Count to 2', { previous_response_id: idOf(first) });
    expect(await client.turn(delta)).toMatchObject([
      { type: 'error', status: 400, error: { code: 'previous_response_not_found' } },
    ]);
    expect(said(await client.turn(codexFrame('Count to 2')))).toBe('1 2');
  });

  it('is told to resend where its previous response is on no open socket', async () => {
    const client = await open();
    expect(await client.turn(codexFrame('x', { previous_response_id: 'resp_nobody_knows' }))).toMatchObject([
      { type: 'error', status: 400, error: { code: 'previous_response_not_found', type: 'invalid_request_error' } },
    ]);
    expect(client.isOpen).toBe(true);
  });

  it('is told to resend where upstream closed the socket between two turns', async () => {
    const client = await open();
    rig.simulator.faults.next('turn', { kind: 'close', code: 1000, afterCompletion: true });
    const first = await client.turn(codexFrame('Count to 2'));
    await rig.simulator.log.waitFor('close');
    const delta = codexFrame('Count to 3', { previous_response_id: idOf(first) });
    expect(await client.turn(delta)).toMatchObject([{ type: 'error', error: { code: 'previous_response_not_found' } }]);
    expect(said(await client.turn(codexFrame('Count to 3')))).toBe('1 2 3');
  });

  it('keeps one upstream socket for full requests too, as long as nothing about them differs', async () => {
    const client = await open();
    for (const text of ['Count to 1', 'Count to 2', 'Count to 3']) await client.turn(codexFrame(text));
    expect(rig.simulator.log.upgrades).toHaveLength(1);
    expect((await rig.lastTrace()).attempts).toMatchObject([{ reused: true }]);
  });
});

describe('another client on a websocket', () => {
  it('may extend its responses when it names its session', async () => {
    const client = await open({ headers: { 'session-id': threadId } });
    const first = await client.turn({ type: 'response.create', model: 'gpt-5.5', input: [userMessage('Count to 2')] });
    const next = { type: 'response.create', model: 'gpt-5.5', input: [userMessage('Count to 3')] };
    expect(said(await client.turn({ ...next, previous_response_id: idOf(first) }))).toBe('1 2 3');
  });

  it('may extend its responses when it names no session: the socket is the session', async () => {
    const client = await open({});
    const first = await client.turn({ type: 'response.create', model: 'gpt-5.5', input: [userMessage('Count to 2')] });
    const next = { type: 'response.create', model: 'gpt-5.5', input: [userMessage('Count to 3')] };
    expect(said(await client.turn({ ...next, previous_response_id: idOf(first) }))).toBe('1 2 3');
    expect(rig.simulator.log.upgrades).toHaveLength(1);
  });

  it('S2: gets its frames made fit for upstream', async () => {
    const client = await open({});
    const events = await client.turn({
      type: 'response.create',
      model: 'gpt-5.5',
      input: 'Count to 2',
      temperature: 1,
    });
    expect(said(events)).toBe('1 2');
    expect(rig.simulator.log.refusals).toEqual([]);
  });
});

describe('faults of a request', () => {
  it.each<[string, string | Buffer | JsonObject, string]>([
    ['an unknown type', { type: 'response.append', model: 'gpt-5.5', input: [] }, 'frame_type_unsupported'],
    ['an unknown type without a model', { type: 'session.update' }, 'frame_type_unsupported'],
    ['no type', { model: 'gpt-5.5', input: [] }, 'frame_type_unsupported'],
    ['no model', { type: 'response.create', input: [] }, 'request_invalid'],
    ['a binary frame', Buffer.from('{"type":"response.create","model":"gpt-5.5"}'), 'frame_type_unsupported'],
    ['no JSON', 'hello', 'json_invalid'],
    ['half an object', '{"type":"response.create"', 'json_invalid'],
    ['a list', '[]', 'request_invalid'],
    ['an empty frame', '', 'json_invalid'],
  ])('are answered in-band, and the socket lives: %s', async (_what, frame, code) => {
    const client = await open();
    expect(await client.turn(frame)).toEqual([
      {
        type: 'error',
        status: 400,
        error: { code, type: 'invalid_request_error', message: expect.any(String), param: null },
      },
    ]);
    expect(said(await client.turn(codexFrame('Reply with exactly: OK')))).toBe('OK');
    expect(frames()).toHaveLength(1);
  });

  it('include a second turn while one runs, which goes on', async () => {
    rig.simulator.setTiming({ firstTokenMs: 100 });
    const client = await open();
    client.send(codexFrame('Count to 3'));
    await rig.simulator.log.waitFor('turn', ({ phase }) => phase === 'started');
    client.send(codexFrame('Count to 4'));
    await client.terminals(2);
    expect(client.events.filter(({ type }) => type === 'error')).toMatchObject([
      { status: 400, error: { code: 'turn_running' } },
    ]);
    expect(said(client.events)).toBe('1 2 3');
  });

  it("carry upstream's own words", async () => {
    const client = await open();
    expect(await client.turn(codexFrame('x', { reasoning: { effort: 'immense' } }))).toMatchObject([
      { type: 'error', status: 400, error: { code: 'unsupported_value', param: 'reasoning.effort' } },
    ]);
    expect(client.isOpen).toBe(true);
  });

  it('of an exhausted account carry all that upstream says of it, its headers too', async () => {
    const resetsAt = Math.floor(Date.now() / 1000) + 3600;
    rig.simulator.accounts[0]?.exhaust({ resetsAt });
    const client = await open();
    expect(await client.turn(codexFrame('x'))).toMatchObject([
      {
        type: 'error',
        status: 429,
        error: { type: 'usage_limit_reached', resets_at: resetsAt },
        headers: { 'x-codex-primary-used-percent': '100' },
      },
    ]);
  });
});

describe('the end of an upstream socket in the middle', () => {
  it.each(['close', 'cut', 'reset', 'binary'] as const)(
    'is answered in-band, and the socket lives: %s',
    async (kind) => {
      rig.simulator.faults.always(
        'turn',
        kind === 'close' ? { kind, code: 1011, afterDeltas: 2 } : { kind, afterDeltas: 2 },
      );
      const client = await open();
      const events = await client.turn(codexFrame('Count to 9'));
      expect(types(events)).toContain('response.output_text.delta');
      expect(events.at(-1)).toMatchObject({ type: 'error', status: 502, error: { code: 'upstream_closed' } });
      rig.simulator.faults.clear();
      expect(said(await client.turn(codexFrame('Count to 2')))).toBe('1 2');
    },
  );
});

describe('the upgrade', () => {
  it.each([
    ['a wrong key', { key: 'wrong' }, 401, 'key_wrong'],
    ['no key', { key: null }, 401, 'key_missing'],
    ['a wrong key in the path', { path: '/k/wrong/v1/responses' }, 401, 'key_wrong'],
    ['another route', { path: '/v1/models' }, 404, 'route_unknown'],
    ['a foreign page', { headers: { origin: 'https://evil.test' } }, 403, 'origin_refused'],
  ])('is refused before it happens for %s', async (_what, options, status, code) => {
    const refused = await refusedUpgrade(rig, options);
    expect(refused).toMatchObject({ status, body: { error: { code } } });
    expect(rig.simulator.log.upgrades).toEqual([]);
  });

  it.each(['/v1/responses', '/backend-api/codex/responses'])(
    'opens on %s, also with the key in the path',
    async (path) => {
      const client = await open({ path: `/k/${rig.apiKey}${path}`, key: null, headers: codexHeaders });
      expect(said(await client.turn(codexFrame('Reply with exactly: OK')))).toBe('OK');
    },
  );

  it('S1: is answered 426 for an account whose own value says no', async () => {
    const [account] = await rig.app.handlers['accounts.list'](null);
    await rig.app.handlers['accounts.setWebsockets']({ id: account?.id ?? '', websockets: false });
    expect(await refusedUpgrade(rig, { headers: codexHeaders })).toMatchObject({ status: 426 });
  });

  it('is answered 426 once upstream has refused that account a websocket', async () => {
    rig.simulator.faults.always('upgrade', { kind: 'status', status: 426 });
    const client = await open();
    expect(await client.turn(codexFrame('', { input: [], generate: false }))).toMatchObject([
      { type: 'error', status: 400 },
    ]);
    expect(await refusedUpgrade(rig, { headers: codexHeaders })).toMatchObject({ status: 426 });
  });

  it('is asked for anew where upstream refuses a websocket to a frame that is no prewarm', async () => {
    rig.simulator.faults.always('upgrade', { kind: 'status', status: 426 });
    const client = await open();
    expect(await client.turn(codexFrame('Count to 2'))).toMatchObject([
      { type: 'error', status: 400, error: { code: 'websocket_connection_limit_reached' } },
    ]);
  });
});

it("ends upstream's turn when the client goes away", async () => {
  rig.simulator.faults.always('turn', { kind: 'stall', afterDeltas: 1 });
  const client = await open();
  client.send(codexFrame('Count to 9'));
  await rig.simulator.log.waitFor('turn', ({ phase }) => phase === 'started');
  client.terminate();
  await rig.simulator.log.waitFor('turn', ({ phase }) => phase === 'aborted');
  expect((await rig.lastTrace()).row.status).toBe('cancelled');
});

it('leaves nothing of a session that only its connection named', async () => {
  const connect = vi.spyOn(Sessions.prototype, 'connect');
  const client = await open({});
  await client.turn({ type: 'response.create', model: 'gpt-5.5', input: 'Count to 2' });
  const sessions = connect.mock.contexts[0] as Sessions;
  connect.mockRestore();
  expect(sessions.size).toBe(1);
  await client.close();
  await expect.poll(() => sessions.size).toBe(0);
});

it('closes idle clients with 1001 when the program stops', async () => {
  const client = await open();
  await client.turn(codexFrame('Count to 2'));
  await rig.app.stop();
  expect(await client.closed).toBe(1001);
});
