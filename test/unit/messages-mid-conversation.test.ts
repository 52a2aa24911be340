import { describe, expect, it } from 'vitest';
import { messagesDialect } from '../../src-main/core/dialects/messages/dialect.ts';
import type { Json, JsonObject } from '../../src-main/core/json.ts';
import { context, inputOf, paths, read } from './messages-read.ts';

/** What a conversation of Messages says between its turns: system messages with settings of their own, and changes of tools. */

const user = (text = 'hi'): JsonObject => ({ role: 'user', content: text });
const assistant = (text = 'yes'): JsonObject => ({ role: 'assistant', content: text });
const called: JsonObject = { role: 'assistant', content: [{ type: 'tool_use', id: 'c', name: 'clock', input: {} }] };
const result: JsonObject = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: '12' }] };
const effort = (level: string): JsonObject => ({ role: 'system', output_config: { effort: level } });

describe('the effort of a system message', () => {
  it.each<[string, Json[], string | undefined]>([
    ['after the user’s', [user(), effort('low')], 'low'],
    ['before the user’s', [effort('low'), user()], 'low'],
    ['between two turns', [user(), assistant(), effort('low'), user()], 'low'],
    ['of the turn before', [user(), effort('low'), assistant(), user()], undefined],
    ['of a turn that calls tools', [user(), effort('low'), called, result], 'low'],
    ['that another one changes', [effort('low'), user(), effort('high')], 'high'],
    ['with words of its own', [user(), { ...effort('low'), content: 'Be quick.' }], 'low'],
  ])('%s', (_what, messages, expected) => {
    expect(read({ messages }).body.reasoning).toEqual(expected === undefined ? undefined : { effort: expected });
  });

  it('comes before that of the request, but thinks nothing where thinking is off', () => {
    const messages = [user(), effort('low')];
    const asked = { messages, output_config: { effort: 'high' } };
    expect(read(asked).body.reasoning).toEqual({ effort: 'low' });
    expect(paths(read(asked))).toContain('body.messages[1].output_config.effort');
    expect(read({ ...asked, thinking: { type: 'disabled' } }).body.reasoning).toEqual({ effort: 'none' });
  });

  it('needs no content, and makes no item', () => {
    expect(inputOf([user(), effort('low')])).toEqual(inputOf([user()]));
    expect(() => read({ messages: [{ role: 'user' }] })).toThrow(/messages\[0\].content/);
  });
});

describe('a system message that is to be cleared', () => {
  const reminder = { role: 'system', content: 'Mind the time.', clear_at: 'next_user_message' };
  const words = (messages: Json[]) => JSON.stringify(inputOf(messages)).includes('Mind the time.');

  it.each<[string, Json[], boolean]>([
    ['while it is the last', [user(), reminder], true],
    ['before the answer to it is over', [user(), reminder, assistant()], true],
    ['once the user has spoken again', [user(), reminder, assistant(), user()], false],
    ['once a result has come', [user(), reminder, called, result], false],
    ['but not where it is to stay', [user(), { ...reminder, clear_at: 'never' }, assistant(), user()], true],
  ])('%s', (_what, messages, isShown) => {
    expect(words(messages)).toBe(isShown);
    expect(paths(read({ messages })).includes('body.messages[1]')).toBe(!isShown);
  });
});

describe('changes of the tools', () => {
  const tool = (name: string, description = ''): JsonObject => ({
    name,
    description,
    input_schema: { type: 'object', properties: {} },
  });
  const changing = (...content: JsonObject[]): JsonObject => ({ role: 'system', content });
  const add = (definition: JsonObject) => ({ type: 'tool_addition', tool: { type: 'tool_definition', definition } });
  const named = (type: string, name: string) => ({ type, tool: { type: 'tool_reference', name } });
  const names = (more: JsonObject) => {
    const { tools } = read(more).body;
    return Array.isArray(tools) ? tools.map((one) => (one as JsonObject).name) : tools;
  };
  const clock = tool('clock');

  it.each<[string, JsonObject[], string[] | undefined]>([
    ['one more', [add(tool('map'))], ['clock', 'map']],
    ['one less', [named('tool_removal', 'clock')], undefined],
    ['one less, and back', [named('tool_removal', 'clock'), named('tool_addition', 'clock')], ['clock']],
    ['one that is loaded', [named('tool_addition', 'clock')], ['clock']],
    ['one in place of another', [add(tool('clock', 'A better one.'))], ['clock']],
    ['one of Anthropic’s', [add({ type: 'bash_20250124', name: 'bash' })], ['clock', 'bash']],
  ])('%s', (_what, changes, expected) => {
    const asked = { tools: [clock], messages: [user(), changing(...changes)] };
    expect(names(asked)).toEqual(expected);
    expect(paths(read(asked))).toContain('body.messages[1].content[0]');
    expect(read(asked).body.input).toEqual(inputOf([user()]));
  });

  it('that a summary of the conversation carries', () => {
    const block = { type: 'compaction', content: 'So far.', tool_changes: [add(tool('map'))] };
    expect(names({ messages: [{ role: 'assistant', content: [block] }, user()] })).toEqual(['map']);
  });

  it('are told with the newer of two of one name', () => {
    const { tools } = read({ tools: [clock], messages: [changing(add(tool('clock', 'A better one.'))), user()] }).body;
    expect(tools).toMatchObject([{ description: 'A better one.' }]);
  });

  it('that name what nobody has are named', () => {
    const mcp = { type: 'tool_addition', tool: { type: 'mcp_toolset_reference', server_name: 'x' } };
    const turn = read({ tools: [clock], messages: [user(), changing(mcp, named('tool_addition', 'gone'))] });
    const dropped = turn.changes.filter(({ path, action }) => action === 'dropped' && path.startsWith('body.messages'));
    expect(dropped).toMatchObject([{ path: 'body.messages[1].content[0]', why: expect.stringContaining('"count":2') }]);
    expect(turn.body.tools).toMatchObject([{ name: 'clock' }]);
  });
});

describe('what upstream has no place for', () => {
  const cached = { cache_control: { type: 'ephemeral' } };
  const text = { type: 'text', text: 'x' };

  it.each<[string, JsonObject]>([
    ['tools[0].cache_control', { tools: [{ name: 'clock', input_schema: { type: 'object' }, ...cached }] }],
    ['tools[0].cache_control', { tools: [{ type: 'web_search_20250305', name: 'web_search', ...cached }] }],
    [
      'tools[0].response_inclusion',
      { tools: [{ type: 'web_search_20260318', name: 'web_search', response_inclusion: 'full' }] },
    ],
    ['tool_choice', { tools: [{ name: 'clock', input_schema: { type: 'object' } }], tool_choice: { type: 'odd' } }],
    [
      'messages[0].content[0].citations',
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'search_result', title: 't', source: 's', content: [text], citations: { enabled: true } },
            ],
          },
        ],
      },
    ],
    ['system[0].cache_control', { system: [{ ...text, ...cached }] }],
    [
      'messages[0].content[0].cache_control',
      { messages: [{ role: 'assistant', content: [{ ...text, ...cached }] }, user()] },
    ],
    [
      'messages[0].content[0].citations',
      {
        messages: [
          {
            role: 'user',
            content: [
              {
                type: 'document',
                source: { type: 'text', media_type: 'text/plain', data: 'x' },
                citations: { enabled: true },
              },
            ],
          },
        ],
      },
    ],
  ])('is named: %s', (path, asked) => {
    expect(paths(read(asked))).toContain(`body.${path}`);
  });

  it.each<[string, Json[], boolean]>([
    ['the words of an answer that is to go on', [user(), assistant('The answer is (')], true],
    ['an answer that the user has the next word after', [user(), assistant(), user()], false],
  ])('is named, or not, where the conversation ends with %s', (_what, messages, isNamed) => {
    expect(paths(read({ messages })).includes('body.messages[1]')).toBe(isNamed);
  });

  it('is named where a result of a tool is to be cached', () => {
    const marked = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: '12', ...cached }] };
    expect(paths(read({ messages: [user(), called, marked] }))).toContain('body.messages[2].content[0].cache_control');
  });
});

describe('a request for a summary in Anthropic’s own form', () => {
  const asked = { model: 'gpt-5.5', compaction: { type: 'summarize' }, messages: [user()] };

  it('is refused: anything else would go on with the conversation', () => {
    expect(() => read(asked)).toThrow(/"compaction"/);
    expect(read({ ...asked, compaction: null }).body.input).toEqual(inputOf([user()]));
  });

  it('can have its tokens counted', async () => {
    expect(await messagesDialect.questions[0]?.answer(asked, context())).toEqual({ input_tokens: expect.any(Number) });
  });
});
