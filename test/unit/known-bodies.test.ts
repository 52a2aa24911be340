import { describe, expect, it } from 'vitest';
import { parseRequestObject } from '../../src-main/core/dialects/request-json.ts';
import { isJsonObject, type Json, type JsonObject } from '../../src-main/core/json.ts';
import { noteSource, sourceOf } from '../../src-main/core/json-source.ts';
import { atOnce } from '../../src-main/core/slices.ts';
import { type BodyHashes, hashBody } from '../../src-main/core/turn/chains.ts';
import { KnownBodies } from '../../src-main/core/turn/known-bodies.ts';

const text = (word: string, chars = 600) => `${word} `.repeat(chars / (word.length + 1));
const user = (words: string): Json => ({
  type: 'message',
  role: 'user',
  content: [{ type: 'input_text', text: words }],
});
const assistant = (words: string): Json => ({ role: 'assistant', content: words });
const call = (id: number): Json => ({ type: 'function_call', call_id: `c${id}`, name: 'f', arguments: text('[1]') });
const output = (id: number): Json => ({ type: 'function_call_output', call_id: `c${id}`, output: text(`out${id}`) });
const history: readonly Json[] = [
  { role: 'developer', content: text('rules', 9_000) },
  user(text('ask')),
  ...Array.from({ length: 8 }, (_none, id) => [assistant(`I run ${id}.`), call(id), output(id)]).flat(),
  user('go on'),
];

const longer = (item: Json): Json =>
  isJsonObject(item) && item.type === 'function_call_output' ? { ...item, output: text('long', 20_000) } : item;

const asked = (input: readonly Json[], more: JsonObject = {}): JsonObject => ({
  model: 'm',
  instructions: text('be brief'),
  tools: [{ type: 'function', name: 'f' }],
  ...more,
  input,
});

function read(written: string): { readonly body: JsonObject; readonly raw: Buffer } {
  return parseRequestObject(Buffer.from(written));
}

const told = ({ items, ...hashes }: BodyHashes) => ({ ...hashes, all: items.value });

function hashed(bodies: KnownBodies, written: string) {
  const { body, raw } = read(written);
  return told(atOnce(hashBody(body, { known: { bodies, raw } })));
}

const afresh = (written: string) => told(atOnce(hashBody(read(written).body)));

describe('a body that goes on from a known one', () => {
  const written = (input: readonly Json[], more?: JsonObject) => JSON.stringify(asked(input, more));
  const edited = history.map((item, index) => (index === 9 ? user('no, otherwise') : item));
  const cases: [string, string][] = [
    ['the same again', written(history)],
    ['with new items', written([...history, assistant('Done.'), user('thanks')])],
    ['with the words of the model going on', written([...history.slice(0, -1), assistant('And more.'), user('ok')])],
    ['cut', written(history.slice(0, 7))],
    ['cut within what the model says', written(history.slice(0, 12))],
    ['edited in the middle', written(edited)],
    ['that begins otherwise', written([user('else'), ...history.slice(1)])],
    ['with other instructions', written(history, { instructions: 'x' })],
    ['with one member more', written(history, { reasoning: { effort: 'low' } })],
    ['with its members in another order', JSON.stringify({ ...asked(history), model: 'm' })],
    ['written with white space', JSON.stringify(asked(history), null, 1)],
    ['with reasoning in it', written([...history.slice(0, 5), { type: 'reasoning' }, ...history.slice(5)])],
    ['with a number that goes on', written([...history, 12])],
    ['with an id that changed', written(history.map((item) => ({ id: 'x', ...(item as JsonObject) })))],
  ];

  it.each(cases)('has the hashes that it has by itself: %s', (_what, next) => {
    const bodies = new KnownBodies();
    for (const before of [written(history), written([...history, 1]), written(history.slice(0, 15))]) {
      expect(hashed(bodies, before)).toEqual(afresh(before));
      expect(hashed(bodies, next)).toEqual(afresh(next));
      expect(hashed(bodies, next)).toEqual(afresh(next));
    }
  });

  it.each([
    ['short', history],
    ['read in pieces', [...history, ...Array.from({ length: 40 }, (_none, id) => output(100 + id))].map(longer)],
  ])('has each item hashed once, however long its history grows: %s', (_what, before) => {
    const bodies = new KnownBodies();
    let looks = 0;
    const seen = (item: Json) => {
      const watched = new Proxy(item as JsonObject, {
        get: (target, key) => {
          if (key === 'content' || key === 'output' || key === 'arguments') looks += 1;
          return Reflect.get(target, key);
        },
      });
      const source = sourceOf(item);
      if (source !== null) noteSource(watched, source);
      return watched;
    };
    const counts: number[] = [];
    const items = [...before];
    for (let turn = 0; turn < 12; turn += 1) {
      items.push(assistant(`answer ${turn}`), user(`question ${turn}`));
      const { body, raw } = read(JSON.stringify(asked(items)));
      looks = 0;
      const watched = { ...body, input: (body.input as readonly Json[]).map(seen) };
      const hashes = atOnce(hashBody(watched, { known: { bodies, raw } }));
      expect(told(hashes)).toEqual(told(atOnce(hashBody(body))));
      counts.push(looks);
    }
    expect(counts[0]).toBeGreaterThan(before.length / 2);
    expect(new Set(counts.slice(1)).size).toBe(1);
    expect(counts.at(-1)).toBeLessThan(12);
  });

  it('leaves room for others: the oldest bodies are forgotten', () => {
    const bodies = new KnownBodies();
    for (let number = 0; number < 300; number += 1) hashed(bodies, written([user(`${number} ${text('ask', 9_000)}`)]));
    expect(bodies.size).toBeLessThanOrEqual(256);
    expect(bodies.size).toBeGreaterThan(200);
    for (let number = 0; number < 10; number += 1)
      hashed(bodies, written([user(`${number} ${text('long', 1_500_000)}`)]));
    expect(bodies.size).toBeLessThan(60);
  });
});
