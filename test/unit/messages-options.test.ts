import { describe, expect, it } from 'vitest';
import type { RawHeaders } from '../../src-main/core/headers.ts';
import type { Json, JsonObject } from '../../src-main/core/json.ts';
import { inputOf, paths, read } from './messages-read.ts';

/** What Messages clients ask for beside the conversation (PROTOCOL.md, Other dialects, Numbered cases 10, 11, 44 and 47). */

const sealed = `${Buffer.concat([Buffer.from([0x80, 0, 0, 0]), Buffer.alloc(117, 7)]).toString('base64url')}`;
const foreign = 'EqQBCkYIBxgCKkDx0q3v7Qk2Zk8Jm1mX';
const session = '0192a1b2-0000-4000-8000-000000000001';

describe('thinking', () => {
  const assistant = (block: JsonObject) => [{ role: 'assistant', content: [block, { type: 'text', text: 'so' }] }];
  const so = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'so' }] };

  it("with upstream's signature goes back as the reasoning it was", () => {
    expect(inputOf(assistant({ type: 'thinking', thinking: 'hm', signature: sealed }))).toEqual([
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }], encrypted_content: sealed },
      so,
    ]);
    expect(inputOf(assistant({ type: 'redacted_thinking', data: sealed }))).toEqual([
      { type: 'reasoning', summary: [], encrypted_content: sealed },
      so,
    ]);
  });

  it.each<[string, JsonObject]>([
    ['with another signature', { type: 'thinking', thinking: 'hm', signature: foreign }],
    ['without a signature', { type: 'thinking', thinking: 'hm' }],
    ['that is hidden by another vendor', { type: 'redacted_thinking', data: foreign }],
  ])('%s is left out, and that is named', (_what, block) => {
    const turn = read({ messages: assistant(block) });
    expect(turn.body.input).toEqual([so]);
    expect(paths(turn)).toContain('body.messages[0].content[0]');
  });

  it.each<[string, JsonObject, JsonObject | undefined]>([
    ['nothing said', {}, undefined],
    ['off', { thinking: { type: 'disabled' } }, { effort: 'none' }],
    [
      'off, although an effort is named',
      { thinking: { type: 'disabled' }, output_config: { effort: 'high' } },
      { effort: 'none' },
    ],
    ['a small budget', { thinking: { type: 'enabled', budget_tokens: 1_024 } }, { effort: 'low', summary: 'auto' }],
    ['a usual budget', { thinking: { type: 'enabled', budget_tokens: 8_192 } }, { effort: 'medium', summary: 'auto' }],
    ['a large budget', { thinking: { type: 'enabled', budget_tokens: 31_999 } }, { effort: 'xhigh', summary: 'auto' }],
    ['adaptive', { thinking: { type: 'adaptive' } }, { effort: 'high', summary: 'auto' }],
    [
      'adaptive with an effort, unseen',
      { thinking: { type: 'adaptive', display: 'omitted' }, output_config: { effort: 'medium' } },
      { effort: 'medium' },
    ],
    ['an effort alone', { output_config: { effort: 'xhigh' } }, { effort: 'xhigh' }],
    ['an effort the model lacks, which the normaliser fits', { output_config: { effort: 'max' } }, { effort: 'max' }],
    ['an effort of a model nobody knows', { model: 'gpt-9', output_config: { effort: 'max' } }, { effort: 'max' }],
  ])('asked for as %s', (_what, asked, reasoning) => {
    expect(read(asked).body.reasoning).toEqual(reasoning);
  });
});

describe('tools', () => {
  const clock = { name: 'clock', description: 'Tells the time.', input_schema: { type: 'object', properties: {} } };

  it('become functions, without what only Anthropic knows', () => {
    const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object', required: ['zone'] };
    const turn = read({
      tools: [{ ...clock, input_schema: schema, defer_loading: true, cache_control: { type: 'ephemeral' } }],
    });
    expect(turn.body.tools).toEqual([
      {
        type: 'function',
        name: 'clock',
        description: 'Tells the time.',
        parameters: { type: 'object', required: ['zone'], properties: {} },
        strict: false,
      },
    ]);
    expect(paths(turn)).toContain('body.tools[0].defer_loading');
  });

  it("become upstream's search where they search the web; other hosted tools are left out, by name", () => {
    const search = { type: 'web_search_20250305', name: 'web_search', max_uses: 8, allowed_domains: ['x.example'] };
    const turn = read({ tools: [search, { type: 'code_execution_20250825', name: 'code_execution' }] });
    expect(turn.body.tools).toEqual([{ type: 'web_search', filters: { allowed_domains: ['x.example'] } }]);
    expect(paths(turn)).toEqual(expect.arrayContaining(['body.tools[0].max_uses', 'body.tools[1]']));
  });

  it.each<[JsonObject, Json | undefined, boolean | undefined]>([
    [{ type: 'auto' }, 'auto', undefined],
    [{ type: 'any' }, 'required', undefined],
    [{ type: 'none' }, 'none', undefined],
    [{ type: 'tool', name: 'clock' }, { type: 'function', name: 'clock' }, undefined],
    [{ type: 'tool', name: 'web_search' }, { type: 'web_search' }, undefined],
    [{ type: 'auto', disable_parallel_tool_use: true }, 'auto', false],
  ])('are chosen by %j', (choice, expected, parallel) => {
    const tools = [clock, { type: 'web_search_20250305', name: 'web_search' }];
    const { tool_choice, parallel_tool_calls } = read({ tools, tool_choice: choice }).body;
    expect([tool_choice, parallel_tool_calls]).toEqual([expected, parallel]);
  });

  const closed = {
    type: 'object',
    properties: { zone: { type: 'string' } },
    required: ['zone'],
    additionalProperties: false,
  };
  it.each<[string, Json, boolean]>([
    ['closes every object', closed, true],
    ['leaves an object open', { ...closed, additionalProperties: undefined }, false],
    ['has a member that may be missing', { ...closed, required: [] }, false],
    ['has a word that upstream refuses', { ...closed, patternProperties: {} }, false],
    ['leaves an inner object open', { ...closed, properties: { zone: { type: 'object', properties: {} } } }, false],
  ])('that are strict stay so where the schema %s', (_what, schema, strict) => {
    const turn = read({ tools: [{ ...clock, input_schema: schema, strict: true }] });
    expect(turn.body.tools).toMatchObject([{ strict }]);
    expect(paths(turn).includes('body.tools[0].strict')).toBe(!strict);
  });

  it('whose calls and results do not belong together are refused, by the id', () => {
    const use = { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_a', name: 'clock', input: {} }] };
    const result = (id: string) => ({ role: 'user', content: [{ type: 'tool_result', tool_use_id: id }] });
    expect(() => read({ messages: [use] })).toThrow(/"toolu_a" of "clock"/);
    expect(() => read({ messages: [use, result('toolu_a'), result('toolu_b')] })).toThrow(/"toolu_b"/);
  });

  it('with names over 64 characters get shorter ones, in the list, the choice and the history alike', () => {
    const name = `mcp__a_server_with_a_name_that_goes_on_and_on_and_on__${'look_up_'.repeat(3)}now`;
    const turn = read({
      tools: [{ ...clock, name }],
      tool_choice: { type: 'tool', name },
      messages: [
        { role: 'assistant', content: [{ type: 'tool_use', id: 'c', name, input: {} }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: 'x' }] },
      ],
    });
    const [tool] = turn.body.tools as JsonObject[];
    const [item] = turn.body.input as JsonObject[];
    expect(String(tool?.name).length).toBeLessThanOrEqual(64);
    expect(turn.body.tool_choice).toEqual({ type: 'function', name: tool?.name });
    expect(item?.name).toBe(tool?.name);
    expect(paths(turn)).toContain('body.tools[0].name');
  });
});

describe('the answer asked for', () => {
  const closed = {
    type: 'object',
    properties: { a: { type: 'string' } },
    required: ['a'],
    additionalProperties: false,
  };
  it.each<[string, JsonObject, boolean]>([
    ['output_config.format', { output_config: { format: { type: 'json_schema', schema: closed } } }, true],
    ['output_format', { output_format: { type: 'json_schema', schema: { ...closed, required: [] } } }, false],
  ])('as JSON by %s', (_what, asked, strict) => {
    expect(read(asked).body.text).toMatchObject({ format: { type: 'json_schema', name: 'output', strict } });
  });

  it.each<[JsonObject]>([
    [{ output_config: { format: { type: 'grammar', grammar: 'x' } } }],
    [{ output_config: { format: { type: 'json_schema' } } }],
    [{ output_format: { type: 'json_schema', schema: null } }],
  ])('in a form that upstream does not have is refused: %j', (asked) => {
    expect(() => read(asked)).toThrow(/"json_schema"/);
  });

  it('names what of its options upstream does not have', () => {
    const config = { effort: 'low', format: null, task_budget: { type: 'tokens', total: 9 } };
    expect(paths(read({ output_config: config }))).toContain('body.output_config.task_budget');
  });

  it.each<[JsonObject, string | undefined]>([
    [{}, undefined],
    [{ service_tier: 'auto' }, undefined],
    [{ service_tier: 'standard_only' }, undefined],
    [{ service_tier: true }, undefined],
    [{ service_tier: 'priority' }, 'priority'],
    [{ service_tier: 'fast' }, 'fast'],
    [{ speed: 'standard' }, undefined],
    [{ speed: 'fast', service_tier: 'auto' }, 'priority'],
  ])('at the speed of %j', (asked, tier) => {
    expect(read(asked).body.service_tier).toBe(tier);
  });

  it('cannot be steered by members that upstream does not have; each one is named', () => {
    const dropped = {
      max_tokens: 5,
      temperature: 0,
      top_p: 1,
      top_k: 3,
      stop_sequences: ['x'],
      context_management: {},
      metadata: {},
    };
    const turn = read(dropped);
    expect(Object.keys(turn.body).toSorted()).toEqual(['input', 'model']);
    expect(paths(turn)).toEqual(expect.arrayContaining(Object.keys(dropped).map((name) => `body.${name}`)));
    expect(new Set(turn.changes.map(({ step }) => step))).toEqual(new Set(['dialect']));
  });
});

it('names the safety check of auto mode, which only Anthropic runs, and not as one of upstream', () => {
  const { changes, body } = read({ safeguards: [{ type: 'dangerous_tool_use' }] });
  const named = { path: 'body.safeguards', action: 'dropped', why: expect.stringContaining('why.messages.safeguards') };
  expect(changes).toContainEqual(expect.objectContaining(named));
  expect(JSON.stringify(body)).not.toContain('dangerous_tool_use');
});

describe('the session', () => {
  const asked = (userId: string, headers: RawHeaders = []) =>
    read({ metadata: { user_id: userId } }, headers).body.prompt_cache_key;
  it.each([
    ['JSON', JSON.stringify({ device_id: 'd', account_uuid: '', session_id: session }), session],
    ['the older form', `user_${'a'.repeat(64)}_account__session_${session}`, session],
    ['a bare user', 'user_7', undefined],
    ['a bare UUID', session, undefined],
    ['a session that is no UUID', JSON.stringify({ session_id: 'mine' }), undefined],
  ])('is read from user_id: %s', (_what, userId, expected) => {
    expect(asked(userId)).toBe(expected);
  });

  it('is not, where the header says it', () => {
    const headers: RawHeaders = [['X-Claude-Code-Session-Id', session]];
    expect(asked(JSON.stringify({ session_id: session }), headers)).toBeUndefined();
  });
});

describe('a request that cannot be read', () => {
  it.each<[string, JsonObject, RegExp]>([
    ['no model', { model: null }, /model/],
    ['no messages', { messages: [] }, /"messages"/],
    ['a message that is none', { messages: ['hi'] }, /messages\[0\]\.role/],
    ['an unknown role', { messages: [{ role: 'tool', content: 'x' }] }, /messages\[0\]\.role/],
    ['content that is a number', { messages: [{ role: 'user', content: 7 }] }, /messages\[0\]\.content/],
    ['a block without a type', { messages: [{ role: 'user', content: [{}] }] }, /messages\[0\]\.content\[0\]/],
    ['a text that is none', { messages: [{ role: 'user', content: [{ type: 'text' }] }] }, /content\[0\]\.text/],
    [
      'a file that was uploaded',
      { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'file', file_id: 'f' } }] }] },
      /Files API/,
    ],
    [
      'a document of another kind',
      {
        messages: [
          { role: 'user', content: [{ type: 'document', source: { type: 'base64', media_type: 'a/b', data: 'x' } }] },
        ],
      },
      /application\/pdf/,
    ],
    ['tools that are no list', { tools: {} }, /"tools"/],
    ['a tool without a name', { tools: [{}] }, /tools\[0\]/],
  ])('says what is wrong: %s', (_what, more, message) => {
    expect(() => read(more)).toThrow(message);
  });

  it('refuses a conversation that the server is to hold, since the rest of it is not here', () => {
    expect(() => read({ thread: { type: 'continue', previous_message_id: 'msg_1' } })).toThrow(/"thread"/);
  });

  it('names the models there are when a Claude model is asked for', () => {
    expect(() => read({ model: 'claude-opus-5' })).toThrow(/gpt-5\.5, gpt-5\.5-fast/);
  });
});
