import { describe, expect, it } from 'vitest';
import { endsTurn, isHandshake, isTerminal, makeEvent, parseEvent, wireEvent } from '../../src-main/core/wire-event.ts';

const typeOf = (text: string) => wireEvent(Buffer.from(text)).type;

describe('the type of an upstream event', () => {
  it.each([
    ['{"type":"response.created"}', 'response.created'],
    ['{"type":"response.output_text.delta","delta":"\\"type\\":\\"x\\""}', 'response.output_text.delta'],
    ['{ "type": "error" }', 'error'],
    ['{"sequence_number":1,"type":"response.completed"}', 'response.completed'],
    ['{"response":{"type":"inner"},"type":"outer"}', 'outer'],
    [`{"type":"${'x'.repeat(300)}"}`, 'x'.repeat(300)],
    ['{"type":""}', ''],
    ['{"type":"żółw"}', 'żółw'],
    ['{"type":"response\\u002ecompleted"}', 'response.completed'],
    ['{"type":"a\\"b"}', 'a"b'],
    ['{}', ''],
    ['{"error":{"message":"No."}}', 'error'],
    ['{"error":"no"}', 'error'],
  ])('of %s', (text, expected) => {
    expect(typeOf(text)).toBe(expected);
  });

  it('is its own, whatever came before and however alike they begin', () => {
    const types = [
      'response.output_text.delta',
      'response.output_text',
      'response.output_text.delta',
      'a',
      'ab',
      'a.b',
    ];
    expect(types.map((type) => typeOf(`{"type":"${type}","x":1}`))).toEqual(types);
    expect(() => typeOf('{"type":"a.b","x')).toThrow();
    expect(typeOf('{ "type":"a.b"}')).toBe('a.b');
  });

  it('keeps the bytes as they came', () => {
    const data = Buffer.from('{"type":"response.created" , "a" : 1}');
    expect(wireEvent(data).data).toBe(data);
  });

  it.each([
    '',
    'null',
    '[]',
    '"x"',
    '{"type":7}',
    '{"type":null}',
    '{"type":"response.output_text.delta","del',
    '{"type":"x',
    'data: {"type":"x"}',
    '\u0000',
  ])('is refused for %j', (text) => {
    expect(() => typeOf(text)).toThrow(expect.objectContaining({ code: 'upstream_invalid' }));
  });

  it.each(['', '[1]', 'x', '{"type":"response.completed",}'])('refuses to parse %j', (text) => {
    expect(() => parseEvent(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'upstream_invalid' }));
  });

  it('makes events that read back', () => {
    const event = makeEvent({ type: 'error', message: 'é' });
    expect(wireEvent(event.data).type).toBe('error');
    expect(parseEvent(event.data)).toEqual({ type: 'error', message: 'é' });
  });
});

describe('what an event means for its turn', () => {
  it.each(['response.completed', 'response.incomplete', 'response.failed', 'response.done', 'error'])(
    '%s ends it',
    (type) => {
      expect(isTerminal(type)).toBe(true);
      expect(isHandshake(type)).toBe(false);
    },
  );

  it.each([
    'response.created',
    'response.in_progress',
    'response.queued',
    'keepalive',
    'codex.rate_limits',
    'codex.new',
    '',
  ])('%s carries no content yet', (type) => {
    expect(isHandshake(type)).toBe(true);
    expect(isTerminal(type)).toBe(false);
  });

  it.each([
    ['response.output_text.delta', '', false],
    ['response.in_progress', ',"response":{"status":"completed"}', false],
    ['response.completed', '', true],
    ['response.cancelled', '', true],
    ['error', '', true],
    ['response.expired', ',"response":{"status":"incomplete"}', true],
    ['response.expired', ',"response":{"status":"in_progress"}', false],
    ['response.expired', '', false],
    ['other.expired', ',"response":{"status":"incomplete"}', false],
  ])('%s%s ends it: %s, the first time and after others of its type', (type, rest, expected) => {
    const text = Buffer.from(`{"type":"${type}"${rest}}`);
    expect([wireEvent(text), wireEvent(text), { type, data: text }].map(endsTurn)).toEqual([
      expected,
      expected,
      expected,
    ]);
  });

  it.each([
    'response.output_item.added',
    'response.output_text.delta',
    'response.reasoning_summary_text.delta',
    'unknown',
  ])('%j is content and ends nothing', (type) => {
    expect([isTerminal(type), isHandshake(type)]).toEqual([false, false]);
  });
});
