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
const note = (noteId: string) => ({ kind: 'note', noteId });
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
      { role: 'user', content: [{ type: 'input_smell', x: 'a' }] },
      'user',
      [{ kind: 'other', label: 'input_smell', json: '{\n  "type": "input_smell",\n  "x": "a"\n}' }],
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

describe('an item of Responses that is no message', () => {
  const file = (name: string, bytes: number | null) => ({ kind: 'file', name, bytes });
  const tools = (...names: string[]) => ({ kind: 'tools', names });

  it.each([
    [
      'what one agent of Codex writes to another, sealed or not',
      {
        type: 'agent_message',
        author: '/root',
        recipient: '/root/a',
        content: [
          { type: 'input_text', text: 'Payload:' },
          { type: 'encrypted_content', encrypted_content: 'gAAAA' },
        ],
      },
      'agent',
      [{ kind: 'route', from: '/root', to: '/root/a' }, text('Payload:'), note('sealed')],
    ],
    ['an agent that nobody names', { type: 'agent_message', content: 'hi' }, 'agent', [text('hi')]],
    [
      'the tools of newer models',
      {
        type: 'additional_tools',
        role: 'developer',
        tools: [
          { type: 'namespace', name: 'web', tools: [{ type: 'function', name: 'run' }, { name: 'open' }] },
          { type: 'function', function: { name: 'g' } },
          { type: 'web_search' },
        ],
      },
      'tools',
      [tools('web.run', 'web.open', 'g', 'web_search')],
    ],
    [
      'tools that were found',
      { type: 'tool_search_output', call_id: 'c', tools: [{ name: 'f' }] },
      null,
      [result('c'), tools('f')],
    ],
    [
      'tools of a server',
      { type: 'mcp_list_tools', id: 'm', server_label: 'docs', tools: [{ name: 'f' }], error: 'away' },
      'tools',
      [result('m', true), text('away'), tools('docs.f')],
    ],
    [
      'a call of a server and what came of it',
      { type: 'mcp_call', id: 'm', server_label: 'docs', name: 'f', arguments: '{}', output: 'out' },
      null,
      [call('docs.f', 'm', '{}'), result('m'), text('out')],
    ],
    [
      'one that failed',
      { type: 'mcp_call', id: 'm', name: 'f', arguments: '{}', output: null, error: { message: 'no' } },
      null,
      [call('f', 'm', '{}'), result('m', true), text('no')],
    ],
    [
      'a question whether it may',
      { type: 'mcp_approval_request', id: 'm', server_label: 'docs', name: 'f', arguments: '{}' },
      'approval',
      [call('docs.f', 'm', '{}')],
    ],
    [
      'that it may',
      { type: 'mcp_approval_response', approval_request_id: 'm', approve: true },
      'approval',
      [note('approved')],
    ],
    [
      'that it may not',
      { type: 'mcp_approval_response', approval_request_id: 'm', approve: false, reason: 'never' },
      'approval',
      [note('declined'), text('never')],
    ],
    [
      'a function within a namespace',
      { type: 'function_call', namespace: 'web', name: 'run', arguments: '' },
      null,
      [call('web.run', null, '')],
    ],
    [
      'a picture that was made',
      { type: 'image_generation_call', id: 'i', status: 'completed', result: 'iVBORw0KGgo=', revised_prompt: 'a cat' },
      null,
      [
        call('image generation', 'i', '{\n  "revised_prompt": "a cat"\n}'),
        { kind: 'image', src: png, type: 'image/png', bytes: 26 },
      ],
    ],
    [
      'one that was not',
      { type: 'image_generation_call', id: 'i', result: null, error: { message: 'not that' } },
      null,
      [call('image generation', 'i', '{}'), result('i', true), text('not that')],
    ],
    [
      'a program that ran upstream',
      {
        type: 'code_interpreter_call',
        id: 'ci',
        code: 'print(1)',
        outputs: [
          { type: 'logs', logs: '1' },
          { type: 'image', url: png },
        ],
      },
      null,
      [
        call('code interpreter', 'ci', 'print(1)'),
        result('ci'),
        text('1'),
        { kind: 'image', src: png, type: 'image/png', bytes: 26 },
      ],
    ],
    [
      'a patch',
      { type: 'apply_patch_call', call_id: 'c', operation: { type: 'update_file', path: 'a.ts', diff: '-a\n+b' } },
      null,
      [call('apply patch', 'c', 'update_file a.ts\n-a\n+b')],
    ],
    [
      'a patch that did not fit',
      { type: 'apply_patch_call_output', call_id: 'c', status: 'failed', output: 'no such line' },
      null,
      [result('c', true), text('no such line')],
    ],
    [
      'the streams of commands',
      {
        type: 'shell_call_output',
        call_id: 'c',
        output: [
          { stdout: 'a', stderr: '', outcome: { type: 'exit', exit_code: 0 } },
          { stdout: '', stderr: 'b', outcome: { type: 'exit', exit_code: 1 } },
        ],
      },
      null,
      [
        result('c', true),
        text('a'),
        text('b'),
        { kind: 'other', label: 'outcome', json: '{\n  "type": "exit",\n  "exit_code": 1\n}' },
      ],
    ],
    [
      'a screen',
      { type: 'computer_call_output', call_id: 'c', output: { type: 'computer_screenshot', image_url: png } },
      null,
      [result('c'), { kind: 'image', src: png, type: 'image/png', bytes: 26 }],
    ],
    ['a program of calls', { type: 'program', call_id: 'c', code: 'f()' }, null, [call('program', 'c', 'f()')]],
    ['its result', { type: 'program_output', call_id: 'c', result: 'done' }, null, [result('c'), text('done')]],
    [
      'a result that only upstream can read',
      {
        type: 'function_call_output',
        call_id: 'c',
        output: [{ type: 'encrypted_content', encrypted_content: 'gAAAA' }],
      },
      null,
      [result('c'), note('sealed')],
    ],
    [
      'an item that stands for one',
      { type: 'item_reference', id: 'msg_1' },
      null,
      [{ kind: 'reference', id: 'msg_1' }],
    ],
    ['a compaction', { type: 'compaction', encrypted_content: 'gAAAA' }, 'compaction', [note('sealed')]],
    ['one that is asked for', { type: 'compaction_trigger' }, 'compaction', [note('compact')]],
    [
      'files and sounds of every dialect',
      {
        role: 'user',
        content: [
          { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' },
          { type: 'input_file', file_id: 'file-1' },
          { type: 'file', file: { filename: 'b.pdf', file_data: 'AAAA' } },
          { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'AAAA' }, title: 'c' },
          { type: 'document', source: { type: 'url', url: 'https://x.test/d.pdf' } },
          { type: 'document', source: { type: 'text', data: 'plain' } },
          { type: 'input_audio', input_audio: { format: 'mp3', data: 'AAAA' } },
        ],
      },
      null,
      [
        file('a.pdf', 3),
        file('file-1', null),
        file('b.pdf', 3),
        file('c', 3),
        file('https://x.test/d.pdf', null),
        text('plain'),
        file('mp3', 3),
      ],
    ],
  ])('is %s', (_name, item, titleId, blocks) => {
    expect(entryOf(item)).toMatchObject({ titleId, blocks });
  });

  it('takes whatever its members hold', () => {
    const types = ['agent_message', 'additional_tools', 'mcp_call', 'mcp_list_tools', 'shell_call_output'];
    const more = ['apply_patch_call', 'code_interpreter_call', 'image_generation_call', 'item_reference', 'program'];
    for (const type of [...types, ...more])
      for (const value of [7, null, [[null]], { type: [], data: {} }]) {
        const names = ['author', 'content', 'tools', 'error', 'output', 'outputs', 'operation', 'result', 'code', 'id'];
        expect(() => entryOf({ type, ...Object.fromEntries(names.map((name) => [name, value])) })).not.toThrow();
      }
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

  it.each([
    ['response.mcp_call_arguments.delta', { type: 'mcp_call', name: 'f', arguments: '' }, call('f', null, '[1')],
    [
      'response.code_interpreter_call_code.delta',
      { type: 'code_interpreter_call', code: null },
      call('code interpreter', null, '[1'),
    ],
  ])('grows by %s too', (type, item, block) => {
    const added = { type: 'response.output_item.added', output_index: 0, item };
    const answer = withPayloads(noAnswer, payloads(added, delta(type, 0, '['), delta(type, 0, '1')));
    expect(said(answer)).toEqual([[[block], false]]);
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
