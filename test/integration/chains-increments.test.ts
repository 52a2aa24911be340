import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject, textMember } from '../../src-main/core/json.ts';
import { accountsOf, startedOn } from '../support/rig-accounts.ts';
import { answerEvents, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import {
  ask,
  assistant,
  errorOf,
  outputOf,
  post,
  responseIdOf,
  textOf,
  typesOf,
  user,
} from '../support/turn-client.ts';

let rig: Rig;

beforeEach(async () => {
  rig = await startRig({ accounts: 1 });
});

afterEach(() => rig.stop());

interface SentFrame {
  readonly connection: number;
  readonly bytes: number;
  readonly previous: unknown;
  readonly items: number;
}

/** Every frame that went upstream, as far as chains show in it. */
function frames(): SentFrame[] {
  return rig.simulator.log.frames.map(({ connection, raw, body }) => {
    const members = isJsonObject(body) ? body : {};
    const items = Array.isArray(members.input) ? members.input.length : 0;
    return { connection, bytes: raw.length, previous: members.previous_response_id ?? null, items };
  });
}

/** A long conversation that was held elsewhere, so that the first turn has to bring it all. */
function longHistory(items: number): JsonObject[] {
  return Array.from({ length: items }, (_, index) => {
    const text = `${index}: ${'lorem ipsum '.repeat(20)}`;
    return index % 2 === 0 ? user(text) : assistant(text);
  });
}

const naming: [string, () => Record<string, string>][] = [
  ['that names its session', () => ({ 'session-id': randomUUID() })],
  ['that names nothing', () => ({})],
];

describe.each(naming)('an HTTP client %s and resends a growing history', (_what, makeHeaders) => {
  it('sends upstream only the new items of each turn, however long the history', async () => {
    const headers = makeHeaders();
    let history = longHistory(200);
    for (let turn = 0; turn < 6; turn += 1) {
      history = [...history, user(`Reply with exactly: answer ${turn}`)];
      const answer = await post(rig, ask('', { input: history }), headers);
      expect(textOf(answer.events)).toBe(`answer ${turn}`);
      history = [...history, ...outputOf(answer.events)];
    }
    const [first, ...later] = frames();
    expect(first).toMatchObject({ items: 201, previous: null });
    expect(first?.bytes).toBeGreaterThan(50_000);
    for (const frame of later) {
      expect(frame).toMatchObject({ items: 1, connection: first?.connection });
      expect(frame.bytes).toBeLessThan(2_500);
    }
    expect(later.at(-1)?.bytes).toBe(later[0]?.bytes);
    expect(rig.simulator.log.upgrades).toHaveLength(1);
    const { row } = await rig.lastTrace();
    expect(row).toMatchObject({ sentAs: 'increment', sentBytes: later.at(-1)?.bytes });
    const { session, rows } = await rig.app.handlers['sessions.get']({
      id: row.sessionId ?? '',
      cursor: null,
      limit: 9,
    });
    expect(session).toMatchObject({ requests: 6, increments: 5, fullSends: 1, threads: 1 });
    expect(rows.map(({ sentAs }) => sentAs)).toEqual([...Array(5).fill('increment'), 'full']);
  });

  it('sends only the output of a tool that was called', async () => {
    const headers = makeHeaders();
    const tools = [{ type: 'function', name: 'clock', parameters: { type: 'object', properties: {} } }];
    const question = user('call tool clock');
    const one = await post(rig, ask('', { input: [question], tools }), headers);
    const call = outputOf(one.events).find(({ type }) => type === 'function_call');
    const result = { type: 'function_call_output', call_id: call?.call_id, output: 'noon' };
    const two = await post(rig, ask('', { input: [question, ...outputOf(one.events), result], tools }), headers);
    expect(textOf(two.events)).toBe('The tool said: noon');
    expect(frames()[1]).toMatchObject({ items: 1, previous: responseIdOf(one.events) });
  });
});

describe('a history that comes back looking different is still the same', () => {
  const variants: [string, (item: JsonObject) => JsonObject | null][] = [
    ['without reasoning', (item) => (item.type === 'reasoning' ? null : item)],
    ['without ids', ({ id: _id, ...item }) => item],
    ['without status', ({ status: _status, ...item }) => item],
    [
      'without annotations and logprobs',
      (item) => {
        const content = Array.isArray(item.content) ? item.content : [];
        return item.role === undefined
          ? item
          : {
              ...item,
              content: content.flatMap((part) =>
                isJsonObject(part) ? [{ type: 'output_text', text: textMember(part, 'text') }] : [],
              ),
            };
      },
    ],
    [
      'with plain text for its content',
      (item) => {
        const [part] = Array.isArray(item.content) ? item.content : [];
        return item.role === undefined || !isJsonObject(part) ? item : { role: item.role, content: part.text };
      },
    ],
  ];

  it.each(variants)('%s', async (_what, change) => {
    const headers = { 'session-id': randomUUID() };
    const more = { reasoning: { effort: 'low' } };
    const question = user('Reply with exactly: one');
    const one = await post(rig, ask('', { ...more, input: [question] }), headers);
    const history = [question, ...outputOf(one.events)].map(change).filter((item) => item !== null);
    const two = await post(rig, ask('', { ...more, input: [...history, user('Reply with exactly: two')] }), headers);
    expect(textOf(two.events)).toBe('two');
    expect(frames()[1]).toMatchObject({ items: 1, previous: responseIdOf(one.events) });
  });

  it('with other client_metadata, and asking for JSON where the first turn streamed', async () => {
    const headers = { 'session-id': randomUUID() };
    const question = user('Reply with exactly: one');
    const one = await post(rig, ask('', { input: [question], client_metadata: { a: '1' } }), headers);
    const input = [question, ...outputOf(one.events), user('two')];
    await post(rig, ask('', { input, stream: false, client_metadata: { a: '2' } }), headers);
    expect(frames()[1]).toMatchObject({ items: 1, previous: responseIdOf(one.events) });
  });
});

describe('everything is sent again', () => {
  const tools = [{ type: 'function', name: 'clock', parameters: { type: 'object', properties: {} } }];
  const changes: [string, JsonObject][] = [
    ['when the instructions change', { instructions: 'Be brief.' }],
    ['when the tools change', { tools }],
    ['when the model changes', { model: 'gpt-5.6-sol' }],
    ['when the tier changes', { service_tier: 'priority' }],
    ['when the reasoning effort changes', { reasoning: { effort: 'high' } }],
    ['when the text format changes', { text: { verbosity: 'high' } }],
  ];

  it.each(changes)('%s', async (_what, more) => {
    const headers = { 'session-id': randomUUID() };
    const question = user('Reply with exactly: one');
    const one = await post(rig, ask('', { input: [question] }), headers);
    const input = [question, ...outputOf(one.events), user('Reply with exactly: two')];
    const two = await post(rig, ask('', { input, ...more }), headers);
    expect(textOf(two.events)).toBe('two');
    expect(frames()[1]).toMatchObject({ items: input.length, previous: null });
  });

  it('when fast mode is switched on between two turns', async () => {
    const headers = { 'session-id': randomUUID() };
    const question = user('Reply with exactly: one');
    const one = await post(rig, ask('', { input: [question] }), headers);
    await rig.app.handlers['settings.set']({ fastPolicy: 'on' });
    const input = [question, ...outputOf(one.events), user('Reply with exactly: two')];
    expect(textOf((await post(rig, ask('', { input }), headers)).events)).toBe('two');
    expect(frames()[1]).toMatchObject({ items: input.length, previous: null });
  });

  it('when the client edits what was said', async () => {
    const headers = { 'session-id': randomUUID() };
    const one = await post(rig, ask('Reply with exactly: one'), headers);
    const input = [user('Reply with exactly: one'), assistant('two, in fact'), user('Reply with exactly: three')];
    expect(textOf((await post(rig, ask('', { input }), headers)).events)).toBe('three');
    expect(responseIdOf(one.events)).not.toBe('');
    expect(frames()[1]).toMatchObject({ items: 3, previous: null });
  });

  it('when the very same request comes again: there is nothing new to send', async () => {
    const headers = { 'session-id': randomUUID() };
    await post(rig, ask('Reply with exactly: one'), headers);
    expect(textOf((await post(rig, ask('Reply with exactly: one'), headers)).events)).toBe('one');
    expect(frames()[1]).toMatchObject({ items: 1, previous: null });
  });
});

describe('a chain that is lost', () => {
  async function secondTurn(spoil: (connection: number) => Promise<unknown> | undefined): Promise<void> {
    const headers = { 'session-id': randomUUID() };
    const question = user('Reply with exactly: one');
    const one = await post(rig, ask('', { input: [question] }), headers);
    await spoil(frames()[0]?.connection ?? 0);
    const input = [question, ...outputOf(one.events), user('Reply with exactly: two')];
    const two = await post(rig, ask('', { input }), headers);
    expect(two.status).toBe(200);
    expect(typesOf(two.events)).not.toContain('error');
    expect(textOf(two.events)).toBe('two');
    expect(frames().at(-1)).toMatchObject({ items: input.length, previous: null });
  }

  it('with its socket is made up for by the full request, unseen', async () => {
    rig.simulator.faults.next('turn', { kind: 'close', code: 1000, afterCompletion: true });
    await secondTurn((connection) => rig.simulator.log.waitFor('close', (entry) => entry.connection === connection));
  });

  it('because upstream does not know the response any more (previous_response_not_found) is made up for, unseen', async () => {
    await secondTurn(() => {
      rig.simulator.faults.next('turn', { kind: 'error', code: 'previous_response_not_found' });
      return undefined;
    });
    expect(frames()).toHaveLength(3);
  });

  it('because the socket has reached upstream’s age limit is made up for, unseen', async () => {
    await secondTurn(() => {
      rig.simulator.faults.next('turn', { kind: 'error', code: 'websocket_connection_limit_reached' });
      return undefined;
    });
  });

  it('while the new items were on their way is made up for, unseen', async () => {
    await secondTurn(() => {
      rig.simulator.faults.next('turn', { kind: 'cut', afterEvents: 2 });
      return undefined;
    });
  });
});

it('a conversation that another account serves from now on is sent whole at the first attempt', async () => {
  const rest = await rig.app.handlers['accounts.import']({ text: rig.simulator.addAccount().authJson() });
  expect(rest).toBeDefined();
  const headers = { 'session-id': randomUUID() };
  const first = user('Reply with exactly: one');
  const one = await post(rig, ask('', { input: [first] }), headers);
  const home = (await rig.lastTrace()).row.account?.id ?? '';
  await rig.app.handlers['accounts.setEnabled']({ id: home, enabled: false });
  const input = [first, ...outputOf(one.events), user('Reply with exactly: two')];
  const two = await post(rig, ask('', { input }), headers);
  expect(textOf(two.events)).toBe('two');
  const { row } = await rig.lastTrace();
  expect(row.account?.id).not.toBe(home);
  expect(row.attempts).toBe(1);
});

describe('what a client itself extends by id', () => {
  it.each(naming)('goes to the socket that holds it, for a client %s, again and again', async (_what, makeHeaders) => {
    const headers = makeHeaders();
    let previous = responseIdOf((await post(rig, ask('Reply with exactly: 0'), headers)).events);
    for (let turn = 1; turn <= 3; turn += 1) {
      const answer = await post(rig, ask(`Reply with exactly: ${turn}`, { previous_response_id: previous }), headers);
      expect(textOf(answer.events)).toBe(String(turn));
      previous = responseIdOf(answer.events);
    }
    expect(rig.simulator.log.upgrades).toHaveLength(1);
  });

  it('and no socket holds is refused with previous_response_not_found', async () => {
    const answer = await post(rig, ask('hello', { previous_response_id: 'resp_unknown' }));
    expect(answer.status).toBe(400);
    expect(errorOf(answer.json)).toMatchObject({ code: 'previous_response_not_found' });
    // Nothing of it was sent, so it counts as nothing sent.
    expect((await rig.lastTrace()).row).not.toHaveProperty('sentAs');
    expect(startedOn(rig)).toHaveLength(0);
    expect(accountsOf(rig)).toHaveLength(1);
  });
});

it('a call without arguments comes back as one with none, and only its result is sent', async () => {
  const call = {
    type: 'function_call',
    id: 'fc_1',
    call_id: 'call_1',
    name: 'clock',
    arguments: '',
    status: 'completed',
  };
  const sent: JsonObject[] = [];
  const upstream = await startScriptedUpstream({
    frame: (socket, body) => {
      sent.push(body);
      const [created, last] = [answerEvents(`resp_${sent.length}`)[0], answerEvents(`resp_${sent.length}`).at(-1)];
      const end = { ...last, response: { ...(last?.response as JsonObject), output: [call] } };
      for (const event of [created, { type: 'response.output_item.done', output_index: 0, item: call }, end])
        socket.send(JSON.stringify(event));
    },
  });
  const other = await startRig({ upstreamUrl: upstream.url });
  const question = { role: 'user', content: 'What time is it?' };
  const chatTools = [{ type: 'function', function: { name: 'clock' } }];
  const made = { id: 'call_1', type: 'function', function: { name: 'clock', arguments: '{}' } };
  const chatHistory = [
    { role: 'assistant', content: null, tool_calls: [made] },
    { role: 'tool', tool_call_id: 'call_1', content: 'noon' },
  ];
  for (const more of [[], chatHistory])
    await other.post('/v1/chat/completions', { model: 'gpt-5.5', messages: [question, ...more], tools: chatTools });
  const use = { type: 'tool_use', id: 'call_1', name: 'clock', input: {} };
  const result = { type: 'tool_result', tool_use_id: 'call_1', content: 'noon' };
  const tools = [{ name: 'clock', input_schema: { type: 'object' } }];
  for (const more of [
    [],
    [
      { role: 'assistant', content: [use] },
      { role: 'user', content: [result] },
    ],
  ])
    await other.post('/v1/messages', {
      model: 'gpt-5.5',
      max_tokens: 999,
      messages: [{ ...question, content: 'And now?' }, ...more],
      tools,
    });
  expect(
    sent.map(({ input, previous_response_id: previous }) => [previous ?? null, (input as unknown[]).length]),
  ).toEqual([
    ...[
      [null, 1],
      ['resp_1', 1],
      [null, 1],
      ['resp_3', 1],
    ],
  ]);
  await other.stop();
  await upstream.stop();
});
