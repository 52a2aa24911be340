import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { isJsonObject, type Json, type JsonObject, parseJsonObject } from '../../../src-main/core/json.ts';
import { readEvents } from '../../../src-main/core/upstream/http.ts';
import { wireEvent } from '../../../src-main/core/wire-event.ts';
import { SlipstreamError } from '../../../src-main/shared/errors.ts';
import { jsonValues, texts } from '../inputs.ts';
import { led } from '../led.ts';
import { target } from '../target.ts';

const types = fc.constantFrom(
  'response.created',
  'response.output_text.delta',
  'codex.rate_limits',
  'keepalive',
  'x y',
  '',
);
const events = fc.record({
  type: types,
  isTypeFirst: fc.boolean(),
  members: fc.dictionary(fc.constantFrom('delta', 'item', 'n'), jsonValues, { maxKeys: 3 }),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  before: fc.constantFrom('', ': comment', 'event: a', 'id: 7', 'retry: 9'),
  space: fc.constantFrom('', ' '),
});
type Event = typeof events extends fc.Arbitrary<infer T> ? T : never;

function dataOf({ type, isTypeFirst, members }: Event): string {
  return JSON.stringify(isTypeFirst ? { type, ...members } : { ...members, type });
}

async function read(chunks: Iterable<Buffer>): Promise<unknown> {
  const seen: unknown[] = [];
  const outcome = await readEvents(
    (async function* () {
      yield* chunks;
    })(),
    ({ type, data }) => seen.push([type, data.toString()]),
    () => undefined,
  );
  return { seen, outcome };
}

function* cut(bytes: Buffer, places: readonly number[]): Generator<Buffer> {
  let from = 0;
  for (const place of places.map((one) => one % (bytes.length + 1)).toSorted((a, b) => a - b)) {
    yield bytes.subarray(from, place);
    from = place;
  }
  yield bytes.subarray(from);
}

const cuts = fc.array(fc.nat(), { maxLength: 12 });

/** However a stream is cut into chunks, the same events come out of it: the ones that were sent. */
export const eventStream = target('event-stream', fc.tuple(fc.array(events, { maxLength: 6 }), cuts), async (input) => {
  const [sent, places] = input;
  const written = sent.map((event) => {
    const { lineEnd, before, space } = event;
    return `${before === '' ? '' : `${before}${lineEnd}`}data:${space}${dataOf(event)}${lineEnd}${lineEnd}`;
  });
  const bytes = Buffer.from(written.join(''));
  const whole = await read([bytes]);
  deepStrictEqual(await read(cut(bytes, places)), whole);
  const expected = sent.map((event) => [event.type, dataOf(event)]);
  // A carriage return at the end of a stream may be half a line break, so the last event may not be told.
  const { seen } = whole as { readonly seen: readonly unknown[] };
  deepStrictEqual(seen, expected.slice(0, Math.max(seen.length, sent.at(-1)?.lineEnd === '\r' ? 0 : sent.length)));
});

/** However a stream is cut: every byte alone, too. */
async function cutRule(bytes: Buffer): Promise<void> {
  const whole = await read([bytes]);
  deepStrictEqual(await read(cut(bytes, [...bytes.keys()])), whole);
  deepStrictEqual(await read(cut(bytes, [bytes.length >> 1])), whole);
}

export const ledStream = led({
  name: 'led-stream',
  seeds: [
    'event: a\ndata: {"type":"response.created"}\n\n',
    ': comment\r\nid: 7\r\nretry: 9\r\ndata: {"type":"x"}\r\ndata:\r\n\r\ndata: [DONE]\n\n',
    '\ufeffdata:{"type":"keepalive"}\r\rdata',
  ],
  words: ['data', 'data: ', 'event:', 'id:', 'retry: 1', '\r', '\n\n', '{"type":"', '[DONE]', '\ufeff'],
  rule: cutRule,
});

/** Streams that no upstream sends end, and are the same however they are cut. */
export const brokenStream = target(
  'broken-stream',
  fc.tuple(fc.array(texts, { maxLength: 8 }), cuts),
  async (input) => {
    const [pieces, places] = input;
    const bytes = Buffer.from(pieces.map((piece, index) => (index % 2 === 0 ? `data: ${piece}\n\n` : piece)).join(''));
    deepStrictEqual(await read(cut(bytes, places)), await read([bytes]));
  },
);

const frames = fc.oneof(
  texts,
  jsonValues.map((value) => JSON.stringify(value)),
  events.map(dataOf),
  fc
    .tuple(events.map(dataOf), fc.nat(60), texts)
    .map(([text, place, more]) => text.slice(0, place) + more + text.slice(place)),
);

/** The name of the member, in every spelling. */
const typeName = /"(?:t|\\u0074)(?:y|\\u0079)(?:p|\\u0070)(?:e|\\u0065)"/g;

/** The type that JSON has: without one it is an error where it tells one, and else something new. */
function typeOf({ type = '', error }: JsonObject): Json {
  return type === '' && (isJsonObject(error) || typeof error === 'string') ? 'error' : type;
}

/** A frame is an event with the type that its JSON has, or it is refused as upstream's fault. */
function frameRule(bytes: Buffer): void {
  const text = bytes.toString();
  try {
    const { type } = wireEvent(bytes);
    const value: unknown = parseJsonObject(text);
    // Frames with their type first are not parsed before somebody needs what is in them.
    if (isJsonObject(value) && (text.match(typeName) ?? []).length < 2) deepStrictEqual(type, typeOf(value));
  } catch (thrown) {
    if (!(thrown instanceof SlipstreamError) || thrown.code !== 'upstream_invalid') throw thrown;
  }
}

export const frame = target('frame', frames, (text) => frameRule(Buffer.from(text)));

export const ledFrame = led({
  name: 'led-frame',
  seeds: [
    '{"type":"response.output_text.delta","delta":"x"}',
    '{"a":[{"type":"y"}],"type":"error","status":429,"error":{"code":"x"}}',
    '{ "t\\u0079pe" : "keepalive" , "n" : -1.5e3 }',
  ],
  words: ['"type"', ':', '"response.completed"', '\\u0074', '\\"', 'null', '-0', '1e400', '{', ']', 'true'],
  rule: frameRule,
});
