import { describe, expect, it } from 'vitest';
import type { PayloadPage } from '../../src-main/shared/payload-query.ts';
import {
  type Answer,
  answerList,
  noAnswer,
  withPayloads,
} from '../../src-renderer/features/requests/detail/conversation/answer-items.ts';
import { entryOf } from '../../src-renderer/features/requests/detail/conversation/entries.ts';
import { requestEntry, requestItems } from '../../src-renderer/features/requests/detail/conversation/request-items.ts';
import { tierChanges, timelineOf } from '../../src-renderer/features/sessions/session-figures.ts';
import { makeRow } from './fixtures.ts';

const text = (said: string) => ({ kind: 'text', text: said });
const png = 'data:image/png;base64,iVBORw0KGgo=';
const call = (name: string, callId: string | null, input: string) => ({ kind: 'call', name, callId, input });
const result = (callId: string | null, isError = false) => ({ kind: 'result', callId, isError });

describe('an item as a reader wants it', () => {
  it.each([
    ['a text alone', 'hi', 'user', [text('hi')]],
    ['a message', { role: 'user', content: 'hi' }, 'user', [text('hi')]],
    [
      'parts of Responses',
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'a' }] },
      'assistant',
      [text('a')],
    ],
    ['a refusal', { role: 'assistant', content: [{ type: 'refusal', refusal: 'no' }] }, 'assistant', [text('no')]],
    ['a developer', { role: 'developer', content: 'x' }, 'system', [text('x')]],
    [
      'a call',
      { type: 'function_call', name: 'f', call_id: 'c', arguments: '{"a":1}' },
      'assistant',
      [call('f', 'c', '{\n  "a": 1\n}')],
    ],
    [
      'arguments that are no JSON',
      { type: 'function_call', name: 'f', arguments: '{"a":' },
      'assistant',
      [call('f', null, '{"a":')],
    ],
    [
      'a custom call',
      { type: 'custom_tool_call', name: 'p', call_id: 'c', input: '*** Begin' },
      'assistant',
      [call('p', 'c', '*** Begin')],
    ],
    [
      'a shell',
      { type: 'local_shell_call', call_id: 'c', action: { command: ['ls'] } },
      'assistant',
      [call('local shell', 'c', '{\n  "command": [\n    "ls"\n  ]\n}')],
    ],
    ['its result', { type: 'function_call_output', call_id: 'c', output: 'out' }, 'tool', [result('c'), text('out')]],
    [
      'a result in parts',
      { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_text', text: 'o' }] },
      'tool',
      [result('c'), text('o')],
    ],
    [
      'a summary of thoughts',
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'I see' }] },
      'assistant',
      [{ kind: 'reasoning', text: 'I see', isHidden: false }],
    ],
    [
      'thoughts without one',
      { type: 'reasoning', summary: [], encrypted_content: 'gAAA' },
      'assistant',
      [{ kind: 'reasoning', text: '', isHidden: true }],
    ],
    [
      'a picture',
      { role: 'user', content: [{ type: 'input_image', image_url: png }] },
      'user',
      [{ kind: 'image', src: png, type: 'image/png', bytes: 26 }],
    ],
    [
      'a picture elsewhere',
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://x.test/a.png' } }] },
      'user',
      [{ kind: 'remote image', url: 'https://x.test/a.png' }],
    ],
    [
      'a picture that may hold a script',
      { role: 'user', content: [{ type: 'input_image', image_url: 'data:image/svg+xml,<svg onload="x">' }] },
      'user',
      [{ kind: 'image', src: null, type: 'image/svg+xml', bytes: 26 }],
    ],
    [
      'a call of Chat Completions',
      { role: 'assistant', content: null, tool_calls: [{ id: 'c', function: { name: 'f', arguments: '{}' } }] },
      'assistant',
      [call('f', 'c', '{}')],
    ],
    ['its result there', { role: 'tool', tool_call_id: 'c', content: 'out' }, 'tool', [result('c'), text('out')]],
    [
      'a call of Messages',
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm' },
          { type: 'tool_use', id: 'c', name: 'f', input: { a: 1 } },
        ],
      },
      'assistant',
      [{ kind: 'reasoning', text: 'hm', isHidden: false }, call('f', 'c', '{\n  "a": 1\n}')],
    ],
    [
      'its result there',
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', is_error: true, content: 'bad' }] },
      'tool',
      [result('c', true), text('bad')],
    ],
    [
      'a picture of Messages',
      {
        role: 'user',
        content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } }],
      },
      'user',
      [{ kind: 'image', src: png, type: 'image/png', bytes: 26 }],
    ],
    [
      'what nobody knows',
      { type: 'new_thing', x: 1 },
      'system',
      [{ kind: 'other', label: 'new_thing', json: '{\n  "type": "new_thing",\n  "x": 1\n}' }],
    ],
    [
      'a part that nobody knows',
      { role: 'user', content: [{ type: 'input_file', filename: 'a' }] },
      'user',
      [{ kind: 'other', label: 'input_file', json: '{\n  "type": "input_file",\n  "filename": "a"\n}' }],
    ],
    ['a list', [1], 'user', [{ kind: 'other', label: '', json: '[\n  1\n]' }]],
    [
      'hostile members',
      JSON.parse('{"__proto__":{"role":"user"},"type":7,"content":{"a":1}}'),
      'system',
      [
        {
          kind: 'other',
          label: '',
          json: '{\n  "__proto__": {\n    "role": "user"\n  },\n  "type": 7,\n  "content": {\n    "a": 1\n  }\n}',
        },
      ],
    ],
  ])('is %s', (_name, item, role, blocks) => {
    expect(entryOf(item)).toMatchObject({ role, blocks });
  });
});

describe('the items of a request', () => {
  const titles = (body: unknown) => {
    const json = typeof body === 'string' ? body : JSON.stringify(body);
    const { items } = requestItems(json);
    return items.map((item) => {
      const { role, titleId, blocks } = requestEntry(json, item);
      return `${titleId ?? role}: ${blocks.map((block) => (block.kind === 'text' ? block.text : block.kind)).join('|')}`;
    });
  };

  it.each([
    [
      'Responses',
      {
        instructions: 'be',
        input: [
          { role: 'user', content: 'a' },
          { type: 'reasoning', summary: [] },
        ],
      },
      ['instructions: be', 'user: a', 'reasoning: reasoning'],
    ],
    ['Responses with a text', { input: 'a' }, ['user: a']],
    [
      'Chat Completions',
      {
        messages: [
          { role: 'system', content: 's' },
          { role: 'user', content: 'a' },
        ],
      },
      ['system: s', 'user: a'],
    ],
    [
      'Messages',
      { system: [{ type: 'text', text: 's' }], messages: [{ role: 'user', content: 'a' }] },
      ['prompt: s', 'user: a'],
    ],
    ['an empty prompt', { instructions: '', system: null, input: [] }, []],
    [
      'a body that is cut',
      '{"input":[{"role":"user","content":"a"},{"role":"user","content":"b',
      ['user: a', 'cut: {"role":"user","content":"b'],
    ],
    ['no JSON', 'hello', []],
    ['a list', '[1,2]', []],
  ])('of %s', (_name, body, expected) => expect(titles(body)).toEqual(expected));

  it('come with the tools that were offered, and with what they go on from', () => {
    const body = {
      previous_response_id: 'resp_1',
      tools: [{ type: 'function', name: 'f' }, { type: 'function', function: { name: 'g' } }, { type: 'web_search' }],
      input: [],
    };
    expect(requestItems(JSON.stringify(body))).toMatchObject({
      goesOnFrom: 'resp_1',
      tools: ['f', 'g', 'web_search'],
      isCut: false,
    });
    expect(requestItems('{"input":[').isCut).toBe(true);
  });
});

describe('the answer of a turn', () => {
  const payloads = (...events: readonly object[]): PayloadPage['payloads'] =>
    events.map((event, index) => ({
      atMs: index,
      direction: 'upstream-in',
      type: 'type' in event ? String(event.type) : '',
      bytes: 1,
      index,
      text: JSON.stringify(event),
      isCut: false,
    }));
  const said = (answer: Answer) => answerList(answer).map(({ item, isDone }) => [entryOf(item).blocks, isDone]);
  const delta = (type: string, output_index: number, more: string) => ({ type, output_index, delta: more });

  it('grows with its pieces, of several items side by side, until each is told whole', () => {
    const growing = withPayloads(
      noAnswer,
      payloads(
        { type: 'response.created' },
        { type: 'response.output_item.added', output_index: 0, item: { type: 'reasoning', summary: [] } },
        { ...delta('response.reasoning_summary_text.delta', 0, 'I '), summary_index: 0 },
        { ...delta('response.output_text.delta', 1, 'He'), content_index: 0 },
        { ...delta('response.reasoning_summary_text.delta', 0, 'see'), summary_index: 0 },
        { ...delta('response.output_text.delta', 1, 'llo'), content_index: 0 },
        delta('response.function_call_arguments.delta', 2, '{"a"'),
      ),
    );
    expect(said(growing)).toEqual([
      [[{ kind: 'reasoning', text: 'I see', isHidden: false }], false],
      [[text('Hello')], false],
      [[{ kind: 'call', name: 'function', callId: null, input: '{"a"' }], false],
    ]);
    const done = withPayloads(
      growing,
      payloads(
        { type: 'response.output_item.done', output_index: 1, item: { role: 'assistant', content: 'Hello!' } },
        delta('response.output_text.delta', 1, 'late'),
      ),
    );
    expect(said(done)[1]).toEqual([[text('Hello!')], true]);
  });

  it('begins anew with another attempt', () => {
    const first = withPayloads(
      noAnswer,
      payloads(delta('response.output_text.delta', 0, 'a'), { type: 'error', error: { code: 'slow_down' } }),
    );
    expect(first.problem).toBe('slow_down');
    expect(withPayloads(first, payloads({ type: 'response.created' }))).toEqual(noAnswer);
  });

  it.each([
    [{ type: 'response.failed', response: { error: { code: 'c', message: 'm' } } }, 'c: m'],
    [
      { type: 'response.incomplete', response: { incomplete_details: { reason: 'max_output_tokens' } } },
      'max_output_tokens',
    ],
    [{ type: 'response.failed' }, null],
  ])('says what it ended with: %j', (event, problem) => {
    expect(withPayloads(noAnswer, payloads(event)).problem).toBe(problem);
  });

  it('says how much is lost, and takes whatever an event holds', () => {
    const hostile = payloads(
      { type: 'response.output_text.delta', output_index: -5, content_index: 1e9, delta: 'a' },
      { type: 'response.output_item.done', output_index: 'x', item: [] },
      { type: 'response.output_text.delta', delta: { deep: 1 } },
    );
    const [first] = payloads(delta('response.output_text.delta', 0, 'b'));
    const lost =
      first === undefined
        ? []
        : [
            { ...first, text: null },
            { ...first, text: '{"cut' },
            { ...first, isCut: true },
          ];
    const answer = withPayloads(noAnswer, [...hostile, ...lost]);
    expect(said(answer)).toEqual([[[text('a')], false]]);
    expect(answer.lost).toBe(3);
  });
});

describe('the figures of a session', () => {
  const row = (n: number, patch: Parameters<typeof makeRow>[0] = {}) =>
    makeRow({
      id: `t${n}`,
      startedAt: n * 1_000,
      totalMs: 500,
      sessionId: 'a',
      transport: 'ws',
      tierSent: null,
      ...patch,
    });

  it('know where the tier of an agent changed', () => {
    const rows = [
      row(5),
      row(4, { tierSent: 'priority' }),
      row(3, { sessionId: 'b', tierSent: 'flex' }),
      row(2, { transport: null, tierSent: 'flex' }),
      row(1),
    ];
    expect([...tierChanges(rows)]).toEqual(['t4', 't5']);
  });

  it('lay turns out over time, a lane an agent, with pauses shortened', () => {
    const night = 8 * 3_600;
    const rows = [row(night), row(2, { sessionId: 'b', agent: 'review' }), row(1)];
    const { lanes, more } = timelineOf(rows, 'a', 0);
    expect(lanes.map(({ agent, bars }) => [agent, bars.length])).toEqual([
      [null, 2],
      ['review', 1],
    ]);
    const [first, second] = lanes[0]?.bars ?? [];
    expect(first?.fromPercent).toBe(0);
    expect(first?.toPercent).toBeGreaterThan(25);
    expect(second?.toPercent).toBe(100);
    expect(more).toBe(0);
    const many = Array.from({ length: 12 }, (_, n) => row(n, { sessionId: `s${n}` }));
    expect(timelineOf(many, 's3', 0)).toMatchObject({ more: 4, lanes: [{ agent: null }, {}, {}, {}, {}, {}, {}, {}] });
    expect(timelineOf([], 'a', 0)).toEqual({ lanes: [], more: 0 });
    const running = timelineOf([row(1, { status: 'running', totalMs: null })], 'a', 5_000);
    expect(running.lanes[0]?.bars[0]).toMatchObject({ fromPercent: 0, toPercent: 100 });
  });
});
