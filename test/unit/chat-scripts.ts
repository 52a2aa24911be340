import type { Json, JsonObject } from '../../src-main/core/json.ts';

/** Events as upstream sends them, and the answers in Chat Completions that they should become. */

export type Event = JsonObject & { readonly type: string };

export const created: Event = {
  type: 'response.created',
  response: { id: 'resp_1', created_at: 1_700_000_000, model: 'gpt-5.5', service_tier: 'auto' },
};
export const usage = {
  input_tokens: 10,
  input_tokens_details: { cached_tokens: 4 },
  output_tokens: 6,
  output_tokens_details: { reasoning_tokens: 2 },
  total_tokens: 16,
};
export const completed = (output: Json[] = []): Event => ({
  type: 'response.completed',
  response: { id: 'resp_1', created_at: 1_700_000_000, status: 'completed', service_tier: 'default', output, usage },
});
const incomplete = (reason: string): Event => ({
  type: 'response.incomplete',
  response: { id: 'resp_1', status: 'incomplete', incomplete_details: { reason }, output: [], usage },
});
export const text = (delta: string, id = 'msg_1', index = 0, part = 0): Event => ({
  type: 'response.output_text.delta',
  item_id: id,
  output_index: index,
  content_index: part,
  delta,
});
export const summary = (delta: string, part = 0): Event => ({
  type: 'response.reasoning_summary_text.delta',
  item_id: 'rs_1',
  output_index: 0,
  summary_index: part,
  delta,
});
export const raw = (member: string, said: string): Event => ({
  type: 'response.reasoning_text.delta',
  ...{ item_id: 'rs_1', output_index: 0, content_index: 0 },
  [member]: said,
});
const reasoned = (): Event =>
  done({ type: 'reasoning', id: 'rs_1', summary: [], content: [{ type: 'reasoning_text', text: 'hm so' }] }, 0);
export const added = (item: JsonObject, index: number): Event => ({
  type: 'response.output_item.added',
  item,
  output_index: index,
});
export const done = (item: JsonObject, index: number): Event => ({
  type: 'response.output_item.done',
  item,
  output_index: index,
});
export const call = (id: string, args: string, name = 'clock'): JsonObject => ({
  type: 'function_call',
  id: `fc_${id}`,
  call_id: `call_${id}`,
  name,
  arguments: args,
});
export const args = (id: string, delta: string, index?: number): Event => ({
  type: 'response.function_call_arguments.delta',
  item_id: `fc_${id}`,
  ...(index === undefined ? {} : { output_index: index }),
  delta,
});

/** What upstream tells, how the answer ends, and what it says. */
export const scripts: [string, readonly Event[], string, JsonObject][] = [
  ['a text', [created, text('1'), text(' 2'), completed()], 'stop', { content: '1 2' }],
  [
    'reasoning before a text, each summary under a line of its own',
    [created, summary('one'), summary(' more'), summary('two', 1), text('yes', 'msg_1', 1), completed()],
    'stop',
    { content: 'yes', reasoning_content: 'one more\n\ntwo' },
  ],
  [
    'two messages, an empty line between them',
    [created, text('I look.'), text('Found', 'msg_2', 1), text(' it.', 'msg_2', 1), completed()],
    'stop',
    { content: 'I look.\n\nFound it.' },
  ],
  ['two parts of one message', [created, text('a'), text('b', 'msg_1', 0, 1), completed()], 'stop', { content: 'ab' }],
  ...(
    [
      ['in pieces', [raw('delta', 'hm'), raw('delta', ' so'), reasoned()]],
      ['as a whole', [{ ...raw('text', 'hm so'), type: 'response.reasoning_text.done' }]],
      ['in its item alone', [reasoned()]],
    ] as const
  ).map(([how, thought]): (typeof scripts)[number] => [
    `reasoning that is told itself, ${how}`,
    [created, ...thought, text('yes', 'msg_1', 1), completed()],
    'stop',
    { content: 'yes', reasoning_content: 'hm so' },
  ]),
  [
    'a refusal',
    [
      created,
      { type: 'response.refusal.delta', item_id: 'msg_1', output_index: 0, content_index: 0, delta: 'No.' },
      completed(),
    ],
    'stop',
    { refusal: 'No.' },
  ],
  [
    'a text that comes only as a whole',
    [
      created,
      { type: 'response.output_text.done', item_id: 'msg_1', output_index: 0, content_index: 0, text: 'all' },
      completed(),
    ],
    'stop',
    { content: 'all' },
  ],
  [
    'a text told in pieces and then as a whole, three times',
    [
      created,
      text('all'),
      { type: 'response.output_text.done', item_id: 'msg_1', output_index: 0, content_index: 0, text: 'all' },
      done({ type: 'message', id: 'msg_1', content: [{ type: 'output_text', text: 'all' }] }, 0),
      completed([{ type: 'message', id: 'msg_1', content: [{ type: 'output_text', text: 'all' }] }]),
    ],
    'stop',
    { content: 'all' },
  ],
  [
    'an answer that only the last event holds',
    [
      created,
      completed([
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'hm' }] },
        { type: 'message', id: 'msg_1', content: [{ type: 'output_text', text: 'all' }] },
        call('a', '{}'),
      ]),
    ],
    'tool_calls',
    {
      content: 'all',
      reasoning_content: 'hm',
      tool_calls: [{ id: 'call_a', type: 'function', function: { name: 'clock', arguments: '{}' } }],
    },
  ],
  [
    'calls whose arguments come in turns',
    [
      created,
      added(call('a', ''), 0),
      added(call('b', '', 'weather'), 1),
      args('a', '{"x"'),
      args('b', '{"y"'),
      args('a', ':1}'),
      args('b', ':2}', 1),
      { type: 'response.function_call_arguments.done', item_id: 'fc_a', output_index: 0, arguments: '{"x":1}' },
      done(call('a', '{"x":1}'), 0),
      done(call('b', '{"y":2}', 'weather'), 1),
      completed(),
    ],
    'tool_calls',
    {
      tool_calls: [
        { id: 'call_a', type: 'function', function: { name: 'clock', arguments: '{"x":1}' } },
        { id: 'call_b', type: 'function', function: { name: 'weather', arguments: '{"y":2}' } },
      ],
    },
  ],
  ...(
    [
      ['at one and the same place', { output_index: 0 }, true],
      ['without a name of their own', {}, false],
    ] as const
  ).map(([how, place, hasIds]): (typeof scripts)[number] => {
    const made = ['a', 'b'].map((name) => {
      const { id, ...rest } = call(name, `{"${name}":1}`);
      return hasIds ? { ...rest, id } : rest;
    });
    const events = made.flatMap((item): Event[] => [
      { type: 'response.output_item.added', ...place, item: { ...item, arguments: '' } },
      { type: 'response.function_call_arguments.delta', ...place, delta: String(item.arguments) },
      { type: 'response.output_item.done', ...place, item },
    ]);
    const calls = ['a', 'b'].map((name) => ({
      id: `call_${name}`,
      type: 'function',
      function: { name: 'clock', arguments: `{"${name}":1}` },
    }));
    return [`two calls ${how}`, [created, ...events, completed()], 'tool_calls', { tool_calls: calls }];
  }),
  [
    'arguments that come only when they are whole, after an empty piece',
    [
      created,
      added(call('a', ''), 0),
      args('a', ''),
      { type: 'response.function_call_arguments.done', item_id: 'fc_a', output_index: 0, arguments: '{"x":1}' },
      completed(),
    ],
    'tool_calls',
    { tool_calls: [{ id: 'call_a', type: 'function', function: { name: 'clock', arguments: '{"x":1}' } }] },
  ],
  [
    'a call that was never announced',
    [created, done(call('a', '{"x":1}'), 0), completed()],
    'tool_calls',
    { tool_calls: [{ id: 'call_a', type: 'function', function: { name: 'clock', arguments: '{"x":1}' } }] },
  ],
  [
    'arguments that come as an object',
    [created, added(call('a', ''), 0), done({ ...call('a', ''), arguments: { x: 1 } }, 0), completed()],
    'tool_calls',
    { tool_calls: [{ id: 'call_a', type: 'function', function: { name: 'clock', arguments: '{"x":1}' } }] },
  ],
  [
    'pieces that name no item',
    [created, added(call('a', ''), 0), { type: 'response.function_call_arguments.delta', delta: '{}' }, completed()],
    'tool_calls',
    { tool_calls: [{ id: 'call_a', type: 'function', function: { name: 'clock', arguments: '{}' } }] },
  ],
  [
    'a call of a custom tool',
    [
      created,
      added({ type: 'custom_tool_call', id: 'ctc_1', call_id: 'call_c', name: 'exec', input: '' }, 0),
      { type: 'response.custom_tool_call_input.delta', item_id: 'ctc_1', output_index: 0, delta: 'ls ' },
      { type: 'response.custom_tool_call_input.delta', item_id: 'ctc_1', output_index: 0, delta: '-l' },
      { type: 'response.custom_tool_call_input.done', item_id: 'ctc_1', output_index: 0, input: 'ls -l' },
      completed(),
    ],
    'tool_calls',
    { tool_calls: [{ id: 'call_c', type: 'custom', custom: { name: 'exec', input: 'ls -l' } }] },
  ],
  ['a text that is cut short', [created, text('1'), incomplete('max_output_tokens')], 'length', { content: '1' }],
  [
    'a text that a filter stops',
    [created, text('1'), incomplete('content_filter')],
    'content_filter',
    { content: '1' },
  ],
  ['a text that stops for a reason nobody knows', [created, text('1'), incomplete('odd')], 'length', { content: '1' }],
  [
    'a call that is cut short for a reason nobody knows',
    [created, added(call('a', ''), 0), incomplete('odd')],
    'length',
    { tool_calls: [{ id: 'call_a', type: 'function', function: { name: 'clock', arguments: '' } }] },
  ],
  ['nothing at all', [created, completed()], 'stop', {}],
  [
    'events that Chat has no words for',
    [
      { type: 'codex.rate_limits', plan_type: 'plus' },
      created,
      { type: 'response.in_progress', response: {} },
      { type: 'response.web_search_call.searching', item_id: 'ws_1' },
      added({ type: 'web_search_call', id: 'ws_1' }, 0),
      { type: 'keepalive' },
      text('1', 'msg_1', 1),
      completed(),
    ],
    'stop',
    { content: '1' },
  ],
];
