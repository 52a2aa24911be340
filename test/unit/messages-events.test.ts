import { describe, expect, it } from 'vitest';
import { MessagesTranslator } from '../../src-main/core/dialects/messages/events.ts';
import { ToolNames } from '../../src-main/core/dialects/tool-names.ts';
import type { Json, JsonObject } from '../../src-main/core/json.ts';
import { makeEvent } from '../../src-main/core/wire-event.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import {
  added,
  argument,
  at,
  call,
  completed,
  created,
  done,
  type Event,
  ended,
  incomplete,
  notes,
  reasoned,
  summary,
  text,
  textDone,
} from './messages-upstream.ts';

/** Upstream's events as a Messages stream, and added up (PROTOCOL.md, Other dialects, Numbered cases 44, 45 and 47). */

interface Options {
  readonly showsThinking?: boolean;
  readonly names?: ToolNames;
}

const question = (keepsAnswer: boolean, { showsThinking = true, names = new ToolNames() }: Options) => ({
  model: 'asked',
  names,
  showsThinking,
  keepsAnswer,
  inputTokens: () => 120,
});

function stream(events: readonly Event[], options: Options = {}): JsonObject[] {
  const translator = new MessagesTranslator(question(false, options));
  return events.flatMap((event) =>
    translator.event(makeEvent(event)).map(({ event: name, data }) => {
      if (typeof data === 'string') throw new Error('a Messages stream holds objects only');
      expect(name).toBe(data.type);
      return data;
    }),
  );
}

function whole(events: readonly Event[], options: Options = {}): JsonObject {
  const translator = new MessagesTranslator(question(true, options));
  for (const event of events) translator.event(makeEvent(event));
  return translator.answer();
}

/** A stream as one line for each message that concerns content. */
function blocks(events: readonly Event[], options: Options = {}): string[] {
  return stream(events, options).flatMap(({ type, index, delta, content_block: block }) => {
    if (type === 'content_block_start') return `${index} ${(block as JsonObject).type}`;
    if (type === 'content_block_stop') return `${index} end`;
    if (type !== 'content_block_delta') return [];
    const { type: _type, ...said } = delta as JsonObject;
    return `${index} ${Object.values(said).map(String).join('')}`;
  });
}

describe('a stream', () => {
  it('begins with the message and ends with its reason and usage', () => {
    const messages = stream([created, text('hi'), completed]);
    expect(messages[0]).toMatchObject({
      type: 'message_start',
      message: {
        ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'gpt-5.5', content: [], stop_reason: null },
        // An estimate: some clients read the input here alone.
        usage: { input_tokens: 120, cache_read_input_tokens: 0, output_tokens: 0 },
      },
    });
    expect(messages.slice(-2)).toEqual([
      {
        type: 'message_delta',
        delta: { container: null, stop_details: null, stop_reason: 'end_turn', stop_sequence: null },
        usage: {
          input_tokens: 36,
          cache_creation_input_tokens: 0,
          cache_read_input_tokens: 64,
          output_tokens: 9,
          output_tokens_details: { thinking_tokens: 4 },
          server_tool_use: null,
        },
      },
      { type: 'message_stop' },
    ]);
  });

  it('begins by itself where upstream does not say that it does', () => {
    expect(stream([text('hi')]).map(({ type }) => type)).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
    ]);
    expect(stream([text('hi')])[0]).toMatchObject({ message: { model: 'asked' } });
  });

  it('tells each delta when it comes', () => {
    const translator = new MessagesTranslator(question(false, {}));
    translator.event(makeEvent(text('a')));
    expect(translator.event(makeEvent(text('b')))).toEqual([
      {
        event: 'content_block_delta',
        data: { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'b' } },
      },
    ]);
  });

  it('has one block at a time: thinking with one signature, text, calls', () => {
    const events = [
      created,
      added({ type: 'reasoning', summary: [] }, 0),
      summary('first', 0, 0),
      summary('second', 0, 1),
      reasoned(0, {
        summary: [
          { type: 'summary_text', text: 'first' },
          { type: 'summary_text', text: 'second' },
        ],
      }),
      text('so', 1),
      textDone('so', 1),
      done({ type: 'message', content: [{ type: 'output_text', text: 'so' }] }, 1),
      added(call('clock', ''), 2),
      argument('{"zone":', 2),
      argument('1}', 2),
      done(call('clock', '{"zone":1}'), 2),
      completed,
    ];
    expect(blocks(events)).toEqual([
      ...['0 thinking', '0 first', '0 \n\nsecond', '0 gAAAA', '0 end'],
      ...['1 text', '1 so', '1 end'],
      ...['2 tool_use', '2 {"zone":', '2 1}', '2 end'],
    ]);
  });

  it('keeps interleaved items apart and in order', () => {
    const events = [
      added(call('a', '', 'c1'), 0),
      added(call('b', '', 'c2'), 1),
      argument('{"x"', 0),
      argument('{"y"', 1),
      argument(':1}', 0),
      text('later', 2),
      done(call('b', '{"y":2}', 'c2'), 1),
      done(call('a', '{"x":1}', 'c1'), 0),
      completed,
    ];
    expect(blocks(events)).toEqual([
      ...['0 tool_use', '0 {"x"', '0 :1}', '0 end'],
      ...['1 tool_use', '1 {"y"', '1 end'],
      ...['2 text', '2 later', '2 end'],
    ]);
  });

  it('tells once what comes in pieces and again as a whole, and whole what came in no pieces', () => {
    const message = { type: 'message', content: [{ type: 'output_text', text: 'so' }] };
    const expected = ['0 text', '0 so', '0 end'];
    expect(
      blocks([
        text('so'),
        textDone('so'),
        done(message),
        ended('response.completed', { output: [{ id: 'item_0', ...message }] }),
      ]),
    ).toEqual(expected);
    expect(blocks([textDone('so'), completed])).toEqual(expected);
    expect(blocks([done(message), completed])).toEqual(expected);
    expect(blocks([ended('response.completed', { output: [message] })])).toEqual(expected);
    expect(blocks([done(call('clock', '{"a":1}')), completed])).toEqual(['0 tool_use', '0 {"a":1}', '0 end']);
  });

  it('has as input what a call gives as an object', () => {
    const item = { ...call('clock', ''), arguments: { a: 1 } };
    const events = [
      [added(call('clock', '')), done(item), completed],
      [ended('response.completed', { output: [item] })],
    ];
    for (const told of events) expect(blocks(told)).toEqual(['0 tool_use', '0 {"a":1}', '0 end']);
  });

  it('has no block for a text that says nothing', () => {
    expect(
      blocks([text(''), done({ type: 'message', content: [{ type: 'output_text', text: '' }] }), completed]),
    ).toEqual([]);
  });

  it('has thinking without words where only its ciphertext comes', () => {
    expect(blocks([reasoned(), completed])).toEqual(['0 thinking', '0 gAAAA', '0 end']);
  });

  it('has the reasoning itself where upstream tells that, in pieces or in its item alone', () => {
    const item = reasoned(0, { content: [{ type: 'reasoning_text', text: 'hm so' }] });
    const raw = (delta: string): Event => ({
      type: 'response.reasoning_text.delta',
      ...at(0, { content_index: 0, delta }),
    });
    expect(blocks([raw('hm'), raw(' so'), item, completed])).toEqual([
      ...['0 thinking', '0 hm', '0  so', '0 gAAAA', '0 end'],
    ]);
    expect(blocks([item, completed])).toEqual(['0 thinking', '0 hm so', '0 gAAAA', '0 end']);
  });

  it('has none where the client did not ask for it', () => {
    expect(blocks([summary('hm'), reasoned(), text('so', 1), completed], { showsThinking: false })).toEqual([
      '0 text',
      '0 so',
      '0 end',
    ]);
  });

  it("gives tools the client's own names back", () => {
    const name = `mcp__server__${'x'.repeat(70)}`;
    const names = new ToolNames();
    const events = [done(call(names.wire(name), '{}')), completed];
    expect(stream(events, { names })[1]).toMatchObject({ content_block: { name } });
  });

  it('shows a search of the web, and where a text has something from', () => {
    const annotation = { type: 'url_citation', url: 'https://x.example', title: 'X' };
    const messages = stream([
      done({
        type: 'web_search_call',
        action: { type: 'search', query: 'q', sources: [{ type: 'url', url: 'https://x.example' }] },
      }),
      text('found', 1),
      notes(annotation, 1),
      completed,
    ]);
    const started = messages
      .filter(({ type }) => type === 'content_block_start')
      .map(({ content_block: block }) => block);
    expect(started).toMatchObject([
      { type: 'server_tool_use', name: 'web_search', input: { query: 'q' } },
      { type: 'web_search_tool_result', content: [{ type: 'web_search_result', url: 'https://x.example' }] },
      { type: 'text' },
    ]);
    expect(messages).toContainEqual(
      expect.objectContaining({
        delta: { type: 'citations_delta', citation: expect.objectContaining({ title: 'X' }) },
      }),
    );
    expect(messages.at(-2)).toMatchObject({ usage: { server_tool_use: { web_search_requests: 1 } } });
  });

  it('has no null where the AI SDK takes none: no citations before there are some, and the address for a title', () => {
    const messages = stream([text('found'), notes({ type: 'url_citation', url: 'https://x.example' }), completed]);
    expect(messages.slice(1, 4)).toMatchObject([
      { content_block: expect.not.objectContaining({ citations: null }) },
      { delta: { text: 'found' } },
      { delta: { citation: { url: 'https://x.example', title: 'https://x.example' } } },
    ]);
  });

  it('leaves it to the stream to tell that upstream is alive', () => {
    expect(stream([{ type: 'keepalive' }])).toEqual([]);
    expect(stream([created, { type: 'keepalive' }]).at(-1)).toMatchObject({ type: 'message_start' });
  });

  it('ends in an error event where it breaks off', () => {
    const translator = new MessagesTranslator(question(false, {}));
    translator.event(makeEvent(text('a')));
    expect(translator.failure(new SlipstreamError('upstream_closed'))).toEqual([
      {
        event: 'error',
        data: {
          type: 'error',
          error: { type: 'api_error', message: expect.stringMatching(/closed/) },
          request_id: null,
        },
      },
    ]);
  });

  it('refuses events that are not JSON', () => {
    const translator = new MessagesTranslator(question(false, {}));
    const event = {
      type: 'response.output_text.delta',
      data: Buffer.from('{"type":"response.output_text.delta","del'),
    };
    expect(() => translator.event(event)).toThrow(SlipstreamError);
  });
});

it('tells no finished item again that the end lists once more', () => {
  const reasoning = { type: 'reasoning', id: 'item_0', summary: [], encrypted_content: 'gAAAA' };
  const search = { type: 'web_search_call', id: 'item_1', action: { type: 'search', query: 'x' }, status: 'completed' };
  const clock = { id: 'item_2', ...call('clock', '{}') };
  const message = { type: 'message', id: 'item_3', content: [{ type: 'output_text', text: 'so', annotations: [] }] };
  const items = [reasoning, search, clock, message];
  const events = [created, ...items.map((item, index) => done(item, index))];
  const once = stream([...events, completed]);
  expect(once.filter(({ type }) => type === 'content_block_start').length).toBeGreaterThanOrEqual(4);
  expect(stream([...events, ...events.slice(1), ended('response.completed', { output: items })])).toEqual(once);
});

it.each([{ output_index: 0 }, {}])('has a block for each of two calls that are told at %j', (place) => {
  const calls = ['call_1', 'call_2'].map((id) => ({ ...call('clock', '{}', id), ...(id === 'call_2' ? { id } : {}) }));
  const events = calls.flatMap((item): Event[] => [
    { type: 'response.output_item.added', ...place, item },
    { type: 'response.output_item.done', ...place, item },
  ]);
  expect(whole([...events, completed]).content).toMatchObject([{ id: 'call_1' }, { id: 'call_2' }]);
});

it('ends a whole text where the next block begins, though its item is not over', () => {
  const messages = stream([text('a'), textDone('a'), text('b', 1)]);
  expect(messages.filter(({ type }) => type === 'content_block_stop')).toEqual([
    { type: 'content_block_stop', index: 0 },
  ]);
});

describe('the reason for the end', () => {
  const refusal: Event = { type: 'response.refusal.delta', ...at(0, { content_index: 0, delta: 'No.' }) };
  it.each<[string, readonly Event[], string]>([
    ['a text', [text('a'), completed], 'end_turn'],
    ['nothing at all', [completed], 'end_turn'],
    ['a call', [done(call('a', '{}')), completed], 'tool_use'],
    ['a text and a call', [text('a'), done(call('a', '{}'), 1), completed], 'tool_use'],
    ['a limit', [text('a'), incomplete('max_output_tokens')], 'max_tokens'],
    ['a limit after a whole call', [done(call('a', '{}')), incomplete('max_output_tokens')], 'tool_use'],
    ['a limit within a call', [added(call('a', '')), argument('{"x'), incomplete('max_output_tokens')], 'max_tokens'],
    [
      'a limit within a call whose item ends with it',
      [added(call('a', '')), done({ ...call('a', '{"x'), status: 'incomplete' }), incomplete('max_output_tokens')],
      'max_tokens',
    ],
    ['a filter', [text('a'), incomplete('content_filter')], 'refusal'],
    ['a limit of another kind', [text('a'), incomplete('something_new')], 'max_tokens'],
    ['a refusal', [refusal, completed], 'refusal'],
  ])('is told of %s', (_what, events, reason) => {
    expect(stream(events).at(-2)).toMatchObject({ delta: { stop_reason: reason } });
    expect(whole(events).stop_reason).toBe(reason);
  });
});

describe('a whole answer', () => {
  const content = (events: readonly Event[], options?: Options): Json | undefined =>
    whole([...events, completed], options).content;

  it('has the same content as the stream', () => {
    const events = [
      created,
      summary('hm'),
      reasoned(),
      text('so', 1),
      text(' it is', 1),
      added(call('clock', ''), 2),
      argument('{"zone":"UTC"}', 2),
      done(call('clock', '{"zone":"UTC"}'), 2),
    ];
    expect(whole([...events, completed])).toEqual({
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'gpt-5.5',
      content: [
        { type: 'thinking', thinking: 'hm', signature: 'gAAAA' },
        { type: 'text', text: 'so it is' },
        { type: 'tool_use', id: 'call_1', name: 'clock', input: { zone: 'UTC' }, caller: { type: 'direct' } },
      ],
      container: null,
      diagnostics: null,
      stop_details: null,
      stop_reason: 'tool_use',
      stop_sequence: null,
      usage: {
        input_tokens: 36,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 64,
        output_tokens: 9,
        output_tokens_details: { thinking_tokens: 4 },
        server_tool_use: null,
        ...{ cache_creation: null, inference_geo: null, service_tier: null, speed: null },
      },
    });
  });

  it('has an empty input for a call without arguments', () => {
    expect(content([done(call('clock', ''))])).toMatchObject([
      { type: 'tool_use', id: 'call_1', name: 'clock', input: {} },
    ]);
  });

  it('has numbers as the model wrote them, also those that JavaScript would round', () => {
    const input = '{"id":1234567890123456789,"n":[-98765432109876543210,1.5,1e400,0.12345678901234567891]}';
    const answer = whole([done(call('clock', input)), completed]);
    expect(JSON.stringify(answer)).toContain(`"input":${input}`);
  });

  it('has the citations of its text', () => {
    const annotation = { type: 'url_citation', url: 'https://x.example', title: 'X' };
    expect(content([text('found'), notes(annotation)])).toMatchObject([
      { text: 'found', citations: [{ url: 'https://x.example' }] },
    ]);
  });

  describe.each<[string, (noted: JsonObject, said: JsonObject) => readonly Event[]]>([
    ['behind its whole text', (noted) => [text('found'), textDone('found'), notes(noted)]],
    ['with its item', (_noted, said) => [text('found'), textDone('found'), done(said)]],
    ['by themselves and with its item', (noted, said) => [text('found'), notes(noted), done(said)]],
    ['with the last event', (_noted, said) => [ended('response.completed', { output: [said] })]],
  ])('with citations that come %s', (_when, events) => {
    it('has each once', () => {
      const noted = { type: 'url_citation', url: 'https://x.example', title: 'X', start_index: 0, end_index: 5 };
      const said = { type: 'message', content: [{ type: 'output_text', text: 'found', annotations: [noted] }] };
      expect(content(events(noted, said))).toMatchObject([
        { text: 'found', citations: [{ url: 'https://x.example' }] },
      ]);
    });
  });

  it('names each of several queries of one search', () => {
    const action = { type: 'search', queries: ['one', 'two'] };
    expect(content([done({ type: 'web_search_call', action })])).toMatchObject([{ input: { query: 'one; two' } }, {}]);
  });

  it('is not there before its end', () => {
    expect(() => whole([created, text('a')])).toThrow(SlipstreamError);
  });
});
