import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '../../src-main/core/json.ts';
import { asked, call, hello, input, inputOf, notesOf, read, result } from './chat-fixtures.ts';

/** Tools of Chat Completions, their calls and outputs, as Responses (PROTOCOL.md, Other dialects, Numbered cases 43 and 44). */

const functionCall = (id: string, name = 'clock', args = '{}'): JsonObject => ({
  type: 'function_call',
  call_id: id,
  name,
  arguments: args,
});
const output = (id: string, value: Json = 'noon'): JsonObject => ({
  type: 'function_call_output',
  call_id: id,
  output: value,
});

describe('tool calls and their outputs', () => {
  it.each<[string, JsonObject[], RegExp]>([
    ['an output of a call that nobody made', [hello, result('call_x')], /messages\[1\].*"call_x"/],
    ['an output without an id where no call waits', [hello, { role: 'tool', content: 'x' }], /messages\[1\]/],
    ['a call without its output', [asked(call('call_a'), call('call_b')), result('call_a')], /"call_b" of "clock"/],
  ])('are refused with %s, by its id', (_what, messages, said) => {
    expect(() => read({ messages })).toThrow(said);
  });

  it.each<[string, JsonObject[], JsonObject[]]>([
    [
      'a call alone makes no empty message',
      [hello, asked(call('a')), result('a')],
      [input('hello'), functionCall('a'), output('a')],
    ],
    [
      'three calls keep their order, whatever the order of their outputs',
      [asked(call('a'), call('b'), call('c')), result('c'), result('a'), result('b')],
      [functionCall('a'), functionCall('b'), functionCall('c'), output('c'), output('a'), output('b')],
    ],
    [
      'words before the call come before it',
      [{ role: 'assistant', content: 'I look.', tool_calls: [call('a')] }, result('a')],
      [
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'I look.' }] },
        functionCall('a'),
        output('a'),
      ],
    ],
    [
      'a second output of one call is dropped',
      [asked(call('a')), result('a'), result('a')],
      [functionCall('a'), output('a')],
    ],
    [
      'an output without an id is that of the first call that waits',
      [asked(call('a'), call('b')), { role: 'tool', content: 'one' }, { role: 'tool', content: 'two' }],
      [functionCall('a'), functionCall('b'), output('a', 'one'), output('b', 'two')],
    ],
    [
      'an id may come again in a later answer',
      [asked(call('a')), result('a', 'one'), asked(call('a')), result('a', 'two')],
      [functionCall('a'), output('a', 'one'), functionCall('a'), output('a', 'two')],
    ],
    [
      'an output in parts, with an image',
      [
        asked(call('a')),
        result('a', [
          { type: 'text', text: 'see' },
          { type: 'image_url', image_url: { url: 'https://e.test/a.png' } },
        ]),
      ],
      [
        functionCall('a'),
        output('a', [
          { type: 'input_text', text: 'see' },
          { type: 'input_image', image_url: 'https://e.test/a.png' },
        ]),
      ],
    ],
    ['an output that is empty', [asked(call('a')), result('a', null)], [functionCall('a'), output('a', '')]],
    [
      'arguments that are an object',
      [
        {
          role: 'assistant',
          tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: { x: 1 } } }],
        },
        result('a'),
      ],
      [functionCall('a', 'f', '{"x":1}'), output('a')],
    ],
    [
      'a custom tool',
      [
        { role: 'assistant', tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'exec', input: 'ls' } }] },
        result('a'),
      ],
      [
        { type: 'custom_tool_call', call_id: 'a', name: 'exec', input: 'ls' },
        { type: 'custom_tool_call_output', call_id: 'a', output: 'noon' },
      ],
    ],
  ])('%s', (_what, messages, items) => {
    expect(inputOf(...messages)).toEqual(items);
  });

  it('of one without ids get ids that fit together', () => {
    const items = inputOf(
      { role: 'assistant', function_call: { name: 'clock', arguments: '{}' } },
      { role: 'function', name: 'clock', content: 'noon' },
    );
    const [made, told] = Array.isArray(items) ? items.filter(isJsonObject) : [];
    expect(made).toMatchObject({ type: 'function_call', name: 'clock' });
    expect(told).toEqual(output(String(made?.call_id)));
  });

  it('with an id that is too long keep meeting each other', () => {
    const long = `call_${'x'.repeat(100)}`;
    const items = inputOf(asked(call(long)), result(long));
    const ids = Array.isArray(items) ? items.filter(isJsonObject).map(({ call_id: id }) => String(id)) : [];
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toHaveLength(64);
    expect(inputOf(asked(call(long)), result(long))).toEqual(items);
  });
});

describe('tools', () => {
  const parameters = { type: 'object', properties: { zone: { type: 'string' } } };
  const toolsOf = (...tools: Json[]) => read({ tools }).body.tools;

  it.each<[string, JsonObject, JsonObject]>([
    [
      'a function, whose schema is not strict unless it says so',
      { type: 'function', function: { name: 'clock', description: 'time', parameters } },
      { type: 'function', name: 'clock', description: 'time', parameters, strict: false },
    ],
    [
      'a strict function',
      { type: 'function', function: { name: 'clock', parameters, strict: true } },
      { type: 'function', name: 'clock', parameters, strict: true },
    ],
    [
      'a function without parameters',
      { type: 'function', function: { name: 'clock' } },
      { type: 'function', name: 'clock', parameters: { type: 'object', properties: {} }, strict: false },
    ],
    [
      'a function that is flat already',
      { type: 'function', name: 'clock', parameters },
      { type: 'function', name: 'clock', parameters, strict: false },
    ],
    ['a custom tool', { type: 'custom', custom: { name: 'exec' } }, { type: 'custom', name: 'exec' }],
    [
      'a custom tool with a grammar',
      {
        type: 'custom',
        custom: {
          name: 'exec',
          description: 'run',
          format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: "a"' } },
        },
      },
      {
        type: 'custom',
        name: 'exec',
        description: 'run',
        format: { type: 'grammar', syntax: 'lark', definition: 'start: "a"' },
      },
    ],
    ["upstream's own tool", { type: 'web_search' }, { type: 'web_search' }],
  ])('%s', (_what, tool, wanted) => {
    expect(toolsOf(tool)).toEqual([wanted]);
  });

  const place = { country: 'FR', city: 'Paris' };
  const search = { type: 'web_search', user_location: { type: 'approximate', ...place } };
  it.each<[Json, JsonObject]>([
    [{}, { type: 'web_search' }],
    [
      { search_context_size: 'low', user_location: null },
      { type: 'web_search', search_context_size: 'low' },
    ],
    [{ user_location: { type: 'approximate', approximate: place } }, search],
    [{ user_location: { type: 'approximate', ...place } }, search],
  ])('have a search among them for web_search_options %j', (options, tool) => {
    expect(read({ web_search_options: options }).body.tools).toEqual([tool]);
    expect(notesOf({ web_search_options: options })).toContain('set body.web_search_options');
    const clock = { name: 'clock' };
    for (const more of [{ tools: [{ type: 'function', function: clock }] }, { functions: [clock] }])
      expect(read({ ...more, web_search_options: options }).body.tools).toMatchObject([clock, tool]);
  });

  it('have the search that the client lists, and no other', () => {
    const tools = [{ type: 'web_search', search_context_size: 'high' }];
    const chat = { tools, web_search_options: { search_context_size: 'low' } };
    expect(read(chat).body.tools).toEqual(tools);
    expect(notesOf(chat)).toContain('dropped body.web_search_options');
    expect(read({ web_search_options: null }).body.tools).toBeUndefined();
  });

  it('drop a custom tool that has the name of a function', () => {
    const both = [
      { type: 'custom', custom: { name: 'exec' } },
      { type: 'function', function: { name: 'exec' } },
    ];
    expect(toolsOf(...both)).toMatchObject([{ type: 'function', name: 'exec' }]);
    expect(notesOf({ tools: both })).toContain('dropped body.tools[0]');
  });

  it.each<[Json, Json]>([
    ['auto', 'auto'],
    ['none', 'none'],
    ['required', 'required'],
    [
      { type: 'function', function: { name: 'clock' } },
      { type: 'function', name: 'clock' },
    ],
    [
      { type: 'custom', custom: { name: 'exec' } },
      { type: 'custom', name: 'exec' },
    ],
    [
      {
        type: 'allowed_tools',
        allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'clock' } }] },
      },
      { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'clock' }] },
    ],
    [{ type: 'web_search' }, { type: 'web_search' }],
  ])('a choice of %j', (choice, wanted) => {
    const tools = [{ type: 'function', function: { name: 'clock' } }];
    expect(
      read({ tools: [...tools, { type: 'custom', custom: { name: 'exec' } }], tool_choice: choice }).body.tool_choice,
    ).toEqual(wanted);
  });

  it.each([true, false])('parallel_tool_calls %j is respected', (parallel) => {
    const tools = [{ type: 'function', function: { name: 'clock' } }];
    expect(read({ tools, parallel_tool_calls: parallel }).body.parallel_tool_calls).toBe(parallel);
  });

  it('shorten a long name the same way wherever it stands, and give it back', () => {
    const name = `lookup_${'x'.repeat(80)}`;
    const turn = read({
      tools: [{ type: 'function', function: { name } }],
      tool_choice: { type: 'function', function: { name } },
      messages: [asked(call('a', name)), result('a')],
    });
    const [tool] = Array.isArray(turn.body.tools) ? turn.body.tools : [];
    const wire = isJsonObject(tool) ? String(tool.name) : '';
    expect(wire).toHaveLength(64);
    expect(turn.body.tool_choice).toEqual({ type: 'function', name: wire });
    expect(turn.body.input).toMatchObject([{ name: wire }, {}]);
  });

  it('keep of a long MCP name what it ends in', () => {
    const name = `mcp__${'server'.repeat(12)}__list_issues`;
    expect(toolsOf({ type: 'function', function: { name } })).toMatchObject([
      { name: expect.stringMatching(/^mcp__list_issues_.{1,47}$/) },
    ]);
  });

  it.each<[string, Json]>([
    ['no list', {}],
    ['a list of texts', ['clock']],
    ['a function without a name', [{ type: 'function', function: {} }]],
    ['a custom tool without a name', [{ type: 'custom', custom: {} }]],
  ])('are refused when they are %s', (_what, tools) => {
    expect(() => read({ tools })).toThrow(/tools/);
  });

  it('of the old form become tools that are called one at a time', () => {
    const functions = [{ name: 'clock', description: 'time', parameters }];
    expect(read({ functions, function_call: { name: 'clock' } }).body).toMatchObject({
      tools: [{ type: 'function', name: 'clock', description: 'time', parameters, strict: false }],
      tool_choice: { type: 'function', name: 'clock' },
      parallel_tool_calls: false,
    });
    expect(read({ functions, function_call: 'none' }).body.tool_choice).toBe('none');
    expect(read({ functions }).body.tool_choice).toBeUndefined();
  });
});
