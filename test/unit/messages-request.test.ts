import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '../../src-main/core/json.ts';
import { messagesFrom } from '../support/read-texts.ts';
import { context, inputOf, paths, read } from './messages-read.ts';

/** What Messages clients say, as the input of Responses (PROTOCOL.md, Other dialects, Numbered cases 47). */

const user = (...content: JsonObject[]) => ({ type: 'message', role: 'user', content });
const text = (said: string) => ({ type: 'input_text', text: said });

describe('the prompt', () => {
  it('keeps its system text as a developer message, whether text or blocks', () => {
    const expected = [{ type: 'message', role: 'developer', content: [text('Be brief.')] }, user(text('hi'))];
    expect(read({ system: 'Be brief.' }).body.input).toEqual(expected);
    const blocks = [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }];
    expect(read({ system: blocks }).body.input).toEqual(expected);
  });

  it("leaves out Claude Code's accounting, which differs with each request", () => {
    const billing = { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1.330;' };
    const turn = read({ system: [billing, { type: 'text', text: 'Be brief.' }] });
    expect(turn.body.input).toEqual([
      { type: 'message', role: 'developer', content: [text('Be brief.')] },
      user(text('hi')),
    ]);
    expect(paths(turn)).toContain('body.system[0]');
  });

  it('keeps a system message in the middle at its place', () => {
    const messages = [
      { role: 'user', content: 'a' },
      { role: 'system', content: [{ type: 'text', text: 'now b' }] },
    ];
    expect(inputOf(messages)).toEqual([
      user(text('a')),
      { type: 'message', role: 'developer', content: [text('now b')] },
    ]);
  });

  it('says each text of the assistant as a message of its own, and leaves empty ones out', () => {
    const content = [
      { type: 'text', text: 'one' },
      { type: 'text', text: '' },
      { type: 'text', text: 'two' },
    ];
    const said = (one: string) => ({
      type: 'message',
      role: 'assistant',
      content: [{ type: 'output_text', text: one }],
    });
    expect(inputOf([{ role: 'assistant', content }])).toEqual([said('one'), said('two')]);
  });
});

it('keeps the summary that stands for what was said before it, as words of the assistant', () => {
  const said = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'So far: all.' }] };
  for (const content of ['So far: all.', null])
    expect(inputOf([{ role: 'assistant', content: [{ type: 'compaction', content }] }])).toEqual(
      content === null ? [] : [said],
    );
});

describe('a part of a message', () => {
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: 'AAAA' } };
  const pdf = { type: 'base64', media_type: 'application/pdf', data: 'JVBE' };
  it.each<[string, JsonObject, JsonObject[]]>([
    ['an image in base64', image, [{ type: 'input_image', image_url: 'data:image/jpeg;base64,AAAA' }]],
    [
      'an image by its url',
      { type: 'image', source: { type: 'url', url: 'https://x.example/a.png' } },
      [{ type: 'input_image', image_url: 'https://x.example/a.png' }],
    ],
    [
      'a PDF with its title',
      { type: 'document', title: 'Report', source: pdf },
      [text('Report'), { type: 'input_file', filename: 'document.pdf', file_data: 'data:application/pdf;base64,JVBE' }],
    ],
    [
      'a document by its url',
      { type: 'document', source: { type: 'url', url: 'https://x.example/a.pdf' } },
      [{ type: 'input_file', file_url: 'https://x.example/a.pdf' }],
    ],
    [
      'a document of text',
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'hello' } },
      [text('hello')],
    ],
    [
      'a document of blocks',
      { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'x' }, image] } },
      [text('x'), { type: 'input_image', image_url: 'data:image/jpeg;base64,AAAA' }],
    ],
    [
      'a search result',
      { type: 'search_result', title: 'T', source: 'https://x.example', content: [{ type: 'text', text: 'found' }] },
      [text('T\nhttps://x.example'), text('found')],
    ],
  ])('can be %s', (_what, block, parts) => {
    expect(inputOf([{ role: 'user', content: [block] }])).toEqual([user(...parts)]);
  });

  it('of an unknown kind is left out, and that is named', () => {
    const turn = read({
      messages: [{ role: 'user', content: [{ type: 'container_upload' }, { type: 'text', text: 'a' }] }],
    });
    expect(turn.body.input).toEqual([user(text('a'))]);
    expect(paths(turn)).toContain('body.messages[0].content[0]');
  });
});

it('keeps a search that upstream made, as Codex says it again; its results have no place there', () => {
  const id = 'srvtoolu_1';
  const results = [{ type: 'web_search_result', url: 'https://x.example', title: 'X', encrypted_content: '' }];
  const asked = read({
    messages: [
      { role: 'user', content: 'look it up' },
      {
        role: 'assistant',
        content: [
          { type: 'server_tool_use', id, name: 'web_search', input: { query: 'q' } },
          { type: 'web_search_tool_result', tool_use_id: id, content: results },
          { type: 'server_tool_use', id: 'srvtoolu_2', name: 'web_fetch', input: { url: 'https://x.example' } },
          { type: 'text', text: 'found' },
        ],
      },
      { role: 'user', content: 'and?' },
    ],
  });
  expect(asked.body.input).toEqual([
    user(text('look it up')),
    { type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'q' } },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'found' }] },
    user(text('and?')),
  ]);
  expect(paths(asked)).toEqual(expect.arrayContaining(['body.messages[1].content[1]', 'body.messages[1].content[2]']));
});

describe('a tool call and its result', () => {
  const call = { type: 'tool_use', id: 'call_1', name: 'clock', input: { zone: 'UTC' } };
  const conversation = (result: JsonObject): Json => [
    { role: 'user', content: 'time?' },
    { role: 'assistant', content: [{ type: 'text', text: 'Wait.' }, call] },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'call_1', ...result },
        { type: 'text', text: 'and?' },
      ],
    },
  ];
  const outputOf = (result: JsonObject): Json | undefined => {
    const input = inputOf(conversation(result));
    const item = Array.isArray(input) ? input[3] : null;
    return isJsonObject(item) ? item.output : undefined;
  };

  it('are a call and an output, in their places', () => {
    expect(inputOf(conversation({ content: 'noon' }))).toEqual([
      user(text('time?')),
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Wait.' }] },
      { type: 'function_call', call_id: 'call_1', name: 'clock', arguments: '{"zone":"UTC"}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'noon' },
      user(text('and?')),
    ]);
  });

  const picture = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } };
  it.each<[string, JsonObject, Json]>([
    ['nothing', {}, ''],
    ['one text', { content: [{ type: 'text', text: 'noon' }] }, 'noon'],
    [
      'several texts',
      {
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
      [text('a'), text('b')],
    ],
    ['an image', { content: [picture] }, [{ type: 'input_image', image_url: 'data:image/png;base64,AAAA' }]],
    ['an error', { content: 'Exit code 3', is_error: true }, 'Error: Exit code 3'],
    [
      'an error with an image',
      { content: [picture], is_error: true },
      [text('Error:'), { type: 'input_image', image_url: 'data:image/png;base64,AAAA' }],
    ],
    ['a loaded tool', { content: [{ type: 'tool_reference', tool_name: 'WebFetch' }] }, 'The tool WebFetch is loaded.'],
  ])('may result in %s', (_what, result, output) => {
    expect(outputOf(result)).toEqual(output);
  });

  it('keep meeting when their id is too long for upstream', () => {
    const id = `toolu_${'x'.repeat(80)}`;
    const messages = [
      { role: 'assistant', content: [{ ...call, id }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: 'noon' }] },
    ];
    const ids = (Array.isArray(inputOf(messages)) ? (inputOf(messages) as JsonObject[]) : []).map(
      ({ call_id }) => call_id,
    );
    expect(new Set(ids).size).toBe(1);
    expect(String(ids[0]).length).toBeLessThanOrEqual(64);
  });

  it.each([
    [
      'long ids',
      '{"id":1234567890123456789,"n":[-98765432109876543210,9007199254740991,1.5,"1234567890123456789"]}',
      '',
    ],
    ['long ids in a long request', '{"id":1234567890123456789}', 'x'.repeat(300_000)],
    ['long fractions', '{"n":[0.12345678901234567891,0.30000000000000004]}', ''],
    ['one that is long on both sides of its point', '{"n":-123456789.123456789}', ''],
    ['a number beyond all', '{"n":[1e400,-1E+400]}', ''],
    ['one that is next to nothing', '{"n":1.5e-400}', ''],
  ])('keep numbers that JavaScript would round: %s', (_what, input, more) => {
    const raw = JSON.stringify({ model: 'gpt-5.5', messages: conversation({ content: more }) });
    const { body } = messagesFrom(Buffer.from(raw.replace('{"zone":"UTC"}', input)), context());
    expect(body.input).toMatchObject([{}, {}, { type: 'function_call', arguments: input }, {}, {}]);
  });
});
