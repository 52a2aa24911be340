import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src-main/core/json.ts';
import { tell } from '../../src-main/shared/words/told.ts';
import { chatFrom } from '../support/read-texts.ts';
import { asked, call, hello, input, inputOf, notesOf, read, result } from './chat-fixtures.ts';

/** Chat Completions requests as Responses bodies (PROTOCOL.md, Other dialects). Tools are in a file of their own. */

describe('a whole request', () => {
  it('is a Responses body with nothing in it that the client did not say', () => {
    const { body, stream } = read({ messages: [hello] });
    expect(body).toEqual({ model: 'gpt-5.5', input: [input('hello')], stream: false });
    expect(stream).toBe(false);
  });

  it.each<[Json, boolean]>([
    [true, true],
    ['true', true],
    [false, false],
    ['false', false],
    [null, false],
  ])('with stream %j streams: %j', (stream, wanted) => {
    expect(read({ stream }).stream).toBe(wanted);
  });

  it('gives the same body for the same request, so that chains can be found', () => {
    const chat = {
      messages: [hello, asked(call(''), call('')), { role: 'tool', content: 'x' }, { role: 'tool', content: 'y' }],
      tools: [],
    };
    expect(JSON.stringify(read(chat).body)).toBe(JSON.stringify(read(chat).body));
  });
});

describe('messages', () => {
  it.each<[string, Json, JsonObject]>([
    [
      'a system message stays where it is and becomes no instructions',
      { role: 'system', content: 'be brief' },
      { type: 'message', role: 'system', content: [{ type: 'input_text', text: 'be brief' }] },
    ],
    [
      'a developer message',
      { role: 'developer', content: [{ type: 'text', text: 'be brief' }] },
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'be brief' }] },
    ],
    [
      'an answer',
      { role: 'assistant', content: 'yes' },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'yes' }] },
    ],
    [
      'an answer in parts',
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'yes' },
          { type: 'refusal', refusal: 'no' },
        ],
      },
      {
        type: 'message',
        role: 'assistant',
        content: [
          { type: 'output_text', text: 'yes' },
          { type: 'refusal', refusal: 'no' },
        ],
      },
    ],
    [
      'a refusal beside no content',
      { role: 'assistant', content: null, refusal: 'no' },
      { type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: 'no' }] },
    ],
  ])('%s', (_what, message, item) => {
    expect(inputOf(message, hello)).toEqual([item, input('hello')]);
  });

  it.each<[string, JsonObject, JsonObject]>([
    [
      'an image with its detail',
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==', detail: 'low' } },
      { type: 'input_image', image_url: 'data:image/png;base64,AA==', detail: 'low' },
    ],
    [
      'an image without one',
      { type: 'image_url', image_url: { url: 'https://e.test/a.png' } },
      { type: 'input_image', image_url: 'https://e.test/a.png' },
    ],
    [
      'an image whose URL is a plain text',
      { type: 'image_url', image_url: 'https://e.test/a.png' },
      { type: 'input_image', image_url: 'https://e.test/a.png' },
    ],
    [
      'a file',
      { type: 'file', file: { file_data: 'data:application/pdf;base64,AA==', filename: 'a.pdf' } },
      { type: 'input_file', file_data: 'data:application/pdf;base64,AA==', filename: 'a.pdf' },
    ],
    ['a file by id', { type: 'file', file: { file_id: 'file-1' } }, { type: 'input_file', file_id: 'file-1' }],
  ])('%s', (_what, part, wanted) => {
    const content = [{ type: 'text', text: 'look' }, part];
    expect(inputOf({ role: 'user', content })).toEqual([
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'look' }, wanted] },
    ]);
  });

  it.each<[string, Json, RegExp]>([
    [
      'audio',
      { type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } },
      /messages\[0\].content\[0\].*audio/,
    ],
    ['an image without a URL', { type: 'image_url', image_url: {} }, /image_url must have a "url"/],
    ['a file without data', { type: 'file', file: { filename: 'a' } }, /must have "file_data"/],
    ['an unknown part', { type: 'video' }, /must be "text", "image_url" or "file"/],
    ['a part that is no object', 7, /must be an object/],
    ['a text that is none', { type: 'text', text: 7 }, /text must be a text/],
  ])('refuses %s', (_what, part, words) => {
    expect(() => inputOf({ role: 'user', content: [part] })).toThrow(words);
  });

  it.each<[string, Json, RegExp]>([
    ['an unknown role', { role: 'robot', content: 'x' }, /role must be/],
    ['no role', { content: 'x' }, /role must be/],
    ['a message that is no object', 'hello', /must be an object/],
    ['content that is a number', { role: 'user', content: 7 }, /must be a text or a list/],
    ['an image of the assistant', { role: 'assistant', content: [{ type: 'image_url' }] }, /"text" or "refusal"/],
    ['calls that are no list', { role: 'assistant', tool_calls: {} }, /tool_calls must be a list/],
    ['a call of nothing', { role: 'assistant', tool_calls: [{ id: 'a', type: 'function' }] }, /which tool it calls/],
  ])('refuses %s', (_what, message, words) => {
    expect(() => inputOf(message)).toThrow(words);
  });

  it.each<[string, Json, RegExp]>([
    ['missing', null, /"messages" must be a list/],
    ['empty', [], /"messages" must be a list/],
    ['a text', 'hello', /"messages" must be a list/],
  ])('refuses a list that is %s', (_what, messages, words) => {
    expect(() => read({ messages })).toThrow(words);
  });

  it('says where a Responses body belongs', () => {
    const raw = Buffer.from(JSON.stringify({ model: 'm', input: 'hello' }));
    expect(() => chatFrom(raw)).toThrow(/goes to \/v1\/responses/);
  });

  it('leaves out and names what upstream does not know of a message, and what says nothing', () => {
    const messages = [
      { role: 'user', content: 'hello', name: 'ann' },
      { role: 'assistant', content: '', reasoning_content: 'hm' },
      hello,
    ];
    expect(read({ messages }).body.input).toEqual([input('hello'), input('hello')]);
    expect(notesOf({ messages })).toEqual([
      'set body.messages',
      'dropped body.messages[0].name',
      'dropped body.messages[1].reasoning_content',
      'removed body.messages[1]',
    ]);
  });
});

describe('members of parts that upstream has no place for', () => {
  const cached = { type: 'ephemeral' };
  const part = (more: JsonObject): JsonObject => ({ type: 'text', text: 'a', ...more });
  it.each<[string, JsonObject[]]>([
    ['messages[0].content[0].cache_control', [{ role: 'user', content: [part({ cache_control: cached })] }]],
    [
      'messages[0].content[0].prompt_cache_breakpoint',
      [{ role: 'system', content: [part({ prompt_cache_breakpoint: {} })] }],
    ],
    ['messages[0].content[0].thought', [{ role: 'assistant', content: [part({ thought: true })] }, hello]],
    ['messages[1].content[0].cache_control', [asked(call('a')), result('a', [part({ cache_control: cached })])]],
  ])('are named: %s', (path, messages) => {
    expect(notesOf({ messages })).toContain(`dropped body.${path}`);
  });

  it('are named as an effort is that is no word', () => {
    expect(notesOf({ reasoning_effort: 7 })).toContain('dropped body.reasoning_effort');
    expect(notesOf({ reasoning_effort: null })).not.toContain('dropped body.reasoning_effort');
  });

  it('are none of those that are read', () => {
    const image = { type: 'image_url', image_url: { url: 'https://x.example/a.png' }, detail: 'low' };
    const file = { type: 'file', file: { file_data: 'data:,', filename: 'a' } };
    expect(notesOf({ messages: [{ role: 'user', content: [part({}), image, file] }] })).toEqual(['set body.messages']);
  });
});

describe('the other members', () => {
  const schema = { type: 'object', properties: {} };

  it.each<[string, JsonObject, JsonObject]>([
    ['format text', { response_format: { type: 'text' } }, { text: { format: { type: 'text' } } }],
    ['format json_object', { response_format: { type: 'json_object' } }, { text: { format: { type: 'json_object' } } }],
    [
      'format json_schema',
      { response_format: { type: 'json_schema', json_schema: { name: 'a', description: 'b', schema, strict: true } } },
      { text: { format: { type: 'json_schema', name: 'a', description: 'b', schema, strict: true } } },
    ],
    ['verbosity', { verbosity: 'low' }, { text: { verbosity: 'low' } }],
    [
      'verbosity and format together',
      { verbosity: 'low', response_format: { type: 'text' } },
      { text: { verbosity: 'low', format: { type: 'text' } } },
    ],
    ['effort', { reasoning_effort: 'high' }, { reasoning: { effort: 'high', summary: 'auto' } }],
    [
      'an effort as other vendors have it',
      { reasoning: { effort: 'high', enabled: true, max_tokens: 2_000, exclude: null } },
      { reasoning: { effort: 'high' } },
    ],
    ['no effort', { reasoning_effort: 'none' }, { reasoning: { effort: 'none' } }],
    [
      'effort beside a summary of the client',
      { reasoning_effort: 'low', reasoning: { summary: 'concise' } },
      { reasoning: { effort: 'low', summary: 'concise' } },
    ],
    ['the tier, for the policy to decide', { service_tier: 'priority' }, { service_tier: 'priority' }],
    ['a cache key', { prompt_cache_key: 'k' }, { prompt_cache_key: 'k' }],
    [
      'what has the same name in both',
      { store: true, metadata: { a: 'b' }, user: 'u', temperature: 0.1, top_p: 0.5 },
      { store: true, metadata: { a: 'b' }, user: 'u', temperature: 0.1, top_p: 0.5 },
    ],
  ])('%s', (_what, chat, wanted) => {
    const { model: _model, input: _input, stream: _stream, ...rest } = read(chat).body;
    expect(rest).toEqual(wanted);
  });

  it.each([
    'max_tokens',
    'max_completion_tokens',

    'seed',
    'logprobs',
    'top_logprobs',
    'logit_bias',
    'presence_penalty',
    'frequency_penalty',
    'prediction',
    'enable_thinking',
  ])('%s stays here, and the trace says why', (name) => {
    const { body, changes } = read({ [name]: 1 });
    expect(body[name]).toBeUndefined();
    expect(changes).toContainEqual({
      step: 'dialect',
      path: `body.${name}`,
      action: 'dropped',
      why: expect.stringMatching(/^#why\./),
    });
  });

  it.each<[string, JsonObject, RegExp]>([
    ['several answers', { n: 2 }, /"n" must be 1/],
    ['a spoken answer', { modalities: ['text', 'audio'] }, /must not hold "audio"/],
    ['an unknown format', { response_format: { type: 'yaml' } }, /response_format.type/],
    ['a format that is a text', { response_format: 'json' }, /response_format.type/],
    ['a schema that is missing', { response_format: { type: 'json_schema' } }, /must have a "schema"/],
    ['no model', { model: '' }, /name a "model"/],
    ['a model that no header can hold', { model: 'a\nb' }, /plain ASCII/],
  ])('refuses %s', (_what, chat, words) => {
    expect(() => read(chat)).toThrow(words);
  });

  it.each<[string, JsonObject]>([
    ['one answer', { n: 1 }],
    ['text alone', { modalities: ['text'] }],
    [
      'nulls of a generated client',
      { n: null, tools: null, tool_choice: null, response_format: null, functions: null },
    ],
  ])('takes %s', (_what, chat) => {
    expect(read(chat).body.input).toEqual([input('hello')]);
  });

  it('keeps stop sequences here, and the trace says why', () => {
    const { body, changes, limits } = read({ messages: [{ role: 'user', content: 'hi' }], stop: ['a'] });
    expect(body).not.toHaveProperty('stop');
    expect(limits).toEqual({ stops: ['a'], maxTokens: null });
    expect(changes).toContainEqual(expect.objectContaining({ path: 'body.stop', action: 'dropped' }));
  });

  it('names no more changes than a person would read, and each once', () => {
    const many = Object.fromEntries(Array.from({ length: 4_000 }, (_, index) => [`odd_${index}`, 1]));
    expect(read(many).changes.length).toBe(100);
    const messages = Array.from({ length: 300 }, () => ({ ...hello, name: 'ann' }));
    expect(read({ messages }).changes).toEqual([
      expect.objectContaining({ path: 'body.messages' }),
      {
        step: 'dialect',
        path: 'body.messages[0].name',
        action: 'dropped',
        why: tell('why.times', { why: tell('why.chat.speakers'), count: 300 }),
      },
    ]);
  });
});
