import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AnswerForm,
  AnswerLimiter,
  type AnswerLimits,
  readLimits,
} from '../../src-main/core/dialects/answer-limits.ts';
import { StopSearch } from '../../src-main/core/dialects/stop-search.ts';
import { estimateText, TokenCount } from '../../src-main/core/dialects/text-tokens.ts';
import { isJsonObject, type JsonObject, objectMember, textMember } from '../../src-main/core/json.ts';
import { makeEvent, parseEvent } from '../../src-main/core/wire-event.ts';
import { read as readChat } from './chat-fixtures.ts';
import { added, args, call, completed, created, done, type Event, text } from './chat-scripts.ts';

/** Where an answer ends that its client wants to end (PROTOCOL.md, Other dialects). */

/** What a model that knows the sequences would have said. */
function stopped(whole: string, stops: readonly string[]): { readonly text: string; readonly hit: string | null } {
  for (let end = 1; end <= whole.length; end += 1) {
    const hits = stops.filter((stop) => whole.slice(0, end).endsWith(stop)).toSorted((a, b) => b.length - a.length);
    if (hits[0] !== undefined) return { text: whole.slice(0, end - hits[0].length), hit: hits[0] };
  }
  return { text: whole, hit: null };
}

function searched(pieces: readonly string[], stops: readonly string[]) {
  const search = new StopSearch(stops);
  let told = '';
  for (const piece of pieces) {
    const { text: said, hit } = search.piece(piece);
    told += said;
    if (hit !== null) return { text: told, hit };
  }
  return { text: told + search.rest(), hit: null };
}

describe('a stop sequence', () => {
  it('is found wherever the text is cut in two or in single characters', () => {
    const whole = 'Yes.</bl</block> and more </block>';
    const wanted = { text: 'Yes.</bl', hit: '</block>' };
    for (let at = 0; at <= whole.length; at += 1)
      expect(searched([whole.slice(0, at), whole.slice(at)], ['</block>', 'zzz'])).toEqual(wanted);
    expect(searched([...whole], ['</block>', 'zzz'])).toEqual(wanted);
  });

  it('ends any text in any pieces where a model would have stopped', () => {
    const few = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 30 });
    const stop = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(few, { maxLength: 12 }), fc.array(stop, { maxLength: 4 }), (pieces, stops) => {
        expect(searched(pieces, stops)).toEqual(stopped(pieces.join(''), stops));
      }),
    );
  });

  it('holds nothing back that cannot be the beginning of one', () => {
    expect(new StopSearch(['</block>']).piece('a < b')).toEqual({ text: 'a < b', hit: null });
    expect(new StopSearch(['</block>']).piece('a <')).toEqual({ text: 'a ', hit: null });
  });
});

const chatForm = { gap: '\n\n', hasItems: false };

function limited(
  events: readonly Event[],
  { stops = [], maxTokens = null }: Partial<AnswerLimits>,
  form: AnswerForm = chatForm,
) {
  const limiter = new AnswerLimiter({ stops, maxTokens }, () => 100, form);
  const told = events.flatMap((event) => limiter.event(makeEvent(event))).map(({ data }) => parseEvent(data));
  const said = told.flatMap(({ type, delta }) => (type === 'response.output_text.delta' ? [String(delta)] : []));
  const last: JsonObject = told.at(-1) ?? {};
  return { end: limiter.end, said: said.join(''), last, types: told.map(({ type }) => type) };
}

const message = (whole: string): JsonObject => ({
  type: 'message',
  id: 'msg_1',
  content: [{ type: 'output_text', text: whole }],
});

describe('an answer with stop sequences', () => {
  it.each<[string, readonly Event[]]>([
    ['comes in pieces', [text('go '), text('on ST'), text('OP now')]],
    ['comes as a whole part', [{ type: 'response.output_text.done', item_id: 'msg_1', text: 'go on STOP now' }]],
    ['comes as a whole item', [done(message('go on STOP now'), 0)]],
    ['stands only in the last event', [completed([message('go on STOP now')])]],
  ])('ends at one where it %s, and tells nothing after it', (_how, events) => {
    const { end, said, last, types } = limited([created, ...events, text('x'), completed()], { stops: ['STOP'] });
    expect([end, said, types.filter((type) => type === 'response.incomplete').length]).toEqual(['stop', 'go on ', 1]);
    expect(last).toMatchObject({
      type: 'response.incomplete',
      response: {
        id: 'resp_1',
        incomplete_details: { reason: 'stop_sequence', stop_sequence: 'STOP' },
        usage: { input_tokens: 100 },
      },
    });
  });

  it('is told to its end where what was held back was no beginning of one', () => {
    const { end, said, last } = limited([created, text('on ST'), completed()], { stops: ['STOP'] });
    expect([end, said, last.type]).toEqual([null, 'on ST', 'response.completed']);
  });

  it('is not searched in its reasoning, nor in what a tool is given', () => {
    const events: Event[] = [
      { type: 'response.reasoning_summary_text.delta', item_id: 'rs_1', delta: 'STOP' },
      { type: 'response.function_call_arguments.delta', item_id: 'fc_1', output_index: 1, delta: '{"a":"STOP"}' },
    ];
    expect(limited([created, ...events, completed()], { stops: ['STOP'] })).toMatchObject({
      end: null,
      last: { type: 'response.completed' },
    });
  });
});

const textPart = (pieces: readonly string[]): JsonObject => ({ type: 'output_text', text: pieces.join('') });

/** What a client of Chat gets that asked for no stream. */
function chatAnswer(events: readonly Event[], stops: readonly string[]) {
  const limiter = new AnswerLimiter({ stops, maxTokens: null }, () => 100, chatForm);
  const translator = readChat({ stream: false }).translator();
  for (const event of events) for (const told of limiter.event(makeEvent(event))) translator.event(told);
  const { choices } = translator.answer();
  const [choice] = Array.isArray(choices) ? choices.filter(isJsonObject) : [];
  return { answer: textMember(objectMember(choice ?? null, 'message'), 'content') ?? '', end: limiter.end };
}

describe('a text that comes in several parts', () => {
  const inOne = [text('ab'), text('cd', 'msg_1', 0, 1)];
  const inTwo = [text('First.'), text('Second.', 'msg_2', 1)];
  const blocks = { gap: null, hasItems: false };

  it.each<[string, readonly Event[], string, AnswerForm, string, string | null]>([
    ['across the parts of one message', inOne, 'bc', chatForm, 'a', 'stop'],
    ['across those of a message of blocks', inOne, 'bc', blocks, 'a', 'stop'],
    ['in the gap between two messages', inTwo, '\n', chatForm, 'First.', 'stop'],
    ['into the gap', inTwo, '.\n\n', chatForm, 'First', 'stop'],
    ['over the gap', inTwo, '.\n\nS', chatForm, 'First', 'stop'],
    ['not between messages that are told apart', inTwo, '.S', blocks, 'First.Second.', null],
    ['not where no gap is told', inTwo, '\n\n', blocks, 'First.Second.', null],
  ])('is searched as its client reads it: %s', (_where, events, stop, form, said, end) => {
    expect(limited([created, ...events, completed()], { stops: [stop] }, form)).toMatchObject({ said, end });
  });

  it('is searched as the one text that a client of Chat gets, in any parts and pieces', () => {
    const piece = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 3 });
    const messages = fc.array(fc.array(fc.array(piece, { maxLength: 3 }), { maxLength: 3 }), { maxLength: 4 });
    const stop = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(messages, fc.array(stop, { minLength: 1, maxLength: 3 }), (parts, stops) => {
        const events = parts.flatMap((message, index) => [
          ...message.flatMap((pieces, part) => pieces.map((delta) => text(delta, `msg_${index}`, index, part))),
          done({ type: 'message', id: `msg_${index}`, content: message.map(textPart) }, index),
        ]);
        const whole = parts.map((message) => message.flat().join('')).filter((said) => said !== '');
        const wanted = stopped(whole.join('\n\n'), stops);
        const { answer, end } = chatAnswer([created, ...events, completed()], stops);
        // A gap is told with what follows it.
        expect([answer, end === 'stop']).toEqual([wanted.text.trimEnd(), wanted.hit !== null]);
      }),
    );
  });

  it('tells nothing of what came after the beginning of a sequence that was whole later', () => {
    const events = [text('ST'), done(message('ST'), 0), done(call('a', '{}'), 1), text('OP', 'msg_2', 2)];
    const { said, end, last } = limited([created, ...events, completed()], { stops: ['ST\n\nOP'] });
    expect([said, end]).toEqual(['', 'stop']);
    expect(last).toMatchObject({ response: { output: [] } });
  });

  it('keeps its order where a part ends in what may be the beginning of a sequence', () => {
    const whole: Event = { type: 'response.output_text.done', item_id: 'msg_1', text: 'go ST' };
    const between = [whole, done(message('go ST'), 0), added(call('a', ''), 1), args('a', '{}', 1)];
    const { types, said, end } = limited(
      [created, text('go ST'), ...between, { type: 'keepalive' }, text('ART', 'msg_2', 2), completed()],
      { stops: ['ST\n\nOP'] },
    );
    expect([said, end]).toEqual(['go START', null]);
    expect(types).toEqual([
      ...['response.created', 'response.output_text.delta', 'keepalive', 'response.output_text.delta'],
      ...between.map(({ type }) => type),
      ...['response.output_text.delta', 'response.completed'],
    ]);
  });
});

it.each([
  'word '.repeat(99),
  'नमस्ते दुनिया '.repeat(20),
  '                              x\n'.repeat(20),
  '='.repeat(90),
  'x'.repeat(900),
])('counts the tokens of a text that comes character by character: %.12s', (whole) => {
  const count = new TokenCount();
  for (const character of whole) count.add(character);
  expect(count.total / estimateText(whole)).toBeCloseTo(1, 1);
  expect([count.isOver(count.total + 1), count.isOver(count.total - 1)]).toEqual([false, true]);
});

describe('an answer that is told in items', () => {
  const items = { gap: null, hasItems: true };
  const begun = added({ type: 'message', id: 'msg_1', status: 'in_progress', content: [] }, 0);
  const part: Event = {
    type: 'response.content_part.added',
    item_id: 'msg_1',
    output_index: 0,
    content_index: 0,
    part: { type: 'output_text', text: '', annotations: [] },
  };

  it('has each item ended where it is cut off, with what came of it', () => {
    const pieces = Array<Event>(9).fill(text('word '.repeat(4)));
    const { types, said, last } = limited([created, begun, part, ...pieces], { maxTokens: 10 }, items);
    expect(types.slice(-4)).toEqual([
      ...['response.output_text.done', 'response.content_part.done'],
      ...['response.output_item.done', 'response.incomplete'],
    ]);
    expect(said).not.toBe('');
    const content = [{ type: 'output_text', text: said, annotations: [] }];
    expect(last).toMatchObject({ response: { output: [{ id: 'msg_1', status: 'incomplete', content }] } });
  });

  it('has a call ended where it is cut off in what its tool is given, and numbers on', () => {
    const numbered = [created, done(message('ok'), 0), added(call('a', ''), 1), args('a', 'word '.repeat(40), 1)].map(
      (event, index) => ({ ...event, sequence_number: index }),
    );
    const { types, last } = limited(numbered, { maxTokens: 10 }, items);
    expect(types.slice(-3)).toEqual([
      ...['response.function_call_arguments.done', 'response.output_item.done', 'response.incomplete'],
    ]);
    expect(last).toMatchObject({
      sequence_number: 6,
      response: { output: [{ id: 'msg_1' }, { call_id: 'call_a', status: 'incomplete' }] },
    });
  });
});

describe('an answer with a limit', () => {
  it('ends once it is clearly over the limit, and no sooner', () => {
    const piece = text('word '.repeat(4));
    expect(limited([created, piece, piece, piece], { maxTokens: 10 }).end).toBeNull();
    const { end, last } = limited([created, ...Array<Event>(9).fill(piece), completed()], { maxTokens: 10 });
    expect(end).toBe('length');
    expect(last).toMatchObject({ response: { incomplete_details: { reason: 'max_output_tokens' } } });
  });

  it('is judged by what upstream counted, reasoning left out', () => {
    const events = [created, text('a'), completed()];
    expect(limited(events, { maxTokens: 4 }).last.type).toBe('response.completed');
    expect(limited(events, { maxTokens: 3 }).last).toMatchObject({
      type: 'response.incomplete',
      response: { status: 'incomplete', usage: { output_tokens: 6 } },
    });
  });
});

it.each<[JsonObject, AnswerLimits | null]>([
  [{}, null],
  [{ stop: null, max_tokens: null }, null],
  [{ stop: 'a' }, { stops: ['a'], maxTokens: null }],
  [{ stop: ['a', '', 'b'] }, { stops: ['a', 'b'], maxTokens: null }],
  [
    { max_tokens: 5, max_completion_tokens: 3 },
    { stops: [], maxTokens: 3 },
  ],
  [{ max_tokens: -1 }, null],
  [
    { max_tokens: 0, max_completion_tokens: 7 },
    { stops: [], maxTokens: 7 },
  ],
  [{ max_tokens: '20' }, { stops: [], maxTokens: 20 }],
  [{ max_tokens: 'many', max_completion_tokens: {} }, null],
])('reads the limits of %j', (body, wanted) => {
  const members = { stops: 'stop', maxTokens: ['max_tokens', 'max_completion_tokens'] };
  expect(readLimits(body, members, null)).toEqual(wanted);
});

it.each([7, [1], { a: 1 }, Array<string>(65).fill('a')])('refuses the stop sequences %j', (stop) => {
  expect(() => readLimits({ stop }, { stops: 'stop', maxTokens: [] }, null)).toThrow(/"stop" must be/);
});
